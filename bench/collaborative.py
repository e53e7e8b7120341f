"""Seconds and peak memory of each collaborative model on random interactions.

python -m bench.collaborative --users 30000 --items 40000 --pairs 800000
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
import polars as pl

from features.collaborative.blend import MODELS
from features.collaborative.params import CollaborativeParams
from features.evaluation.holdout import evaluate
from features.seeds import Seeds


def pairs(users: int, items: int, count: int, seed: int = 0) -> pl.DataFrame:
    """Interactions of listeners with tastes: half within the listener's genre, popularity a power law."""
    rng = np.random.default_rng(seed)
    user = np.floor(users * rng.random(count) ** 1.5).astype(np.int64)
    item = np.floor(items * rng.random(count) ** 3).astype(np.int64)
    genres = 50
    own = rng.random(count) < 0.5
    item[own] = item[own] // genres * genres + user[own] % genres
    frame = pl.DataFrame({"user": user, "item": np.minimum(item, items - 1)}).unique().sort("user", "item")
    return frame.select(pl.col("user", "item").cast(pl.String), weight=pl.lit(1.0))


def main() -> None:
    """Print one line per model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=30_000)
    parser.add_argument("--items", type=int, default=40_000)
    parser.add_argument("--pairs", type=int, default=800_000)
    parser.add_argument("--models", nargs="*", default=sorted(MODELS), choices=sorted(MODELS))
    asked = parser.parse_args()
    every = pairs(asked.users, asked.items, asked.pairs)
    held = np.random.default_rng(1).random(every.height) < 0.2
    train, test = every.filter(~held), every.filter(held)
    for model in asked.models:
        started = time.perf_counter()
        found = evaluate(train, test, model=model, k=20, params=CollaborativeParams(), seeds=Seeds(0))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds = time.perf_counter() - started
        quality = f"recall {found.recall:.4f}  ndcg {found.ndcg:.4f}"
        print(f"{model:<11} {seconds:6.1f} s  peak {peak:5.0f} MB so far  {quality}")


if __name__ == "__main__":
    main()
