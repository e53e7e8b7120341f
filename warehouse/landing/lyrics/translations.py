"""Translations beside lines: told from what is sung, so that nobody quotes them as the song's words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from warehouse.landing.lyrics.entries import Entry
from warehouse.landing.lyrics.language import detect
from warehouse.landing.lyrics.scripts import differ, script

Pair = tuple[Entry, str]
"""A sung line and what it means in another language; ``""`` without."""

_SLASH = re.compile(r"^(.*?\S)\s*(?:/{1,2}|／|\|{1,2}|｜)\s*(\S.*)$")
_BRACKETS = re.compile(r"^(.*?\S)\s*[(（\[【]([^()（）\[\]【】]+)[)）\]】]$")
_MOST_AT_ONCE = 3  # the words, how they are pronounced, what they mean
_USUAL = 0.8  # share of starts with several lines from which a file is bilingual throughout
_INLINE = 0.5  # share of lines that carry their translation themselves
_ALTERNATING = 0.9
_FEWEST_PAIRS, _FEWEST_SAME, _FEWEST_ALTERNATING = 2, 6, 4
_SURE = 0.9
_SCRIPTS_OF = {"zh": ("han",), "ja": ("japanese", "han"), "ko": ("hangul",), "en": ("latin",)}


def apart(entries: Sequence[Entry], language: str | None) -> list[Pair]:
    """Sung lines, each with its translation.

    Args:
        entries: timed ones in order of their starts.
        language: what the catalogue or the file says is sung; tells which of two lines is.
    """
    if not entries:
        return []
    pairs = _at_once(entries, language) if entries[0].start_s is not None else _alternating(entries, language)
    return _within(pairs, language)


def _at_once(entries: Sequence[Entry], language: str | None) -> list[Pair]:
    """Lines of one start: sung, translated."""
    groups = [list(group) for _, group in itertools.groupby(entries, key=lambda e: e.start_s)]
    several = [g for g in groups if 1 < len(g) <= _MOST_AT_ONCE]
    bilingual = len(several) >= max(_FEWEST_PAIRS, _USUAL * len(groups)) and not _same_language(several)
    pairs: list[Pair] = []
    for group in groups:
        first = _sung(group, language)
        beside = [e for e in group if e is not group[first]] if len(group) <= _MOST_AT_ONCE else []
        if not bilingual:
            beside = [e for e in beside if differ(script(e.text), script(group[first].text))]
        meant = " / ".join(e.text for e in beside)
        pairs += [(e, meant if e is group[first] else "") for e in group if e not in beside]
    return pairs


def _sung(group: Sequence[Entry], language: str | None) -> int:
    """Which of the lines of one start is sung: the one in the song's language, else the first."""
    wanted = _SCRIPTS_OF.get(language or "", ())
    fitting = [i for i, e in enumerate(group) if script(e.text) in wanted]
    return fitting[0] if len(fitting) == 1 else 0


def _same_language(groups: Sequence[Sequence[Entry]]) -> bool:
    """Whether both lines of each start are surely in one language: two lines sung in one breath, no translation."""
    if len(groups) < _FEWEST_SAME:
        return False
    first, second = (detect([g[i].text for g in groups]) for i in (0, 1))
    sure = min(first.confidence, second.confidence) >= _SURE
    return sure and first.language == second.language and first.language != "other"


def _alternating(entries: Sequence[Entry], language: str | None) -> list[Pair]:
    """Untimed lines in two scripts that take turns throughout: each second one translates the one above."""
    scripts = [script(e.text) for e in entries]
    halves = scripts[::2], scripts[1::2]
    if len(halves[1]) >= _FEWEST_ALTERNATING and len(entries) % 2 == 0:
        first, second = (max(set(h), key=h.count) for h in halves)
        shares = [h.count(s) / len(h) for h, s in zip(halves, (first, second), strict=True)]
        if first != second and min(shares) >= _ALTERNATING:
            turns = zip(entries[::2], entries[1::2], strict=True)
            chosen = ((pair, _sung(pair, language)) for pair in turns)
            return [(pair[sung], pair[1 - sung].text) for pair, sung in chosen]
    return [(e, "") for e in entries]


def _within(pairs: list[Pair], language: str | None) -> list[Pair]:
    """Translations behind a slash or in brackets on the line itself, where at least half of the lines have one."""
    for pattern in (_SLASH, _BRACKETS):
        parts = [_in_two(pattern, entry) for entry, _ in pairs]
        if sum(p is not None for p in parts) >= max(1, _INLINE * len(pairs)):
            return [_chosen(pair, part, language) for pair, part in zip(pairs, parts, strict=True)]
    return pairs


def _chosen(pair: Pair, part: tuple[Entry, Entry] | None, language: str | None) -> Pair:
    if part is None:
        return pair
    sung = _sung(part, language)
    return part[sung], " / ".join(filter(None, (part[1 - sung].text, pair[1])))


def _in_two(pattern: re.Pattern[str], entry: Entry) -> tuple[Entry, Entry] | None:
    """Two halves of a line in two scripts."""
    found = pattern.match(entry.text)
    if not found:
        return None
    left, right = script(found[1]), script(found[2])
    if left is None or right is None or left == right:
        return None
    return Entry(found[1].strip(), entry.start_s, entry.row), Entry(found[2].strip(), entry.start_s, entry.row)
