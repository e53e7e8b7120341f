"""What a person can get wrong: the exit code, a message that names the place and the fix, and nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tests.e2e.command import daily30
from tests.e2e.conftest import FIRST_NIGHT, SECOND_NIGHT, CopyHome, copy_home
from tests.e2e.here import ends, here
from tests.e2e.mistakes import STOPS, Break, broken, contradicting_users, settings_not_toml
from tests.e2e.night import read_table
from tests.e2e.told import published, tells

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def home(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one published night, shared by the tests here; each puts back what it broke."""
    return copy_home(finished, tmp_path_factory.mktemp("broken") / "home")


@pytest.mark.parametrize(("do", "code", "words", "fix"), STOPS, ids=lambda x: getattr(x, "__name__", None))
def test_it_stops_with_a_message_and_nothing_published_is_lost(
    home: Path, do: Break, code: int, words: tuple[str, ...], fix: str
) -> None:
    before = published(home)
    with broken(home, do):
        said = ends("nightly", "--home", home, "--ds", SECOND_NIGHT, "--json")
    told = tells(said, code)
    assert [w for w in words if w not in told["error"]] == [], told["error"]
    assert fix in told["fix"]
    assert published(home) == before
    assert read_table(home, FIRST_NIGHT, "daily_lists")


@pytest.mark.parametrize("do", [contradicting_users, settings_not_toml], ids=lambda do: do.__name__)
def test_processes_of_its_own_say_the_same(home: Path, do: Break) -> None:
    """What a worker raises, and what is told before there are any."""
    with broken(home, do):
        command = ("nightly", "--home", home, "--ds", SECOND_NIGHT, "--json")
        alone, together = daily30(*command), ends(*command)
    assert (alone.code, alone.out, alone.error()) == (together.code, together.out, together.error())


def test_after_every_mistake_the_home_still_works(home: Path) -> None:
    assert here("nightly", "--home", home, "--ds", SECOND_NIGHT, "--until", "ingest", "--json").json()["stages"]


# --- things that do not -------------------------------------------------------------------------------


def test_a_folder_named_like_a_song_is_one_failure_and_the_night_goes_on(copied: CopyHome, finished: Path) -> None:
    home = copied(finished)
    song = next((home / "landing" / "audio").glob("t*.opus"))
    song.unlink()
    song.mkdir()
    report = here("nightly", "--home", home, "--ds", FIRST_NIGHT, "--until", "audio", "--json").json()
    assert report["stages"][-1]["stage"] == "audio"
    night = json.loads(_open_night(home))
    manifest = home / "lake" / "_manifests" / "audio_failures" / f"{night['tables']['audio_failures']}.json"
    parts = [home / "lake" / p["path"] for p in json.loads(manifest.read_text())["parts"]]
    failed = {row["track_id"]: row["reason"] for part in parts for row in pl.read_parquet(part).to_dicts()}
    assert failed[song.stem] in {"not_a_file", "missing_file"}


def _open_night(home: Path) -> str:
    folder = home / "lake" / "_nights" / f"ds={FIRST_NIGHT}"
    return (folder / f"{(folder / 'OPEN').read_text().strip()}.json").read_text()
