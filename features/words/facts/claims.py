"""Evidence for people who check: what each row claims, in words (its proof is in features.evidence.proof)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from features.evidence import texts
from features.evidence.registry import KINDS
from features.words.terms import forms, genres

_UNKNOWN = "—"
# How a subject that is an id of ours is said in Chinese; English says the ids themselves.
_CHINESE: dict[str, Callable[[str, str], str | None]] = {
    "mood": forms.mood,
    "scene": forms.scene,
    "genre": genres.called,
    "city": forms.city,
    "daypart": forms.daypart,
    "weather": forms.weather,
}


def claim(row: Mapping[str, Any], names: Mapping[str, str], language: str = "en") -> str:
    """A row of ``evidence`` in words; ``names`` gives titles and artist names for ids."""
    kind, subject, too = KINDS[row["kind"]], row["subject"], row["subject_too"]
    fields = {name: _short(row[name]) for name in ("value", "value_high", "song_value", "unit")}
    fields["subject"] = _UNKNOWN if subject is None else _said(names.get(subject, subject), kind.subject, language)
    fields["song_text"] = _song_text(row["song_text"], kind.slots, language)
    sentences = texts.claims(language, kind.name)
    if too is None:
        return sentences[0].format(**fields)
    return sentences[-1].format(**fields, subject_too=names.get(too, too))


def _said(subject: str, sort: str | None, language: str) -> str:
    if language == "zh" and sort in _CHINESE:
        return _CHINESE[sort](subject, language) or subject
    return subject.replace("_", " ") if sort in ("genre", "scene") else subject


def _song_text(text: str | None, slots: tuple[str, ...], language: str) -> str:
    """What the evidence reads off the song: a key, a mood, or a name."""
    if not text:
        return ""
    if "key" in slots:
        return forms.key_name(text, language)
    return (forms.mood(text, "zh") or text) if language == "zh" and "felt" in slots else text


def _short(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
