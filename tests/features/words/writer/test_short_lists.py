"""Lists of one song: nothing that is written above them speaks of several."""

from __future__ import annotations

import re

import pytest

from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from features.words.params import WordParams
from features.words.writer.inputs import BriefTables
from features.words.writer.list_briefs import ListBriefs
from jobs.run.body import gather
from tests.features.words import world

_SEVERAL = {
    "en": re.compile(r"(?i)\b1 (?:songs|minutes|artists|companions)\b|\bthe songs\b|\border\b|\bthe others\b|#Daily30"),
    "zh": re.compile(r"\D1 首|顺序|先后|哪首|#三十首"),
}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_list_of_one_song_is_not_told_as_several(seed: int) -> None:
    made = world.catalogue()
    tables = made | world.listeners(made, count=24, seed=seed, length=1)
    desk = ListBriefs(gather(BriefTables, tables), world.NIGHT, Seeds(seed), WordParams(), MeasurementPolicy())
    copies = [desk.list_copy(order) for order in desk.orders()]
    assert {copy["language"] for copy in copies} == {"zh", "en"}
    for copy in copies:
        text = " ".join((copy["opener"], copy["intro"], *copy["hashtags"]))
        assert _SEVERAL[copy["language"]].findall(text) == [], text
        assert len(copy["hashtags"]) in (2, 3)
