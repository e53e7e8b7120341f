"""What a header is drawn from: words, mood and beat of one song."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from features.measurement import MeasurementPolicy
from features.reading import readable
from features.words.params import FactParams
from features.words.terms.lyrics import quotes, themes

_DEFAULT_TEMPO = 84.0


@dataclass(frozen=True, slots=True)
class Brief:
    """One song, as a painter needs it.

    Args:
        line: a line of its lyrics, or "" for a song without words.
        valence, arousal: position on the mood plane, [-1, 1].
        energy: felt energy 0..1.
        tempo_bpm: beats per minute that move the picture.
        themes: what the words speak of, strongest first.
    """

    track_id: str
    title: str
    artist: str
    line: str
    genre: str
    valence: float
    arousal: float
    energy: float
    tempo_bpm: float
    moods: tuple[str, ...]
    themes: tuple[str, ...]


def briefs(
    tracks: pl.DataFrame,
    audio_features: pl.DataFrame,
    emotions: pl.DataFrame,
    lyrics: pl.DataFrame,
    policy: MeasurementPolicy,
) -> dict[str, Brief]:
    """A brief per row of ``tracks``; what is not known is drawn calm and neutral."""
    sound = _by_track(audio_features, tracks)
    feeling = _by_track(emotions, tracks)
    words = _by_track(lyrics, tracks)
    return {
        row["track_id"]: _brief(
            row,
            sound.get(row["track_id"], {}),
            feeling.get(row["track_id"], {}),
            words.get(row["track_id"], {}),
            policy,
        )
        for row in tracks.select("track_id", "title", "artist_name", "genre").iter_rows(named=True)
    }


def _by_track(frame: pl.DataFrame, tracks: pl.DataFrame) -> dict[str, dict[str, Any]]:
    wanted = frame.join(tracks.select("track_id"), on="track_id", how="semi")
    return {row["track_id"]: row for row in wanted.iter_rows(named=True)}


def _brief(
    track: dict[str, Any],
    sound: dict[str, Any],
    feeling: dict[str, Any],
    words: dict[str, Any],
    policy: MeasurementPolicy,
) -> Brief:
    lines: Sequence[str] = words.get("lines") or ()
    tempo = sound.get("tempo_bpm") if policy.row_may_use("tempo", sound) else None
    found = quotes(lines, words.get("line_start_s") or (), FactParams()) if lines else []
    return Brief(
        track_id=track["track_id"],
        title=track["title"],
        artist=track["artist_name"] or "",
        line=found[0].text if found else "",
        genre=track["genre"] or "",
        valence=round(float(feeling.get("valence") or 0.0), 3),
        arousal=round(float(feeling.get("arousal") or 0.0), 3),
        energy=round(float(sound.get("energy") or 0.4), 3),
        tempo_bpm=round(float(tempo or _DEFAULT_TEMPO), 2),
        moods=tuple(feeling.get("moods") or ())[:3],
        themes=tuple(name for name, *_ in themes(readable(lines, words.get("language")), FactParams())),
    )
