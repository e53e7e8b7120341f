"""Bodies for the toy pipeline that break a contract or raise."""

from __future__ import annotations

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
