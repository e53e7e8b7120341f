"""Thousands of published sentences, each held against the tables by readers of its own."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import pytest

from tests.oracles.words.allowed import Allowed, spoken
from tests.oracles.words.published import published, ungrounded
from tests.oracles.words.reading import quotations, unquoted
from tests.oracles.words.verdict import faults
from tests.worlds.night import night

pytestmark = pytest.mark.slow


def test_a_small_night_is_grounded() -> None:
    tables, ds = night(11, users=16, songs=60)
    read, wrong = ungrounded(tables, ds)
    assert read >= 500
    assert wrong == [], (len(wrong), wrong[:3])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7])
def test_none_of_five_thousand_sentences_is_ungrounded_or_private(seed: int) -> None:
    tables, ds = night(seed)
    read, wrong = ungrounded(tables, ds)
    sys.stdout.write(f"{len(wrong)} ungrounded of {read:,} published sentences" + "\n")
    assert read >= 5000
    assert wrong == [], (len(wrong), wrong[:3])


def test_the_independent_checker_sees_lies_in_published_texts() -> None:
    """Numbers one off, another's name, a strange quotation: it is no rubber stamp."""
    tables, ds = night(11, users=16, songs=60)
    names = sorted(spoken(n) for n in tables["tracks"]["artist_name"].unique().to_list())
    seen = told = 0
    for text in published(tables, ds):
        for wrong in _lies(text.text, names, text.allowed):
            told += 1
            seen += bool(faults(wrong, text.language, text.allowed, names))
    sys.stdout.write(f"{seen} of {told} lies seen by the independent checker" + "\n")
    assert told >= 500
    assert seen >= 0.97 * told


def _lies(text: str, names: list[str], allowed: Allowed) -> Iterator[str]:
    bare = unquoted(text)
    for name in allowed.names:
        bare = bare.replace(name, "|" * len(name))
    digits = next(re.finditer(r"\d+", bare), None)
    if digits:
        every = set[float]().union(*allowed.numbers.values())
        wrong = next(n for n in range(int(digits[0]) + 1, 10_000) if n not in every)
        yield text[: digits.start()] + str(wrong) + text[digits.end() :]
    for artist in (n for n in names if n in text and n in allowed.names):
        other = next((n for n in names if n not in allowed.names and n not in text), None)
        if other is not None:
            yield text.replace(artist, other)
        break
    for mark, title in quotations(text)[:1]:
        yield text.replace(mark + title, f"{mark}{title} 二" if mark != "“" else f"{mark}{title} too")
