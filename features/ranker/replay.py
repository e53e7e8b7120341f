"""A past night made again from what was known then, for the ranker to learn from before there are lists."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from features.night import Night
from features.ranker.inputs import ReplayInputs
from features.ranker.scorer import FEATURES
from schemas import TABLES

KNOWN_FROM = {"plays": "local_date", "feedback": "local_date", "tracks": "added_on", "users": "created_on"}
"""Tables of which a past day knows only the rows up to it, by this column."""


@dataclass(frozen=True, slots=True)
class ReplayParams:
    """Parameters of the replay.

    Args:
        days: nights back to the one that is made again; its lists would have been heard since.
        found_from: songs played for the first time since, by people who had played before, below which nothing
            is made again: too little to learn from.
        listeners: most listeners of that night, evenly spread over the order of their ids; bounds time and memory.
    """

    days: int = 7
    found_from: int = 1000
    listeners: int = 3000

    def __post_init__(self) -> None:
        if self.days < 2:
            raise ValueError("days of a replay are 2 or more: some to learn from, some to judge by")


def as_of(inputs: ReplayInputs, params: ReplayParams, night: Night) -> dict[str, pl.DataFrame] | None:
    """The tables as the past night knew them; None where a ranker learnt before or there is too little to learn.

    A learnt ranker has nights of its own to learn from, and stays until one is better.
    """
    if _learnt_before(inputs.ranker_history):
        return None
    past = night.days_before(params.days)
    tables = {f.name: getattr(inputs, f.name) for f in fields(inputs) if f.name != "ranker_history"}
    known = {name: frame.filter(pl.col(KNOWN_FROM[name]) <= past) if name in KNOWN_FROM else frame
             for name, frame in tables.items()}  # fmt: skip
    mine = known["plays"].select("user_id", "track_id").unique()
    people = _spread(mine.join(_willing(known["users"]), on="user_id", how="semi")["user_id"], params.listeners)
    since = inputs.plays.filter((pl.col("local_date") > past) & (pl.col("local_date") <= night.ds))
    heard = since.join(people, on="user_id", how="semi").select("user_id", "track_id").unique()
    if heard.join(mine, on=["user_id", "track_id"], how="anti").height < params.found_from:
        return None
    for name in ("users", "plays", "feedback"):
        known[name] = known[name].join(people, on="user_id", how="semi")
    return known | {name: TABLES[name].empty() for name in ("history", "ranker")}


def _learnt_before(ranker_history: pl.DataFrame) -> bool:
    last = ranker_history.sort("ds", descending=True).head(1)
    return bool(last.height) and tuple(last["features"].item().to_list()) == FEATURES


def _willing(users: pl.DataFrame) -> pl.DataFrame:
    return users.filter("personalised").select("user_id")


def _spread(names: pl.Series, most: int) -> pl.DataFrame:
    """At most so many different ids, evenly spread over their order."""
    every = names.unique().sort()
    chosen = np.unique(np.linspace(0, max(0, len(every) - 1), min(most, len(every))).astype(np.int64))
    return every.gather(chosen).to_frame("user_id")


def as_history(ranking_log: pl.DataFrame, past: Night) -> pl.DataFrame:
    """What that night's ranker saw, as contract ``ranking_replay``."""
    return TABLES["ranking_replay"].frame(ranking_log.with_columns(ds=pl.lit(past.ds)))
