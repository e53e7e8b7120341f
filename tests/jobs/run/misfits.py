"""Bodies for the toy pipeline that break a contract or do not fit their stage record."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tests.jobs.run.toys import LENGTHS, TOTALS, Bell

HERE = "tests.jobs.run.misfits"


def count_wrongly(*, lengths: pl.DataFrame, bell: Bell) -> dict[str, pl.DataFrame]:
    return {"totals": TOTALS.frame({"word": ["a", "a"], "total": [1.0, 2.0]})}


def count_nothing(*, lengths: pl.DataFrame, bell: Bell) -> dict[str, pl.DataFrame]:
    return {"totals": TOTALS.empty()}


def measure_others(*, words: pl.DataFrame, bell: Bell) -> dict[str, pl.DataFrame]:
    return {"lengths": LENGTHS.frame({"user_id": ["u0", "u1", "u2", "u3"], "word": ["w"] * 4, "length": [1.0] * 4})}


def measure_raising(*, words: pl.DataFrame, bell: Bell) -> dict[str, pl.DataFrame]:
    raise ZeroDivisionError("the body broke")


def measure_extra(*, words: pl.DataFrame, bell: Bell, clock: object) -> dict[str, pl.DataFrame]:
    return {}


def measure_less(*, words: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {}


@dataclass(frozen=True, slots=True)
class StrangeInputs:
    """Of the tables that ``rank`` reads one is missing, and one it does not read is there."""

    lengths: pl.DataFrame
    totals: pl.DataFrame
    words: pl.DataFrame


def rank_strangely(inputs: StrangeInputs, *, bell: Bell) -> dict[str, pl.DataFrame]:
    return {}


def rank_untyped(inputs: dict[str, pl.DataFrame], *, bell: Bell) -> dict[str, pl.DataFrame]:
    return {}
