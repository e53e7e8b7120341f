"""Signatures of bodies against their stage records, and how tables come to a body."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from jobs.run.body import BindingError, apply, asks_for
from tests.jobs.run import toys
from tests.jobs.run.toys import Bell, RankInputs

HERE = "tests.jobs.run.test_body"
Tables = dict[str, pl.DataFrame]


def extra(*, words: pl.DataFrame, bell: Bell, clock: object) -> Tables:
    return {}


def less(*, words: pl.DataFrame) -> Tables:
    return {}


def by_position(words: pl.DataFrame, /, bell: Bell) -> Tables:
    return {}


@dataclass(frozen=True, slots=True)
class StrangeInputs:
    """Of the tables that ``rank`` reads one is missing, and one it does not read is there."""

    lengths: pl.DataFrame
    totals: pl.DataFrame
    words: pl.DataFrame


def strange(inputs: StrangeInputs, *, bell: Bell) -> Tables:
    return {}


def untyped(inputs: Tables, *, bell: Bell) -> Tables:
    return {}


@pytest.mark.parametrize(
    ("stage", "body", "message"),
    [
        ("measure", "extra", "asks for clock, which the stage does not declare"),
        ("measure", "less", "does not take bell"),
        ("measure", "by_position", "words cannot be bound by keyword"),
        ("rank", "strange", "does not take past and asks for words, which the stage does not declare"),
        ("rank", "untyped", "inputs must be annotated with a dataclass"),
    ],
)
def test_a_body_that_does_not_fit_its_record_is_found_before_anything_runs(
    tmp_path: Path, stage: str, body: str, message: str
) -> None:
    toys.deliver(tmp_path)
    with pytest.raises(BindingError, match=message):
        toys.run(tmp_path, pipeline=toys.with_stage(stage, run=f"{HERE}:{body}"))
    assert not any(call.startswith(stage) for call in toys.calls(tmp_path))


def test_a_record_counts_as_the_tables_in_it() -> None:
    rank = next(stage for stage in toys.STAGES if stage.name == "rank")
    assert asks_for(rank) == {"lengths", "totals", "past", "bell", "seeds", "night"}


def test_a_body_gets_what_it_asks_for_and_nothing_else() -> None:
    def keyword(*, words: pl.DataFrame, factor: int) -> Tables:
        return {"words": words.head(factor)}

    def record(inputs: RankInputs, *, factor: int) -> Tables:
        return {"lengths": inputs.lengths.head(factor), "past": inputs.past}

    tables = {name: pl.DataFrame({"name": [name] * 3}) for name in ("words", "lengths", "totals", "past", "others")}
    assert apply(keyword, tables, factor=2, unused=None)["words"].rows() == [("words",)] * 2
    made = apply(record, tables, factor=1)
    assert made["lengths"].rows() == [("lengths",)]
    assert made["past"] is tables["past"]
