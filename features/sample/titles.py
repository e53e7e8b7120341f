"""Titles of songs and albums from word banks, each used once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.text_files import lexicon

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

_BANKS = lexicon("features.sample", "titles")
_ZH, _EN = _BANKS["zh"], _BANKS["en"]
ANTHOLOGY = {language: bank["anthology"] for language, bank in _BANKS.items()}
"""What follows the title of a song that came out again."""


class Titles:
    """Hands out titles and never the same twice."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def song(self, style_id: str, language: str, rng: np.random.Generator) -> str:
        """A new song title fit for the style and language."""
        return self._fresh(lambda: _song(style_id, language, rng))

    def album(self, style_id: str, language: str, rng: np.random.Generator) -> str:
        """A new album title."""
        return self._fresh(lambda: _album(style_id, language, rng))

    def _fresh(self, draw: Callable[[], str]) -> str:
        title = draw()
        for attempt in range(2, 100000):
            if title not in self._used:
                break
            # The banks hold thousands of titles; a catalogue past that numbers its repeats.
            title = draw() if attempt < 60 else f"{draw()} {_roman(attempt - 58)}"
        self._used.add(title)
        return title


def _pick(pool: Sequence[str], rng: np.random.Generator) -> str:
    return pool[int(rng.integers(len(pool)))]


def _song(style_id: str, language: str, rng: np.random.Generator) -> str:
    if style_id == "guofeng":
        return _pick(_ZH["old"], rng) + _pick(_ZH["old_tail"], rng)
    if language == "zh":
        forms = (
            _pick(_ZH["time"], rng) + _pick(_ZH["thing"], rng),
            _pick(_ZH["verb"], rng) + _pick(_ZH["thing"], rng),
            _pick(_ZH["thing"], rng) + _ZH["and"] + _pick(_ZH["thing"], rng),
        )
        return forms[int(rng.choice(3, p=(0.5, 0.35, 0.15)))]
    name = f"{_pick(_EN['adjective'], rng)} {_pick(_EN['noun'], rng)}"
    if language == "instrumental" and rng.random() < 0.4:
        return f"{name} ({_pick(_EN['suite'], rng)})"
    return name if rng.random() < 0.55 else with_articles(_pick(_EN["phrase"], rng).format(n=_pick(_EN["noun"], rng)))


def _album(style_id: str, language: str, rng: np.random.Generator) -> str:
    if language == "zh":
        tail = _pick(_ZH["album_tail"], rng)
        return (_pick(_ZH["old"], rng) if style_id == "guofeng" else _pick(_ZH["thing"], rng)) + tail
    tail = _pick(_EN["album_tail"], rng)
    return f"{_pick(_EN['adjective'], rng)} {_pick(_EN['noun'], rng)} {tail}"


def with_articles(text: str) -> str:
    """``a`` before a vowel becomes ``an``."""
    words = text.split(" ")
    for i in range(len(words) - 1):
        if words[i] in ("a", "A") and words[i + 1][:1].lower() in "aeiou":
            words[i] += "n"
    return " ".join(words)


def _roman(number: int) -> str:
    text = ""
    for value, sign in ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            text, number = text + sign, number - value
    return text
