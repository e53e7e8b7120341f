"""Sentence frames: one line of a text file each, with the slots it needs.

A frame's id is the hash of its own words, so an edited frame is a new frame, and moving
lines about changes nothing for anybody's last fourteen nights.
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from features.evidence import texts

_ARTICLE = re.compile("^(?:a|A|many)_")
_GUARD = re.compile(r"\?([a-z_,]+):\s*")
_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\S)")
AREAS = ("openers", "intros", "reasons", "paragraphs", "reviews")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One sentence with slots.

    Args:
        id: ``<section>.<hash>``.
        text: ``str.format`` text.
        needs: slots it names, or is guarded by; it may be used only where all of them are known.
        parts: (literal, slot after it) in order.
        uses: its slots in order, repeated as often as they stand in it.
        bare: its slots without the articles of their words.
        spaced: whether Latin and Han are parted by a space at the seams.
    """

    id: str
    text: str
    needs: frozenset[str]
    parts: tuple[tuple[str, str | None], ...]
    uses: tuple[str, ...]
    bare: frozenset[str]
    spaced: bool

    @property
    def whole(self) -> bool:
        """Whether it ends a sentence; else another frame goes on from it."""
        return self.text[-1] in "。.!?！？"

    def fill(self, slots: Mapping[str, str]) -> str:
        """The sentence; in Chinese, Latin letters and digits get a space where they touch a character."""
        if not self.spaced:
            return stopped(self.text.format_map(slots))
        return weave((p for lit, slot in self.parts for p in (lit, slots[slot] if slot else "")), spaced=True)


def stopped(text: str) -> str:
    """A text in which a name that ends in a full stop ("Kite & Co.") is not followed by another."""
    return _TWO_STOPS.sub(".", text) if ".." in text else text


def joined(chosen: Sequence[Frame], slots: Mapping[str, str], language: str) -> str:
    """One sentence: a single frame, or an opening and a clause per frame after it."""
    first, *clauses = (frame.fill(slots) for frame in chosen)
    if not clauses:
        return first
    if language == "zh":
        return weave([first, "，".join(clauses), "。"], spaced=True)
    return stopped(f"{first} {(', and ' if ',' in clauses[0] else ' and ').join(clauses)}.")


def weave(pieces: Iterable[str], *, spaced: bool) -> str:
    """Pieces joined; when ``spaced``, Latin and Han are parted by one space where pieces meet."""
    text = ""
    for piece in pieces:
        text = _join(text, piece) if spaced else text + piece
    return text


def _join(left: str, right: str) -> str:
    if not left or not right or (_is_latin(right[0]) and _is_han(right[1:2]) and _is_han(left[-1])):
        return left + right  # a key such as A大调 is one word
    if (_is_han(left[-1]) and _is_latin(right[0])) or (_is_latin(left[-1]) and _is_han(right[0])):
        return f"{left} {right}"
    if left[-1] == " " and _is_han(right[0]) and _is_han(left[-2:-1]):
        return left[:-1] + right
    if right[0] == " " and _is_han(left[-1]) and _is_han(right[1:2]):
        return left + right[1:]
    return left + right


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _frame(language: str, section: str, line: str) -> Frame:
    """A frame from its line; ``?slot,slot:`` before the text names slots it needs without saying them."""
    guard = _GUARD.match(line)
    guards, text = (guard[1].split(","), line[guard.end() :]) if guard else ([], line)
    parts = tuple((literal, name) for literal, name, _, _ in string.Formatter().parse(text))
    uses = tuple(name for _, name in parts if name)
    bare = frozenset(_ARTICLE.sub("", slot) for slot in uses)
    digest = hashlib.blake2b(line.encode(), digest_size=4).hexdigest()
    return Frame(f"{section}.{digest}", text, frozenset((*uses, *guards)), parts, uses, bare, language == "zh")


@lru_cache(maxsize=64)
def load(language: str, area: str) -> dict[str, tuple[Frame, ...]]:
    """All frames of an area by section: the area's own file, and what the kinds of evidence say."""
    own = resources.files("features.words.writer").joinpath(f"sentences/{language}/{area}.txt").read_text("utf-8")
    sections = texts.parsed(own) | texts.sentences(language, area)
    return {name: tuple(_frame(language, name, line) for line in lines) for name, lines in sections.items()}


@lru_cache(maxsize=65536)
def eligible(language: str, area: str, section: str, known: frozenset[str]) -> tuple[Frame, ...]:
    """Frames of a section whose every slot is known."""
    return tuple(f for f in load(language, area).get(section, ()) if f.needs <= known)


@lru_cache(maxsize=1)
def voice() -> str:
    """Hash of every frame of reviews in both languages: the version of the voice that a kept review was written in."""
    ids = [f.id for lang in ("zh", "en") for fs in load(lang, "reviews").values() for f in fs]
    return hashlib.blake2b("\n".join(sorted(ids)).encode(), digest_size=6).hexdigest()


class Draws:
    """A stream of uniform numbers in [0, 1), drawn beforehand and walked through."""

    def __init__(self, numbers: Sequence[float]) -> None:
        self._numbers, self._next = numbers, 0

    def index(self, size: int) -> int:
        """The next index below ``size``."""
        number = self._numbers[self._next % len(self._numbers)]
        self._next += 1
        return int(number * size)


def pick(frames: Sequence[Frame], draws: Draws, last_used: Mapping[str, int], taken: Collection[str]) -> Frame | None:
    """A frame not used lately; when all were, the one used longest ago.

    Args:
        last_used: frame id -> nights ago it was last used (1 = the night before).
        taken: frames already standing in this text.
    """
    free = [f for f in frames if f.id not in taken]
    if not free:
        return None
    fresh = [f for f in free if f.id not in last_used]
    if fresh:
        return fresh[draws.index(len(fresh))]
    oldest = max(last_used[f.id] for f in free)
    rested = [f for f in free if last_used[f.id] == oldest]
    return rested[draws.index(len(rested))]
