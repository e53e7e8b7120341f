"""Commands with wrong words: exit code 2, the word and what is allowed, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.command import daily30
from tests.e2e.conftest import FIRST_NIGHT, SECOND_NIGHT, copy_home
from tests.e2e.here import ends
from tests.e2e.told import tells

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def home(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one published night, shared by the tests here."""
    return copy_home(finished, tmp_path_factory.mktemp("broken") / "home")


WRONG_WORDS: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    (("nightly", "--ds", "yesterday"), ("--ds", "yesterday", "YYYY-MM-DD")),
    (("nightly", "--ds", "2026-02-30"), ("--ds", "2026-02-30")),
    (("nightly", "--only", "sorting"), ("sorting", "ingest")),
    (("nightly", "--from", "lists", "--until", "audio"), ("lists", "audio")),
    (("nightly", "--engine", "abacus"), ("engine", "'local' or 'spark'")),
    (("nightly", "--workers", "none"), ("--workers", "integer")),
    (("backfill", "--start", SECOND_NIGHT, "--end", FIRST_NIGHT), ("--end", FIRST_NIGHT)),
    (("show", "nobody-of-that-name"), ("nobody-of-that-name",)),
    (("frobnicate",), ("frobnicate",)),
]


@pytest.mark.parametrize("as_json", [False, True], ids=["words", "json"])
@pytest.mark.parametrize(("command", "words"), WRONG_WORDS, ids="-".join)
def test_wrong_words_exit_2(home: Path, command: tuple[str, ...], words: tuple[str, ...], as_json: bool) -> None:
    at_home = () if command == ("frobnicate",) else ("--home", home)
    said = ends(*command, *at_home, *(["--json"] if as_json else []))
    assert said.code == 2, said.err
    assert "Traceback" not in said.err
    told = json.dumps(said.error(), ensure_ascii=False) if as_json else said.err
    assert [w for w in words if w not in told] == [], told


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_home_that_is_none_exits_2(tmp_path: Path, kind: str) -> None:
    home = tmp_path / "home"
    if kind == "file":
        home.write_text("")
    told = tells(daily30("nightly", "--home", home, "--json"), 2)
    assert str(home) in told["error"]
    assert "--home" in told["fix"]
    assert home.exists() == (kind == "file"), "a mistyped home is not created"
