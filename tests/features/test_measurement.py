"""The policy: expressions and rows agree, what may be said may be read off its parameters, null is never sure."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.measurement import MeasurementPolicy, Said, Used

POLICY = MeasurementPolicy()
SURE = st.none() | st.floats(0, 1, width=32)
COLUMNS = sorted({column for measure in get_args(Said) for column in POLICY.to_say(measure)} | {"key_strength"})


def _sound(tempo_confidence: float | None, key_strength: float | None, key_confidence: float | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "tempo_bpm": [120.0],
            "tempo_confidence": [tempo_confidence],
            "key": ["D"],
            "mode": ["minor"],
            "key_strength": [key_strength],
            "key_confidence": [key_confidence],
        },
        schema_overrides=dict.fromkeys(("tempo_confidence", "key_strength", "key_confidence"), pl.Float32),
    )


@pytest.mark.parametrize(
    ("sure", "used", "said"), [(None, None, None), (0.29, None, None), (0.3, 120.0, None), (0.6, 120.0, 120.0)]
)
def test_a_tempo_is_used_before_it_is_said(sure: float | None, used: float | None, said: float | None) -> None:
    frame = _sound(sure, 0.0, 0.0)
    assert frame.select(POLICY.used("tempo")).item() == used
    assert frame.select(POLICY.said("tempo")).item() == said


def test_a_key_is_said_by_its_probability_and_used_by_its_strength() -> None:
    strong, sure = _sound(0.0, 0.9, 0.24), _sound(0.0, 0.1, 0.9)
    assert [f.select(POLICY.used("key")).item() for f in (strong, sure)] == ["D minor", None]
    assert [f.select(POLICY.said("key")).item() for f in (strong, sure)] == [None, "D minor"]


def test_a_mood_is_said_only_where_the_feeling_behind_it_is_sure() -> None:
    frame = pl.DataFrame(
        {"moods": [["calm", "sad"]] * 3 + [[]], "mood_probabilities": [[0.8, 0.5], [0.4, 0.3], [0.8, 0.5], []],
         "valence_confidence": [0.7, 0.7, 0.4, 0.9]}
    )  # fmt: skip
    assert frame.select(POLICY.said("mood"))["mood"].to_list() == ["calm", None, None, None]
    assert frame.select(POLICY.used("mood"))["mood"].to_list() == ["calm", "calm", "calm", None]


@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, SURE)))
def test_rows_and_expressions_say_the_same(row: dict[str, float | None]) -> None:
    frame = pl.DataFrame([row], schema=dict.fromkeys(COLUMNS, pl.Float32))
    for said in get_args(Said):
        assert frame.select(at=POLICY.may_say(said))["at"].to_list() == [POLICY.row_may_say(said, row)]
    for used in get_args(Used):
        assert frame.select(at=POLICY.may_use(used))["at"].to_list() == [POLICY.row_may_use(used, row)]


def test_every_threshold_belongs_to_a_measure_and_is_a_confidence() -> None:
    asked = [value for m in get_args(Said) for value in POLICY.to_say(m).values()]
    asked += [value for m in get_args(Used) for value in POLICY.to_use(m).values()]
    thresholds = {f.name: getattr(POLICY, f.name) for f in fields(POLICY)}
    assert set(thresholds.values()) == {*asked, POLICY.mood_profiled_from}
    with pytest.raises(ValueError, match="tempo_said_from is a confidence"):
        MeasurementPolicy(tempo_said_from=1.5)


def test_no_confidence_is_never_enough() -> None:
    """Not even where every confidence is: null, NaN and a column that is not there say nothing of the value."""
    anything = MeasurementPolicy(tempo_said_from=0.0)
    for sure in (None, float("nan")):
        frame = _sound(sure, None, None)
        assert not frame.select(said=anything.may_say("tempo")).item()
        assert not anything.row_may_say("tempo", frame.row(0, named=True))
    assert not anything.row_may_say("tempo", {})
    assert anything.row_may_say("tempo", {"tempo_confidence": 0.0})
