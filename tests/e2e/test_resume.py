"""A night twice, a night killed in every stage, a night run by two at once."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jobs.pipeline import PIPELINE
from jobs.run.stage import Stage
from tests.e2e.command import argv, daily30, environment, well
from tests.e2e.conftest import FIRST_NIGHT, SECOND_NIGHT, THIRD_NIGHT, CopyHome, copy_home
from tests.e2e.night import night_manifest, read_night, serving_rows

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
NIGHTS = (FIRST_NIGHT, SECOND_NIGHT, THIRD_NIGHT)
NIGHTLY = ("nightly", "--ds", FIRST_NIGHT, "--home")


def journal(home: Path) -> list[dict[str, Any]]:
    """What the runs of the first night wrote down, oldest first."""
    logs = sorted((home / "runs" / f"ds={FIRST_NIGHT}").glob("*.json"), key=lambda p: int(p.stem))
    return [json.loads(p.read_text()) for p in logs]


def every_file(home: Path) -> dict[str, tuple[str, int]]:
    """Hash and time of last change of every file below home, none left out."""
    return {
        str(p.relative_to(home)): (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns)
        for p in sorted(home.rglob("*"))
        if p.is_file()
    }


def test_the_second_run_changes_no_byte(
    copied: CopyHome, finished: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    home = copied(finished)
    before = every_file(home)
    started = time.perf_counter()
    said = well(*NIGHTLY, home, "--json")
    second = time.perf_counter() - started
    assert every_file(home) == before
    assert sum(s["ran"] for s in said.json()["stages"]) == 0
    first = sum(s["seconds"] for s in journal(home)[0]["stages"])
    record_testsuite_property("second_run_share", round(second / first, 4))


def test_the_newest_night_without_naming_it_changes_no_byte_either(copied: CopyHome, three_nights: Path) -> None:
    home = copied(three_nights)
    assert well("nightly", "--home", home, "--json").json()["ds"] == THIRD_NIGHT
    before = every_file(home)
    assert well("nightly", "--home", home, "--json").json()["ds"] == THIRD_NIGHT
    assert every_file(home) == before


def test_after_garbage_collection_every_night_is_still_finished(copied: CopyHome, three_nights: Path) -> None:
    home = copied(three_nights)
    (home / "lake" / "_aside" / "left-by-a-killed-run").write_bytes(b"half a file")
    before = {ds: night_manifest(home, ds) for ds in NIGHTS}
    assert well("gc", "--home", home, "--yes", "--json").json()["files"] > 1
    assert not list((home / "lake").rglob("left-by-*"))
    for ds in NIGHTS:
        report = well("nightly", "--home", home, "--ds", ds, "--json").json()
        assert (report["complete"], sum(s["ran"] for s in report["stages"])) == (True, 0)
        assert read_night(home, ds).tables["daily_lists"]
    assert {ds: night_manifest(home, ds) for ds in NIGHTS} == before


# --- kill -9 ----------------------------------------------------------------------------------------


def outcome(home: Path) -> dict[str, Any]:
    """All that a night leaves behind for others: lake, media, report, serving store, analysts' views.

    Left out, because they hold clock values or rubbish by design: the run log (and run.js drawn from it), locks,
    unfinished files in _aside.
    """
    places = [home / "lake", home / "media", home / "report"]
    files = [p for place in places for p in place.rglob("*") if p.is_file()]
    lasting = [p for p in files if not {"_aside", ".aside"} & set(p.parts) and p.name != "run.js"]
    hashes = {str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest() for p in lasting}
    return {"files": hashes, "serving": serving_rows(home), "views": views(home)}


def views(home: Path) -> dict[str, int]:
    """Rows of every view in warehouse.duckdb."""
    import duckdb

    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as db:
        names = db.execute("SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL")
        return {
            f"{schema}.{name}": db.execute(f'SELECT count(*) FROM "{schema}"."{name}"').fetchall()[0][0]
            for schema, name in names.fetchall()
        }


@contextmanager
def running(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The night in a process group of its own; whatever is left of it dies at the end."""
    with (home.parent / "run.log").open("wb") as log:
        process = subprocess.Popen(
            argv(*NIGHTLY, home), env=environment(), stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """kill -9 of the run and all its workers, and wait until every one is gone."""
    family = _children(process.pid)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
    until = time.monotonic() + 10
    while any(map(_alive, family)) and time.monotonic() < until:
        time.sleep(0.005)


def _alive(process: Any) -> bool:
    """Whether it may still write; one that only waits for its end to be noted may not."""
    import psutil

    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _children(pid: int) -> list[Any]:
    import psutil

    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def done_stages(home: Path) -> set[str]:
    """Stages the open night has."""
    folder = home / "lake" / "_nights" / f"ds={FIRST_NIGHT}"
    if not (folder / "OPEN").is_file():
        return set()
    return set(json.loads((folder / f"{(folder / 'OPEN').read_text().strip()}.json").read_text())["stages"])


def traces(home: Path, stage: Stage) -> list[Path]:
    """Files that appear while a stage works, before it is done."""
    found = list((home / "lake" / "_tasks" / stage.name).glob("*.json")) if stage.split else []
    if stage.name == "publish":
        found += (home / "serving").glob("serving.sqlite-wal")
    if stage.name == "report":
        found += (home / "report").glob(f"ds={FIRST_NIGHT}/*")
    if stage.split is None:
        found += [p for t in stage.writes for p in (home / "lake" / t).glob(f"ds={FIRST_NIGHT}/v=*/part-*")]
    return found


def wait_for_the_middle(process: subprocess.Popen[bytes], home: Path, stage: Stage, patience_s: float) -> None:
    """Return when the stage has left a first trace, or has worked for ``patience_s``."""
    before = PIPELINE[PIPELINE.index(stage) - 1].name if stage is not PIPELINE[0] else None
    log, since = home.parent / "run.log", None
    while process.poll() is None:
        started = before is None or re.search(rf"^{before}: ", log.read_text(), re.MULTILINE)
        since = since or (time.monotonic() if started else None)
        if since and (traces(home, stage) or time.monotonic() - since >= patience_s):
            return
        time.sleep(0.002)
    pytest.fail(f"the run ended before {stage.name} was seen:\n{log.read_text()[-2000:]}")


def kill_in(home: Path, stage: Stage, usual_s: float) -> None:
    """Start the night and kill it while ``stage`` works; a kill that came too late is taken back and tried sooner."""
    aside = home.with_name("before-the-kill")
    for haste in (1.0, 0.5, 0.0):
        copy_home(home, aside)
        with running(home) as process:
            wait_for_the_middle(process, home, stage, haste * (0.4 + usual_s / 2))
            kill_group(process)
        if stage.name not in done_stages(home):
            shutil.rmtree(aside)
            return
        shutil.rmtree(home)
        aside.rename(home)
    pytest.fail(f"{stage.name} was over each time before it could be killed")


def test_kill_9_in_every_stage_then_the_same_command_ends_as_if_undisturbed(
    copied: CopyHome, delivered: Path, finished: Path
) -> None:
    home = copied(delivered)
    usual = {s["stage"]: s["seconds"] for s in journal(finished)[0]["stages"]}
    for stage in PIPELINE:
        kill_in(home, stage, usual[stage.name])
        assert not (home / "lake" / "CURRENT").exists()
    well(*NIGHTLY, home)
    assert outcome(home) == outcome(finished)


def test_nothing_finished_is_done_again_after_a_kill(copied: CopyHome, delivered: Path) -> None:
    home = copied(delivered)
    audio = next(s for s in PIPELINE if s.name == "audio")
    with running(home) as process:
        while not traces(home, audio):
            assert process.poll() is None
            time.sleep(0.01)
        kill_group(process)
    kept = {p: p.stat().st_mtime_ns for p in traces(home, audio)}
    report = well(*NIGHTLY, home, "--until", "audio", "--json").json()
    assert {s["stage"]: s["reused"] for s in report["stages"]} == {"ingest": 1, "audio": len(kept)}
    assert {p: p.stat().st_mtime_ns for p in kept} == kept


# --- two at once ------------------------------------------------------------------------------------


def test_a_second_run_of_the_same_night_exits_5_and_names_the_holder(copied: CopyHome, delivered: Path) -> None:
    home = copied(delivered)
    with running(home) as process:
        lock = home / "locks" / f"ds={FIRST_NIGHT}.lock"
        while not (lock.is_file() and lock.read_text().strip()):
            assert process.poll() is None
            time.sleep(0.01)
        said = daily30(*NIGHTLY, home, "--json")
        assert process.poll() is None, "the first run must still be at it"
    assert said.code == 5
    told = said.error()
    assert told["exit_code"] == 5
    assert f"pid {process.pid} on " in told["error"]
    assert FIRST_NIGHT in told["error"]
    assert told["fix"]
