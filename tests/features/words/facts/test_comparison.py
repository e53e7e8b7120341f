"""Songs against each other: circle of fifths, beats, and the sentences that say so."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.words.facts.comparison import beat, compare, direction
from features.words.facts.comparison_sheet import comparison_facts
from features.words.facts.songs import Song
from features.words.terms.tonality import relation
from schemas.vocabulary import KEYS, MODES

keys = st.builds(lambda tonic, mode: f"{tonic} {mode}", st.sampled_from(KEYS), st.sampled_from(MODES))


@pytest.mark.parametrize(
    ("one", "two", "name", "fifths", "shared"),
    [
        ("D major", "D major", "same", 0, 7),
        ("D major", "B minor", "relative", 0, 7),
        ("C major", "C minor", "parallel", -3, 4),
        ("C major", "G major", "neighbour", 1, 6),
        ("A minor", "F major", "neighbour", -1, 6),
        ("C major", "A major", "near", 3, 4),
        ("C major", "F# major", "far", 6, 2),
        ("Eb major", "E minor", "far", 4, 3),
    ],
)
def test_worked_keys(one: str, two: str, name: str, fifths: int, shared: int) -> None:
    found = relation(one, two)
    assert found is not None
    assert (found.name, found.fifths, found.shared) == (name, fifths, shared)


@given(one=keys, two=keys)
def test_relations_are_symmetric_and_shared_notes_follow_the_circle(one: str, two: str) -> None:
    there, back = relation(one, two), relation(two, one)
    assert there is not None
    assert back is not None
    assert there.name == back.name
    assert abs(there.fifths) == abs(back.fifths)
    assert there.shared == back.shared
    assert there.shared == max(2, 7 - abs(there.fifths))


def test_what_is_no_key_has_no_relation() -> None:
    assert relation("H major", "C major") is None
    assert relation("C", "C major") is None


@pytest.mark.parametrize(
    ("ratio", "named"),
    [(1.0, "same"), (1.03, "same"), (2.05, "double"), (0.49, "half"), (1.5, "three_halves"), (1.25, "other")],
)
def test_beats(ratio: float, named: str) -> None:
    assert beat(ratio) == named


@pytest.mark.parametrize(("by", "way"), [(None, None), (0.05, "alike"), (-0.3, "less"), (0.3, "more")])
def test_directions(by: float | None, way: str | None) -> None:
    assert direction(by) == way


def _pair() -> tuple[Song, Song]:
    one = Song("a", title="雨", tempo=72, key="B minor", moods=["calm", "sad"], release=date(2020, 1, 1), artist="夏炎")
    two = Song("b", title="晴", tempo=144, key="D major", moods=["sad"], release=date(2018, 1, 1), artist="夏炎")
    return one, two


def test_a_comparison_answers_what_differs_in_tonality() -> None:
    found = compare(*_pair())
    assert found.key is not None
    assert found.key.name == "relative"
    assert (found.bpm, found.beat, found.moods, found.years, found.shared) == (-72, "half", ("sad",), 2, ("artist",))


def test_facts_carry_both_values_their_least_confidence_and_whether_they_may_be_said() -> None:
    rows = comparison_facts(*_pair(), {"key": 0.4, "tempo": 0.9}, "zh", lambda kind: kind != "key")
    facts = {r.fact.ref: r for r in rows}
    assert len(facts) == len(rows)
    assert (facts["c01"].this, facts["c01"].that) == ("B小调", "D大调")
    assert (facts["c01"].fact.confidence, facts["c01"].fact.assertable) == (0.4, False)
    assert (facts["c04"].fact.value, facts["c04"].fact.unit, facts["c04"].fact.text) == (-72.0, "BPM", "慢 72 BPM")
    assert facts["c06"].fact.assertable
    assert "慢一半" in facts["c06"].fact.text


def test_songs_that_tell_nothing_have_nothing_to_compare() -> None:
    assert comparison_facts(Song("a"), Song("b"), {}, "en", lambda kind: True) == []
