"""Commands over a home whose ids, titles and details are hostile: nothing reaches the terminal, nothing crashes."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from jobs.cli import cards, main
from jobs.cli.common import console
from jobs.cli.views.night import _next_steps
from jobs.commands.next_step import _published
from jobs.run.runner import NightReport
from tests.finished_home import finished_home, lake_night
from tests.published_night import NIGHT
from warehouse.duck import Answer
from warehouse.lake.reader import Lake

EVIL = "[/x]$(touch pwned)`touch pwned`';touch pwned;'\x1b]0;owned\x07\x9b31m\u202e :smile: [red]z"
LINES = "u\r\x1b[2K\x1b[1Afix: run `rm -rf /`\n\ndaily30 gc\x85\u2028\x7f"
TAGS = "\U000e0041\u2066u\u2069&& touch pwned #\x1b]8;;http://x\x1b\\\\[link=http://x]l[/link]\x1bP\x90q"
HOSTILE = {"marks and markup": EVIL, "lines and carriage": LINES, "links and tags": TAGS}
_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def run(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main([*map(str, args)])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out + said.err


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published night, with what a listener, a song and a refused row are called."""
    home = finished_home(tmp_path_factory.mktemp("home"))
    view = Lake(home).night()
    tables = {name: view.frame(name) for name in view.tables}
    hostile = pl.lit(EVIL)
    tables["quarantine"] = tables["quarantine"].with_columns(detail=hostile, row_key=hostile, source_file=hostile)
    tables["tracks"] = tables["tracks"].with_columns(title=hostile, artist_name=hostile, artist_credit=hostile)
    tables["list_summaries"] = tables["list_summaries"].with_columns(user_id=hostile).head(1)
    lake_night(home, tables)
    return home


@pytest.mark.parametrize(
    "words",
    [
        ("show", EVIL),
        ("show", "[/x]"),
        ("explain", EVIL, "1"),
        ("explain", "[/x]", "1", "--json"),
        ("identity", EVIL),
        ("facts", EVIL),
        ("facts", "--list", EVIL),
        ("search", "--like", EVIL),
        ("sql", EVIL),
        ("status",),
        ("audit",),
        ("versions",),
        ("pin", EVIL),
        ("rollback", "--to", EVIL),
        ("nightly", "--only", EVIL),
        ("show", "u", "--lang", EVIL),
        (EVIL,),
        ("plan", "--ds", EVIL),
    ],
)
def test_no_command_passes_on_what_it_was_given(
    home: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, said = run(capsys, *words, "--home", home)
    assert code in (0, 2, 3, 4), said
    assert not _OBEYED.search(said)


@pytest.mark.parametrize("evil", [LINES, TAGS])
@pytest.mark.parametrize("words", [("show",), ("explain", "1"), ("identity",), ("sql",), ("facts", "--list"), ("pin",)])
def test_no_command_passes_on_other_kinds_either(
    home: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], evil: str
) -> None:
    for more in ((), ("--json",)):
        code, said = run(capsys, words[0], evil, *words[1:], "--home", home, *more)
        assert code in (2, 3), said
        assert not _OBEYED.search(said)


def payload(EVIL: str = EVIL) -> dict[str, Any]:
    song = {
        "rank": 1, "title": EVIL, "artist": EVIL, "reason": EVIL, "discovery": True, "heard": False,
        "tempo_bpm": None, "key": None, "mode": None, "mood": EVIL,
    }  # fmt: skip
    return {
        "user_id": EVIL, "opener": EVIL, "hashtags": [EVIL], "intro": EVIL, "notice": EVIL, "songs": [song],
        "history_class": "rich", "serves_on": EVIL, "shortfall_reason": EVIL, "personalised": True,
        "writer": "builtin", "relaxations": [EVIL],
    }  # fmt: skip


@pytest.mark.parametrize("evil", HOSTILE.values(), ids=HOSTILE)
def test_a_list_is_drawn_as_text_whoever_it_is_for(capsys: pytest.CaptureFixture[str], evil: str) -> None:
    console.print(cards.daily30(payload(evil), "en", version="v", header=evil))
    review = {"title": evil, "artist": evil, "language": "en", "paragraph": evil, "headings": [evil]}
    console.print(cards.review(review | {"paragraphs": [evil], "notice": evil}))
    said = capsys.readouterr().out
    assert not _OBEYED.search(said)
    assert all(word in said for word in re.findall(r"\[/?x\]|:smile:|\[link=|fix: run", evil))


@pytest.mark.parametrize("evil", HOSTILE.values(), ids=HOSTILE)
def test_suggested_commands_run_nothing_when_they_are_pasted(tmp_path: Path, evil: str) -> None:
    row = {"seq": 1, "claim": evil, "holds": True, "kind": "k", "source_table": "t", "source_version": "v"}
    row |= {"sql": f"SELECT 1 WHERE user_id = '{evil}'"}
    with console.capture() as drawn:
        console.print(cards.evidence(evil, [], [row], tmp_path / "a b;touch pwned"), crop=False)
    line = next(line for line in drawn.get().splitlines() if "daily30 sql" in line)
    assert shlex.split(line)[:3] == ["daily30", "sql", "--home"]
    pasted = line.replace("daily30", "true", 1)
    subprocess.run(["/bin/sh", "-c", pasted], cwd=tmp_path, check=True)
    assert not (tmp_path / "pwned").exists()


def test_what_to_do_next_quotes_the_listener(home: Path, tmp_path: Path) -> None:
    lines = [text.plain for text in _next_steps(NightReport(NIGHT.ds, "v", True, []), home, [])]
    delivered: Any = SimpleNamespace(files=lambda table: [table])
    lines.append(_published(home, delivered, NIGHT.ds).command)
    shown = [line.partition("daily30 show")[2] for line in lines if "daily30 show" in line]
    assert len(shown) == 2
    for rest in shown:
        subprocess.run(["/bin/sh", "-c", f"true {rest}"], cwd=tmp_path, check=True)
    assert not (tmp_path / "pwned").exists()


@pytest.fixture(params=list(HOSTILE.values()), ids=list(HOSTILE))
def evil(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch, evil: str) -> Path:
    """A home whose every question has one answer, without a warehouse, which takes seconds to build."""
    answer = Answer(("detail", "many", "a", "b", "c"), ((evil, [evil], "=1+1", "@x", -2),))
    monkeypatch.setattr("warehouse.duck.query", lambda home, statement: answer)
    monkeypatch.setattr("jobs.run.night.require_home", lambda home: home)
    return Path("somewhere")


def test_columns_and_lists_are_shown_as_text(answered: Path, evil: str, capsys: pytest.CaptureFixture[str]) -> None:
    for more in ((), ("--json",)):
        code, said = run(capsys, "sql", "SELECT 1", "--home", answered, *more)
        assert code == 0
        assert not _OBEYED.search(said)
    assert json.loads(said)[0]["many"] == [evil]


def test_cells_for_a_spreadsheet_are_no_formulas(answered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "sql", "SELECT 1", "--home", answered, "--csv")[1].endswith(",=1+1,@x,-2\n")
    assert run(capsys, "sql", "SELECT 1", "--home", answered, "--safe-csv")[1].endswith(",'=1+1,'@x,-2\n")


def test_csv_is_made_safe_for_a_terminal_and_left_as_it_is_for_a_pipe(
    answered: Path, evil: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert evil in run(capsys, "sql", "SELECT 1", "--home", answered, "--csv")[1]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert not _OBEYED.search(run(capsys, "sql", "SELECT 1", "--home", answered, "--csv")[1])


@pytest.mark.parametrize("user", ["-x", "--help", "--json"])
def test_a_listener_whose_id_looks_like_an_option_is_shown_by_the_command_that_names_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], user: str
) -> None:
    home = finished_home(tmp_path)
    view = Lake(home).night()
    tables = {name: view.frame(name) for name in view.tables}
    tables["list_summaries"] = tables["list_summaries"].with_columns(user_id=pl.lit(user)).head(1)
    lake_night(home, tables)
    lines = [text.plain for text in _next_steps(NightReport(NIGHT.ds, "v", True, []), home, [])]
    (asked,) = [shlex.split(line.partition("daily30 ")[2]) for line in lines if "daily30 show" in line]
    code, said = run(capsys, *asked)
    assert (code, f"has no list for user '{user}'" in said) == (2, True), said
