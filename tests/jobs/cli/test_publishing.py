"""`daily30 audit, publish, versions, rollback, pin, unpin`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jobs.cli import main
from tests.finished_home import audited, finished_home, lake_night
from tests.published_night import NIGHT, night_tables
from warehouse.lake import Lake
from warehouse.lake.manifest import StageEntry
from warehouse.lake.store import LakeStore
from warehouse.serving import open_serving_store

_DAY = NIGHT.ds


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return finished_home(tmp_path)


def _run(capsys: pytest.CaptureFixture[str], *args: str, code: int = 0) -> Any:
    """Run with --json; parsed stdout, or the error object."""
    left = 0
    try:
        main([*args, "--json"])
    except SystemExit as end:
        left = int(end.code or 0)
    assert left == code
    shown = capsys.readouterr()
    return json.loads(shown.out or shown.err)


def test_audit_shows_every_check(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checks = _run(capsys, "audit", "--home", str(home))
    assert all(check["passed"] for check in checks)


def test_a_refused_night_is_shown_and_not_published(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = night_tables()
    tables["song_reasons"] = tables["song_reasons"].filter(pl.col("track_id") != "t000")
    tables |= audited(tables)
    lake_night(home, {name: frame for name, frame in tables.items() if name != "history"})
    checks = _run(capsys, "audit", "--home", str(home), code=4)
    assert checks[0]["check"] == "reason_per_song"
    before = open_serving_store(home).versions()
    assert "reason_per_song" in _run(capsys, "publish", "--home", str(home), code=4)["error"]
    assert open_serving_store(home).versions() == before


def test_rollback_and_publish_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = _run(capsys, "versions", "--home", str(home))[0]["version"]
    store = open_serving_store(home, lease_check=lambda: None)
    store.begin("v2", _DAY)
    store.seal("v2", lists=0, songs=0, reviews=0)
    store.flip("v2")
    assert _run(capsys, "rollback", "--home", str(home)) == {"current": first}
    assert _run(capsys, "rollback", "--to", "v2", "--home", str(home)) == {"current": "v2"}
    assert _run(capsys, "publish", "--home", str(home))["outcome"] == "its night was rolled back"
    again = _run(capsys, "publish", "--again", "--home", str(home))
    assert again == {"version": first, "outcome": "moved", "current": first}


def test_pin_and_unpin(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    version = _run(capsys, "pin", "--home", str(home))["pinned"]
    assert _run(capsys, "versions", "--home", str(home))[0]["pinned"]
    assert _run(capsys, "unpin", "--home", str(home)) == {"current": version}
    assert _run(capsys, "unpin", "--home", str(home), code=2)["error"] == "nothing is pinned"


def test_an_empty_home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("audit", "publish", "versions", "rollback", "pin"):
        assert _run(capsys, command, "--home", str(tmp_path), code=2)["fix"] == "run `daily30 nightly` first."


@pytest.mark.parametrize("what", ["part edited", "part gone", "manifest cut short"])
def test_what_is_not_as_it_was_audited_is_not_published(
    home: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows edited in a file, and a manifest that names fewer files, were served."""
    night = Lake(home).night()
    manifest = night.manifest("daily_lists")
    if what == "manifest cut short":
        fewer = replace(manifest, parts=manifest.parts[:1])
        (home / "lake" / "_manifests" / "daily_lists" / f"{manifest.version}.json").write_bytes(fewer.encode())
    else:
        path = home / "lake" / manifest.parts[0].path
        rows = pl.read_parquet(path)
        path.unlink()
        if what == "part edited":
            rows.with_columns(source=pl.lit("bought")).write_parquet(path)
    before = open_serving_store(home).versions()
    assert "daily30 repair" in _run(capsys, "publish", "--home", str(home), code=3)["fix"]
    assert open_serving_store(home).versions() == before


def test_an_audit_of_other_tables_is_none(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = LakeStore(home)
    night = store.night(str(Lake(home).night().ds), "OPEN")
    assert night is not None
    entry = StageEntry(night.stages["audit"].version, "f" * 32, {"daily_lists": "another content"})
    store.put_night(replace(night, stages={**night.stages, "audit": entry}), "OPEN")
    assert "since its audit saw them" in _run(capsys, "publish", "--home", str(home), code=2)["error"]


def test_an_audit_by_other_checks_is_none(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = LakeStore(home)
    night = store.night(str(Lake(home).night().ds), "OPEN")
    assert night is not None
    before = replace(night.stages["audit"], version=night.stages["audit"].version - 1)
    store.put_night(replace(night, stages={**night.stages, "audit": before}), "OPEN")
    assert "daily30 nightly" in _run(capsys, "publish", "--home", str(home), code=2)["fix"]
