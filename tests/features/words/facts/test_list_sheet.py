"""The fact sheet of a list: rows that stand for the slots of its telling."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from features.words.facts import slot_registry
from features.words.facts.list_sheet import list_facts
from features.words.facts.lists import most_in
from features.words.facts.slots import Slots
from features.words.writer import frames


def _slots(language: str) -> Slots:
    slots = Slots(language)
    slots.number("songs", 30, "song", "rank")
    slots.number("plays7", 71.6, "play")
    slots.title("loop", "晚风")
    slots.word("mood", "calm")
    slots.name("city", "上海")
    return slots


def test_rows_carry_value_unit_and_source_under_the_slots_id() -> None:
    facts = {f.kind: f for f in list_facts(_slots("en"))}
    assert list(facts) == ["songs", "mood", "plays7", "loop", "city"]  # never the article forms a_mood, A_mood
    assert all(fact.ref == slot_registry.slot_id("list", kind) for kind, fact in facts.items())
    assert (facts["plays7"].value, facts["plays7"].unit, facts["plays7"].source) == (72.0, "play", "taste")
    assert (facts["loop"].value, facts["loop"].text) == (None, "晚风")


def test_a_band_is_one_row_once_both_its_edges_are_known() -> None:
    slots = _slots("en")
    slots.number("ulow", 71.6, "bpm")
    assert "usual_tempo" not in {f.kind for f in list_facts(slots)}
    slots.number("uhigh", 96, "bpm")
    band = next(f for f in list_facts(slots) if f.kind == "usual_tempo")
    assert (band.text, band.value, band.unit) == ("72–96", None, "bpm")


def test_what_is_private_is_known_but_not_said() -> None:
    assert [f.kind for f in list_facts(_slots("zh")) if not f.assertable] == ["city"]


def test_every_slot_of_an_intro_or_opener_is_on_the_sheet() -> None:
    for language in ("zh", "en"):
        for area in ("openers", "intros"):
            needs = {slot for fs in frames.load(language, area).values() for f in fs for slot in f.needs}
            plain = {slot.removeprefix("a_").removeprefix("A_").removeprefix("many_") for slot in needs} - {
                "mlow",
                "mhigh",
            }
            registered = {value for slot in slot_registry.of("list") for value in slot.values}
            assert plain <= registered, plain - registered


@given(st.lists(st.integers(60, 180).map(float), max_size=30), st.integers(0, 12))
def test_most_songs_are_more_than_half_of_all_songs_also_of_those_whose_tempo_is_not_known(
    tempos: list[float], unknown: int
) -> None:
    songs = len(tempos) + unknown
    band = most_in(sorted(tempos), songs)
    if band is not None:
        assert 2 * sum(band[0] <= t <= band[1] for t in tempos) > songs


def test_fifteen_of_thirty_songs_are_not_most() -> None:
    known = [80.0 + n for n in range(25)]
    assert most_in(known, 30) == (84.0, 99.0)
    assert most_in(known[:15], 30) is None
