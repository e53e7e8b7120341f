"""A song as the writers see it: only what its facts assert."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from features.words.facts.links import LINKS


@dataclass(slots=True)
class Song:
    """The assertable facts of one track; None or empty where nothing may be said.

    Args:
        tempo: whole BPM.
        energy_level, valence, arousal: the numbers behind energy and mood.
        release: its first day, where only the year (``release_parts`` 1) or the month (2) is known.
        voice: sung or instrumental; ``acoustic``: acoustic or electric.
        version: kind of version; None for the plain recording.
        metre: beats in a bar.
        links: kind (same_album, same_producer, ...) -> (title of another song, how many others there are).
        theme_lines: theme -> lines that carry it, where they were counted.
        quotes: (line, seconds into the song or None), the most quotable first.
        lines: lines of the words.
        refrain: (first line where it may be quoted, times) of the block that comes back; ``refrain_lines``: its lines.
        often: (line, times) of the line sung most often, from two times on.
        between: first lines of the stretches before the refrain and before its return.
        person: who speaks: i, you, i_you, we or nobody.
        ids: kind -> fact ids, so that a text can name what it used.
    """

    track_id: str
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    release: date | None = None
    release_parts: int = 3
    genre: str | None = None
    language: str | None = None
    label: str | None = None
    producer: str | None = None
    composer: str | None = None
    lyricist: str | None = None
    length: float | None = None
    tempo: int | None = None
    key: str | None = None
    dynamics: str | None = None
    energy: str | None = None
    energy_level: float | None = None
    valence: float | None = None
    arousal: float | None = None
    voice: str | None = None
    acoustic: str | None = None
    version: str | None = None
    metre: int | None = None
    energy_shape: str | None = None
    brightness: str | None = None
    moods: list[str] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)
    theme_lines: dict[str, int] = field(default_factory=dict)
    quotes: list[tuple[str, float | None]] = field(default_factory=list)
    lines: int | None = None
    refrain: tuple[str | None, int] | None = None
    refrain_lines: int | None = None
    often: tuple[str, int] | None = None
    first_line: str | None = None
    last_line: str | None = None
    between: list[str] = field(default_factory=list)
    person: str | None = None
    links: dict[str, tuple[str, int]] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)


_TEXTS = frozenset(  # kinds whose text is told as it stands
    (
        *("title", "artist", "album", "genre", "language", "label", "producer", "composer", "lyricist"),
        *("key", "dynamics", "energy", "energy_shape", "brightness", "voice", "acoustic", "version"),
        *("first_line", "last_line", "person"),
    )
)
_NUMBERS = frozenset(("length", "valence", "arousal"))
_WHOLE = frozenset(("tempo", "metre", "lines", "refrain_lines"))
_COLUMNS = ("track_id", "fact_id", "kind", "value", "text", "at_s")


def songs(facts: pl.DataFrame, wanted: Iterable[str], *, weak: bool = False) -> dict[str, Song]:
    """Songs by track id, from the assertable facts of the wanted tracks; with ``weak``, from all of them."""
    ids = pl.DataFrame({"track_id": sorted(set(wanted))}, schema={"track_id": pl.String})
    rows = facts.join(ids, on="track_id", how="semi").filter(pl.col("assertable") | weak).sort("track_id", "fact_id")
    found = {track_id: Song(track_id) for track_id in ids["track_id"].to_list()}
    for track_id, fact_id, kind, value, text, at_s in rows.select(_COLUMNS).iter_rows():
        _take(found[track_id], kind, value, text, at_s)
        found[track_id].ids.setdefault(kind, []).append(fact_id)
    return found


def _take(song: Song, kind: str, value: Any, text: Any, at_s: float | None) -> None:
    if kind in _TEXTS:
        setattr(song, kind, text)
        if kind == "energy":
            song.energy_level = value
    elif kind in _NUMBERS:
        setattr(song, kind, value)
    elif kind in LINKS:
        song.links[kind] = (text, int(value))
    elif kind in _WHOLE:
        setattr(song, kind, int(value))
    elif kind == "release":
        parts = [int(part) for part in text.split("-")]
        song.release = date(*[*parts, 1, 1][:3])
        song.release_parts = len(parts)
    elif kind == "mood":
        song.moods.append(text)
    else:
        _take_words(song, kind, value, text, at_s)


def _take_words(song: Song, kind: str, value: Any, text: Any, at_s: float | None) -> None:
    if kind == "theme":
        song.themes.append(text)
        if value is not None:
            song.theme_lines[text] = int(value)
    elif kind == "quote":
        song.quotes.append((text, at_s))
    elif kind == "refrain":
        song.refrain = (text, int(value))
    elif kind == "often":
        song.often = (text, int(value))
    elif kind == "between":
        song.between.append(text)
