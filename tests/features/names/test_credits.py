"""Credits parted into names and join phrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.names.credits import (
    as_shown,
    credit_of_values,
    every_name,
    is_unknown,
    is_various,
    parse_credit,
)
from features.names.fold import key

PARTED = [
    ("Ann feat. Bob", ["Ann", "Bob"]),
    ("Ann ft. Bob & Cy", ["Ann", "Bob & Cy"]),
    ("Ann (feat. Bob)", ["Ann", "Bob"]),
    ("Ann × Bob", ["Ann", "Bob"]),
    ("Ann vs. Bob", ["Ann", "Bob"]),
    ("Ann; Bob;Cy", ["Ann", "Bob", "Cy"]),
    ("Ann / Bob", ["Ann", "Bob"]),
    ("周杰伦、费玉清", ["周杰伦", "费玉清"]),
    ("周杰伦/费玉清", ["周杰伦", "费玉清"]),
    ("周杰伦,费玉清", ["周杰伦", "费玉清"]),
    ("周杰伦 & 费玉清", ["周杰伦", "费玉清"]),
]
WHOLE = [
    "Earth, Wind & Fire", "AC/DC", "Tyler, The Creator", "Simon & Garfunkel", "Malcolm X", "Florence + the Machine",
    "Nick Cave and the Bad Seeds", "神様、僕は気づいてしまった", "M/A/R/R/S", "Sleeping with Sirens",
    "Lil Nas X", "Featuring", "Ann (feat. )",
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), PARTED)
def test_what_joins_people_for_certain_parts_them(text: str, names: list[str]) -> None:
    assert [c.name for c in parse_credit(text)] == names


@pytest.mark.parametrize("text", WHOLE)
def test_what_stands_in_names_parts_nothing(text: str) -> None:
    assert [c.name for c in parse_credit(text)] == [text]


def test_guests_are_featured() -> None:
    assert [c.featured for c in parse_credit("Ann; Bob feat. Cy")] == [False, False, True]


def test_phrases_of_names_part_those_who_are_all_known() -> None:
    known = {key(name) for name in ("Ann", "Bob", "Cy", "Wind", "Simon & Garfunkel", "Simon", "Garfunkel")}
    assert [c.name for c in parse_credit("Ann & Bob", known)] == ["Ann", "Bob"]
    assert [c.name for c in parse_credit("Ann, Bob & Cy", known)] == ["Ann", "Bob", "Cy"]
    assert [c.name for c in parse_credit("Earth, Wind & Fire", known)] == ["Earth, Wind & Fire"]
    assert [c.name for c in parse_credit("Simon & Garfunkel", known)] == ["Simon & Garfunkel"]


_PIECES = st.sampled_from(
    ["Ann", "Bob", " feat. ", " & ", ", ", "、", "/", " x ", "周", ";", "(", ")", " (feat. ", " vs "]
)


@given(st.lists(_PIECES, max_size=10).map("".join) | st.text(max_size=30))
def test_a_credit_gives_back_its_text(text: str) -> None:
    for known in (frozenset(), frozenset({key("Ann"), key("Bob")})):
        credit = parse_credit(text, known)
        assert as_shown(credit) == " ".join(text.split())
        assert all(c.name for c in credit)


def test_values_of_a_tag_are_names_each() -> None:
    credit = credit_of_values(["Earth, Wind & Fire", "Ann", "Bob"])
    assert [c.name for c in credit] == ["Earth, Wind & Fire", "Ann", "Bob"]
    assert as_shown(credit) == "Earth, Wind & Fire, Ann & Bob"


def test_the_shown_credit_says_how_values_are_joined() -> None:
    credit = credit_of_values(["Ann", "Bob", "Cy"], "Ann & Bob feat. Cy")
    assert as_shown(credit) == "Ann & Bob feat. Cy"
    assert [(c.name, c.featured) for c in credit] == [("Ann", False), ("Bob", False), ("Cy", True)]
    assert as_shown(credit_of_values(["Ann", "Bob"], "Somebody else")) == "Ann & Bob"


def test_every_name_that_a_credit_may_hold() -> None:
    assert every_name("Ann & Bob feat. Cy") == ["Ann & Bob feat. Cy", "Ann & Bob", "Cy", "Ann", "Bob"]
    assert every_name("AC/DC") == ["AC/DC", "AC", "DC"]


@pytest.mark.parametrize("name", [None, "", " ", "Unknown Artist", "<unknown>", "未知艺术家", "UNKNOWN"])
def test_nobody(name: str | None) -> None:
    assert is_unknown(name)


def test_somebody() -> None:
    assert not is_unknown("Unknown Mortal Orchestra")
    assert is_various("Various Artists")
    assert is_various("群星")
    assert not is_various("Ann")
