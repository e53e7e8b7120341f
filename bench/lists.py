"""How good are the lists: nDCG@30 against what each user would love tomorrow.

    python -m bench.lists --home HOME       a finished night of the sample, truth in HOME/truth
    python -m bench.lists --sketch 7 8 9    the sample without its audio, by seed (seconds)
    python -m bench.lists --tune 101 102    weights of the ranking fitted on these seeds

Beside the lists stand each source alone (its own best thirty, no rule kept), each source
under the rules that every list must keep, and an oracle under those rules. The weights in
features/ranker/weights.py were fitted on seeds 101 to 103; report others.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

import jobs.lists
from bench.measure import K, best_under_rules, by_score, interval, ndcg, source_alone, source_under_rules
from bench.tune import fit
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from jobs.pipeline import STAGES
from jobs.run.body import apply
from schemas import TABLES
from schemas.vocabulary import CANDIDATE_SOURCES
from tests.worlds.sketch import Sketch, sketch
from warehouse.lake.reader import Lake


def of_home(home: Path) -> Sketch:
    """The newest finished night of a sample home; a first night has no history."""
    night = Lake(home).night()
    tables = {n: night.frame(n) for n in STAGES["lists"].reads if n != "history"} | {
        "history": TABLES["history"].empty()
    }
    return Sketch(tables, pl.read_parquet(home / "truth" / "tomorrow.parquet"), Night(night.ds))


def rows(app: Sketch) -> Iterator[tuple[str, np.ndarray]]:
    """(what, nDCG@30 per user) of everything compared."""
    users = app.tables["users"]["user_id"]
    began = time.perf_counter()
    made = apply(
        jobs.lists.run, app.tables, policy=MeasurementPolicy(), params=ListParams(), night=app.night, seeds=Seeds(30)
    )
    seconds = time.perf_counter() - began
    print(f"{len(users)} users, lists in {seconds:.2f} s, {len(users) / seconds:.0f} users/s")
    served = made["daily_lists"]
    yield "lists, in playing order", ndcg(served, app.truth, users)
    yield "lists, by score", ndcg(by_score(served), app.truth, users)
    personal = made["list_summaries"].filter("personalised")["user_id"]
    yield "  personal, in playing order", ndcg(served, app.truth, personal)
    rest = made["list_summaries"].filter(~pl.col("personalised"))["user_id"]
    yield "  new and opted out", ndcg(served, app.truth, rest)
    yield from _of_new_songs(app, served, made["list_summaries"])
    for source in CANDIDATE_SOURCES:
        yield f"{source} alone", ndcg(source_alone(app.tables["candidates"], source), app.truth, users)
        yield f"{source} under the rules", ndcg(source_under_rules(app.tables, app.night, source), app.truth, users)
    yield "oracle under the rules", ndcg(best_under_rules(app.tables, app.truth, app.night), app.truth, users)


def _of_new_songs(app: Sketch, served: pl.DataFrame, summaries: pl.DataFrame) -> Iterator[tuple[str, np.ndarray]]:
    """nDCG@30 counted over songs at most 30 days old only, of users with a profile who would love one."""
    age = (pl.lit(app.night.serves_on) - pl.col("release_date")).dt.total_days()
    new = app.tables["tracks"].filter(age <= 30).select("track_id")
    truth = app.truth.join(new, on="track_id", how="semi")
    users = summaries.filter("personalised").join(truth, on="user_id", how="semi")["user_id"]
    yield f"new songs ({new.height}): lists", ndcg(served, truth, users)
    for source in ("item_item", "als", "fresh"):
        yield f"  {source} alone", ndcg(source_alone(app.tables["candidates"], source), truth, users)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--sketch", type=int, nargs="*", default=[])
    parser.add_argument("--tune", type=int, nargs="*", default=[])
    parser.add_argument("--users", type=int, default=300)
    parser.add_argument("--songs", type=int, default=300)
    given = parser.parse_args()
    if given.tune:
        for name, weight in fit([sketch(seed, given.users, given.songs) for seed in given.tune]).items():
            print(f"{name:<14}{weight:8.2f}")
    apps = [(f"seed {seed}", sketch(seed, given.users, given.songs)) for seed in given.sketch]
    if given.home:
        apps.append((str(given.home), of_home(given.home)))
    for name, app in apps:
        print(f"\n{name}: nDCG@{K}, mean and 95 % bootstrap interval over users")
        for what, values in rows(app):
            print(f"  {what:<34}{interval(values)}")


if __name__ == "__main__":
    main()
