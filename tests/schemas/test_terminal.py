"""What is delivered can neither command a terminal nor a shell nor a spreadsheet."""

from __future__ import annotations

import json
import subprocess

import pytest

from schemas.terminal import command, formula_safe, page_safe, quoted, safe, safe_json

HOSTILE = "a\x1b]0;b\x07\x9b2J\r\x7f\u202e\u2066\u061c\u2028\udcff\U000e0041z"


def test_whatever_a_terminal_obeys_is_replaced_one_for_one() -> None:
    assert safe(HOSTILE) == "a\ufffd]0;b\ufffd\ufffd2J" + "\ufffd" * 8 + "z"
    assert safe("雨夜 電台\tA\nB é 👩‍🎤 العربية") == "雨夜 電台\tA\nB é 👩‍🎤 العربية"


def test_json_says_the_same_in_characters_that_do_nothing() -> None:
    told = safe_json(json.dumps({"id": HOSTILE}, ensure_ascii=False))
    assert safe(told) == told
    assert json.loads(told) == {"id": HOSTILE}


@pytest.mark.parametrize(
    "word",
    ["$(touch x)", "`touch x`", "a; touch x", "a' ; touch x '", 'a" ; touch x "', "a\\", "!!", "it's", "a\nb", ""],
)
def test_a_shell_reads_back_the_word_and_runs_nothing(word: str) -> None:
    said = subprocess.run(["/bin/sh", "-c", f"printf %s {quoted(word)}"], capture_output=True, text=True, check=True)
    assert said.stdout == word


def test_a_command_of_plain_words_is_plain() -> None:
    sql = "SELECT 1 FROM plays WHERE user_id = 'u1'"
    assert command("show", "u00001", "--home", "my home") == "daily30 show u00001 --home 'my home'"
    assert command("sql", sql) == f'daily30 sql "{sql}"'


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1"])
def test_a_cell_like_a_formula_is_marked(cell: str) -> None:
    assert formula_safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["a=1", "", -1.5, None, ["=1"]])
def test_any_other_cell_stays(cell: object) -> None:
    assert formula_safe(cell) == cell


@pytest.mark.parametrize("name", ["-x", "--help", "-", "--home=/tmp/elsewhere", "-rf; touch x"])
def test_an_id_that_looks_like_an_option_is_an_id(name: str) -> None:
    asked = command("show", "--home", "my home", of=[name])
    said = subprocess.run(
        ["/bin/sh", "-c", asked.replace("daily30 show", "printf '%s\\n'", 1)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines() == ["--home", "my home", "--", name]


def test_an_id_that_is_none_stands_where_one_looks_for_it() -> None:
    assert command("show", "--home", "h", of=["u1"]) == "daily30 show u1 --home h"
    assert command("show", of=["-x"]) == "daily30 show -- -x"


@pytest.mark.parametrize("value", [1, None, ["\u202e"], 2.5])
def test_what_is_no_text_goes_on_a_page_as_it_is(value: object) -> None:
    assert page_safe(value) is value
