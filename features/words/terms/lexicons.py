"""Word lists of the checker, kept as data: ``lexicons/<language>/<name>.txt``.

Entries are parted by commas or lines; ``;`` begins a comment, ``re:`` a line that is a regular
expression. English entries are matched as whole words, ``*`` at the end for any ending; Chinese
ones wherever they stand. Lists hold hundreds of entries and every text is held against all of
them, so single words are looked up, not searched for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources

_NOT_WORD = re.compile(r"[^0-9a-z\u00df-\u024f']+")
_STEM = 3  # letters of a stem that it is filed under


@lru_cache(maxsize=64)
def words(name: str) -> tuple[str, ...]:
    """All entries of a list, e.g. ``words("zh/sensitive")``."""
    source = resources.files("features.words.terms").joinpath(f"lexicons/{name}.txt").read_text("utf-8")
    found: list[str] = []
    for line in (raw.strip() for raw in source.splitlines()):
        if line.startswith("re:"):
            found.append(line)
        elif line and not line.startswith(";"):
            found += [w.strip() for w in line.split(",") if w.strip()]
    return tuple(found)


def spans(entries: Iterable[str]) -> re.Pattern[str]:
    """One pattern for literal Chinese entries, grouped by first character so that scanning skips the rest."""
    heads: dict[str, list[str]] = defaultdict(list)
    patterns: list[str] = []
    for entry in entries:
        if entry.startswith("re:"):
            patterns.append(entry[3:])
        else:
            heads[entry[0]].append(entry[1:])
    for head, tails in sorted(heads.items()):
        ends = sorted((re.escape(t) for t in tails), key=len, reverse=True)
        patterns.append(re.escape(head) + (f"(?:{'|'.join(ends)})" if ends != [""] else ""))
    return re.compile("|".join(patterns))


def uncased(text: str) -> str:
    """The text in small letters, where a pattern of small letters finds what it finds in the text with
    ``re.IGNORECASE``, which takes four times as long; to that ſ and ı are s and i too.
    """
    return text.lower().replace("ſ", "s").replace("ı", "i")


class Chinese:
    """A list of Chinese entries, found wherever they stand."""

    def __init__(self, entries: Iterable[str]) -> None:
        entries = tuple(entries)
        self._literal = spans(e for e in entries if not e.startswith("re:"))
        self._patterns = [re.compile(e[3:]) for e in entries if e.startswith("re:")]

    def find(self, text: str) -> Iterator[str]:
        """Every entry that stands in a simplified text."""
        for pattern in (self._literal, *self._patterns):
            yield from (match[0] for match in pattern.finditer(text))


class English:
    """A list of English entries, found as whole words whatever their case."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._singles: set[str] = set()
        self._stems: dict[str, list[str]] = defaultdict(list)
        self._phrases: dict[str, list[str]] = defaultdict(list)
        patterns: list[str] = []
        for entry in entries:
            plain = _NOT_WORD.sub(" ", entry.removesuffix("*")).strip()
            if entry.startswith("re:"):
                patterns.append(entry[3:])
            elif " " in plain:
                self._phrases[plain.split()[0]].append(f" {plain}" + ("" if entry.endswith("*") else " "))
            elif entry.endswith("*"):
                self._stems[plain[:_STEM]].append(plain)
            else:
                self._singles.add(plain)
        self._patterns = [re.compile(rf"\b(?:{pattern})(?![a-z])", re.IGNORECASE) for pattern in patterns]
        self._any = re.compile(rf"\b(?:{'|'.join(f'(?:{pattern})' for pattern in patterns) or '(?!)'})(?![a-z])")

    def find(self, text: str) -> Iterator[str]:
        """Every entry that stands in the text."""
        low = text.lower().replace("’", "'")
        padded = f" {_NOT_WORD.sub(' ', low)} "
        own = set(padded.split())
        own |= {word.removesuffix("'s") for word in own}
        yield from sorted(own & self._singles)
        for word in sorted(word for word in own if word[:_STEM] in self._stems or word in self._phrases):
            yield from (word for stem in self._stems.get(word[:_STEM], ()) if word.startswith(stem))
            yield from (phrase.strip() for phrase in self._phrases.get(word, ()) if phrase in padded)
        for pattern in self._patterns if self._any.search(uncased(low)) else ():  # few texts match any
            yield from (match[0] for match in pattern.finditer(low))
