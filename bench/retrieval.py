"""Top-k retrieval against a bare float32 matrix product with a partial sort of the same shape.

python -m bench.retrieval --users 4000 --items 40000 --factors 64 --k 100

Ours also solves each listener from their history, hides what they know, orders the k and
breaks ties by item. The ratio is of one run, so other load on the machine falls on both.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

import numpy as np

from features.collaborative.als import Als
from features.collaborative.interactions import row_blocks
from features.collaborative.params import AlsParams


def main() -> None:
    """Print seconds of both and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("users", 4000), ("items", 40_000), ("factors", 64), ("k", 100), ("history", 30)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    from scipy.sparse import csr_array
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(0)
    items = (rng.standard_normal((given.items, given.factors)) * 0.1).astype(np.float32)
    model = Als.of_factors(AlsParams(factors=given.factors), items)
    known = np.sort(rng.integers(0, given.items, (given.users, given.history)), axis=1)
    starts = np.arange(given.users + 1) * given.history
    shape = (given.users, given.items)
    histories = csr_array((np.ones(known.size, np.float32), known.ravel(), starts), shape=shape)
    histories.sum_duplicates()
    histories.data[:] = 1.0
    users = model.fold_in(histories)

    def bare() -> None:
        for block in row_blocks(histories):
            np.argpartition(users[block] @ items.T, given.items - given.k, axis=1)[:, -given.k :]

    with threadpool_limits(limits=1, user_api="blas"):
        ours, other = _fastest(lambda: model.recommend(histories, given.k), bare, given.rounds)
    size = f"{given.users} listeners x {given.items} items x {given.factors} factors, top {given.k}"
    print(f"{size}, one thread of {os.cpu_count()}")
    print(f"  bare product and partial sort {other:6.2f} s")
    print(f"  recommend                     {ours:6.2f} s, {ours / other:.2f} x, {given.users / ours:,.0f} listeners/s")


def _fastest(one: Callable[[], object], two: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Least seconds of each, taken in turn."""
    seconds = []
    for _ in range(rounds):
        for task in (one, two):
            began = time.perf_counter()
            task()
            seconds.append(time.perf_counter() - began)
    return min(seconds[::2]), min(seconds[1::2])


if __name__ == "__main__":
    main()
