"""Consecutive nights of a sketched app: does the ranker learn, what does its gate say, what do lists gain.

    python -m bench.nights --seeds 7 9 --nights 5

Each night sees plays up to its day only; the ranker learns from the nights before. Lists do not
avoid those of the nights before, so that nights compare. After the last night, whose tomorrow is
known, lists by the ranker that serves stand beside lists by the weights of the settings and every
single source.
"""

from __future__ import annotations

import argparse

import polars as pl

import jobs.lists
import jobs.ranker
from bench.measure import interval, ndcg, source_alone
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from jobs.run.body import apply
from schemas import TABLES
from schemas.vocabulary import CANDIDATE_SOURCES
from tests.worlds.sketch import Sketch, Tables, learned, sketch

SEEDS = Seeds(1)


def through(app: Sketch, nights: int, params: ListParams) -> tuple[Tables, Tables]:
    """Inputs and outputs of the lists of the last of so many nights, each learning from those before."""
    logs: list[pl.DataFrame] = []
    rankers: list[pl.DataFrame] = []
    tables, made = app.tables, {}
    for ago in range(nights - 1, -1, -1):
        night = Night(app.night.days_before(ago))
        past = {n: app.tables[n].filter(pl.col("local_date") <= night.ds) for n in ("plays", "feedback")}
        given = {
            "ranking_history": _dated("ranking_history", logs),
            "ranker_history": _dated("ranker_history", rankers),
        }
        ranker = jobs.ranker.run(**given, plays=past["plays"], list_rules=params, seeds=SEEDS, night=night)
        print(f"night of {night.ds}")
        for row in ranker["ranker_trials"].iter_rows(named=True):
            figure = "" if row["ndcg"] is None else f"{row['ndcg']:.4f}"
            print(f"  {'*' if row['serves'] else ' '} {row['contender']:<10}{figure:<8}{row['reason']}")
        tables = learned({**app.tables, **past}, night) | ranker
        made = apply(jobs.lists.run, tables, policy=MeasurementPolicy(), params=params, night=night, seeds=SEEDS)
        logs.append(made["ranking_log"].with_columns(ds=pl.lit(night.ds)))
        rankers.append(ranker["ranker"].with_columns(ds=pl.lit(night.ds)))
    return tables, made


def _dated(table: str, parts: list[pl.DataFrame]) -> pl.DataFrame:
    return TABLES[table].frame(pl.concat(parts)) if parts else TABLES[table].empty()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    parser.add_argument("--nights", type=int, default=5)
    given = parser.parse_args()
    params = ListParams()
    for seed in given.seeds:
        print(f"\nseed {seed}")
        app = sketch(seed)
        tables, made = through(app, given.nights, params)
        plain = tables | {"ranker": TABLES["ranker"].empty()}
        settings = apply(jobs.lists.run, plain, policy=MeasurementPolicy(), params=params, night=app.night, seeds=SEEDS)
        users = app.tables["users"]["user_id"]
        print(f"  lists by the ranker of the night   {interval(ndcg(made['daily_lists'], app.truth, users))}")
        print(f"  lists by the settings              {interval(ndcg(settings['daily_lists'], app.truth, users))}")
        for source in CANDIDATE_SOURCES:
            alone = ndcg(source_alone(tables["candidates"], source), app.truth, users)
            print(f"  {source + ' alone':<35}{interval(alone)}")


if __name__ == "__main__":
    main()
