"""How well does a song that nobody has played start: recall and nDCG of songs whose plays were all taken away.

    python -m bench.cold --seeds 7 9 12                songs resemble each other by artist, as in the sample
    python -m bench.cold --seeds 7 9 12 --records 2    two albums per artist; songs resemble each other by album

From every third album of two songs or more one song is taken away, as if it came out tonight. Who
played it after all, and did not skip it, is to be found by the choice model's liking, among all
songs taken away; beside it the same model without album effects.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
import polars as pl

import jobs.choice
from bench.measure import interval
from features.choice.params import ChoiceParams
from features.evaluation.ranking import graded_ndcg
from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from jobs.run.body import apply
from tests.worlds.sketch import Sketch, Tables, landed

K = 10


def held_out(app: Sketch) -> tuple[Sketch, pl.DataFrame]:
    """The app without the plays of these songs, and who enjoyed them: ``user_id``, ``track_id``."""
    of_album = app.tables["tracks"].drop_nulls("album_id").filter(pl.len().over("album_id") > 1)
    taken = of_album.sort("album_id", "track_id").group_by("album_id", maintain_order=True).last().gather_every(3)
    plays = app.tables["plays"]
    enjoyed = plays.filter(~pl.col("skipped")).join(taken, on="track_id", how="semi").select("user_id", "track_id")
    left = plays.join(taken, on="track_id", how="anti")
    return replace(app, tables=app.tables | {"plays": left}), enjoyed.unique().sort("user_id", "track_id")


def found(tables: Tables, enjoyed: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Recall@10 and nDCG@10 of each listener who enjoyed one of the songs."""
    songs = enjoyed["track_id"].unique().sort()
    people = tables["choice_users"].join(enjoyed, on="user_id", how="semi").sort("user_id")
    places = tables["choice_tracks"].join(songs.to_frame("track_id"), on="track_id", how="semi").sort("track_id")
    liking = np.array(people["vector"].to_list()) @ np.array(places["vector"].to_list()).T
    hit = enjoyed.join(people.select("user_id").with_row_index("u"), on="user_id").join(
        places.select("track_id").with_row_index("t"), on="track_id"
    )
    truth = np.zeros(liking.shape)
    truth[hit["u"].to_numpy(), hit["t"].to_numpy()] = 1.0
    ranked = np.take_along_axis(truth, np.argsort(-liking, axis=1, kind="stable"), axis=1)[:, :K]
    ideal = -np.sort(-truth, axis=1)[:, :K]
    return ranked.sum(axis=1) / ideal.sum(axis=1), graded_ndcg(ranked, ideal)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    parser.add_argument("--records", type=int, default=0)
    given = parser.parse_args()
    for seed in given.seeds:
        app, enjoyed = held_out(landed(seed, records=given.records))
        print(f"\nseed {seed}: {enjoyed['track_id'].n_unique()} songs taken away")
        for name, tables in (("with albums", app.tables), ("without", _without_albums(app.tables))):
            made = apply(
                jobs.choice.whole,
                tables,
                policy=MeasurementPolicy(),
                params=ChoiceParams(),
                seeds=Seeds(1),
                night=app.night,
            )
            share = made["choice_terms"].row(by_predicate=pl.col("name") == "album_share")[1]
            recall, ndcg = found(made, enjoyed)
            print(f"  {name:<12} share {share:.2f}   recall@{K} {interval(recall)}   nDCG@{K} {interval(ndcg)}")


def _without_albums(tables: Tables) -> Tables:
    return tables | {"tracks": tables["tracks"].with_columns(album_id=pl.lit(None, dtype=pl.String))}


if __name__ == "__main__":
    main()
