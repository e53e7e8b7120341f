"""Names that are nearly one are found among many as if each had been compared with each."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from features.ingest import alike as module
from features.ingest.alike import alike

Pairs = set[tuple[str, str]]
NAMES = st.lists(st.text(alphabet="abc'周杰倫é ", max_size=9), max_size=60, unique=True)


def each_with_each(ours: list[str], theirs: list[str]) -> Pairs:
    return {
        (one, other)
        for one in ours
        for other in theirs
        if fuzz.ratio(one, other) >= 80 or (min(len(one), len(other)) >= 3 and OSA.distance(one, other) <= 1)
    }


@pytest.fixture(params=[0, 1 << 10], ids=["by_letters", "few"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FEW", request.param)


@pytest.mark.usefixtures("few")
@given(NAMES, NAMES)
def test_the_same_pairs_as_each_with_each(ours: list[str], theirs: list[str]) -> None:
    found = list(alike(ours, theirs))
    assert set(found) == each_with_each(ours, theirs)
    assert len(found) == len(set(found))


def test_slips_in_many_longer_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CELLS", 1 << 12)  # many parts
    chance = random.Random(5)
    names = {"".join(chance.choices("etaoinshrdlu", k=chance.randint(3, 24))) for _ in range(500)}
    slipped = {n[:k] + chance.choice(["", "x", n[k] * 2]) + n[k + 1 :] for n in names for k in (0, len(n) // 2)}
    found = set(alike(sorted(names), sorted(slipped)))
    assert found == each_with_each(sorted(names), sorted(slipped))
    assert len(found) > len(names)
