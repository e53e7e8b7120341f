"""What the stages from taste to lists cost on a load, and how that grows.

    daily30 sample --no-audio --users 3000 --songs 3000 --plays 300000 --home /tmp/3k
    daily30 sample --no-audio --users 10000 --songs 3000 --plays 1000000 --home /tmp/10k
    python -m bench.load.scale /tmp/3k /tmp/10k --workers 2

Stages before taste run unmeasured where they have not yet; sentence vectors are made up, for a real encoder takes
longer than all the rest. Processor seconds are those of all processes; memory is the highest sum of their
proportional set sizes (what several share counts once), looked at five times a second. Growth: processor seconds of
each later home over the first's, beside how many times the listeners are more.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from bench.load.meter import Cost, Meter
from features.seeds import Seeds
from jobs.cli.common import progress
from jobs.run.night import open_engine, the_pipeline
from jobs.run.runner import Runner, select
from jobs.run.settings import load_settings
from schemas.sound import TEXT_DIM

_FIRST, _LAST = "taste", "lists"


class Words:
    """A stand-in for the text encoder: the sum of a made-up vector per word."""

    name = "made up"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors [shape=(texts, TEXT_DIM), float32]."""
        sums = np.array([sum((_word(w) for w in text.split()), _word("")) for text in texts]).reshape(-1, TEXT_DIM)
        return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), dtype=np.float32)


@lru_cache(maxsize=100_000)
def _word(word: str) -> np.ndarray:
    return Seeds(0).rng("word", word).normal(size=TEXT_DIM)


def open_encoder(**_: object) -> Words:
    """In place of ``jobs.tools.text_encoder:open_text_encoder``."""
    return Words()


def measure(home: Path, workers: int, only: Sequence[str] = ()) -> dict[str, Cost]:
    """Run a night of a load up to the lists; the cost of each of the stages measured."""
    ds = date.fromisoformat(json.loads((home / "landing" / "SAMPLE.json").read_text())["until"])
    settings, house = load_settings(home, {"workers": workers}), the_pipeline()
    pipeline = replace(house, tools={**house.tools, "text_encoder": ("bench.load.scale:open_encoder", "text_encoder")})
    with progress(quiet=True) as shown:

        def runner() -> Runner:
            return Runner(home.absolute(), ds, pipeline, settings, engine=lambda: open_engine(settings), watcher=shown)

        before = [s.name for s in pipeline.stages]
        runner().run(pipeline.stages[: before.index(_FIRST)])
        found = {}
        for stage in select(pipeline, only=None, start=_FIRST, until=_LAST):
            measured = not only or stage.name in only
            with Meter() as meter:
                runner().run([stage], force=measured)
            if measured:
                found[stage.name] = meter.cost
    return found


def draw(costs: Mapping[str, Mapping[str, Cost]], users: Mapping[str, int]) -> None:
    """A table per home, then the growth."""
    for home, stages in costs.items():
        print(f"\n{home}: {users[home]:,} listeners")
        for name, cost in stages.items():
            print(f"  {name:<14}{cost.wall_s:>9.1f} s{cost.cpu_s:>9.1f} CPU s{cost.peak_mb:>8.0f} MB")
        total = sum(c.wall_s for c in stages.values()), sum(c.cpu_s for c in stages.values())
        print(
            f"  {'all':<14}{total[0]:>9.1f} s{total[1]:>9.1f} CPU s{max(c.peak_mb for c in stages.values()):>8.0f} MB"
        )
    first, *later = costs
    for home in later:
        print(f"\ngrowth from {first} to {home}; listeners x {users[home] / users[first]:.1f}")
        for name, cost in costs[home].items():
            if name in costs[first]:
                print(f"  {name:<14}x {cost.cpu_s / costs[first][name].cpu_s:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homes", type=Path, nargs="+")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=[], help="measure these stages alone")
    given = parser.parse_args()
    sizes = {str(h): json.loads((h / "landing" / "SAMPLE.json").read_text()) for h in given.homes}
    costs = {str(home): measure(home, given.workers, given.only) for home in given.homes}
    draw(costs, {home: size["users"] for home, size in sizes.items()})


if __name__ == "__main__":
    main()
