"""Do candidates hold what a listener would love tomorrow: ALS and item-item bounded apart, and blended.

    python -m bench.candidates --sketch 7 9                          the sample without its audio, by seed
    python -m bench.candidates --sketch 7 --users 600 --songs 2000

Recall is the mean over listeners of the share of tomorrow's loved songs among the candidates;
"new" counts those never heard before.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

import jobs.candidates
from features.candidates.blend import BLENDED as BLENDS
from features.candidates.sources import CandidateParams
from features.lists.params import ListParams
from jobs.run.body import apply
from tests.worlds.sketch import Sketch, sketch

_PAIR = ("user_id", "track_id")
BLENDED = CandidateParams()
APART = replace(BLENDED, blend_depth=BLENDED.bound, blend_own=BLENDED.bound, blend_bound=2 * BLENDED.bound)


def recall(candidates: pl.DataFrame, truth: pl.DataFrame) -> float:
    """Mean over the truth's users of the share of their songs that are candidates."""
    found = truth.join(candidates.select(_PAIR).unique().with_columns(hit=pl.lit(1.0)), on=_PAIR, how="left")
    shares = found.group_by("user_id").agg(pl.col("hit").fill_null(0.0).mean()).sort("user_id")
    return float(shares["hit"].mean() or 0.0)  # type: ignore[arg-type]


def rows(app: Sketch) -> Iterator[tuple[str, pl.DataFrame]]:
    """(what, candidates) of everything compared; first the blend at the size that both sources have apart."""
    apart = _made(app, APART)
    again = apart.join(app.tables["affinity"].filter(pl.col("plays_ds") > 0), on=_PAIR, how="anti")
    sizes = _collaborative(again).select(_PAIR).unique().group_by("user_id").len()["len"]
    same = _made(app, replace(BLENDED, blend_bound=round(float(sizes.mean() or 0.0))))  # type: ignore[arg-type]
    made = _made(app, BLENDED)
    for way, candidates in (("apart", apart), ("blended, same size", same), ("blended", made)):
        yield f"als and item_item, {way}", _collaborative(candidates)
        yield f"all sources, {way}", candidates
    for source in made["source"].unique().sort():
        yield source, made.filter(pl.col("source") == source)


def _made(app: Sketch, params: CandidateParams) -> pl.DataFrame:
    made: pl.DataFrame = apply(
        jobs.candidates.run, app.tables, params=params, list_rules=ListParams(), night=app.night
    )["candidates"]
    return made


def _collaborative(candidates: pl.DataFrame) -> pl.DataFrame:
    return candidates.filter(pl.col("source").is_in(BLENDS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sketch", type=int, nargs="+", default=[7, 9])
    parser.add_argument("--users", type=int, default=300)
    parser.add_argument("--songs", type=int, default=300)
    given = parser.parse_args()
    for seed in given.sketch:
        app = sketch(seed, given.users, given.songs)
        new = app.truth.join(app.tables["plays"], on=_PAIR, how="anti")
        weights = {name: round(weight, 2) for name, weight in app.tables["cf_blend"].select("model", "weight").rows()}
        print(f"\nseed {seed}, {given.users} users, {given.songs} songs, weights {weights}")
        print(f"  {'':<38}{'songs a user':>12}{'recall':>9}{'of new':>9}")
        for what, candidates in rows(app):
            size = candidates.select(_PAIR).n_unique() / given.users
            print(f"  {what:<38}{size:>12.1f}{recall(candidates, app.truth):>9.4f}{recall(candidates, new):>9.4f}")


if __name__ == "__main__":
    main()
