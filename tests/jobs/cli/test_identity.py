"""``daily30 identity``: a track by any of its ids, its copies, the plays of each id; old ids elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from jobs.cli import facts, identity
from jobs.commands.identity import present_id
from schemas.errors import UsageError
from tests.deliveries import plays, tracks, write_csv, write_jsonl, write_landing
from tests.features.words import world
from tests.finished_home import lake_night
from tests.frames import rows
from warehouse.lake import Lake


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """t0 is also known as ``old`` by way of ``older``, and has a copy; ``old`` was played."""
    landing = write_landing(tmp_path / "home")
    write_jsonl(landing / "tracks" / "more.jsonl", [{**tracks()[0], "track_id": "old", "title": "Copy"}])
    write_csv(landing / "plays" / "more.csv", [{**plays()[0], "track_id": "older", "played_at": "2026-03-09T01:02:03"}])
    given = [
        {"alias_id": "older", "track_id": "old", "method": "retagged", "since": "2026-03-01"},
        {"alias_id": "old", "track_id": "t0", "method": "matched", "score": 0.93},
    ]
    write_jsonl(landing / "aliases.jsonl", given)
    return tmp_path / "home"


def run(module: Any, home: Path, *args: str) -> str:
    app = typer.Typer()
    module.register(app)
    result = CliRunner().invoke(app, [*args, "--home", str(home)], catch_exceptions=False, env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("asked", ["t0", "old", "older"])
def test_every_id_tells_the_same_track(home: Path, asked: str) -> None:
    told = json.loads(run(identity, home, asked, "--json"))
    assert (told["asked"], told["track"]["track_id"]) == (asked, "t0")
    assert [(a["alias_id"], a["track_id"], a["method"], a["score"], a["since"]) for a in told["aliases"]] == [
        ("old", "t0", "matched", pytest.approx(0.93), None),
        ("older", "t0", "retagged", None, "2026-03-01"),
    ]
    assert sorted(f["as_id"] for f in told["files"]) == ["old", "t0"]
    assert {(p["source_file"], p["as_id"], p["plays"]) for p in told["plays"]} >= {("plays/more.csv", "older", 1)}
    drawn = run(identity, home, asked)
    assert "matched" in drawn
    assert "plays/more.csv" in drawn


def test_an_unknown_id_says_how_to_find_one(home: Path) -> None:
    with pytest.raises(UsageError, match="no track has the id or title 'nothing'"):
        run(identity, home, "nothing")


def test_facts_take_an_old_id(tmp_path: Path) -> None:
    made = world.catalogue()
    aliases = rows("track_aliases", [{"alias_id": "old", "track_id": "t001"}])
    lake_night(tmp_path, {"tracks": made["tracks"], "facts": made["facts"], "track_aliases": aliases})
    assert run(facts, tmp_path, "old", "--json") == run(facts, tmp_path, "t001", "--json")
    assert present_id(Lake(tmp_path).night(), "t002") == "t002"


def test_an_older_night_has_no_aliases(tmp_path: Path) -> None:
    lake_night(tmp_path, {"tracks": world.catalogue()["tracks"]})
    assert present_id(Lake(tmp_path).night(), "old") == "old"
