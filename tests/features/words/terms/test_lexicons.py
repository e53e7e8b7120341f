"""What is looked for quickly first, without regard to case, is what is then found."""

from __future__ import annotations

import re

import pytest

from features.words.grounding.surroundings import mentions
from features.words.terms.lexicons import English, words

LISTS = ("sensitive", "claims", "festivals")


@pytest.mark.parametrize("name", LISTS)
def test_patterns_are_written_in_small_letters(name: str) -> None:
    patterns = [entry[3:] for entry in words(f"en/{name}") if entry.startswith("re:")]
    assert [p for p in patterns if re.search("[A-Z]", re.sub(r"\\[A-Za-z]", "", p))] == []


@pytest.mark.parametrize("text", ["Aged 30", "AGED 30", "aged 30", "an aged 30"])
def test_a_pattern_is_found_whatever_its_case(text: str) -> None:
    assert list(English(["re:aged? \\d+"]).find(text)) == ["aged 30"]


def test_letters_that_are_others_without_regard_to_case_hide_nothing() -> None:
    assert list(English(["re:the best song"]).find("The beſt ſong")) == ["the beſt ſong"]
    assert mentions("A raıny day", "en") == (("rain", "raıny day"),)
    assert mentions("SUNDAYS", "en") == (("6", "SUNDAYS"),)
