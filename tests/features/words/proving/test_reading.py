"""Sentences read back through their frames: what each says, whatever stands before it."""

from __future__ import annotations

import pytest

from features.words.proving.reading import _kind, read
from features.words.writer import frames
from features.words.writer.frames import Frame

VALUES = {"en": {r"\d+": "7", "key": "D major", "mood": "epic", "text": "Blue"},
          "zh": {r"\d+": "7", "key": "D大调", "mood": "史诗", "text": "蓝"}}  # fmt: skip


def value(slot: str, language: str) -> str:
    kind, known = _kind(slot, language), VALUES[language]
    if kind == r"\d+":
        return known[kind]
    return known["key"] if slot.endswith("key") else kind.split("|")[0] if "|" in kind else known["text"]


def filled(frame: Frame, language: str) -> tuple[str, dict[str, str]]:
    values = {slot: value(slot, language) for slot in frame.uses}
    return frames.joined((frame,), values, language), values


def test_a_sentence_does_not_begin_in_the_one_before() -> None:
    before = "There are 2 new releases from this past month, and “Salt” is one."
    text = f"{before} There are 17 songs here that follow from your loops of the week."
    said = {one.section: dict(one.said) for one in read(text, "en", "intros")}
    assert said == {"l_fresh": {"fresh_n": "2", "fresh_song": "Salt"}, "k_loop": {"led": "17"}}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_intro_sentence_is_read_behind_one_that_begins_alike(language: str) -> None:
    every = [frame for of_section in frames.load(language, "intros").values() for frame in of_section if frame.uses]
    wrong = []
    for frame in every:
        text, values = filled(frame, language)
        begin = frame.parts[0][0][:6]
        for other in (f for f in every if f is not frame and begin and f.parts[0][0].startswith(begin)):
            before, _ = filled(other, language)
            reads = read(f"{before} {text}", language, "intros")
            # Not by slot: an artist and a genre are told in the same words.
            if sorted(values.values()) not in [sorted(one.said.values()) for one in reads]:
                wrong.append(f"{before} {text}")
    assert wrong == []
