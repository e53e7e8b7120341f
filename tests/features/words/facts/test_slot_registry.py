"""One id, one meaning: on every sheet, in every prompt, in every stored table."""

from __future__ import annotations

import pytest

from features.words.facts import slot_registry
from features.words.facts.links import LINKS
from features.words.facts.slot_registry import SLOTS, slot_id
from schemas.text_files import texts

LETTERS = {"list": "l", "song": "ftn", "other": "g", "comparison": "c"}
MOST = 10  # facts of one kind
STORED = {  # ids that stand in tables of past nights
    "title": "f01", "artist": "f02", "album": "f03", "release": "f04", "genre": "f05", "language": "f06",
    "label": "f07", "producer": "f08", "composer": "f09", "lyricist": "f10", "length": "f11",
    "tempo": "f12", "key": "f13", "loudness": "f14", "dynamics": "f15", "energy": "f16", "energy_shape": "f17",
    "danceability": "f18", "brightness": "f19", "valence": "f20", "arousal": "f21",
    "mood": "f22", "theme": "f32", "quote": "f42", "voice": "f52", "metre": "f53", "acoustic": "f54",
    "version": "f55",
    "same_album": "f60", "same_producer": "f61", "same_composer": "f62", "same_lyricist": "f63", "same_label": "f64",
}  # fmt: skip


def test_no_id_stands_for_two_things() -> None:
    runs_on = {"mood", "theme", "quote"}
    taken = [slot.id for slot in SLOTS]
    taken += [slot_id("song", kind, seq) for kind in runs_on for seq in range(2, MOST)]
    assert len(set(taken)) == len(taken)


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: slot.id)
def test_an_id_says_what_it_is_true_of(slot: slot_registry.Slot) -> None:
    assert slot.id[0] in LETTERS[slot.about]
    assert slot.id[1:].isdecimal()
    assert all(slot.meaning(language).strip() for language in ("zh", "en"))


def test_every_meaning_belongs_to_a_slot() -> None:
    for words in texts("features.words.facts", "slots").values():
        assert {(about, name) for about in words for name in words[about]} == set(slot_registry.BY_NAME)
        for meanings in words.values():
            assert len(set(meanings.values())) == len(meanings)


def test_ids_of_stored_facts_do_not_change() -> None:
    assert {kind: slot_id("song", kind) for kind in STORED} == STORED
    assert set(LINKS) <= set(STORED)


def test_the_second_of_its_kind_has_the_next_id() -> None:
    for name in ("mood", "theme", "quote"):
        assert slot_id("song", name, 1) == slot_id("song", f"{name}2")


def test_the_other_song_has_the_numbers_of_this_one() -> None:
    for slot in slot_registry.of("other"):
        assert slot.id[1:] == slot_id("song", slot.name)[1:]


def test_what_is_private_is_not_given_to_a_model() -> None:
    assert [slot.name for slot in SLOTS if slot.private] == ["city"]
    assert not any(slot.for_model for slot in SLOTS if slot.private)
