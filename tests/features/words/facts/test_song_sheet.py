"""A song's sheet in words of both languages."""

from __future__ import annotations

import pytest

from features.words.facts.song_sheet import in_words, name_of, song_facts
from tests.features.words import world


def test_every_kind_of_fact_has_its_words() -> None:
    kinds = world.catalogue()["facts"]["kind"].unique()
    assert all(name_of(kind, language) for kind in kinds for language in ("zh", "en"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_row_of_a_catalogue_can_be_told(language: str) -> None:
    rows = world.catalogue()["facts"]
    for track_id in rows["track_id"].unique():
        for fact in song_facts(rows.filter(track_id=track_id), language):
            assert fact.text.strip()
            assert fact.text != "None"
            assert 0 <= fact.confidence <= 1


def test_weak_facts_are_known_and_not_said() -> None:
    rows = world.catalogue()["facts"]
    weak = rows.filter(kind="tempo", assertable=False).row(0, named=True)
    told = {f.ref: f for f in song_facts(rows.filter(track_id=weak["track_id"]), "en", "g")}
    assert not told["g12"].assertable
    assert told["g12"].unit == "BPM"


@pytest.mark.parametrize(
    ("kind", "text", "value", "zh", "en"),
    [
        ("key", "C# major", None, "降D大调", "Db major"),
        ("length", None, 187.2, "3 分 7 秒", "3 minutes and 7 seconds"),
        ("length", None, 60.0, "1 分钟", "1 minute"),
        ("release", "2026-05-03", None, "2026 年 5 月 3 日", "3 May 2026"),
        ("release", "2026-05", None, "2026 年 5 月", "May 2026"),
        ("release", "2026", None, "2026 年", "2026"),
        ("energy_shape", "rises", None, "渐强", "rises"),
        ("genre", "city_pop", None, "城市流行", "city pop"),
        ("tempo", None, 72.0, "72", "72"),
        ("valence", None, -0.18, "-0.18", "-0.18"),
    ],
)
def test_values_in_words(kind: str, text: str | None, value: float | None, zh: str, en: str) -> None:
    row = {"kind": kind, "text": text, "value": value, "at_s": None}
    assert (in_words(row, "zh"), in_words(row, "en")) == (zh, en)
