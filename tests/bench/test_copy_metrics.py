"""Worked examples of the measures, by hand."""

from __future__ import annotations

import math

import pytest

from bench import copy_metrics as measure


def test_tokens_are_characters_and_words() -> None:
    assert measure.tokens("雨天 72 BPM，It’s late 1:23") == ["雨", "天", "72", "bpm", "it’s", "late", "1:23"]


def test_distinct_counts_different_ngrams_within_texts() -> None:
    assert measure.distinct(["a b a b"], 1) == pytest.approx(2 / 4)
    assert measure.distinct(["a b a b"], 2) == pytest.approx(2 / 3)
    assert measure.distinct(["a b", "c d"], 2) == 1.0
    assert measure.distinct(["a b c d"], 1, budget=2) == 1.0
    assert math.isnan(measure.distinct([], 1))


def test_self_bleu_of_copies_is_one_and_of_unlike_texts_nothing() -> None:
    assert measure.self_bleu(["the rain falls on the roof tonight"] * 3) == pytest.approx(1.0)
    apart = ["one two three four five", "six seven eight nine ten", "red green blue black white"]
    assert measure.self_bleu(apart) == 0.0
    near = ["the rain falls on the roof", "the rain falls on the road", "a dog barks"]
    assert 0.0 < measure.self_bleu(near) < 1.0


def test_self_bleu_by_hand() -> None:
    # of the first: 5 of 6 words, and with one added 5 of 6 pairs, 4 of 5 triples, 3 of 4 fours; equally long
    near = ["the rain falls on the roof", "the rain falls on the road"]
    expected = (5 / 6 * 5 / 6 * 4 / 5 * 3 / 4) ** 0.25
    assert measure.self_bleu(near) == pytest.approx(expected)


def test_frames_are_known_again_under_other_names_and_numbers() -> None:
    texts = ["《晴天》走 72 BPM。", "《雨天》走 80 BPM。", "沈遇的歌。", "林栖的歌。", "别的话。"]
    assert measure.frame_reuse(texts, ["沈遇", "林栖"]) == pytest.approx(5 / 3)


def test_flesch_reading_ease_by_hand() -> None:
    # 6 words, 1 sentence, 6 syllables: 206.835 - 1.015 * 6 - 84.6
    assert measure.readability("The cat sat on the mat.", "en") == pytest.approx(206.835 - 6.09 - 84.6)
    # 4 words, 1 sentence, 3 + 2 + 3 + 3 syllables
    hard = measure.readability("Nostalgic music, beautiful memory.", "en")
    assert hard == pytest.approx(206.835 - 1.015 * 4 - 84.6 * 11 / 4)
    assert measure.readability("两个字，三个字吧。", "zh") == pytest.approx((3 + 4) / 2)


def test_language_is_told_by_most_words() -> None:
    assert measure.in_language("这首歌走 72 BPM。", "zh")
    assert not measure.in_language("This song is good.", "zh")
    assert measure.in_language("This song is good.", "en")
    assert not measure.in_language("This 歌 is 好 听.", "en")
