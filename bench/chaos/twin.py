"""The undisturbed home: made once, looked at in full, and rewound to any stage of its newest night."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.chaos.command import Said, ended, started
from jobs.pipeline import PIPELINE

STAGES = tuple(stage.name for stage in PIPELINE)
SETTINGS = "user_buckets = 2\ntrack_buckets = 2\nworkers = 1\n\n[headers]\nceiling = 0\n"
_ASIDE = {"_aside", "_damaged", ".aside"}
_SAMPLE = ("sample", "--users", "6", "--songs", "24", "--days", "8", "--until", "2026-11-21", "--workers", "1")
_NIGHTS = ("2026-11-20", "2026-11-21")


@dataclass(frozen=True)
class Twin:
    """A finished home and all that may be read of it.

    Args:
        ds: its newest night.
        files: hash of every file of lake, media and report.
        store: the version served, and the rows of each.
        tonight: files of the lake that the newest night needs.
        served: (version, key) to the payload's hash.
        moments: touches of files by the whole newest night, about.
    """

    home: Path
    ds: str
    files: dict[str, str]
    store: dict[str, Any]
    tonight: frozenset[str]
    served: dict[tuple[str, str], str]
    moments: int = 4000

    @property
    def command(self) -> tuple[str, ...]:
        return ("nightly", "--ds", self.ds)


def make(home: Path) -> None:
    """A sample of two nights."""
    subprocess.run(
        [sys.executable, "-m", "jobs.cli", *_SAMPLE, "--home", str(home)], check=True, stdout=subprocess.DEVNULL
    )
    (home / "daily30.toml").write_text(SETTINGS)
    for ds in _NIGHTS:
        _must(home, ("nightly", "--ds", ds))


def _must(home: Path, words: tuple[str, ...]) -> Said:
    told = home.parent / "twin.json"
    said = ended(started(home, words, told), told)
    if said.kind != "done":
        raise RuntimeError(f"{words}: {said}")
    return said


def look_at(home: Path) -> Twin:
    """All that is to be known of a finished home."""
    ds = json.loads((home / "lake" / "CURRENT").read_text())["ds"]
    with reading(home) as db:
        rows = db.execute("SELECT v.version, l.user_id, l.payload FROM lists l JOIN versions v USING (seq)").fetchall()
        rows += db.execute(
            "SELECT v.version, r.track_id || ' ' || r.language, r.payload FROM reviews r JOIN versions v USING (seq)"
        ).fetchall()
    served = {(version, key): hashlib.sha256(payload.encode()).hexdigest() for version, key, payload in rows}
    return Twin(home, ds, files_of(home), store_of(home), _needed(home, ds), served)


def _needed(home: Path, ds: str) -> frozenset[str]:
    lake = home / "lake"
    done = (lake / f"_nights/ds={ds}/DONE").read_text().strip()
    night = json.loads((lake / f"_nights/ds={ds}/{done}.json").read_text())
    needed = {"CURRENT", *(f"_nights/ds={ds}/{name}" for name in ("OPEN", "DONE", f"{done}.json"))}
    for stage in PIPELINE:
        for table in stage.writes:
            manifest = f"_manifests/{table}/{night['tables'][table]}.json"
            parts = json.loads((lake / manifest).read_text())["parts"]
            records = {f"_tasks/{stage.name}/{part['fingerprint'][:32]}.json" for part in parts}
            needed |= {manifest, *records, *(part["path"] for part in parts)}
    return frozenset(f"lake/{path}" for path in needed)


def files_of(home: Path) -> dict[str, str]:
    """Hash of every file that a night leaves for others; not what was set aside, nor the run log's copy."""
    paths = (p for below in ("lake", "media", "report") for p in (home / below).rglob("*") if p.is_file())
    named = {f"{p.read_text().strip()}.json" for p in home.glob("lake/_nights/ds=*/*") if p.name in ("OPEN", "DONE")}
    lasting = (
        p for p in paths if not _ASIDE & set(p.parts) and p.name != "run.js" and (not _state(p) or p.name in named)
    )
    return {str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest() for p in lasting}


def _state(path: Path) -> bool:
    """Whether it is what a night was while its stages came in; only the last is needed."""
    return path.parents[1].name == "_nights" and path.suffix == ".json"


def store_of(home: Path) -> dict[str, Any]:
    """What the store serves, and the rows of every version, without the numbers that versions have in the file."""
    with reading(home) as db:
        infos = db.execute("SELECT seq, version, ds, state, lists, songs, reviews FROM versions").fetchall()
        rows = {
            version: [
                more,
                sorted(db.execute("SELECT user_id, payload FROM lists WHERE seq = ?", (seq,))),
                sorted(db.execute("SELECT track_id, language, payload FROM reviews WHERE seq = ?", (seq,))),
            ]
            for seq, version, *more in infos
        }
        current = db.execute("SELECT v.version FROM pointer p JOIN versions v ON v.seq = p.current").fetchone()
        return {"current": current and current[0], **rows}


def reading(home: Path) -> sqlite3.Connection:
    """The store's file, to be read."""
    db = sqlite3.connect(f"{(home / 'serving' / 'serving.sqlite').absolute().as_uri()}?mode=rw", uri=True)
    db.text_factory = lambda data: data.decode(errors="replace")
    return db


def copied(twin: Twin, to: Path, done: int) -> None:
    """A copy of the twin as it was when so many stages of its newest night were done."""
    shutil.copytree(twin.home, to, symlinks=True, ignore=shutil.ignore_patterns("truth"))
    if done < len(STAGES):
        _rewind(to, twin.ds, done)


def _rewind(home: Path, ds: str, done: int) -> None:
    lake = home / "lake"
    nights = lake / "_nights" / f"ds={ds}"
    end = json.loads((nights / f"{(nights / 'DONE').read_text().strip()}.json").read_text())
    for stage in PIPELINE[done:]:
        for table in stage.writes:
            manifest = lake / "_manifests" / table / f"{end['tables'][table]}.json"
            for part in json.loads(manifest.read_text())["parts"]:
                if f"/ds={ds}/" in part["path"]:
                    (lake / part["path"]).unlink(missing_ok=True)
                    (lake / "_tasks" / stage.name / f"{part['fingerprint'][:32]}.json").unlink(missing_ok=True)
            manifest.unlink()
    _pointers(lake, nights, done)
    if "publish" in STAGES[done:]:
        _unpublish(home, ds)
    shutil.rmtree(home / "report" / f"ds={ds}", ignore_errors=True)


def _pointers(lake: Path, nights: Path, done: int) -> None:
    states = {p: set(json.loads(p.read_text())["stages"]) for p in nights.glob("*.json")}
    for path, stages in states.items():
        if not stages <= set(STAGES[:done]):
            path.unlink()
        elif stages == set(STAGES[:done]):
            (nights / "OPEN").write_text(f"{path.stem}\n")
    (nights / "DONE").unlink()
    if not done:
        shutil.rmtree(nights)
    before = sorted(p for p in lake.glob("_nights/ds=*/DONE"))
    if before:
        night = {"ds": before[-1].parent.name.removeprefix("ds="), "night": before[-1].read_text().strip()}
        (lake / "CURRENT").write_text(json.dumps(night, sort_keys=True, indent=2) + "\n")
    else:
        (lake / "CURRENT").unlink()


def _unpublish(home: Path, ds: str) -> None:
    """Take the newest night's version out of the store, as if it had not been published."""
    from warehouse.serving import open_serving_store

    store = open_serving_store(home)
    for version in store.versions():
        if str(version.ds) == ds:
            store.drop(version.version)
    store.close()
