"""The form of a song's words by worked examples, and against a slow search for blocks that come back."""

from __future__ import annotations

import random

import pytest

from features.words.terms.stanzas import form, person, shared_word

VERSE = ["the train is late", "the lamp is low"]
OTHER = ["the town is small", "the river slow"]
CHORUS = ["come home come home", "the kettle is on"]


def test_a_refrain_its_returns_and_what_stands_between() -> None:
    found = form([*VERSE, *CHORUS, "", *OTHER, *CHORUS, *CHORUS])
    assert found is not None
    assert (found.lines, found.refrain, found.returns) == (10, tuple(CHORUS), 3)
    assert found.between == (0, 4)
    assert found.often == (2, 3)


def test_a_line_alone_is_no_refrain() -> None:
    found = form(["oh", "the train is late", "oh", "the lamp is low"])
    assert found is not None
    assert (found.refrain, found.returns, found.often) == ((), 0, (0, 2))


def test_a_song_sung_twice_has_no_refrain() -> None:
    found = form([*VERSE, *VERSE])
    assert found is not None
    assert found.refrain == ()


@pytest.mark.parametrize("lines", [[], ["one"], ["one", "two", "three", " "]])
def test_of_too_few_lines_nothing_is_told(lines: list[str]) -> None:
    assert form(lines) is None
    assert person(lines) is None


def test_the_refrain_covers_most_of_all_blocks_that_come_back() -> None:
    chance = random.Random(5)
    seen = 0
    for _ in range(300):
        said = [chance.choice("abcde") for _ in range(chance.randint(4, 14))]
        found = form(said)
        assert found is not None
        if not found.refrain:
            continue
        seen += 1
        text = "".join(said)
        most = max(
            (text.count(text[i:j]) - 1) * (j - i)
            for i in range(len(text))
            for j in range(i + 2, min(len(text), i + 8) + 1)
            if len(set(text[i:j])) > 1
        )
        block = "".join(found.refrain)
        assert text.count(block) == found.returns > 1
        assert (found.returns - 1) * len(block) == most
    assert seen > 50


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("I'd wait for you", "i_you"), ("i wait alone", "i"), ("your lamp is low", "you"), ("we walk home", "we"),
        ("the lamp is low", "nobody"), ("我撑着伞等你", "i_you"), ("我撑着伞", "i"), ("你的灯", "you"),
        ("我们走回家", "we"), ("雨落在旧屋檐", "nobody"), ("we wait for you", None),
    ],
)  # fmt: skip
def test_who_speaks(line: str, who: str | None) -> None:
    assert person([line, *(["a lamp", "a door", "a street"])]) == who


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("我听见孤灯从不回头", "孤灯带走了皎洁的背影", "孤灯"), ("我们在这里", "我们在这里等", None),
        ("雨", "雨", None), ("The lantern is low", "no lantern tonight", "lantern"),
        ("what is this", "this was what", None),
        ("lantern", "lanterns", None), ("hold the bell", "Bell of the harbour", "bell"), ("a b", "", None),
    ],
)  # fmt: skip
def test_what_two_lines_share(first: str, last: str, told: str | None) -> None:
    assert shared_word(first, last) == told
