"""Graded nDCG of lists against what each user would love tomorrow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from features.evaluation.ranking import bootstrap_interval, graded_ndcg
from features.lists import build
from features.lists.inputs import ListInputs
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from jobs.run.body import gather
from schemas.vocabulary import CANDIDATE_SOURCES

K = 30
SEEDS = Seeds(30)
# The rules alone: no calibration, no place for new songs, none for exploration.
PLAIN = ListParams(calibration=0.0, new_songs=0, open_share=0.0)


def ndcg(lists: pl.DataFrame, truth: pl.DataFrame, users: pl.Series) -> np.ndarray:
    """nDCG@30 per user of ``users`` [shape=(users,)]; a user without a list scores 0.

    Args:
        lists: ``user_id``, ``track_id``, ``rank`` (1..30).
        truth: ``user_id``, ``track_id``, ``relevance``.
    """
    people = users.sort().to_frame("user_id").with_row_index("row")
    best = truth.sort("user_id", "relevance", descending=[False, True]).with_columns(
        rank=pl.int_range(1, pl.len() + 1).over("user_id")
    )
    hits = lists.join(truth, on=["user_id", "track_id"])
    return graded_ndcg(_grid(hits, people), _grid(best, people))


def _grid(rows: pl.DataFrame, people: pl.DataFrame) -> np.ndarray:
    table = np.zeros((people.height, K))
    inside = rows.filter(pl.col("rank") <= K).join(people, on="user_id")
    table[inside["row"].to_numpy(), inside["rank"].to_numpy() - 1] = inside["relevance"].to_numpy()
    return table


def by_score(daily_lists: pl.DataFrame) -> pl.DataFrame:
    """The lists in order of score instead of playing order."""
    ordered = daily_lists.sort("user_id", "score", "track_id", descending=[False, True, False])
    return ordered.with_columns(rank=pl.int_range(1, pl.len() + 1).over("user_id"))


def source_alone(candidates: pl.DataFrame, source: str) -> pl.DataFrame:
    """A source's best thirty; users it knows nothing about get what is popular."""
    own = candidates.filter(pl.col("source") == source)
    rest = candidates.filter(pl.col("source") == "popular").join(
        own.select("user_id").unique(), on="user_id", how="anti"
    )
    return pl.concat([own, rest]).select("user_id", "track_id", rank="source_rank").filter(pl.col("rank") <= K)


def best_under_rules(tables: dict[str, pl.DataFrame], truth: pl.DataFrame, night: Night) -> pl.DataFrame:
    """What an oracle's scores make of the same candidates under the same rules, by relevance."""
    params = PLAIN
    made = build.bucket(gather(ListInputs, tables), params, MeasurementPolicy(), night)
    frame = pl.DataFrame({"u": made.pool.user, "t": made.pool.track}).with_columns(
        user_id=made.listeners.frame["user_id"].gather(made.pool.user),
        track_id=made.songs.frame["track_id"].gather(made.pool.track),
    )
    loved = frame.join(truth, on=["user_id", "track_id"], how="left", maintain_order="left")["relevance"].fill_null(0)
    oracle = replace(made, ranked=replace(made.ranked, score=loved.to_numpy().astype(float)))
    found = build.assemble(oracle, params, SEEDS)
    return by_score(build.daily_lists(found, oracle))


def interval(values: np.ndarray) -> str:
    """Mean and 95 % bootstrap interval, for a table."""
    low, high = bootstrap_interval(values, np.random.default_rng(30))
    return f"{np.nanmean(values):.4f}  [{low:.4f}, {high:.4f}]"


def source_under_rules(
    tables: dict[str, pl.DataFrame], night: Night, source: str, params: ListParams | None = None
) -> pl.DataFrame:
    """Lists that obey every rule and rank by one source only; what it did not propose comes by popularity."""
    params = params or PLAIN
    made = build.bucket(gather(ListInputs, tables), params, MeasurementPolicy(), night)
    own = made.pool.sources[:, CANDIDATE_SOURCES.index(source)]
    popular = made.pool.sources[:, CANDIDATE_SOURCES.index("popular")]
    ranked = replace(made.ranked, score=own + 1e-3 * popular)
    alone = replace(made, ranked=ranked)
    return by_score(build.daily_lists(build.assemble(alone, params, SEEDS), alone))
