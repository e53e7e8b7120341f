"""What each collaborative model is worth tonight: weights learned on the last days' discoveries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from features.collaborative.als import Als
from features.collaborative.fusion import Fusion, learn
from features.collaborative.item_item import ItemItem
from features.collaborative.low_pass import low_passed
from schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scipy.sparse import csr_array

    from features.collaborative.interactions import Interactions
    from features.collaborative.model import Model
    from features.collaborative.params import CollaborativeParams


class LowPassedAls(Als):
    """ALS as candidates see it: scored in the strongest directions only."""

    def score_folded(self, folded: np.ndarray) -> np.ndarray:
        scores: np.ndarray = folded @ low_passed(self.item_factors).T
        return scores


def nightly_builders(params: CollaborativeParams) -> Mapping[str, Callable[[], Model]]:
    """The models weighed each night: those whose songs the blend chooses among, by the name of their source."""
    return {"als": lambda: LowPassedAls(params.als), "item_item": lambda: ItemItem(params.item_item)}


_REACH = 3  # candidates weighed while learning, for each that is kept


def blend_table(data: Interactions, affinity: pl.DataFrame, ds: date, params: CollaborativeParams) -> pl.DataFrame:
    """One row per model (contract ``cf_blend``); empty while nobody has played anything.

    Pairs first played in the last ``params.held_days`` are held out, the models learn from the
    older ones, and the weights are those whose first ``params.held_depth`` songs hold most of the
    held-out ones.

    Args:
        data: what the nightly models learn from.
        affinity: the contract of this name, for the first day of each pair.
        ds: the listening day.
        params: of the models and the learning.
    """
    table = TABLES["cf_blend"]
    if not len(data.items):
        return table.empty()
    held_from = ds - timedelta(days=params.held_days - 1)
    known, held = by_first_day(data, affinity, held_from, params.held_listeners)
    builders, depth = nightly_builders(params), params.held_depth
    learning = replace(params.blend, fallback=params.nightly_fallback, k=depth, depth=_REACH * depth, recall_share=1.0)
    fusion = learn([(known, held)], builders, learning)
    calm = _shrunk(fusion, params)
    return table.frame(_rows(calm, sorted(builders), held_from))


def by_first_day(data: Interactions, affinity: pl.DataFrame, held_from: date, most: int) -> tuple[csr_array, csr_array]:
    """(older pairs, pairs first played from ``held_from`` on), of ``most`` listeners at most.

    Args:
        data: pairs and their weights.
        affinity: ``user_id``, ``track_id``, ``first_played``; a pair never played is old.
        held_from: first day held out.
        most: listeners kept, evenly spread over the order of their ids.
    """
    from scipy.sparse import csr_array

    cells = data.matrix.tocoo()
    pairs = pl.DataFrame({"user_id": data.users.gather(cells.row), "track_id": data.items.gather(cells.col)})
    first = pairs.join(
        affinity.select("user_id", "track_id", "first_played"),
        on=["user_id", "track_id"],
        how="left",
        maintain_order="left",
    )
    new = first.select((pl.col("first_played") >= held_from).fill_null(False)).to_series().to_numpy()
    users = len(data.users)
    chosen = np.zeros(users, bool)
    chosen[np.unique(np.linspace(0, users - 1, min(most, users)).astype(np.int64))] = True
    parts = []
    for kept in (~new & chosen[cells.row], new & chosen[cells.row]):
        entries = (cells.data[kept], (cells.row[kept], cells.col[kept]))
        parts.append(csr_array(entries, shape=data.matrix.shape))
    return parts[0], parts[1]


def _shrunk(fusion: Fusion, params: CollaborativeParams) -> Fusion:
    """The same with weights drawn to the fallback, which counts as ``params.prior_listeners``."""
    if not fusion.learned:
        return fusion
    prior = params.prior_listeners / (params.prior_listeners + fusion.listeners)
    whole = sum(params.nightly_fallback.values())
    weights = {
        name: round((1 - prior) * fusion.weights.get(name, 0.0) + prior * weight / whole, 4)
        for name, weight in params.nightly_fallback.items()
    }
    return replace(fusion, weights=weights)


def _rows(fusion: Fusion, models: list[str], held_from: date) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "model": models,
            "weight": [fusion.weights.get(name, 0.0) for name in models],
            "quality": pl.Series([fusion.quality.get(name) for name in models], dtype=pl.Float32),
        }
    ).with_columns(
        learned=pl.lit(fusion.learned), listeners=pl.lit(fusion.listeners), held_from=pl.lit(held_from, dtype=pl.Date)
    )
