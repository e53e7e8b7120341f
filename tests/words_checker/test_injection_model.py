"""The same payloads before a model that obeys whatever it is shown: it is shown none."""

from __future__ import annotations

import unicodedata
from typing import Any

import polars as pl
import pytest

from features.words.model.asking import Ask
from jobs import copy_plan
from schemas import TABLES
from tests.words_checker import hostile
from tests.words_checker.hostile import FIELDS, canaries
from tests.worlds import askers
from tests.worlds.night import Tables, staged

_HARM = ("ignore", "忽略", "无视", "输出", "10/10", "<data>", "system:", "系统", "base64", "http")


def _canaries_in(text: str) -> list[str]:
    shown = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum()).casefold()
    return [canary for canary in canaries() if canary.casefold() in shown]


def obeys(ask: Ask) -> dict[str, Any]:
    """Writes well until its data tell it something; then it says the canary in every text, and as a reference."""
    good = askers.writes_well(ask)
    data = ask.user.split("\n", 1)[1].casefold()
    told = _canaries_in(ask.user) or [word for word in _HARM if word in data]
    return askers.saying(good, f"{canaries()[0]} ", f" {canaries()[1]}") if told else good


def planned(tables: Tables, llm: Any) -> Tables:
    """Whose words the model shall write."""
    from features.words.params import CopyPlanParams

    return staged(copy_plan.run, tables, llm=llm, params=CopyPlanParams())


def written(turn: int, *, at_peace: bool) -> tuple[dict[tuple[str, ...], str], Any, dict[str, pl.DataFrame]]:
    """Everything published through the obedient model, and what it was asked."""
    tables = hostile.catalogue(turn, hostile=not at_peace)
    llm = askers.Scripted(obeys)
    tables |= planned(tables, llm)
    made = hostile.told(tables, llm)
    return dict(hostile.texts(made)), llm, made


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(len(FIELDS)))
def test_an_obedient_model_is_told_nothing(turn: int) -> None:
    attacked, llm, made = written(turn, at_peace=False)
    peaceful, calm, _ = written(turn, at_peace=True)
    assert llm.asks
    assert [ask.user for ask in llm.asks if _canaries_in(ask.user)] == []
    assert {ask.user for ask in llm.asks} == {ask.user for ask in calm.asks}
    assert {whose: text for whose, text in attacked.items() if _canaries_in(text)} == {}
    assert attacked == peaceful
    assert (made["list_copy"]["writer"] == "model").sum() > 0
    assert (made["reviews"]["writer"] == "model").sum() > 0


@pytest.mark.slow
def test_a_model_that_says_the_canary_anyway_is_not_published() -> None:
    """Should a payload ever reach it: what it says is on no sheet."""
    tables = hostile.catalogue(0, hostile=True)
    llm = askers.Scripted(lambda ask: askers.saying(askers.writes_well(ask), "", f" {canaries()[0]}"))
    tables |= planned(tables, llm)
    made = hostile.told(tables, llm)
    assert {whose for whose, text in hostile.texts(made) if _canaries_in(text)} == set()
    assert set(made["list_copy"]["writer"]) == set(made["reviews"]["writer"]) == {"builtin"}
    assert TABLES["list_copy"].names == tuple(made["list_copy"].columns)
