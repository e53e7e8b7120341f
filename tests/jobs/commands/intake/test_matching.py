"""Listens and folders in any order, matched anew after each; what people say of a match wins."""

from __future__ import annotations

import io
import itertools
import json
import shutil
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from features.ingest.aliases import check_aliases, of
from features.matching.nearest import Near
from jobs.cli import main
from jobs.cli.match import unmatched_table
from jobs.commands.intake.matching import MATCHES, Matched
from warehouse.landing.landing_writer import LandingWriter

FILES = ["Queen - Bohemian Rhapsody", "Radiohead - Creep (Acoustic)", "周杰伦 - 晴天", "Ann Fields - Harvest"]
HEARD = {
    "Quen - Bohemian Rapsody - Remastered 2011": "Bohemian Rhapsody",
    "Radiohead - Creep": None,
    "周杰倫 - 晴天 (Sunny Day)": "晴天",
    "Ann Fields - Harvest Moon": None,
    "Ann Fields - Harvest [Official Video]": "Harvest",
    "Nobody Else - Another Song": None,
}

Call = Callable[..., Any]


@pytest.fixture
def daily30(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command with ``--json``: its answer, or the error's exit code and message."""

    def call(*args: object) -> Any:
        try:
            main([*map(str, args), "--json"])
        except SystemExit as stop:
            if stop.code:
                return stop.code, json.loads(capsys.readouterr().err.splitlines()[-1])["error"]
        return json.loads(capsys.readouterr().out)

    return call


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    whole = tmp_path_factory.mktemp("music")
    for number, name in enumerate(FILES, start=1):
        folder = whole / ("some music" if number % 2 else "more music")
        folder.mkdir(exist_ok=True)
        with wave.open(str(folder / f"{name}.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(8000)
            out.writeframes(bytes([number, 0]) * 800)
    return whole


@pytest.fixture(scope="module")
def listens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each song heard once more than the one behind it."""
    path, moment = tmp_path_factory.mktemp("listens") / "listens.jsonl", itertools.count(1772000000, 600)
    with path.open("w", encoding="utf-8") as out:
        for number, heard in enumerate(HEARD):
            artist, _, title = heard.partition(" - ")
            for _ in range(len(HEARD) - number):
                told = {"artist_name": artist, "track_name": title}
                out.write(json.dumps({"listened_at": next(moment), "track_metadata": told}) + "\n")
    return path


def matches(home: Path) -> dict[str, str]:
    """Names heard -> title of the file, through all aliases."""
    landing = LandingWriter(home)
    final = dict(of(check_aliases(landing.known("aliases"))).iter_rows())
    tracks = landing.known("tracks")
    title = dict(tracks.select("track_id", "title").iter_rows())
    named = tracks.select("track_id", pl.concat_str("artist_name", pl.lit(" - "), "title")).iter_rows()
    return {name: title[final[track]] for track, name in named if track in final}


def steps(music: Path, listens: Path) -> list[tuple[object, ...]]:
    return [
        ("ingest", "folder", music / "some music"),
        ("ingest", "folder", music / "more music"),
        ("ingest", "listens", listens, "--user", "me"),
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_any_order_of_ingests_matches_the_same(
    tmp_path: Path, daily30: Call, music: Path, listens: Path, order: tuple[int, ...]
) -> None:
    every = steps(music, listens)
    for number in order:
        said = daily30(*every[number], "--home", tmp_path / "home")
    assert matches(tmp_path / "home") == {heard: title for heard, title in HEARD.items() if title}
    assert (said["matched_songs"], said["listened_songs"]) == (3, 6)
    assert (said["matched_plays"], said["listened_plays"]) == (6 + 4 + 2, 21)
    assert "the 3 others count for taste and stay out of lists" in said["matching"]
    assert said["listened_out_of_lists"] == 3


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory, music: Path, listens: Path) -> Path:
    """A home that took all of it; a test works on a copy."""
    made = tmp_path_factory.mktemp("matched") / "home"
    for step in steps(music, listens):
        with pytest.raises(SystemExit) as end:
            main([*map(str, step), "--home", str(made), "--json"])
        assert not end.value.code
    return made


@pytest.fixture
def home(tmp_path: Path, matched: Path) -> Path:
    return Path(shutil.copytree(matched, tmp_path / "home"))


def test_what_matched_nothing_is_listed_by_plays_with_what_is_nearest(home: Path, daily30: Call) -> None:
    told = daily30("match", "--home", home)
    assert [(s["title"], s["plays"]) for s in told["songs"]] == [("Creep", 5), ("Harvest Moon", 3), ("Another Song", 1)]
    creep, moon, _ = (song["nearest"] for song in told["songs"])
    assert (creep[0]["title"], creep[0]["differs"]) == ("Creep (Acoustic)", "version or length")
    assert (moon[0]["title"], moon[0]["differs"]) == ("Harvest", "title")
    assert len(daily30("match", "--top", 1, "--home", home)["songs"]) == 1


def test_the_table_of_them_keeps_ids_whole_on_a_narrow_console() -> None:
    near = Near("f_0123456789abcdef01234567", "Ann", "Harvest", 0.93, "title")
    song = {
        "plays": 3,
        "artist_name": "Ann",
        "title": "Harvest Moon",
        "track_id": "ls0123456789abcdef",
        "nearest": [near],
    }
    console = Console(width=80, record=True, markup=False, file=io.StringIO())
    console.print(unmatched_table({"songs": [song], "unmatched_songs": 1}, Matched(2, 1, 9, 6, 1)))
    told = console.export_text()
    assert all(word in told for word in (near.track_id, song["track_id"], "[ingest] playable"))


def test_a_correction_wins_and_stays(home: Path, daily30: Call, music: Path, listens: Path) -> None:
    said = daily30("match", "Radiohead - Creep", "Creep (Acoustic)", "--home", home)
    assert said["corrected"][0]["track"] == "Radiohead - Creep (Acoustic)"
    assert said["matched_songs"] == 4
    daily30("match", "Ann Fields - Harvest [Official Video]", "--not", "--home", home)
    for step in steps(music, listens):
        daily30(*step, "--home", home)
    found = matches(home)
    assert found["Radiohead - Creep"] == "Creep (Acoustic)"
    assert "Ann Fields - Harvest [Official Video]" not in found
    left = daily30("match", "--home", home)
    assert [s["title"] for s in left["songs"]] == ["Harvest Moon", "Another Song"]  # what is none is not asked again
    daily30("match", "Ann Fields - Harvest [Official Video]", "Harvest", "--home", home)
    assert matches(home)["Ann Fields - Harvest [Official Video]"] == "Harvest"


def test_many_corrections_at_once(home: Path, daily30: Call, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("listened,track\nRadiohead - Creep,Creep (Acoustic)\nNobody Else - Another Song,\n", "utf-8")
    assert len(daily30("match", "--csv", table, "--home", home)["corrected"]) == 2
    assert [s["title"] for s in daily30("match", "--home", home)["songs"]] == ["Harvest Moon"]


def test_matches_go_with_what_they_were_made_of(home: Path, daily30: Call) -> None:
    assert (home / "landing" / MATCHES).exists()
    for file in (home / "landing" / "tracks").glob("folder-*"):
        file.unlink()
    told = daily30("match", "--home", home)
    assert told["matched_songs"] == 0
    assert not (home / "landing" / MATCHES).exists()


WRONG = [
    (("Nobody - Nothing", "Harvest"), "no listened song is called 'Nobody - Nothing'"),
    (("Radiohead - Creep", "Nothing"), "no track is called 'Nothing'"),
    (("Radiohead - Creep",), "say which TRACK it is, or --not"),
    (("Radiohead - Creep", "Harvest", "--not"), "say which TRACK it is, or --not"),
    (("--not",), "--not says nothing by itself"),
    (("Radiohead - Creep", "Harvest", "--csv", "x.csv"), "say either LISTENED or --csv"),
]


@pytest.mark.parametrize(("args", "message"), WRONG)
def test_wrong_corrections_change_nothing(home: Path, daily30: Call, args: tuple[str, ...], message: str) -> None:
    before = matches(home)
    code, said = daily30("match", *args, "--home", home)
    assert code == 2
    assert message in said
    assert matches(home) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "needs the columns"),
        ("listened,track\n", "holds no rows"),
        ("listened,track\n,x\n", "line 2 names no"),
    ],
)
def test_an_unusable_table_is_refused(home: Path, daily30: Call, tmp_path: Path, text: str, message: str) -> None:
    table = tmp_path / "bad.csv"
    table.write_text(text, "utf-8")
    code, said = daily30("match", "--csv", table, "--home", home)
    assert code == 3
    assert message in said


def test_without_a_landing_there_is_nothing_to_match(tmp_path: Path, daily30: Call) -> None:
    code, said = daily30("match", "--home", tmp_path / "none")
    assert (code, "has no landing" in said) == (2, True)
