"""What a text says, read back through the frames of its writer alone: no table is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from features.words.terms import forms
from features.words.writer import frames
from features.words.writer.frames import Frame
from schemas.vocabulary import MOOD_NAMES, VERSION_NAMES

_NUMBER = re.compile(
    r"(\w+_)?(n|bpm|plays|days|loops)|why_\w+|songs|rest_songs|artists|minutes|[um]?(low|high)|slow|fast|inside|led|new"
    r"|\w+_place|new(_all)?_late|road_(start|mid|end|level)|hour|plays7|diff|steps|shared|share|people|sound"
)
_KEY = re.compile(r"(\w+_)?key")
_KEYS = {"zh": "[升降]?[A-G][大小]调", "en": "[A-G][#b]? (?:major|minor)"}
_MOOD = re.compile(r"((?!a_|A_)\w+_)?u?mood2?|felt|also|main")
_TEXT = "[^“”《》「」。！？]+?"  # a speakable name holds no quotation marks of ours


class Read(NamedTuple):
    """A sentence of a section, and what it says in each of its slots."""

    section: str
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Form:
    """A frame as it is looked for: its own words, whether it begins with one, then their pattern."""

    section: str
    words: tuple[str, ...]
    size: int
    begins: bool
    pattern: re.Pattern[str]


def read(text: str, language: str, area: str) -> list[Read]:
    """The sentences of a text that say something in a slot, each read in the first of its ways (:func:`ways`)."""
    return [found[0] for found in ways(text, language, area)]


def ways(text: str, language: str, area: str) -> list[list[Read]]:
    """The sentences of a text that say something in a slot; where two overlap, the one with more words of its own, then
    the shorter: a name has no end, and could else begin in the sentence before.

    Returns:
        The ways in which each can be read: frames of two sections may have the same words around an artist and a genre.
    """
    found = [
        (form.size, match, form.section)
        for form in _forms(language, area)
        if all(word in text for word in form.words)
        for match in _found(form, text)
    ]
    found.sort(key=lambda one: (-one[0], one[1].end() - one[1].start(), one[1].start(), one[2]))
    taken: dict[tuple[int, int], tuple[int, list[Read]]] = {}
    for size, match, section in found:
        start, end = match.span()
        if (start, end) in taken and taken[start, end][0] == size:
            taken[start, end][1].append(Read(section, match.groupdict()))
        elif all(end <= low or high <= start for low, high in taken):
            taken[start, end] = size, [Read(section, match.groupdict())]
    return [reads for _, reads in taken.values()]


def _found(form: _Form, text: str) -> Iterator[re.Match[str]]:
    """Every match; of a frame that begins with words of its own also those that begin within another."""
    at = 0
    while match := form.pattern.search(text, at):
        yield match
        at = match.start() + 1 if form.begins else match.end()


@lru_cache(maxsize=16)
def _forms(language: str, area: str) -> tuple[_Form, ...]:
    every = ((name, frame) for name, of_section in frames.load(language, area).items() for frame in of_section)
    return tuple(_form(name, frame, language) for name, frame in every if frame.uses)


def _form(section: str, frame: Frame, language: str) -> _Form:
    words = tuple(word for literal, _ in frame.parts for word in literal.split())
    begins = bool(frame.parts[0][0].strip())
    return _Form(section, words, sum(map(len, words)), begins, _pattern(frame, language))


def _kind(slot: str, language: str) -> str:
    """What may stand in a slot."""
    if _NUMBER.fullmatch(slot):
        return r"\d+"
    if _KEY.fullmatch(slot):
        return _KEYS[language]
    if slot in ("version", "a_version"):
        article = "an? " if slot == "a_version" else ""
        return article + f"(?:{'|'.join(sorted(map(re.escape, VERSION_NAMES[language].values())))})"
    if _MOOD.fullmatch(slot):
        words = (forms.mood(mood, language) for mood in MOOD_NAMES[language])
        return "|".join(sorted(map(re.escape, filter(None, words)), key=len, reverse=True))
    return _TEXT


def _pattern(frame: Frame, language: str) -> re.Pattern[str]:
    """A frame as a pattern; spaces may part its words where the writer put them."""
    seen: set[str] = set()
    pattern = r"(?<![0-9A-Za-z])"
    for literal, slot in frame.parts:
        pattern += r"\s*".join(map(re.escape, re.split(r"\s+", literal)))
        if slot is not None:
            kind = _kind(slot, language)
            pattern += rf"\s*(?P={slot})\s*" if slot in seen else rf"\s*(?P<{slot}>{kind})\s*"
            seen.add(slot)
    return re.compile(pattern)
