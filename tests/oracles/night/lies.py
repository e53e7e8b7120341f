"""Lies put into true sentences: a number off, another title, artist, key or mood, people who were never counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.oracles.night.grammar import Grammar

_QUOTED = re.compile(r"(?<=“)[^”]*(?=”)|(?<=《)[^》]*(?=》)")
_NUMBER = re.compile(r"(?<![\d:.–])\d+(?![\d:.–])")
_KEYS = {"en": ("C# minor", "F# major"), "zh": ("升C小调", "升F大调")}
_CROWD = {"en": " It is popular with everyone.", "zh": "很多人都在听它。"}


def lies(sentence: str, grammar: Grammar, titles: list[str], artists: list[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with it, and the lie."""
    bare = _QUOTED.sub(lambda m: "¦" * len(m[0]), sentence)
    for match in _NUMBER.finditer(bare):
        yield "number", _put(sentence, match, str(int(match[0]) + 3))
    for match in _QUOTED.finditer(sentence):
        yield "title", _put(sentence, match, next(t for t in titles if t not in sentence))
    for name in artists:
        if name in bare:
            yield "artist", sentence.replace(name, next(a for a in artists if a not in bare and name not in a))
            break
    for match in re.finditer(grammar.key, bare):
        yield "key", _put(sentence, match, next(k for k in _KEYS[grammar.language] if k not in bare))
    for match in re.finditer(rf"(?<![A-Za-z更]){grammar.mood}(?![a-z])", bare):
        yield "mood", _put(sentence, match, "heartbroken" if grammar.language == "en" else "心碎")
    yield "people", sentence + _CROWD[grammar.language]


def _put(sentence: str, match: re.Match[str], other: str) -> str:
    return sentence[: match.start()] + other + sentence[match.end() :]
