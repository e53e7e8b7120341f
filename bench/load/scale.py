"""What the stages from taste to lists cost on a load, and how that grows.

    daily30 sample --no-audio --users 3000 --songs 3000 --plays 300000 --home /tmp/3k
    daily30 sample --no-audio --users 10000 --songs 3000 --plays 1000000 --home /tmp/10k
    python -m bench.load.scale /tmp/3k /tmp/10k --workers 2 [--json]

Stages before taste run unmeasured where they have not yet; sentence vectors are made up, for a real encoder takes
longer than all the rest. Processor seconds are those of all processes; memory is the highest sum of their
proportional set sizes (what several share counts once), looked at five times a second, and this process, which runs
the night, is among them. Growth: processor seconds of the last home over the first's, beside how many times the
listeners are more.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.load.meter import Cost, Meter
from features.seeds import Seeds
from jobs.cli.common import progress
from jobs.run.night import open_engine, the_pipeline
from jobs.run.runner import Runner, select
from jobs.run.settings import load_settings
from schemas.sound import TEXT_DIM

_FIRST, _LAST = "taste", "lists"
_ALL, _UNITS = "all", ("CPU s", "wall s", "MB")


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
    """One row per stage and one of all: what it costs in each home, and how that grows from the first to the last."""
    homes = list(costs)
    first, last = homes[0], homes[-1]
    console = Console(width=max(80, 40 + 34 * len(homes)))
    table = Table("stage", *(f"{users[home]:,} listeners: {unit}" for home in homes for unit in _UNITS), box=None)
    if len(homes) > 1:
        table.add_column(f"CPU s x, listeners x {users[last] / users[first]:.1f}")
    for name in (*costs[first], _ALL):
        found = [total(costs[home]) if name == _ALL else costs[home][name] for home in homes]
        row = [cell for cost in found for cell in (f"{cost.cpu_s:,.1f}", f"{cost.wall_s:,.1f}", f"{cost.peak_mb:,.0f}")]
        grown = [f"{found[-1].cpu_s / found[0].cpu_s:.1f}"] if len(homes) > 1 else []
        table.add_row(name, *row, *grown)
    console.print(table)


def total(costs: Mapping[str, Cost]) -> Cost:
    """Of all stages, one after another: seconds add up, memory is that of the largest."""
    every = list(costs.values())
    return Cost(sum(c.wall_s for c in every), sum(c.cpu_s for c in every), max(c.peak_mb for c in every))


def probe_s() -> float:
    """Processor seconds of twenty million additions: how fast the machine is today."""
    started, value = time.process_time(), 0
    for number in range(20_000_000):
        value += number
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homes", type=Path, nargs="+")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=[], help="measure these stages alone")
    parser.add_argument("--json", action="store_true", help="print figures for programs instead of a table")
    given = parser.parse_args()
    loads = {str(h): json.loads((h / "landing" / "SAMPLE.json").read_text()) for h in given.homes}
    probe, costs = probe_s(), {str(home): measure(home, given.workers, given.only) for home in given.homes}
    if given.json:
        homes = {
            home: {**loads[home], "stages": {n: asdict(c) for n, c in of.items()}, "all": asdict(total(of))}
            for home, of in costs.items()
        }
        print(json.dumps({"workers": given.workers, "probe_s": probe, "homes": homes}, indent=2))
        return
    draw(costs, {home: load["users"] for home, load in loads.items()})
    print(f"\n{given.workers} workers; twenty million additions take {probe:.1f} CPU s here")


if __name__ == "__main__":
    main()
