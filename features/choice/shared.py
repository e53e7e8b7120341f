"""What is everybody's in the choice model, as the tables hold it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.choice.content import CONTENT_FIXED
from features.choice.params import ChoiceParams
from features.days import EFFECTS
from schemas.listeners import CHOICE_DIM


@dataclass(frozen=True, slots=True)
class Shared:
    """What a listener's own parameters are fitted beside.

    Args:
        ids: of the tracks, sorted.
        tracks: q(t), content(t) and base(t) [shape=(tracks, factors + contents + 1), float32].
        exposure: of each track [shape=(tracks,)].
        days: what each effect of a day adds to everybody's weights of content [shape=(effects, contents)].
        own: variance of what a day off adds for one listener; 0 where nothing is.
        terms: by the names of ``choice_terms``.
        factors: dimension of what is latent.
    """

    ids: pl.Series
    tracks: np.ndarray
    exposure: np.ndarray
    days: np.ndarray
    own: float
    terms: Mapping[str, float]
    factors: int

    @classmethod
    def of(
        cls, choice_tracks: pl.DataFrame, choice_days: pl.DataFrame, choice_terms: pl.DataFrame, params: ChoiceParams
    ) -> Shared:
        """From contracts ``choice_tracks``, ``choice_days`` and ``choice_terms``."""
        width = params.factors + params.genres + CONTENT_FIXED + 1
        songs = choice_tracks.sort("track_id")
        effects = choice_days.join(pl.DataFrame({"effect": EFFECTS}), on="effect", how="right", maintain_order="right")
        return cls(
            ids=songs["track_id"],
            tracks=_wide(songs["vector"])[:, :width],
            exposure=songs["exposure"].to_numpy().astype(np.float64),
            days=_wide(effects["vector"])[:, params.factors : width - 1].astype(np.float64),
            own=float(effects["own_variance"][0]),
            terms=dict(choice_terms.rows()),
            factors=params.factors,
        )

    @property
    def contents(self) -> int:
        """Columns of content."""
        return int(self.days.shape[1])

    @property
    def kinds(self) -> int:
        """Bits of a kind of day that make a difference."""
        bits = np.abs(self.days).sum(axis=1) > 0
        bits[0] |= self.own > 0
        return int((bits << np.arange(len(EFFECTS))).sum())


def _wide(vectors: pl.Series) -> np.ndarray:
    return vectors.list.to_array(CHOICE_DIM).to_numpy().reshape(len(vectors), CHOICE_DIM).astype(np.float32)
