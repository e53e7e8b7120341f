"""What calibration costs and brings: nDCG, divergence from the user's mix, coverage, Gini, likeness within a list.

    python -m bench.calibration --home HOME          a finished night of the sample
    python -m bench.calibration --sketch 7 9         the sample without its audio, by seed

Rows: ALS alone (its own best thirty), the plain top thirty by score (no rule kept), the same
under the rules, then with calibration, and with all that the lists do (places for new songs,
one open place). Personal users only; divergence is KL(user's mix || list) as Steck defines it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from bench.lists import of_home
from bench.measure import PLAIN, SEEDS, K, by_score, ndcg, source_alone
from features.candidates.collaborative import vectors_of
from features.candidates.eligibility import servable
from features.evaluation.ranking import coverage, gini
from features.lists import build
from features.lists.inputs import ListInputs
from features.lists.mix import FACETS, QUADRANTS, quadrant
from features.lists.params import ListParams
from features.lists.songs import lookup
from features.measurement import MeasurementPolicy
from jobs.run.body import gather
from schemas.vocabulary import TRACK_LANGUAGES
from tests.worlds.sketch import Sketch, sketch

_SMOOTHING = 0.01
C = pl.col


def compared(app: Sketch, made: build.Bucket) -> Iterator[tuple[str, pl.DataFrame]]:
    """(what, its lists) of everything compared; ``rank`` is the playing order where there is one."""
    usual = ListParams()
    ways = {
        "under the rules": PLAIN,
        "and calibrated": replace(PLAIN, calibration=usual.calibration),
        "as served": usual,
    }
    yield "ALS alone", source_alone(app.tables["candidates"], "als")
    yield "plain top thirty", top(made)
    for name, params in ways.items():
        other = build.bucket(gather(ListInputs, app.tables), params, MeasurementPolicy(), app.night)
        yield name, build.daily_lists(build.assemble(other, params, SEEDS), other)


def top(made: build.Bucket) -> pl.DataFrame:
    """The thirty best scores of each user, no rule kept."""
    frame = pl.DataFrame({"u": made.pool.user, "t": made.pool.track, "score": made.ranked.score}).with_columns(
        user_id=made.listeners.frame["user_id"].gather(made.pool.user),
        track_id=made.songs.frame["track_id"].gather(made.pool.track),
    )
    return by_score(frame).filter(C("rank") <= K)


class Judge:
    """Measures lists of one night for its personal users."""

    def __init__(self, app: Sketch, made: build.Bucket) -> None:
        self.app, self.made = app, made
        frame = made.listeners.frame
        self.users = frame.filter("personal")["user_id"]
        self.rows = frame.filter("personal")["u"].to_numpy()
        self.catalogue = servable(app.tables["tracks"], app.night)["track_id"].sort()
        factors = app.tables["cf_track_factors"]
        vectors = self.catalogue.to_frame().join(factors, on="track_id").sort("track_id")
        norm = vectors_of(vectors)
        self.unit = norm / np.maximum(np.linalg.norm(norm, axis=1, keepdims=True), 1e-9)
        self.placed = vectors.select("track_id").with_row_index("v")

    def line(self, lists: pl.DataFrame) -> dict[str, float]:
        mine = lists.filter(C("rank") <= K).join(self.users.to_frame(), on="user_id", how="semi")
        apart = self.divergence(mine)
        items = pl.DataFrame({"track_id": self.catalogue, "item": range(len(self.catalogue))})
        shown = mine.join(items, on="track_id")["item"].to_numpy()
        return {
            "nDCG@30": float(ndcg(lists, self.app.truth, self.users).mean()),
            **{f"KL {name}": float(values.mean()) for name, values in zip(FACETS, apart, strict=True)},
            "KL": float(apart.sum(axis=0).mean()),
            "coverage": coverage(shown, len(items)),
            "Gini": gini(shown, len(items)),
            "likeness": self.likeness(mine),
        }

    def divergence(self, lists: pl.DataFrame) -> np.ndarray:
        """KL(user's mix || list) [shape=(facets, users)]."""
        tracks = self.app.tables["tracks"].select("track_id", "genre", "language", main="artist_id")
        felt = self.app.tables["emotions"].select("track_id", quadrant=quadrant())
        heard = self.app.tables["affinity"].filter(C("plays") > 0).select("user_id", "track_id")
        met = heard.join(tracks, on="track_id").select("user_id", "main").unique()
        songs = (
            lists.select("user_id", "track_id")
            .join(tracks, on="track_id")
            .join(felt, on="track_id", how="left")
            .join(heard.with_columns(heard=pl.lit(True)), on=["user_id", "track_id"], how="left")
            .join(met.with_columns(met=pl.lit(True)), on=["user_id", "main"], how="left")
            .join(self.made.listeners.frame.select("user_id", "u"), on="user_id")
            .with_columns(familiar=pl.when("heard").then(0).when("met").then(1).otherwise(2))
        )
        genre = pl.Series("genre", lookup(songs["genre"], self.made.songs.genres))
        language = pl.Series("language", lookup(songs["language"], TRACK_LANGUAGES))
        classes = len(self.made.songs.genres), QUADRANTS, 3, len(TRACK_LANGUAGES)
        columns = genre, songs["quadrant"].fill_null(-1), songs["familiar"], language
        shares = self.made.bucket_candidates.mix.shares
        return np.stack(
            [
                self._apart(songs["u"].to_numpy(), column.to_numpy(), n, mix)[self.rows]
                for column, n, mix in zip(columns, classes, shares, strict=True)
            ]
        )

    def _apart(self, user: np.ndarray, kind: np.ndarray, classes: int, mix: np.ndarray) -> np.ndarray:
        held = np.zeros((len(mix), classes))
        np.add.at(held, (user[kind >= 0], kind[kind >= 0]), 1)
        list_mix = held / np.maximum(held.sum(axis=1, keepdims=True), 1)
        smooth = (1 - _SMOOTHING) * list_mix + _SMOOTHING * mix
        ratio = np.where(mix > 0, mix, 1) / np.where(mix > 0, smooth, 1)
        divergence: np.ndarray = (mix * np.log(ratio)).sum(axis=1)
        return divergence

    def likeness(self, lists: pl.DataFrame) -> float:
        """Mean cosine between two songs of a list, in collaborative space."""
        rows = lists.join(self.placed, on="track_id").group_by("user_id").agg("v")["v"]
        found = []
        for places in rows:
            unit = self.unit[places.to_numpy()]
            n = len(unit)
            found.append((np.square(unit.sum(axis=0)).sum() - n) / (n * (n - 1)))
        return float(np.mean(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--sketch", type=int, nargs="*", default=[])
    given = parser.parse_args()
    apps = [(str(given.home), of_home(given.home))] if given.home else []
    seeds = given.sketch if apps else given.sketch or [7]
    for name, app in apps + [(f"seed {seed}", sketch(seed)) for seed in seeds]:
        made = build.bucket(gather(ListInputs, app.tables), PLAIN, MeasurementPolicy(), app.night)
        judge = Judge(app, made)
        print(f"\n{name}: {len(judge.users)} personal users")
        for what, lists in compared(app, made):
            found = judge.line(lists)
            print(f"  {what:<17}" + "  ".join(f"{key} {value:.3f}" for key, value in found.items()))


if __name__ == "__main__":
    main()
