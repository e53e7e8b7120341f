"""What stages ``ranker`` and ``replay`` read."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class RankerInputs:
    """What past rankers saw, what a replayed one would have seen, which served, and what was played."""

    ranking_history: pl.DataFrame
    ranking_replay: pl.DataFrame
    ranker_history: pl.DataFrame
    plays: pl.DataFrame


@dataclass(frozen=True, slots=True)
class ReplayInputs:
    """Listeners, catalogue and all that is known of them, whole; and the rankers that served before."""

    users: pl.DataFrame
    plays: pl.DataFrame
    feedback: pl.DataFrame
    contexts: pl.DataFrame
    tracks: pl.DataFrame
    audio_features: pl.DataFrame
    recordings: pl.DataFrame
    emotions: pl.DataFrame
    text_vectors: pl.DataFrame
    audio_vectors: pl.DataFrame
    neighbours: pl.DataFrame
    ranker_history: pl.DataFrame
