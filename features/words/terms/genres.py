"""Genres the house knows: how each is called, and under which names catalogues carry it."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from features.words.terms import forms
from schemas.text_files import lexicon, texts

_TEXTS = texts("features.words.terms", "genres")
_LATIN = re.compile(r"[\u0020-\u024f’–]+")
GENRE_IDS = tuple(_TEXTS["en"]["names"])


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


@cache
def _ids() -> dict[str, str]:
    """Every plain name of a genre, in any language, to its id."""
    aliases: dict[str, list[str]] = lexicon("features.words.terms", "genres")["aliases"]
    return {
        _plain(name): genre
        for genre in GENRE_IDS
        for name in (genre, *(words[form][genre] for words in _TEXTS.values() for form in ("names", "songs")),
                     *aliases[genre])
    }  # fmt: skip


@lru_cache(maxsize=4096)
def find(name: str | None) -> str | None:
    """The id of the genre behind a catalogue's own name, or None for one we do not know."""
    return None if not name else _ids().get(_plain(name))


def song(genre: str, language: str) -> str:
    """A song of a known genre, without its article."""
    return _TEXTS[language]["songs"][genre]


def songs(name: str | None, language: str) -> str | None:
    """Songs of a genre, as many of them are called: folk songs, waltzes; None where it has no word that fits."""
    known, word = find(name), called(name, language)
    if word is None or language == "zh":
        return word
    one = song(known, language) if known is not None else f"{word} song"
    return one + ("es" if one.endswith("z") else "s")


def habits(genre: str) -> tuple[str, ...]:
    """What songs of a known genre mostly are: acoustic, electric, slow, strong, soft or in three."""
    return tuple(lexicon("features.words.terms", "genres")["habits"][genre])


def hashtag(genre: str, language: str) -> str:
    """A known genre as a hashtag."""
    return _TEXTS[language]["hashtags"][genre]


@lru_cache(maxsize=4096)
def called(name: str | None, language: str) -> str | None:
    """A genre as the reader's language names it; an unknown one as it is written, in English where its letters fit."""
    known = find(name)
    if known is not None:
        return _TEXTS[language]["names"][known]
    word = forms.speakable(name)
    if word is None or len(word) > 24:
        return None
    return word if language == "zh" or _LATIN.fullmatch(word) else None
