"""What may be said of a listener's habits."""

from __future__ import annotations

import pytest

from features.words.facts.listeners import daypart_id
from schemas.vocabulary import DAYPARTS


@pytest.mark.parametrize(
    ("plays", "part"),
    [
        ([15, 15, 0, 0], None),
        ([15, 14, 1, 0], None),
        ([14, 16, 0, 0], DAYPARTS[1]),
        ([15, 14, 0, 0], None),
        ([0, 0, 0, 0], None),
    ],
    ids=["two halves", "one half is not most", "more than half", "too few plays", "none"],
)
def test_most_plays_are_more_than_half(plays: list[int], part: str | None) -> None:
    assert daypart_id({"daypart_plays": plays}) == part
