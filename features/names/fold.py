"""One spelling for many: names folded for comparing only, never shown and never kept as a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import polars as pl
from polars.datatypes import DataType

from features.chinese import simplified

_QUOTES = dict.fromkeys(map(ord, "‘’‚‛ʼʻʹ`´′＇"), "'") | dict.fromkeys(map(ord, "“”„‟″«»＂"), '"')
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－⁃"), "-")
_UNSEEN = dict.fromkeys((0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF))
_SAME_SIGN = {**_UNSEEN, **_QUOTES, **_HYPHENS}
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
_LATIN_MARK = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_APART = re.compile(r"[\W_]+")
_WITHIN_WORD = re.compile(r"(?<=\w)['.]+(?=\w)|(?<=\w)\.+(?!\w)")
_AND_SIGN = re.compile(r"(?<=\w)\s*[&+]\s*(?=\w)")
_AND_WORDS = frozenset(("and", "und", "n"))


def fold(text: str) -> str:
    """The text in composed compatible characters and lower case, quotes, hyphens and spaces of one kind.

    Two names that fold alike are the same name typed by other hands: NFC and NFD, full width and half,
    curly and straight. Punctuation and accents stay. Folding a folded text changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    folded = text
    for _ in range(3):  # a compatible character may fold to one that folds again
        again = unicodedata.normalize("NFKC", folded.translate(_SAME_SIGN)).casefold()
        again = " ".join(unicodedata.normalize("NFKC", again).translate(_SAME_SIGN).split())
        if again == folded:
            break
        folded = again
    return folded


def key(text: str) -> str:
    """The words of a text alone: folded, without accents on Latin letters, punctuation or "and", Chinese simplified.

    Two names of one key are most likely the same (``Beyoncé``, ``BEYONCE``; ``Simon & Garfunkel``,
    ``Simon and Garfunkel``; ``後來``, ``后来``). Of a name that is all punctuation (``!!!``) the folded name.
    """
    folded = fold(text)
    if not folded.isascii():
        bare = _LATIN_MARK.sub("", unicodedata.normalize("NFD", folded))
        folded = simplified(unicodedata.normalize("NFC", bare).translate(_LETTERS))
    words = _APART.sub(" ", _WITHIN_WORD.sub("", _AND_SIGN.sub(" and ", folded))).split()
    return " ".join([word for word in words if word not in _AND_WORDS] or words) or folded


def over_unique(texts: pl.Series, function: Callable[[str], object], dtype: type[DataType] | DataType) -> pl.Series:
    """``function`` of each text, worked out once per different text; null stays null.

    Args:
        dtype: what the function returns.
    """
    known = texts.drop_nulls().unique()
    table = pl.DataFrame({"text": known, "found": pl.Series([function(t) for t in known], dtype=dtype)})
    asked = texts.rename("text").to_frame()
    return asked.join(table, on="text", how="left", maintain_order="left").get_column("found").rename(texts.name)
