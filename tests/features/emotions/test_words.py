"""Mood words in Chinese and English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.emotions.words import read
from schemas.text_files import lexicon
from schemas.vocabulary import LANGUAGES, MOOD_IDS, MOOD_NAMES, MOODS


@pytest.mark.parametrize(
    ("line", "mood", "valence_sign"),
    [
        ("我的眼泪流成了河", "sad", -1),
        ("一个人走过空城", "lonely", -1),
        ("你的微笑像阳光灿烂", "happy", 1),
        ("我们奔跑 燃烧 永不放弃", "rousing", 1),
        ("回到童年的故乡", "nostalgic", 1),
        ("I cried a thousand tears", "sad", -1),
        ("Dancing all night in neon", "energetic", 1),
        ("She whispers softly", "tender", 1),
        ("LONELY streets", "lonely", -1),
        ("memories of yesterday", "nostalgic", 1),
    ],
)
def test_a_line_names_its_mood(line, mood, valence_sign):
    found = read([line])
    assert max(found.moods, key=found.moods.get) == mood
    assert found.valence * valence_sign > 0


@pytest.mark.parametrize(
    ("plain", "negated"),
    [("快乐", "不快乐"), ("有希望", "没有希望"), ("幸福", "从未幸福"), ("happy", "not happy"), ("hope", "I don't hope"),
     ("love", "never in love"), ("happy", "ain’t happy")],
)  # fmt: skip
def test_negation_turns_the_valence_and_names_no_mood(plain, negated):
    assert read([plain]).valence > 0 > read([negated]).valence
    assert read([plain]).moods
    assert not read([negated]).moods


def test_the_negation_of_sadness_is_mild():
    assert 0 < read(["not sad"]).valence < -read(["sad"]).valence


def test_negation_stays_in_its_line_and_near():
    assert read(["不", "快乐"]).valence > 0
    assert read(["not that it matters now but happy"]).valence > 0


def test_longest_match_wins():
    assert set(read(["离别"]).moods) == {"sad"}  # 别 negates nothing inside a word
    assert set(read(["未来"]).moods) == {"hopeful"}
    assert set(read(["不怕"]).moods) == {"rousing"}


def test_more_evidence_weighs_more_but_a_refrain_counts_three_times_at_most():
    once, thrice, often = (read(["快乐"] * n).valence for n in (1, 3, 40))
    assert once < thrice == often


def test_both_languages_in_one_line():
    found = read(["宝贝 my darling 快乐"])
    assert set(found.moods) == {"tender", "romantic", "happy"}


@pytest.mark.parametrize("lines", [[], [""], ["the of and"], ["的了着"], ["123 !?"], ["ลองดู"]])
def test_nothing_said_is_nothing_known(lines):
    found = read(lines)
    assert found.valence is None
    assert found.arousal is None
    assert found.moods == {}


@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_text_is_read(lines):
    found = read(lines)
    assert found.valence is None or -1 <= found.valence <= 1
    assert sum(found.moods.values()) <= 1
    again = read(list(reversed(lines)))
    assert again.valence == pytest.approx(found.valence) if found.valence is not None else again.valence is None


def test_every_mood_has_words_in_both_languages_and_its_own_name():
    for language in LANGUAGES:
        moods = lexicon("features.emotions", f"feeling_{language}")["moods"]
        assert set(moods) == set(MOOD_IDS)
        assert all(len(words) >= 5 for words in moods.values())
    for mood in MOODS:
        for language in LANGUAGES:
            assert mood.id in read([MOOD_NAMES[language][mood.id]]).moods


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("I can't live without love", 1), ("never without hope", 1), ("I will not be sad", 1),
        ("no more happy days", -1),
        ("我不能没有快乐", 1), ("不再悲伤", 1), ("不会孤独", 1), ("没有希望的未来不再美好", -1),
        ("I smiled, but I am lonely and broken", -1), ("虽然微笑 但是心碎", -1), ("曾经流泪 可是如今幸福", 1),
        ("everything is so beautiful", 1), ("the world is cold and wrong", -1), ("没有你的城市", -1),
    ],
)  # fmt: skip
def test_lines_read_as_a_listener_would(line, sign):
    assert read([line]).valence * sign > 0


def test_intensifiers_and_what_follows_but_weigh_more():
    assert read(["so happy, sad"]).valence > read(["happy, sad"]).valence
    assert read(["太快乐 悲伤"]).valence > read(["快乐 悲伤"]).valence
    assert read(["happy but sad"]).valence < read(["happy and sad"]).valence
