"""ALS and item-item bounded together: each keeps its own best, the rest go by both, weighed.

The weights are learned each night on what listeners discovered in the last days (table
``cf_blend``). Scores are divided by their spread over all tracks for that listener, which is
what the weights were learned on; their means change no order and are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.candidates.collaborative import Floats, vectors_of
from features.candidates.eligibility import Ints
from features.candidates.setting import Setting
from features.candidates.sources import CandidateParams
from schemas.listeners import FACTOR_DIM

Doubles = NDArray[np.float64]
BLENDED = ("als", "item_item")
_PAIRS = 65_536  # scored at a time; bounds memory


@dataclass(frozen=True, slots=True)
class Space:
    """Listeners and tracks of collaborative space by number, zero where one has no vector.

    Args:
        users: [shape=(users, FACTOR_DIM)]. tracks: [shape=(tracks, FACTOR_DIM)].
        with_vector: numbers of the tracks that have a vector.
    """

    users: Floats
    tracks: Floats
    with_vector: Ints

    def scores(self, pairs: pl.DataFrame) -> Doubles:
        """Inner products of (u, t) pairs, the same whatever pairs stand beside them [shape=(pairs,)]."""
        user, track = pairs["u"].to_numpy(), pairs["t"].to_numpy()
        exact = np.empty(len(user))
        for low in range(0, len(user), _PAIRS):
            here = slice(low, low + _PAIRS)
            exact[here] = np.multiply(self.users[user[here]], self.tracks[track[here]], dtype=np.float64).sum(axis=1)
        return exact

    def spread(self) -> Doubles:
        """Standard deviation of each listener's scores over all tracks that have a vector [shape=(users,)].

        By the principal axes of the tracks: a product of whole matrices would round differently
        with the number of listeners in a bucket.
        """
        variance = np.zeros(len(self.users))
        if len(self.with_vector) == 0:
            return variance
        tracks = self.tracks[self.with_vector].astype(np.float64)
        centred = tracks - tracks.mean(axis=0)
        values, axes = np.linalg.eigh(centred.T @ centred / len(tracks))
        for value, axis in zip(values, axes.T, strict=True):
            if value > 0:
                variance += value * np.multiply(self.users, axis, dtype=np.float64).sum(axis=1) ** 2
        return np.sqrt(variance)


def space_of(scene: Setting, user_factors: pl.DataFrame, track_factors: pl.DataFrame) -> Space:
    """The space of a bucket: ``user_factors`` (``u``, ``vector``) and ``track_factors`` (``t``, ``vector``)."""
    of_user = np.zeros((scene.users.height, FACTOR_DIM), np.float32)
    of_track = np.zeros((scene.tracks.height, FACTOR_DIM), np.float32)
    with_vector = track_factors["t"].to_numpy().astype(np.int64)
    of_user[user_factors["u"].to_numpy()] = vectors_of(user_factors)
    of_track[with_vector] = vectors_of(track_factors)
    return Space(of_user, of_track, np.sort(with_vector))


def spread_of_proposals(proposed: pl.DataFrame, users: int, tracks: int) -> Doubles:
    """Standard deviation of each listener's scores over ``tracks`` tracks, 0 where not proposed [shape=(users,)].

    Args:
        proposed: ``u``, ``t``, ``score`` in order of u, then t.
    """
    user, score = proposed["u"].to_numpy().astype(np.int64), proposed["score"].to_numpy()
    mean = np.bincount(user, score, users) / max(1, tracks)
    square = np.bincount(user, score**2, users) / max(1, tracks)
    return np.sqrt(np.maximum(square - mean**2, 0.0))


def kept(
    bounded: dict[str, pl.DataFrame], space: Space, loose: Doubles, weights: dict[str, float], params: CandidateParams
) -> list[pl.DataFrame]:
    """The rows of als and item_item whose tracks are kept, with the score of the blend.

    Args:
        bounded: rows of each of BLENDED as the bounds left them (``u``, ``t``, ``score``, ``again``, ``rank``).
        space: for the als score of what only item_item proposed.
        loose: spread of the item_item scores of each user.
        weights: of each of BLENDED.
        params: how many.
    """
    pairs = _weighed(bounded, space, loose, weights)
    own = pl.min_horizontal("als_rank", "item_item_rank") <= params.blend_own
    ordered = pairs.with_columns(own=own.fill_null(False)).sort(
        "u", "again", "own", "blend", "t", descending=[False, False, True, True, False]
    )
    position = pl.int_range(pl.len()).over("u", "again")
    chosen = ordered.filter(pl.col("again") | (position < params.blend_bound)).with_columns(**_speakers(params))
    return [
        _reranked(bounded[name].join(chosen.filter(name).select("u", "t", "blend"), on=["u", "t"])) for name in BLENDED
    ]


def _speakers(params: CandidateParams) -> dict[str, pl.Expr]:
    """Which source proposes a kept pair: who has it within its own bound; if neither, als before item_item."""
    als, item_item = (((pl.col(f"{name}_rank") <= params.bound) | pl.col("again")).fill_null(False) for name in BLENDED)
    return {"als": als | ~item_item, "item_item": item_item | pl.col("als_rank").is_null()}


def _weighed(bounded: dict[str, pl.DataFrame], space: Space, loose: Doubles, weights: dict[str, float]) -> pl.DataFrame:
    """Every pair once: ``u``, ``t``, ``again``, rank by each source or null, ``blend``."""
    als, item_item = (bounded[name].select("u", "t", "again", pl.col("rank").alias(f"{name}_rank")) for name in BLENDED)
    scored = item_item.with_columns(bounded["item_item"]["score"])
    pairs = als.join(scored, on=["u", "t", "again"], how="full", coalesce=True).sort("u", "t")
    user = pairs["u"].to_numpy().astype(np.int64)
    near = _over(space.scores(pairs), space.spread()[user])
    played = _over(pairs["score"].fill_null(0.0).to_numpy(), loose[user])
    return pairs.with_columns(blend=pl.Series(weights.get("als", 0.0) * near + weights.get("item_item", 0.0) * played))


def _over(scores: Doubles, spread: Doubles) -> Doubles:
    return np.divide(scores, spread, out=np.zeros(len(scores)), where=spread > 0)


def _reranked(rows: pl.DataFrame) -> pl.DataFrame:
    """Ranks without gaps, in the order of the ranks there are."""
    return rows.sort("u", "rank").with_columns(rank=pl.int_range(1, pl.len() + 1).over("u"))
