"""Sentence frames say no number of their own: what no slot carries no sheet can ground."""

from __future__ import annotations

import pytest

from features.words import grounding
from features.words.writer import frames


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("area", ["openers", "intros", "reasons", "paragraphs", "reviews"])
def test_no_frame_is_refused_for_a_number_it_brings_along(language: str, area: str) -> None:
    sheet = grounding.Sheet(language, times={})
    for each in frames.load(language, area).values():
        for frame in each:
            bare = "".join(literal + ("·" if slot else "") for literal, slot in frame.parts)
            faults = [v for v in grounding.check(bare, sheet) if v.fault is grounding.Fault.NUMBER]
            assert faults == [], frame.text


@pytest.mark.parametrize(
    ("name", "told"), [("Kite & Co.", "by Kite & Co."), ("Ann", "by Ann."), ("A... B", "by A... B.")]
)
def test_a_name_that_ends_in_a_stop_ends_the_sentence(name: str, told: str) -> None:
    assert frames.stopped(f"by {name}.") == told
