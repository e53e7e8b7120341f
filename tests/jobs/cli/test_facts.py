"""``daily30 facts`` over a small finished night."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from jobs.cli import facts
from schemas.errors import UsageError
from tests.features.words import world
from tests.finished_home import lake_night


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home")
    made = world.catalogue()
    people = world.listeners(made, count=6)
    names = ("users", "daily_lists", "list_summaries", "evidence", "taste", "recent_plays", "affinity", "contexts",
             "emotions")  # fmt: skip
    lake_night(path, {name: (made | people)[name] for name in ("tracks", "facts", *names)})
    return path


def run(home: Path, *args: str) -> str:
    app = typer.Typer()
    facts.register(app)
    result = CliRunner().invoke(app, [*args, "--home", str(home)], catch_exceptions=False, env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_sheet_of_a_track_by_id_and_by_title(home: Path) -> None:
    by_id, by_title = run(home, "t001", "--json"), run(home, "seven LAMPS", "--json")
    assert by_id == by_title
    sheet = json.loads(by_id)["song"]
    assert sheet["title"] == "Seven Lamps"
    assert sheet["facts"][0]["ref"] == "f01"
    assert {f["assertable"] for f in json.loads(run(home, "t002", "--json"))["song"]["facts"]} == {True, False}


def test_the_table_says_what_is_only_known(home: Path) -> None:
    drawn = run(home, "t002", "--language", "zh")
    assert "只记着" in drawn
    assert "可以说" in drawn
    assert "BPM" in drawn


def test_two_songs_are_compared_in_words_and_numbers(home: Path) -> None:
    data = json.loads(run(home, "t001", "--versus", "t002", "--json"))
    assert data["versus"]["facts"][0]["ref"] == "g01"
    refs = [row["fact"]["ref"] for row in data["comparison"]]
    assert refs[:3] == ["c01", "c02", "c03"]
    assert len(set(refs)) == len(refs)
    assert "fifths" in run(home, "t001", "--versus", "t002")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["bridges"], "fits 6 tracks"),
        (["no such song"], "no track has the id or title"),
        (["  "], "no track has the id or title"),
        (["t001", "--versus", "t001"], "compared with itself"),
        ([], "either a TRACK or --list USER"),
        (["t001", "--list", "u000"], "either a TRACK or --list USER"),
        (["--list", "nobody"], "no list for user"),
    ],
)
def test_what_cannot_be_answered_is_one_clear_error(home: Path, args: list[str], told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        run(home, *args)
    if "fits" in told:
        assert caught.value.fix.count("99 Bridges") == 6


def test_markup_in_titles_stays_text(home: Path) -> None:
    assert "{n}" in run(home, "t002")


def test_the_sheet_of_a_list_is_what_its_words_are_told(home: Path) -> None:
    facts_of = {f["kind"]: f for f in json.loads(run(home, "--list", "u001", "--json"))["facts"]}
    assert facts_of["songs"]["value"] == 30.0
    assert facts_of["songs"]["unit"] == "song"
    assert facts_of["loop_plays"]["value"] == 7.0
    assert facts_of["loop_plays"]["source"] == "taste"
    assert not facts_of["city"]["assertable"]
    assert "30" in run(home, "--list", "u001")
    assert "首" in run(home, "--list", "u001")
