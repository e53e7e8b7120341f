"""From candidates to finished lists with order and evidence: users per second, peak memory, broken rules.

    python -m bench.assembly --users 10000 --candidates 300
    python -m bench.assembly --users 100000 --workers 2      the peak of a worker stays the same

Listeners are synthetic (tests/worlds/crowd.py), made and used bucket by bucket. The clock runs only
while the stage's body does; what it made is then checked by joins of its own (tests/oracles/violations.py).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import jobs.lists
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from jobs.run.body import apply
from tests.oracles.violations import violations
from tests.worlds.crowd import Crowd
from tests.worlds.sketch import sketch

LARGE = ListParams(logged=0.01)  # a large app logs the candidates of one user in a hundred for its ranker


@dataclass
class Tally:
    """What one worker saw."""

    users: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_mib: float = 0.0
    short: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    relaxed: Counter[str] = field(default_factory=Counter)


def work(numbers: list[int], size: int, candidates: int, songs: int) -> Tally:
    """Make, run and check these buckets."""
    app = sketch(11, 300, songs)
    crowd, tally = Crowd(app, candidates), Tally()
    for number in numbers:
        tables = crowd.bucket(number, size)
        wall, cpu = time.perf_counter(), time.process_time()
        made = apply(jobs.lists.run, tables, policy=MeasurementPolicy(), params=LARGE, night=app.night, seeds=Seeds(30))
        tally.wall_s += time.perf_counter() - wall
        tally.cpu_s += time.process_time() - cpu
        tally.users += size
        tally.broken.update(violations(tables, made, app.night)["broken"].to_list())
        tally.relaxed.update(made["list_summaries"]["relaxations"].explode().drop_nulls().to_list())
        tally.peak_mib = peak_mib()
        if tally.users % (10 * size) == 0:
            print(f"  worker {os.getpid()}: {tally.users} users, {tally.broken.total()} broken rules, "
                  f"{tally.peak_mib:.0f} MiB", flush=True)  # fmt: skip
        tally.short += made["list_summaries"].filter(made["list_summaries"]["songs"] < 30).height
    return tally


def peak_mib() -> float:
    """Peak resident memory of this process (VmHWM)."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def report(tallies: list[Tally], candidates: int) -> None:
    users = sum(t.users for t in tallies)
    wall = max(t.wall_s for t in tallies)
    cpu = sum(t.cpu_s for t in tallies)
    broken = sum((t.broken for t in tallies), Counter())
    relaxed = sum((t.relaxed for t in tallies), Counter())
    print(f"{users} users x {candidates} candidates, {len(tallies)} worker(s)")
    print(f"  {users / wall:8.0f} users/s by the clock, {users / cpu:.0f} per second of one core's time")
    print(f"  {max(t.peak_mib for t in tallies):8.0f} MiB at the peak of a worker")
    print(f"  {broken.total():8d} broken rules {dict(broken)}")
    print(f"  {sum(t.short for t in tallies):8d} lists short of thirty; relaxed: {dict(relaxed.most_common())}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=4_000)
    parser.add_argument("--candidates", type=int, default=300)
    parser.add_argument("--songs", type=int, default=1_000)
    parser.add_argument("--bucket", type=int, default=1_000, help="users per bucket")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    buckets = list(range(-(-given.users // given.bucket)))
    shares = [buckets[place :: given.workers] for place in range(given.workers)]
    rest = given.bucket, given.candidates, given.songs
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
        os.environ[name] = "1"  # a worker has one core; read when its libraries load
    with ProcessPoolExecutor(given.workers, multiprocessing.get_context("spawn")) as pool:
        report([f.result() for f in [pool.submit(work, share, *rest) for share in shares]], given.candidates)


if __name__ == "__main__":
    main()
