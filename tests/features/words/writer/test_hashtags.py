"""Hashtags: the free tag and what may not become one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.words.facts.reader import Entry
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.terms.occasion import Occasion
from features.words.writer import hashtags
from features.words.writer.frames import Draws

DAY = Occasion(date(2026, 11, 22), 6, holiday=False, weather="rain", festival=None, term=None)


@pytest.mark.parametrize(
    ("name", "language", "tag"),
    [
        ("Hazel Okafor", "en", "#HazelOkafor"),
        ("夏炎", "zh", "#夏炎"),
        ("夏炎", "en", None),
        ("雨", "zh", "#雨"),
        ("The Umbrella Makers of Elsewhere", "en", None),
        ("1989", "en", None),
        ("http://spam.example", "zh", None),
        ("M83", "zh", "#M83"),
        ("a", "en", None),
    ],
)
def test_a_free_tag_is_safely_formed(name: str, language: str, tag: str | None) -> None:
    assert hashtags.safe(name, language) == tag


@given(st.text(max_size=60), st.sampled_from(["zh", "en"]))
def test_no_name_can_break_a_tag(name: str, language: str) -> None:
    tag = hashtags.safe(name, language)
    assert tag is None or (tag[0] == "#" and tag[1:].isalnum() and len(tag) <= 17)


def test_the_free_tag_is_what_the_words_speak_of_and_stands_last() -> None:
    slots = Slots("zh")
    slots.name("artist", "夏炎")
    songs = [Entry(n, Song(str(n), moods=["calm"], genre="folk", themes=["rain"]), "a", False) for n in range(4)]
    tags = hashtags.hashtags(songs, [], DAY, slots, ["artist"], Draws([0.9]))
    assert tags == ["#雨天", "#平静", "#夏炎"]
    assert hashtags.hashtags(songs, [], DAY, slots, [], Draws([0.9]))[-1] == "#雨"


def test_a_list_of_which_nothing_is_known_still_has_two() -> None:
    plain = Occasion(date(2026, 11, 25), 2, holiday=False, weather=None, festival=None, term=None)
    tags = hashtags.hashtags([Entry(1, Song("a"), "a", False)], [], plain, Slots("en"), [], Draws([0.5]))
    assert len(tags) == 2
    assert set(tags) <= hashtags.vocabulary()
