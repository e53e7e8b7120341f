"""A home that lost what a night leaves outside the lake, or was copied without it: the same night brings it back."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command import daily30
from tests.e2e.conftest import FIRST_NIGHT, CopyHome
from tests.e2e.here import here
from tests.e2e.night import read_night, read_table, serving_rows

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def hashes(home: Path, *below: str) -> dict[str, str]:
    """Hash of every file of these folders, but the run log's copy, which holds clock values."""
    files = [p for b in below for p in (home / b).rglob("*") if p.is_file() and p.name != "run.js"]
    return {str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def ran(home: Path, *more: str) -> set[str]:
    said = here("nightly", "--ds", FIRST_NIGHT, "--home", home, "--json", *more).json()
    assert said["complete"]
    return {s["stage"] for s in said["stages"] if s["ran"]}


def lost(home: Path, what: str) -> None:
    path = home / what
    if "*" in what:
        path = min(home.glob(what))
    shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize(
    ("gone", "again"),
    [
        (("serving",), {"publish"}),
        (("media/*/*.jpg", f"report/ds={FIRST_NIGHT}/index.html"), {"headers", "report"}),
        (("serving/serving.sqlite", "media", "report", "warehouse.duckdb"), {"publish", "headers", "report"}),
    ],
    ids=["store", "files", "everything"],
)
def test_the_same_night_brings_back_what_is_gone(
    copied: CopyHome, finished: Path, gone: tuple[str, ...], again: set[str]
) -> None:
    home = copied(finished)
    folders = ("lake", "media", "report")
    before, rows = hashes(home, *folders), serving_rows(home)
    for what in gone:
        lost(home, what)
    planned = here("plan", "--ds", FIRST_NIGHT, "--home", home, "--json").json()
    assert told_again(planned) & again, "a plan says so before"
    assert ran(home) == again
    assert hashes(home, *folders) == before
    assert serving_rows(home) == rows
    assert (home / "warehouse.duckdb").is_file()
    assert ran(home) == set(), "and then there is nothing to do"
    user = read_table(home, FIRST_NIGHT, "users")[0]["user_id"]
    assert len(here("show", user, "--home", home, "--json").json()["songs"]) == 30


NAMED = ("audio_features", "audio_failures", "text_vectors", "reviews")


@pytest.mark.parametrize("how", ["gone", "cut", "flipped"])
def test_parts_of_the_lake_that_are_carried_over_are_made_again(copied: CopyHome, finished: Path, how: str) -> None:
    """By the night itself where they are gone or cut short, by `repair` where only their bytes differ."""
    home = copied(finished)
    before, rows = hashes(home, "lake", "media"), serving_rows(home)
    parts = [max((home / "lake" / table).rglob("*.parquet"), key=lambda p: p.stat().st_size) for table in NAMED]
    for part in parts:
        data = bytearray(part.read_bytes())
        data[len(data) // 2] ^= 1
        part.unlink() if how == "gone" else part.write_bytes(data[: len(data) // 3] if how == "cut" else data)
    if how != "flipped":
        stages = here("nightly", "--ds", FIRST_NIGHT, "--home", home, "--json").json()["stages"]
        assert {"audio", "embeddings", "reviews"} <= {s["stage"] for s in stages if s["ran"]}
    else:
        poster = min(home.glob("media/*/*.jpg"))
        poster.write_bytes(poster.read_bytes()[:-1])
        with sqlite3.connect(home / "serving" / "serving.sqlite") as db:
            db.execute("UPDATE lists SET payload = replace(payload, '1', '2')")
        named = daily30("verify", "--deep", "--home", home, "--json")
        assert named.code == 3
        found = here("repair", "--home", home, "--json").json()["found"]
        assert {f["path"] for f in found if f["where"] == "lake"} == {str(p.relative_to(home / "lake")) for p in parts}
        assert all(f["mended"] for f in found)
        lake = [f["path"] for f in found if f["where"] == "lake"]
        assert [f["path"] for f in named.json()["found"] if f["where"] == "lake"] == lake
        assert {"store", "media"} <= {f["where"] for f in named.json()["found"]}
        assert {"store", "media", "headers", "publish"} <= {f["where"] for f in found}
    after = {path: sha for path, sha in hashes(home, "lake", "media").items() if "/_damaged/" not in path}
    assert after == before
    assert serving_rows(home) == rows
    assert here("verify", "--deep", "--home", home, "--json").json() == {"found": []}


def told_again(planned: list[dict[str, Any]]) -> set[str]:
    return {row["stage"] for row in planned if row["to_run"] and row["why"] == ["its files are gone"]}


def test_settings_that_are_set_back_are_served_again(copied: CopyHome, finished: Path) -> None:
    home = copied(finished)
    before, settings = read_night(home, FIRST_NIGHT), (home / "daily30.toml").read_text()
    (home / "daily30.toml").write_text(settings + "\n[lists]\nfresh_days = 3\n")
    assert "publish" in ran(home)
    assert read_night(home, FIRST_NIGHT).version != before.version
    (home / "daily30.toml").write_text(settings)
    assert "publish" in ran(home)
    after = read_night(home, FIRST_NIGHT)
    assert (after.version, after.lists) == (before.version, before.lists)


def test_status_names_a_store_that_is_gone(copied: CopyHome, finished: Path) -> None:
    home = copied(finished)
    lost(home, "serving")
    step = here("status", "--home", home, "--json").json()
    assert step["next"]["state"] == "not_served"
    assert step["next"]["command"] == f"daily30 nightly --ds {FIRST_NIGHT} --home {home}"
