"""Deep reviews say nothing of words that are not known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from features.words.facts.songs import Song
from features.words.model.requests import sections
from features.words.params import WordParams
from features.words.writer import frames
from features.words.writer.frames import Draws
from features.words.writer.reviews import review_slots, write


def headings(reader: str, draw: int = 1, **known: Any) -> list[str]:
    song = Song("t", title="Evening", artist="Someone", **known)
    draws = Draws(np.random.default_rng(draw).random(400).tolist())
    return write(song, None, review_slots(song, reader), draws, WordParams()).headings


def heading(language: str, section: str) -> str:
    return frames.load(language, "reviews")[f"heading.{section}"][0].text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, False),
        ({"language": "en"}, False),
        ({"quotes": [("rain on the window", 12.0)]}, True),
        ({"themes": ["rain"]}, True),
        ({"lyricist": "Another"}, True),
        ({"language": "instrumental"}, False),
    ],
)
def test_words_are_told_of_only_where_something_is_known(language: str, known: dict[str, Any], told: bool) -> None:
    for draw in range(5):
        assert (heading(language, "lyrics") in headings(language, draw, **known)) is told
    assert ("lyrics" in sections(Song("t", **known), None)) is told


def test_an_instrumental_is_told_as_one() -> None:
    assert heading("en", "instrumental") in headings("en", language="instrumental")
    assert "instrumental" in sections(Song("t", language="instrumental"), None)
