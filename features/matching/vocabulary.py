"""Which spellings are words of their own, and how Chinese characters sound."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

_ENTRY = re.compile(r"^\S+ (\S) \[([^\]]+)\]")
_MOST_READINGS = 16
CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words and sounds.

    Args:
        words: spellings that are words: two of them are two words, never one misspelt.
        sounds: pinyin, without tones, of each simplified character.
    """

    words: frozenset[str] = frozenset()
    sounds: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def and_words(self, words: Iterable[str]) -> Vocabulary:
        """The vocabulary with further words."""
        further = frozenset(words) - self.words
        return replace(self, words=self.words | further) if further else self

    def sound_alike(self, one: str, other: str) -> bool:
        """Whether two texts of equal length differ in characters of one sound only (``奕``, ``弈``)."""
        if len(one) != len(other):
            return False
        empty: frozenset[str] = frozenset()
        return all(
            a == b or bool(self.sounds.get(a, empty) & self.sounds.get(b, empty))
            for a, b in zip(one, other, strict=True)
        )

    def romanised(self, text: str) -> frozenset[str]:
        """Ways to write Chinese in pinyin without spaces; none for a text with an unknown character, or too many."""
        options = [self.sounds.get(c, frozenset()) if HAN.match(c) else frozenset({c}) for c in text if c != " "]
        ways = 1
        for option in options:
            ways *= len(option)
        return frozenset(map("".join, product(*options))) if 0 < ways <= _MOST_READINGS else frozenset()


def sounds_of(cedict_lines: Iterable[str]) -> dict[str, frozenset[str]]:
    """Pinyin of single characters, from lines of CC-CEDICT (``傳 传 [chuan2] /to pass on/``)."""
    found: dict[str, set[str]] = {}
    for line in cedict_lines:
        if entry := _ENTRY.match(line):
            sound = entry[2].lower().replace("u:", "v").rstrip("012345")
            if sound.isalpha():
                found.setdefault(entry[1], set()).add(sound)
    return {character: frozenset(sounds) for character, sounds in found.items()}
