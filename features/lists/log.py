"""How each shown song came to be shown (contract ``list_log``)."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.lists.build import Bucket, Finished
from features.lists.params import ListParams
from schemas import TABLES
from schemas.daily import SLOTS


def list_log(chosen: pl.DataFrame, found: Finished, made: Bucket, params: ListParams) -> pl.DataFrame:
    """One row per user and rank.

    Args:
        chosen: as :func:`features.lists.build.daily_lists` returns it: users by number, songs by rank.
    """
    user, column = np.nonzero(found.pairs >= 0)
    slot = found.slot[user, column]
    is_open = slot == SLOTS.index("open")
    arms = _arms(made, params)
    rows = chosen.with_columns(
        score_rank=pl.Series(found.place[user, column] + 1),
        candidates=pl.Series(found.candidates[user]),
        slot=pl.Series(SLOTS).gather(slot),
        propensity=pl.Series(np.where(is_open, found.propensity[user], 1.0)),
        choices=pl.Series(np.where(is_open, found.choices[user], 1)),
        explored=pl.Series(is_open & found.explored[user]),
        arms=arms["arms"].gather(user),
        buckets=arms["buckets"].gather(user),
    )
    return TABLES["list_log"].frame(rows)


def _arms(made: Bucket, params: ListParams) -> pl.DataFrame:
    """``arms``, ``buckets`` of each user, lists in order of the experiments."""
    ids = made.listeners.frame["user_id"].to_list()
    numbers, names = [], []
    for experiment in params.experiments:
        bucket, arm = experiment.arms(ids, params.salt)
        numbers.append(pl.Series(bucket, dtype=pl.Int32).alias(experiment.name))
        names.append(pl.Series(experiment.name, [f"{experiment.name}={one}" for one in arm], dtype=pl.String))
    empty = {"arms": pl.List(pl.String), "buckets": pl.List(pl.Int32)}
    if not numbers:
        return pl.DataFrame({n: [[] for _ in ids] for n in empty}, schema=empty)
    return pl.DataFrame(
        {
            "arms": pl.DataFrame(names).select(pl.concat_list(pl.all()).alias("x"))["x"],
            "buckets": pl.DataFrame(numbers).select(pl.concat_list(pl.all()).alias("x"))["x"],
        }
    )
