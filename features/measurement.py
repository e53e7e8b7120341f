"""From where a measured value may be used, and from where it may be said: one policy that everybody asks.

A value is *used* where nobody reads it: it ranks, orders, profiles a listener or moves a picture. It is
*said* where somebody does: a fact, a reason, a badge, a figure of the report, a column of an app. Saying
asks for more, because a wrong tempo in a ranking is noise and in a sentence it is false.

The catalogue's own statements (genre, language, credits, dates) and plain physics (energy, loudness,
length) come without a confidence: they are used and said wherever they are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import reduce
from operator import and_
from typing import Any, Literal

import numpy as np
import polars as pl

Used = Literal["tempo", "key", "mood", "scene", "valence", "arousal", "energy", "genre", "language"]
Said = Literal[
    "tempo", "key", "metre", "voice", "acoustic", "valence", "arousal", "mood", "scene", "theme",
    "energy", "genre", "language",
]  # fmt: skip

Valued = Literal["tempo", "key", "metre", "mood", "scene", "valence", "arousal", "energy", "genre", "language"]


@dataclass(frozen=True, slots=True)
class MeasurementPolicy:
    """Least confidences [0..1] of measured values; settings section ``[measurements]``.

    Args:
        tempo_used_from, tempo_said_from: ``tempo_confidence``: probability that the tempo is right within 4 %.
        key_used_from: ``key_strength``: correlation with the key's profile. Key and mode go together.
        key_said_from: ``key_confidence``: probability that key and mode are right.
        metre_said_from: ``metre_confidence``: probability that the bar is told rightly.
        voice_said_from, acoustic_said_from: probability of the heuristics on voice and on instruments.
        feeling_said_from: ``valence_confidence`` or ``arousal_confidence``, each for its own value; a mood and a
            scene are said only where the valence behind them may be.
        mood_profiled_from: probability of a mood tag that counts in a listener's taste, weighted by it.
        mood_used_from: probability of a mood tag that a song is ranked by.
        mood_said_from: probability of a mood tag that is named.
        scene_used_from: probability of a scene that counts for what a list suits.
        scene_said_from: probability of a scene that is named for a song.
        theme_said_from: confidence of a theme of the lyrics.
    """

    tempo_used_from: float = 0.3
    tempo_said_from: float = 0.6
    key_used_from: float = 0.5
    key_said_from: float = 0.6
    metre_said_from: float = 0.7
    voice_said_from: float = 0.75
    acoustic_said_from: float = 0.8
    feeling_said_from: float = 0.5
    mood_profiled_from: float = 0.2
    mood_used_from: float = 0.35
    mood_said_from: float = 0.45
    scene_used_from: float = 0.3
    scene_said_from: float = 0.5
    theme_said_from: float = 0.5

    def __post_init__(self) -> None:
        for field in fields(self):
            if not 0 <= getattr(self, field.name) <= 1:
                raise ValueError(f"{field.name} is a confidence, 0 to 1")

    def may_use(self, measure: Used, **columns: pl.Expr) -> pl.Expr:
        """Whether the value of a row may be used [Boolean, never null].

        Args:
            columns: expressions to stand for the confidence columns of :meth:`to_use`, by their names;
                columns that are not given are those of the frame.
        """
        return _reached(self.to_use(measure), columns)

    def may_say(self, measure: Said, **columns: pl.Expr) -> pl.Expr:
        """Whether the value of a row may be said [Boolean, never null]; ``columns`` as in :meth:`may_use`."""
        return _reached(self.to_say(measure), columns)

    def may_profile_mood(self, probability: pl.Expr) -> pl.Expr:
        """Whether a mood tag counts in a listener's taste [Boolean, never null]."""
        return (probability >= self.mood_profiled_from).fill_null(False)

    def used(self, measure: Used) -> pl.Expr:
        """The value where it may be used, else null; a key is ``"C# minor"``, a mood the leading one."""
        return pl.when(self.may_use(measure, **_LEADING)).then(_VALUES[measure]).alias(measure)

    def said(self, measure: Valued) -> pl.Expr:
        """The value where it may be said, else null; a key is ``"C# minor"``, a mood the leading one, a tempo one
        that a foot can tap (see :func:`tapped`).
        """
        value = tapped(_VALUES[measure]) if measure == "tempo" else _VALUES[measure]
        return pl.when(self.may_say(measure, **_LEADING)).then(value).alias(measure)

    def said_moods(self) -> pl.Expr:
        """The mood tags that may be said, most probable first [List(String), never null]."""
        least = self.to_say("mood")["mood_probability"]
        sure = pl.col("mood_probabilities").list.eval(pl.element() >= least).list.sum()
        known = pl.when(self.may_say("mood", **_LEADING)).then(pl.col("moods").list.head(sure))
        return known.otherwise(pl.lit([], pl.List(pl.String))).fill_null([]).alias("moods")

    def row_may_use(self, measure: Used, row: Mapping[str, Any]) -> bool:
        """:meth:`may_use` of one row as a mapping."""
        return _row_reached(self.to_use(measure), row)

    def row_may_say(self, measure: Said, row: Mapping[str, Any]) -> bool:
        """:meth:`may_say` of one row as a mapping."""
        return _row_reached(self.to_say(measure), row)

    def row_said_moods(self, row: Mapping[str, Any]) -> list[str]:
        """Of a row of ``emotions`` the mood tags that may be said, most probable first."""
        tags = zip(row["moods"] or (), row["mood_probabilities"] or (), strict=False)  # without one, never sure
        return [mood for mood, p in tags if self.row_may_say("mood", {**row, "mood_probability": p})]

    def to_use(self, measure: Used) -> dict[str, float]:
        """What using a value asks for: confidence column -> least value; nothing where there is none."""
        return {
            "tempo": {"tempo_confidence": self.tempo_used_from},
            "key": {"key_strength": self.key_used_from},
            "mood": {"mood_probability": self.mood_used_from},
            "scene": {"scene_probability": self.scene_used_from},
        }.get(measure, {})

    def to_say(self, measure: Said) -> dict[str, float]:
        """What saying a value asks for: confidence column -> least value; nothing where there is none."""
        return {
            "tempo": {"tempo_confidence": self.tempo_said_from},
            "key": {"key_confidence": self.key_said_from},
            "metre": {"metre_confidence": self.metre_said_from},
            "voice": {"voice_confidence": self.voice_said_from},
            "acoustic": {"acoustic_confidence": self.acoustic_said_from},
            "valence": {"valence_confidence": self.feeling_said_from},
            "arousal": {"arousal_confidence": self.feeling_said_from},
            "mood": {"mood_probability": self.mood_said_from, "valence_confidence": self.feeling_said_from},
            "scene": {"scene_probability": self.scene_said_from, "valence_confidence": self.feeling_said_from},
            "theme": {"theme_confidence": self.theme_said_from},
        }.get(measure, {})


def tapped(bpm: pl.Expr) -> pl.Expr:
    """A tempo folded by octaves into what a foot can tap (40..220 BPM): what every text and every app is told."""
    return pl.when(bpm > 220).then(bpm / 2).when(bpm < 40).then(bpm * 2).otherwise(bpm)


# Tags are lists sorted by falling probability: the first is the leading one.
_LEADING = {
    "mood_probability": pl.col("mood_probabilities").list.first(),
    "scene_probability": pl.col("scene_probabilities").list.first(),
}
_VALUES: dict[str, pl.Expr] = {
    "tempo": pl.col("tempo_bpm"),
    "key": pl.concat_str("key", pl.lit(" "), "mode"),
    "metre": pl.col("beats_per_bar"),
    "mood": pl.col("moods").list.first(),
    "scene": pl.col("scenes").list.first(),
    **{name: pl.col(name) for name in ("valence", "arousal", "energy", "genre", "language")},
}


def _reached(least: Mapping[str, float], columns: Mapping[str, pl.Expr]) -> pl.Expr:
    reached = (
        (columns.get(name, pl.col(name)).fill_nan(None) >= value).fill_null(False) for name, value in least.items()
    )
    return reduce(and_, reached, pl.lit(True))


def _row_reached(least: Mapping[str, float], row: Mapping[str, Any]) -> bool:
    """In single precision, as tables hold confidences, so that rows and expressions agree at the very threshold."""
    known = ((row.get(name), np.float32(value)) for name, value in least.items())
    return all(confidence is not None and bool(np.float32(confidence) >= value) for confidence, value in known)
