"""The fact sheet of one song, its values in words of the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from features.words.facts import slot_registry
from features.words.facts.sheet import Fact
from features.words.terms import forms, genres, lyrics
from schemas.text_files import texts

_TEXTS = texts("features.words.facts", "song_sheet")


def name_of(kind: str, language: str) -> str:
    """What a kind of fact is called."""
    return slot_registry.BY_NAME["song", kind].meaning(language)


def unit_word(unit: str | None, language: str) -> str:
    """A unit in words."""
    return _TEXTS[language]["units"].get(unit or "", unit or "")


def song_facts(rows: pl.DataFrame, language: str, letter: str = "f") -> list[Fact]:
    """The rows of ``facts`` of one track as a sheet.

    Args:
        letter: what refs begin with: f for the song itself, g for the one beside it.
    """
    return [
        Fact(
            ref=letter + row["fact_id"][1:],
            kind=row["kind"],
            what=name_of(row["kind"], language),
            text=in_words(row, language),
            value=row["value"],
            unit=row["unit"],
            source=row["source_table"],
            confidence=round(row["confidence"], 2),
            assertable=row["assertable"],
        )
        for row in rows.sort("fact_id").iter_rows(named=True)
    ]


def length(seconds: float, language: str) -> str:
    """'3 分 7 秒' or '3 minutes and 7 seconds'."""
    minutes, left = divmod(int(seconds + 0.5), 60)
    if language == "zh":
        if not minutes:
            return f"{left} 秒"
        return f"{minutes} 分 {left} 秒" if left else f"{minutes} 分钟"
    parts = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((minutes, "minute"), (left, "second")) if n]
    return " and ".join(parts)


def in_words(row: dict[str, Any], language: str) -> str:
    """The value of a row of ``facts`` as people say it."""
    kind, text, value = row["kind"], row["text"], row["value"]
    if text is not None and kind in _TEXTS[language]:
        return _TEXTS[language][kind][text]
    if kind in _WORDED:
        return _WORDED[kind](text, language) or str(text)
    if kind == "quote":
        return f"{text}（{forms.clock(row['at_s'])}）" if row["at_s"] is not None else str(text)
    if kind == "length":
        return length(value, language)
    if text is not None:
        return str(text)
    return forms.integer(value) if value == int(value) else f"{value:.2g}" if abs(value) < 1 else f"{value:.1f}"


def _date(text: str, language: str) -> str:
    parts = [int(part) for part in text.split("-")]
    day = date(*[*parts, 1, 1][:3])
    if len(parts) < 3:
        return forms.month(day, language) if len(parts) == 2 else forms.year(day, language)
    return f"{forms.month(day, 'zh')} {day.day} 日" if language == "zh" else f"{day.day} {forms.month(day, 'en')}"


_WORDED: dict[str, Callable[[str, str], str | None]] = {
    "key": forms.key_name,
    "mood": forms.mood,
    "version": forms.version,
    "theme": lyrics.theme_word,
    "genre": genres.called,
    "release": _date,
    "language": forms.sung_in,
}
