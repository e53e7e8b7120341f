"""The lyric grammars of both languages: line templates, rhymed endings and themes, from ``lexicons``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from schemas.text_files import lexicon


@dataclass(frozen=True, slots=True)
class Theme:
    """What a lyric is about.

    Args:
        valence, arousal: its place on the circumplex, -1..1.
        words: words for each slot of a template (s, o, p, t, c).
    """

    valence: float
    arousal: float
    words: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Grammar:
    """How lines of a language are made.

    Args:
        templates: kind of ending (N, P, V) -> lines that end in it.
        endings: rhyme -> kind -> endings.
        themes: by name.
        classical: names of themes for songs in the ancient style.
        hooks: first lines of a chorus, around the title.
    """

    templates: Mapping[str, Sequence[str]]
    endings: Mapping[str, Mapping[str, Sequence[str]]]
    themes: Mapping[str, Theme]
    classical: Sequence[str]
    hooks: Sequence[str]


@cache
def grammar(language: str) -> Grammar:
    """The grammar of a language, zh or en."""
    data = lexicon("features.sample", f"lyrics_{language}")
    themes = {}
    for name, entry in data["themes"].items():
        words = {slot: pool for slot, pool in entry.items() if slot != "valence_arousal"}
        valence, arousal = entry["valence_arousal"]
        themes[name] = Theme(valence, arousal, words)
    return Grammar(data["templates"], data["endings"], themes, data.get("classical_themes", ()), data["hooks"])
