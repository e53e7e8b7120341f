"""Reads the claims of a sentence by patterns (``en.txt``, ``zh.txt``); tells what no pattern has read.

A line of these files is ``pattern => claim; claim``: a regular expression with places ``<T>`` title, ``<A>`` artist,
``<K>`` key, ``<M>`` mood, ``<G>`` genre, ``<n>`` number, ``<c>`` number in digits or a word, ``<D>`` date or length,
``<W>`` another word, ``<Q>`` the words of a note, ``<O>`` its source, ``(?W:a|b)`` one of these. A claim is a name
and its arguments: places (``T``, ``n2``), ``S`` the song spoken of, ``F`` and ``L`` the list's first and last, or a
literal. ``B``, and ``T`` where the pattern has none, is the title named last. A claim after ``?`` is made only where
its places were filled. ``[moods]`` and ``[genres]`` name these, ``[tags]`` the hashtags that claim nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_QUOTED = {"en": r"“[^”]*”", "zh": r"《[^》]*》"}
_KEY = {"en": r"[A-G][b#♭♯]?\s(?:major|minor)", "zh": r"[升降]?[A-G][b#♭♯]?(?:大调|小调)"}
_NUMBER = r"\d[\d,]*(?:\.\d+)?(?!\d)"
COUNTS = {
    "en": {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    "zh": {"两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9},
}
_PLACE = re.compile(r"<([TAKMGnDWcQO])>")
_SENTENCE = {"en": re.compile(r"(?<=[.!?])\s+(?=[“A-Z0-9])"), "zh": re.compile(r"(?<=[。！？])")}


@dataclass(frozen=True)
class Claim:
    """What a sentence claims: ``name`` and its arguments by role (``S``, ``T`` ...) or as literals."""

    name: str
    args: tuple[str, ...]


@dataclass
class Read:
    """A sentence, its claims with what fills their places, and what was left unread."""

    sentence: str
    claims: list[tuple[Claim, dict[str, str]]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


class Grammar:
    """The patterns of a language, for texts that may name these artists and genres.

    Args:
        artists: every artist of the deliveries, as texts speak their names.
        genres: what the catalogue calls genres.
    """

    def __init__(self, language: str, artists: Collection[str], genres: Collection[str] = ()) -> None:
        self.language = language
        self.sections = _sections(language)
        self.moods = dict(_pairs(self.sections["moods"]))
        called = dict(_pairs(self.sections["genres"])) | {g: g for g in genres}
        self.genres = {word.casefold(): genre for word, genre in called.items()}
        fold = re.IGNORECASE if language == "en" else 0
        self.key, self.mood = _KEY[language], _any(self.moods)
        self._artist = re.compile(_any(artists))
        places = {
            "T": _QUOTED[language], "A": _any(artists), "K": _KEY[language], "M": f"(?i:{_any(self.moods)})",
            "G": _any(self.genres), "n": _NUMBER, "D": self.sections["dates"][0], "W": self.sections["word"][0],
            "c": rf"(?:{_NUMBER}|{_any(COUNTS[language])})", "Q": "[^\u201c\u201d]+", "O": "[^\u201c\u201d。]+?",
        }  # fmt: skip
        song, review, above = (
            [_rule(line, places, fold) for line in _specific_first(self.sections[part])]
            for part in ("song", "review", "list")
        )
        self._rules = {"song": song, "review": review + song, "list": above}

    def read(self, text: str, kind: str) -> Iterator[Read]:
        """The sentences of a text, read in order; a title named before stands for "the other"."""
        last = ""
        for sentence in filter(None, (s.strip() for s in self._sentences(text))):
            found, rest = Read(sentence), sentence
            matches: list[tuple[re.Match[str], list[tuple[Claim, set[str]]]]] = []
            for pattern, claims in self._rules[kind]:
                while (match := pattern.search(rest)) and match[0]:
                    matches.append((match, claims))
                    rest = rest[: match.start()] + "¦" * len(match[0]) + rest[match.end() :]
            for match, claims in sorted(matches, key=lambda pair: pair[0].start()):
                filled = {k: v for k, v in match.groupdict().items() if v is not None}
                last = filled.get("T", last)
                found.claims += [(c, {"B": last, "T": last} | filled) for c, needs in claims if needs <= set(filled)]
            found.unread = self._left(rest)
            yield found

    def _sentences(self, text: str) -> list[str]:
        held = re.sub(_QUOTED[self.language], lambda m: m[0].translate(_HIDE), text)
        held = self._artist.sub(lambda m: m[0].translate(_HIDE), held)
        return [s.translate(_SHOW) for s in _SENTENCE[self.language].split(held)]

    def _left(self, rest: str) -> list[str]:
        """Numbers, titles, keys and names that no pattern has taken."""
        left = re.findall(rf"{_QUOTED[self.language]}|{_KEY[self.language]}|{_NUMBER}|[「][^」]*」", rest)
        left += self._artist.findall(rest)
        if self.language == "zh":
            return left + [w for w in re.findall(r"[A-Za-z][A-Za-z'’&-]+", rest) if w != "BPM"]
        return left + [w for w in re.findall(r"(?<=[a-z,;] )[A-Z][a-z'’]+", rest) if w not in self.sections["plain"][0]]


_HIDE = str.maketrans(".!?。！？", "\ue000\ue001\ue002\ue003\ue004\ue005")
_SHOW = {v: k for k, v in _HIDE.items()}


def _either(line: str) -> Iterator[str]:
    """A line for each alternative of a pattern: what stands between bars outside of brackets."""
    pattern, _, said = line.rpartition(" => ")
    depth, start = 0, 0
    for i, c in enumerate(pattern):
        depth += (c in "([") - (c in ")]")
        if c == "|" and depth == 0:
            yield f"{pattern[start:i]} => {said}"
            start = i + 1
    yield f"{pattern[start:]} => {said}"


def _specific_first(lines: Collection[str]) -> list[str]:
    """Lines in the order they are tried: what names more places first."""
    parted = [one for line in lines for one in _either(line)]
    return sorted(parted, key=lambda one: -len(_PLACE.findall(one.rpartition(" => ")[0])))


def _rule(line: str, places: Mapping[str, str], fold: int) -> tuple[re.Pattern[str], list[tuple[Claim, set[str]]]]:
    pattern, _, said = line.rpartition(" => ")
    seen: dict[str, int] = {}

    def place(match: re.Match[str]) -> str:
        kind = match[1]
        seen[kind] = seen.get(kind, 0) + 1
        return f"(?P<{kind}{seen[kind] if seen[kind] > 1 else ''}>{places[kind]})"

    compiled = re.compile(_PLACE.sub(place, pattern).replace("(?W:", "(?P<W>"), fold)
    claims = []
    for one in (part.split() for part in said.split(";")):
        if one and one != ["none"]:
            optional = one[0].startswith("?")
            claim = Claim(one[0].lstrip("?"), tuple(one[1:]))
            # Of a line's alternatives each is a rule of its own, and not all say what is optional (T may stand before).
            told = {a for a in claim.args if a.rstrip("23456789") in places.keys() - {"T"}}
            if not optional or told <= compiled.groupindex.keys():
                claims.append((claim, {a for a in claim.args if a in compiled.groupindex} if optional else set()))
    return compiled, claims


def _sections(language: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in Path(__file__).with_name(f"{language}.txt").read_text("utf-8").splitlines():
        if re.fullmatch(r"\[[a-z]+\]", line):
            name = line[1:-1]
        elif line and not line.startswith(";"):
            found.setdefault(name, []).append(line)
    return found


def _pairs(lines: Collection[str]) -> Iterator[tuple[str, str]]:
    """``id word word`` -> (word, id); an underscore in a word is a space."""
    for line in lines:
        of, *words = line.split()
        yield from ((word.replace("_", " "), of) for word in words)


def _any(words: Collection[str]) -> str:
    return (
        "(?:" + "|".join(map(re.escape, sorted(filter(None, words), key=lambda w: (-len(w), w)))) + ")"
        if words
        else "(?!)"
    )
