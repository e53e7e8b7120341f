"""What counts as said before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.words.writer.repeats import alike, repeated


@pytest.mark.parametrize(
    ("text", "old", "language", "same"),
    [
        ("周日好，先把《晚风》放给你听。", "周日好，先把《晚风》放给你听。", "zh", True),
        ("周日好，先把《晚风》放给你听。", "周日好，先把《七里香》放给你听！", "zh", True),
        ("今天有 30 首歌陪你。", "今天有 28 首歌陪你。", "zh", True),
        ("周日好，先把《晚风》放给你听。", "雨下了一夜，歌也唱了一夜。", "zh", False),
        ("Begin with “Slow Tide” today.", "BEGIN with “Ember” today", "en", True),
        ("Begin with “Slow Tide” today.", "A quiet Sunday; let the tempo come down first.", "en", False),
        ("Stay where a song holds you.", "Other ones. Stay where a song holds you.", "en", True),
        (
            "Fresh words, and then some. Stay where a song holds you. Leave the others for later, then.",
            "What was said is gone. Leave the others for later, then. Stay where a song holds you!",
            "en",
            True,
        ),
        (
            "Fresh words, and then some. Stay where a song holds you.",
            "What was said is gone now. Stay where a song holds you.",
            "en",
            False,
        ),
        ("哪一首留住了你，就多待一会儿。", "旧话不同的一句。哪一首留住了你，就多待一会儿。", "zh", True),
        ("慢慢听。今天换个开头。", "慢慢听。昨天是另一种说法，完全不同。", "zh", False),
    ],
)
def test_the_same_words_around_other_titles_are_a_repeat(text: str, old: str, language: str, same: bool) -> None:
    assert repeated(text, [old], language) is same


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_symmetric_share(one: str, other: str) -> None:
    assert 0 <= alike(one, other) <= 1
    assert alike(one, other) == alike(other, one)
    assert alike(one, one) == 1


def test_nothing_was_said_before_the_first_night() -> None:
    assert not repeated("周日好。", [], "zh")
