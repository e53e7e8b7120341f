"""Quality, seconds and peak memory of collaborative models on made-up worlds.

    python -m bench.collaborative --world middling dense
    python -m bench.collaborative --world sparse --models blend

Every model runs in a process of its own, so that its peak is its own. ``sparse`` has the size
of public sets of other domains: 30,000 users, 40,000 items, 800,000 draws.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time

from bench.interactions import WORLDS, pairs, split
from features.collaborative.blend import MODELS
from features.collaborative.params import CollaborativeParams
from features.evaluation.holdout import evaluate
from features.seeds import Seeds


def measure(world: str, model: str) -> str:
    """One line: recall and nDCG at 20, seconds of the clock and of processors, peak memory."""
    train, test = split(pairs(WORLDS[world]))
    began, busy = time.perf_counter(), time.process_time()
    found = evaluate(train, test, model=model, k=20, params=CollaborativeParams(), seeds=Seeds(0))
    seconds, work = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    quality = f"recall {found.recall:.4f}  ndcg {found.ndcg:.4f}"
    return f"{model:<11} {quality}  {seconds:6.1f} s, {work:6.1f} s of processors, peak {peak:5.0f} MB"


def main() -> None:
    """Print one line per world and model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", nargs="*", default=["middling"], choices=sorted(WORLDS))
    parser.add_argument("--models", nargs="*", default=sorted(MODELS), choices=sorted(MODELS))
    parser.add_argument("--here", action="store_true", help="in this process: the first world and model only")
    asked = parser.parse_args()
    if asked.here:
        print(measure(asked.world[0], asked.models[0]))
        return
    for world in asked.world:
        print(f"{world}: {WORLDS[world]}", flush=True)
        for model in asked.models:
            command = [sys.executable, "-m", "bench.collaborative", "--here", "--world", world, "--models", model]
            subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


if __name__ == "__main__":
    main()
