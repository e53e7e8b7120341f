"""What a few new songs cost a catalogue that is known, against the night that heard all of it.

    python -m bench.incremental HOME [--songs 3] [--until facts] [--out result.json]

The newest night of HOME's delivery is run in two copies: cold, from its landing alone; then warm, after so many
songs were added to the same copy. The new files are delivered ones without their last second:
recordings nobody has heard, spread over the catalogue. Beside them one old file gets another
name, which may cost nothing, and one comes a second time under another track id. Compared
is the CPU time of each stage with all its processes, imports and models included.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from jobs.pipeline import PIPELINE
from jobs.run.landing import newest_day
from jobs.run.night import runner, the_pipeline
from jobs.run.runner import select

ADDED = "added"
Row = dict[str, Any]


class Meter:
    """A watcher that reads the CPU clock of this process and its workers when a stage ends."""

    def __init__(self) -> None:
        self.cpu_s: dict[str, float] = {}
        self._last = cpu_s()

    def start(self, name: str, total: int | None = None) -> None:
        """Planning counts to the stage."""

    def advance(self, name: str, steps: int = 1, detail: str = "") -> None:
        """Nothing to say."""

    def finish(self, name: str, detail: str = "") -> None:
        """Book what was spent since the stage before."""
        now = cpu_s()
        self.cpu_s[name], self._last = now - self._last, now
        print(f"{name}: {detail}, {self.cpu_s[name]:.2f} s", file=sys.stderr)


def cpu_s() -> float:
    """CPU seconds of this process, its descendants and those of them that ended."""
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return sum(sum(process.cpu_times()[:4]) for process in family)


def add_songs(landing: Path, count: int) -> None:
    """Deliver ``count`` new songs, rename one file, deliver one file again under a second id."""
    catalogue = landing / "tracks.jsonl"
    rows = [json.loads(line) for line in catalogue.read_text(encoding="utf-8").splitlines()]
    whole = [row for row in rows if row["audio_path"] and (landing / "audio" / row["audio_path"]).is_file()]
    places = np.linspace(0, len(whole) - 1, count + 2).round().astype(int)
    *models, renamed, twice = (whole[place] for place in places)
    added = [_edit(landing / "audio", row, f"{ADDED}{n}") for n, row in enumerate(models)]
    added.append({**twice, "track_id": f"{ADDED}-twice"})
    new_name = f"{ADDED}-{renamed['audio_path']}"
    (landing / "audio" / renamed["audio_path"]).rename(landing / "audio" / new_name)
    renamed["audio_path"] = new_name
    _write(catalogue, rows)
    (landing / "tracks").mkdir(exist_ok=True)
    _write(landing / "tracks" / f"{ADDED}.jsonl", added)


def _edit(folder: Path, row: Row, track_id: str) -> Row:
    """A new recording: the song without its last second."""
    from warehouse.media.decode import AudioFiles
    from warehouse.media.encode_audio import encode

    with AudioFiles(folder) as files:
        sound = files.decode(row["audio_path"])
    rate = sound.sample_rate_hz
    encode(sound.samples[:, :-rate].T, rate, folder / f"{track_id}.flac", {})
    return {**row, "track_id": track_id, "title": f"{row['title']} (edit)", "audio_path": f"{track_id}.flac"}


def _write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def night(home: Path, ds: date, until: str) -> dict[str, Row]:
    """Run the night up to a stage: CPU seconds and buckets run per stage."""
    stages = select(the_pipeline(), only=None, start=None, until=until)
    meter = Meter()
    report = runner(home, ds, flags={}, watcher=meter).run(stages)
    return {stage.stage: {"cpu_s": meter.cpu_s[stage.stage], "ran": stage.ran} for stage in report.stages}


def compare(home: Path, songs: int, until: str) -> Row:
    """CPU seconds of both nights per stage, and the share over the stages that go song by song."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "home"
        shutil.copytree(home / "landing", copy / "landing")
        ds = newest_day(copy)
        cold = night(copy, ds, until)
        add_songs(copy / "landing", songs)
        warm = night(copy, ds, until)
    per_track = [s.name for s in PIPELINE if s.split == "track_id" and s.name in warm]
    costs = {
        name: {"cold_s": cold[name]["cpu_s"], "warm_s": warm[name]["cpu_s"], "buckets_run": warm[name]["ran"]}
        for name in warm
    }
    return {"stages": costs, "per_track": _share(costs, per_track), "all": _share(costs, list(costs))}


def _share(costs: dict[str, Row], names: list[str]) -> Row:
    cold, warm = (sum(costs[name][side] for name in names) for side in ("cold_s", "warm_s"))
    return {"stages": names, "cold_s": cold, "warm_s": warm, "share": warm / cold}


def main() -> None:
    """Run both nights and print what they cost."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("home", type=Path, help="a home with its delivery; it is only read")
    arguments.add_argument("--songs", type=int, default=3, help="so many new ones")
    arguments.add_argument("--until", default="facts", help="the last stage")
    arguments.add_argument("--out", type=Path, help="JSON of the same")
    given = arguments.parse_args()
    result = compare(given.home, given.songs, given.until)
    text = json.dumps(result, indent=2)
    if given.out:
        given.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
