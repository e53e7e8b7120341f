"""Names and titles in the form in which they are compared: words of one spelling, numbers as figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from features.matching.vocabulary import CJK
from features.names.fold import fold, key
from schemas.text_files import lexicon

_SUFFIX = re.compile(r"\.(?:mp3|flac|m4a|ogg|opus|wav|wma|aac|ape|aiff?)$", re.IGNORECASE)
_SIGNS = (
    (re.compile(r"\$(?=\w)|(?<=\w)\$"), "s"),
    (re.compile(r"(?<=\w)!(?=\w)"), "i"),
    (re.compile(r"(?<=\w)@(?=\w)"), "a"),
    (re.compile(r"(?<=\w)\*(?=\w)"), "."),
)
_LATIN = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфыэіїєґ", [*"abvgdeeziiklmnoprstufyeiieg"], strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}
    | dict(zip("αβγδεζηικλμνοπρσςτυφωάέήίόύώϊϋ", [*"avgdeziiklmnoprsstyfoaeiioyoiy"], strict=True))
    | {"θ": "th", "ξ": "x", "χ": "ch", "ψ": "ps"}
)
_FIGURES = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi")
_ROMAN = {letters: str(figure) for figure, letters in enumerate(_FIGURES, 1)}
_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNT = {word: str(figure) for figure, word in enumerate(_COUNTED, 1)}
_PART = frozenset(("pt", "pts", "part", "parts", "no", "nos", "nr", "number", "vol", "volume", "teil", "parte"))
_SPOKEN = lexicon("features.matching", "labels")["spoken"]
_ARTICLES = frozenset(("the", "a", "an"))


@dataclass(frozen=True, slots=True)
class Form:
    """A title or a name as it is compared.

    Args:
        words: its words, in order; numbers as figures.
        text: the words with spaces between.
        joined: the words without.
        numbers: those words that hold a figure.
        cjk: whether it holds Chinese, Japanese or Korean characters.
    """

    words: tuple[str, ...]
    text: str
    joined: str
    numbers: tuple[str, ...]
    cjk: bool

    @property
    def strong(self) -> bool:
        """Whether it is long enough that chance does not make two of them alike."""
        return (len(self.joined) >= 12 and len(self.words) > 1) or (self.cjk and len(self.joined) >= 5)

    @property
    def spoken(self) -> str:
        """The words as they sound: ``2`` and ``too`` as ``to``, ``u`` as ``you``."""
        return "".join(_SPOKEN.get(word, word) for word in self.words)

    @property
    def bare(self) -> tuple[str, ...]:
        """The words without a leading article."""
        return self.words[1:] if len(self.words) > 1 and self.words[0] in _ARTICLES else self.words


@lru_cache(maxsize=1 << 18)
def title_form(text: str) -> Form:
    """A base title as it is compared."""
    return _form(_numbered(_plain_words(_SUFFIX.sub("", text))))


@lru_cache(maxsize=1 << 17)
def name_form(text: str) -> Form:
    """An artist's name as it is compared; ``The`` at its head or end says nothing."""
    words = _plain_words(text)
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) > 1 and words[-1] == "the" and re.search(r",\s*the$", text, re.IGNORECASE):
        words = words[:-1]
    return _form(words)


def sound(word: str) -> str:
    """A word with what is often misspelt taken out: double consonants, endings that sound alike."""
    plain = re.sub(r"([b-df-hj-np-tv-z])\1+", r"\1", word)
    plain = re.sub(r"ck|c$", "k", plain.replace("ph", "f"))
    return re.sub(r"(?:ie|ey|y|ii)(?=s?$)", "i", plain)


def _plain_words(text: str) -> list[str]:
    plain = fold(text)
    for sign, letter in _SIGNS:
        plain = sign.sub(letter, plain)
    words = key(plain)
    if not words.isascii():
        words = words.translate(_LATIN)
    return words.split()


def _form(words: list[str]) -> Form:
    text = " ".join(words)
    numbers = tuple(word for word in words if any(c.isdigit() for c in word))
    return Form(tuple(words), text, text.replace(" ", ""), numbers, bool(CJK.search(text)))


def _numbered(words: list[str]) -> list[str]:
    """Words with numbers as figures: ``Part II``, ``Pt. 2``, ``Pt.2`` and ``2`` alike, ``03`` as ``3``."""
    words = [part for word in words for part in _part_and_figure(word)]
    found: list[str] = []
    counting = False  # behind a word such as "part"
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        if word in _PART and _is_number(following):
            counting = True
            continue
        last = place == len(words) - 1 and place > 0
        if word.isdigit():
            found.append(str(int(word)) if word.isascii() else word)
        elif (counting or last) and (figure := _ROMAN.get(word) or _COUNT.get(word)):
            found.append(figure)
        elif len(word) > 1 and word in _ROMAN and len(words) > 1:
            found.append(_ROMAN[word])
        else:
            found.append(word)
            counting = False
    return found


def _part_and_figure(word: str) -> list[str]:
    joined = re.fullmatch(r"([a-z]+)(\d+)", word)
    return [joined[1], joined[2]] if joined and joined[1] in _PART else [word]


def _is_number(word: str) -> bool:
    return word.isdigit() or word in _ROMAN or word in _COUNT
