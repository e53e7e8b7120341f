"""What each model of stage ``collaborative`` costs on a load, straight from its landing, without the stages before.

    python -m bench.load.models /tmp/load

Weights are unskipped plays, halved every thirty days; processor seconds and the peak of this process, data included.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from features.collaborative import tables
from features.collaborative.als import Als
from features.collaborative.item_item import ItemItem
from features.collaborative.listeners import user_knn
from features.collaborative.nightly import blend_table
from features.collaborative.params import CollaborativeParams
from features.collaborative.popularity import popularity
from jobs.run.memory import peak_mb, reset_peak


def timed(name: str, work: Callable[[], Any]) -> Any:
    """What the work comes to; its cost is printed."""
    reset_peak()
    started = time.process_time()
    made = work()
    print(f"{name:<12}{time.process_time() - started:>8.1f} CPU s{peak_mb():>8.0f} MB", flush=True)
    return made


def pairs(plays: pl.DataFrame, ds: date) -> pl.DataFrame:
    """What the models read of ``affinity``, plainly."""
    unskipped = 1 - pl.col("skipped").cast(pl.Float64)
    age = (pl.lit(ds) - pl.col("local_date")).dt.total_days()
    return plays.group_by("user_id", "track_id").agg(
        plays=pl.len().cast(pl.Int32),
        skips=pl.col("skipped").sum().cast(pl.Int32),
        weight=(unskipped * 0.5 ** (age / 30)).sum(),
        first_played=pl.col("local_date").min(),
        last_heard=pl.col("local_date").filter(~pl.col("skipped")).max(),
        blocked=pl.lit(False),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    landing = parser.parse_args().home / "landing"
    ds = date.fromisoformat(json.loads((landing / "SAMPLE.json").read_text())["until"])
    tracks = pl.read_ndjson(landing / "tracks.jsonl", infer_schema_length=None)
    users = pl.read_csv(landing / "users.csv", try_parse_dates=True)
    heard = pl.scan_parquet(landing / "plays" / "*.parquet").select("user_id", "track_id", "played_at", "skipped")
    plays = heard.with_columns(local_date=pl.col("played_at").dt.date()).collect()
    params, affinity = CollaborativeParams(), pairs(plays, ds)
    data = timed("data", lambda: tables.training(affinity, users, tracks))
    print(f"{data.matrix.shape[0]:,} listeners, {data.matrix.shape[1]:,} songs, {data.matrix.nnz:,} pairs")
    timed("user_knn", lambda: user_knn(data, affinity, params.user_knn))
    timed("item_item", lambda: ItemItem(params.item_item).fit(data.matrix))
    timed("als", lambda: Als(params.als).fit(data.matrix).fold_in(data.matrix))
    timed("blend", lambda: blend_table(data, affinity, ds, params))
    timed("popularity", lambda: popularity(affinity, users, ds, params.popularity_half_life_days))


if __name__ == "__main__":
    main()
