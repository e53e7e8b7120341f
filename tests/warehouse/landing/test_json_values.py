"""JSON of any layout, value by value; what breaks off says where."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import ContractError
from warehouse.landing import json_values as module
from warehouse.landing.json_values import Broken, json_values

ITEMS = [{"n": n, "text": '歌]}",' * n, "deep": [{"a": [1, "]"]}]} for n in range(5)]


def values(text: str) -> list[Any]:
    return [value for _, value in json_values(io.StringIO(text), "x.json")]


@pytest.mark.parametrize("block", [1, 2, 7, 64, 1 << 20])
@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ITEMS),
        json.dumps(ITEMS, indent=2, ensure_ascii=False),
        "\n".join(map(json.dumps, ITEMS)),
        "\r\n".join(map(json.dumps, ITEMS)) + "\r\n\r\n",
        json.dumps(ITEMS[:2]) + "\n" + json.dumps(ITEMS[2:]),
    ],
    ids=["array", "indented", "lines", "dos lines", "arrays"],
)
def test_every_layout_gives_the_same_values(text: str, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCK", block if text.startswith("[") else max(block, 128))
    assert values(text) == ITEMS


def test_a_document_comes_as_its_long_list_and_then_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    page = {"recenttracks": {"track": ITEMS, "@attr": {"user": "RJ"}}}
    rest = {"recenttracks": {"track": [], "@attr": {"user": "RJ"}}}
    for text in (json.dumps(page), json.dumps(page, indent=1)):
        monkeypatch.setattr(module, "_BLOCK", 40)
        assert values(text) == [*ITEMS, rest]
    assert values('{"a": 1}') == [{"a": 1}]
    assert values('{\n "a": {\n  "b": 1\n }\n}') == [{"a": {"b": 1}}]


def test_a_broken_line_is_one_broken_row() -> None:
    found = list(json_values(io.StringIO('{"a": 1}\n{"a": \n\nNaN\n[' + "[" * 100_000 + '\n{"a": 2}'), "x"))
    assert [row for row, _ in found] == [1, 2, 4, 5, 6]
    assert [isinstance(value, Broken) for _, value in found] == [False, True, False, True, False]


def test_a_line_too_long_to_keep_is_one_broken_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCK", 128)
    monkeypatch.setattr(module, "_LONGEST", 300)
    found = values('{"a": 1}\n{"a": "' + "x" * 5000 + '"}\n{"a": 2}\n')
    assert found[0] == {"a": 1}
    assert "more than 300 letters" in found[1]
    assert found[2] == {"a": 2}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (json.dumps(ITEMS)[:-30], "its JSON array breaks off in row 5"),
        ("[", "breaks off in row 1"),
        ('[{"a": 1}, {"a" 2}]', "breaks off in row 2"),
        ('{"listens": [{"a": 1}', "breaks off in row 2"),
        ('{"listens": [{"a": 1}]', "is no JSON"),
        ('{\n"a": [\n', "is no JSON"),
        ("[1] and more", "goes on after its JSON array"),
    ],
)
def test_what_breaks_off_says_where(text: str, words: str) -> None:
    with pytest.raises(ContractError) as told:
        values(text)
    assert words in str(told.value)


def test_a_long_document_without_a_list_of_listens_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCK", 20)
    monkeypatch.setattr(module, "_LONGEST", 50)
    with pytest.raises(ContractError, match="more than 50 letters without a list"):
        values('{"other": [' + "1, " * 100 + "1]}")
    assert values('{"payload": [{"a": 1}, {"a": 2}], "listen_type": "import"}')[:2] == [{"a": 1}, {"a": 2}]


@given(st.text())
def test_any_text_is_values_or_an_error_of_ours(text: str) -> None:
    with contextlib.suppress(ContractError):
        values(text)
