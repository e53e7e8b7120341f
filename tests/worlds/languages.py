"""Words of songs in several languages, made up for the tests: thirty lines each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("sung")
LANGUAGES = tuple(sorted(p.stem for p in _FOLDER.glob("*.txt")))


@cache
def lines(language: str) -> tuple[str, ...]:
    """Lines of a song in ``language``: one of :data:`LANGUAGES`, or ``zh_hant`` for traditional Chinese."""
    if language == "zh_hant":
        import opencc

        return tuple(map(opencc.OpenCC("s2tw").convert, lines("zh")))
    return tuple((_FOLDER / f"{language}.txt").read_text("utf-8").splitlines())
