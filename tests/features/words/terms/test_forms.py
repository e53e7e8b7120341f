"""Keys as musicians spell them."""

from __future__ import annotations

import pytest

from features.words import grounding
from features.words.facts.slots import Slots
from features.words.terms import forms
from schemas.vocabulary import KEYS, MODES

_SPELLED = {
    "major": ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"],
    "minor": ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"],
}


@pytest.mark.parametrize("mode", MODES)
def test_english_keys_have_their_usual_signature(mode: str) -> None:
    assert [forms.key_name(f"{key} {mode}", "en") for key in KEYS] == [f"{tonic} {mode}" for tonic in _SPELLED[mode]]


def test_chinese_keys_put_the_accidental_first() -> None:
    found = [forms.key_name(key, "zh") for key in ("C# major", "C# minor", "D major", "Bb minor", "Ab minor")]
    assert found == ["降D大调", "升C小调", "D大调", "降B小调", "升G小调"]


def test_a_key_without_a_mode_is_its_tonic() -> None:
    assert forms.key_name("F# ", "en") == "F#"
    assert forms.key_name("F# ", "zh") == "升F"


@pytest.mark.parametrize(("language", "text"), [("zh", "这首歌写在{}，很安静。"), ("en", "It is in {}, quietly.")])
def test_every_displayed_key_is_grounded(language: str, text: str) -> None:
    for key in (f"{key} {mode}" for key in KEYS for mode in MODES):
        slots = Slots(language)
        slots.key("key", key)
        assert grounding.check(text.format(slots.values["key"]), slots.sheet()) == []
