"""A past night made again from what was known then, for the ranker to learn from before there are lists."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np
import polars as pl

from features.night import Night
from features.ranker.inputs import ReplayInputs
from features.ranker.scorer import FEATURES
from schemas import TABLES

_HISTORY_NIGHTS = 7  # as far as the ranker looks back
_OF_LISTENERS = ("users", "plays", "feedback")
KNOWN_FROM = {"plays": "local_date", "feedback": "local_date", "tracks": "added_on", "users": "created_on"}
"""Tables of which a past day knows only the rows up to it, by this column."""


@dataclass(frozen=True, slots=True)
class ReplayParams:
    """Parameters of the replay.

    Args:
        days: nights back to the one that is made again; its lists would have been heard since.
        nights: as many of the last nights, ranked by the same features, are enough to learn from without it.
        found_from: songs played for the first time since, by people who had played before, below which nothing
            is made again: too little to learn from.
        listeners: most listeners of that night, evenly spread over the order of their ids; bounds time and memory.
    """

    days: int = 14
    nights: int = 3
    found_from: int = 1000
    listeners: int = 3000

    def __post_init__(self) -> None:
        if self.days < 2:
            raise ValueError("days of a replay are 2 or more: some to learn from, some to judge by")


def as_of(inputs: ReplayInputs, params: ReplayParams, night: Night) -> dict[str, pl.DataFrame] | None:
    """The tables as the past night knew them; None where there are nights to learn from or too little to learn."""
    if _has_nights(inputs.ranker_history, params, night):
        return None
    past = night.days_before(params.days)
    people = _people(inputs, past, params.listeners)
    own = {name: getattr(inputs, name).join(people, on="user_id", how="semi") for name in _OF_LISTENERS}
    known = _known(replace(inputs, **own), past)
    mine = known["plays"].select("user_id", "track_id").unique()
    since = own["plays"].filter((pl.col("local_date") > past) & (pl.col("local_date") <= night.ds))
    found = since.select("user_id", "track_id").unique().join(mine, on=["user_id", "track_id"], how="anti")
    if found.height < params.found_from:
        return None
    return known | {name: TABLES[name].empty() for name in ("history", "ranker")}


def _has_nights(ranker_history: pl.DataFrame, params: ReplayParams, night: Night) -> bool:
    """Whether a learnt ranker serves, which stays until one is better, or enough of the last nights can teach one."""
    alike = pl.col("features") == pl.lit(list(FEATURES), pl.List(pl.String))
    last = ranker_history.filter(pl.col("ds") == pl.col("ds").max()).filter(alike & (pl.col("kind") != "settings"))
    lately = ranker_history.filter(alike & (pl.col("ds") >= night.days_before(_HISTORY_NIGHTS)))
    return last.height > 0 or lately.height >= params.nights


def _known(inputs: ReplayInputs, past: date) -> dict[str, pl.DataFrame]:
    """What was known on a past day; of songs that came later nothing."""
    tables = {f.name: getattr(inputs, f.name) for f in fields(inputs) if f.name != "ranker_history"}
    dated = {name: tables[name].filter(pl.col(column) <= past) for name, column in KNOWN_FROM.items()}
    songs = dated["tracks"].select("track_id")
    of_songs = ("audio_features", "recordings", "emotions", "text_vectors", "audio_vectors", "neighbours")
    told = {name: tables[name].join(songs, on="track_id", how="semi") for name in of_songs}
    near = songs.rename({"track_id": "neighbour_id"})
    told["neighbours"] = told["neighbours"].join(near, on="neighbour_id", how="semi")
    return tables | told | dated


def _people(inputs: ReplayInputs, past: date, most: int) -> pl.DataFrame:
    """At most so many of the listeners known on a past day who had played something and let themselves be known."""
    willing = inputs.users.filter(pl.col("personalised") & (pl.col(KNOWN_FROM["users"]) <= past))
    played = inputs.plays.select("user_id", "local_date").filter(pl.col(KNOWN_FROM["plays"]) <= past)
    return _spread(willing.join(played, on="user_id", how="semi")["user_id"], most)


def _spread(names: pl.Series, most: int) -> pl.DataFrame:
    """At most so many different ids, evenly spread over their order."""
    every = names.unique().sort()
    chosen = np.unique(np.linspace(0, max(0, len(every) - 1), min(most, len(every))).astype(np.int64))
    return every.gather(chosen).to_frame("user_id")


def as_history(ranking_log: pl.DataFrame, past: Night) -> pl.DataFrame:
    """What that night's ranker saw, as contract ``ranking_replay``."""
    return TABLES["ranking_replay"].frame(ranking_log.with_columns(ds=pl.lit(past.ds)))
