"""Any number of synthetic listeners, bucket by bucket: clones of the sketch's, each with a lot of their own.

A clone keeps its model's taste; its scores, the nights before, what it blocked and what it
played today are drawn anew, so that rules collide in ways that a sample of 300 never shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from schemas import TABLES
from tests.worlds.sketch import Sketch, Tables

C = pl.col
_CLONED = ("users", "taste", "affinity", "cf_user_factors", "choice_users", "satiation", "candidates")
_NIGHTS = 14
_PER_NIGHT = 30


@dataclass
class Crowd:
    """Clones of a sketch's listeners.

    Args:
        app: whom they are cloned from, with more songs than candidates.
        candidates: different tracks proposed to each.
        seed: of everything drawn.
    """

    app: Sketch
    candidates: int
    seed: int = 30

    def __post_init__(self) -> None:
        self._proposed = self._trimmed(np.random.default_rng(self.seed))

    def bucket(self, number: int, size: int) -> Tables:
        """All inputs of the lists stage for clones ``number * size`` and on."""
        rng = np.random.default_rng((self.seed, number))
        models = self.app.tables["users"]["user_id"]
        clones = pl.DataFrame(
            {
                "user_id": models.gather(rng.integers(len(models), size=size)),
                "clone": [f"c{number * size + place:07d}" for place in range(size)],
            }
        )
        tables = self.app.tables | {"candidates": self._proposed}
        for name in _CLONED:
            rows = tables[name].join(clones, on="user_id").drop("user_id").rename({"clone": "user_id"})
            tables[name] = TABLES[name].frame(rows.sort(TABLES[name].key))
        shaken = C("source_score") * pl.Series(rng.lognormal(0, 0.3, tables["candidates"].height))
        tables["candidates"] = TABLES["candidates"].frame(tables["candidates"].with_columns(source_score=shaken))
        tables["affinity"] = _moody(tables["affinity"], rng)
        tables["history"] = self._history(tables["candidates"], rng)
        return tables

    def _trimmed(self, rng: np.random.Generator) -> pl.DataFrame:
        """Exactly so many tracks for each model: the best of every source, topped up at random."""
        tracks, users = self.app.tables["tracks"]["track_id"], self.app.tables["users"]["user_id"]
        proposed, spare = self.app.tables["candidates"], len(tracks)
        filler = pl.DataFrame(
            {
                "user_id": users.gather(np.repeat(np.arange(len(users)), spare)),
                "track_id": tracks.gather(rng.permuted(np.tile(np.arange(spare), (len(users), 1)), axis=1).ravel()),
                "place": np.tile(np.arange(1_000, 1_000 + spare), len(users)),
            }
        )
        own = proposed.group_by("user_id", "track_id").agg(place=C("source_rank").min().cast(pl.Int64))
        both = pl.concat([own, filler]).group_by("user_id", "track_id").agg(C("place").min())
        order = both.sort("user_id", "place", "track_id").with_columns(n=pl.int_range(pl.len()).over("user_id"))
        kept = order.filter(C("n") < self.candidates)
        mine = proposed.join(kept, on=["user_id", "track_id"], how="semi")
        rest = kept.join(mine, on=["user_id", "track_id"], how="anti").with_columns(
            source=pl.lit("popular"), source_rank=C("place"), source_score=pl.lit(1e-6)
        )
        return pl.concat([TABLES["candidates"].frame(mine), TABLES["candidates"].frame(rest)])

    def _history(self, candidates: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
        """Every second clone was given lists on up to 14 nights, out of what it may be given now."""
        pairs = candidates.select("user_id", "track_id").unique().sort("user_id", "track_id")
        nights = (
            pairs.select("user_id")
            .unique()
            .sort("user_id")
            .with_columns(nights=pl.Series(rng.integers(0, _NIGHTS, pairs["user_id"].n_unique())))
        )
        shuffled = pairs.with_columns(lot=pl.Series(rng.random(pairs.height))).sort("user_id", "lot")
        placed = shuffled.with_columns(n=pl.int_range(pl.len()).over("user_id")).join(nights, on="user_id")
        given = placed.filter(C("n") < (C("nights") - _NIGHTS // 2) * _PER_NIGHT)
        rows = given.select(
            "user_id",
            "track_id",
            ds=pl.lit(self.app.night.ds) - pl.duration(days=1 + (C("n") // _PER_NIGHT) * 2),
            rank=C("n") % _PER_NIGHT + 1,
            recording_id="track_id",
        )
        return TABLES["history"].frame(rows)


def _moody(affinity: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Some tracks blocked, some disliked, some played on ds."""
    ordered = affinity.sort("user_id", "track_id")
    lot = pl.Series(rng.random(ordered.height))
    return TABLES["affinity"].frame(
        ordered.with_columns(
            blocked=C("blocked") | (lot < 0.03),
            weight=pl.when(lot > 0.95).then(-1.0).otherwise("weight"),
            plays_ds=pl.when(lot.is_between(0.03, 0.08)).then(1).otherwise("plays_ds"),
        )
    )
