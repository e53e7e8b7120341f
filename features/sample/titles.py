"""Titles of songs and albums from word banks, each used once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from features.sample import title_data as bank

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np


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


def _pick(pool: tuple[str, ...], rng: np.random.Generator) -> str:
    return pool[int(rng.integers(len(pool)))]


def _song(style_id: str, language: str, rng: np.random.Generator) -> str:
    if style_id == "guofeng":
        return _pick(bank.ZH_OLD, rng) + _pick(bank.ZH_OLD_TAIL, rng)
    if language == "zh":
        forms = (
            _pick(bank.ZH_TIME, rng) + _pick(bank.ZH_THING, rng),
            _pick(bank.ZH_VERB, rng) + _pick(bank.ZH_THING, rng),
            _pick(bank.ZH_THING, rng) + "与" + _pick(bank.ZH_THING, rng),
        )
        return forms[int(rng.choice(3, p=(0.5, 0.35, 0.15)))]
    name = f"{_pick(bank.EN_ADJ, rng)} {_pick(bank.EN_NOUN, rng)}"
    if language == "instrumental" and rng.random() < 0.4:
        return f"{name} ({_pick(bank.SUITE, rng)})"
    return name if rng.random() < 0.55 else with_articles(_pick(bank.EN_PHRASE, rng).format(n=_pick(bank.EN_NOUN, rng)))


def _album(style_id: str, language: str, rng: np.random.Generator) -> str:
    if language == "zh":
        tail = _pick(("集", "来信", "地图", "备忘", "四季", "小史", "夜话", "手册"), rng)
        return (_pick(bank.ZH_OLD, rng) if style_id == "guofeng" else _pick(bank.ZH_THING, rng)) + tail
    tail = _pick(("Songs", "Stories", "Sessions", "Weather", "Radio", "Almanac", "Rooms", "Season"), rng)
    return f"{_pick(bank.EN_ADJ, rng)} {_pick(bank.EN_NOUN, rng)} {tail}"


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
