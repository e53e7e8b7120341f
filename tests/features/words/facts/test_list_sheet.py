"""The fact sheet of a list: rows that stand for the slots of its telling."""

from __future__ import annotations

from features.words.facts.list_sheet import LIST_FACTS, list_facts
from features.words.facts.slots import Slots
from features.words.writer import frames


def _told(language: str) -> Slots:
    told = Slots(language)
    told.number("songs", 30, "song", "rank")
    told.number("ulow", 71.6, "bpm")
    told.title("loop", "晚风")
    told.word("mood", "calm")
    told.name("city", "上海")
    return told


def test_rows_carry_value_unit_and_source_under_the_slots_name() -> None:
    facts = {f.ref: f for f in list_facts(_told("en"))}
    assert list(facts) == ["songs", "mood", "ulow", "loop", "city"]  # never the article forms a_mood, A_mood
    assert (facts["ulow"].value, facts["ulow"].unit, facts["ulow"].source) == (72.0, "bpm", "taste")
    assert (facts["loop"].value, facts["loop"].text) == (None, "晚风")


def test_what_is_private_is_known_but_not_said() -> None:
    assert [f.ref for f in list_facts(_told("zh")) if not f.said] == ["city"]


def test_every_slot_of_an_intro_or_opener_is_on_the_sheet() -> None:
    for language in ("zh", "en"):
        for area in ("openers", "intros"):
            needs = {slot for fs in frames.load(language, area).values() for f in fs for slot in f.needs}
            plain = {slot.removeprefix("a_").removeprefix("A_") for slot in needs} - {"mlow", "mhigh"}
            assert plain <= set(LIST_FACTS), plain - set(LIST_FACTS)
