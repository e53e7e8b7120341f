"""A title as it is written, parted into base title, versions and featured artists.

``Song (feat. Ann) - Live at Wembley`` is the base title ``Song``, the version ``live`` with the label
``Live at Wembley``, and featured artist ``Ann``. Only what stands behind the base title is parted from it,
in brackets or after a dash, and only where its words are known (``lexicons/versions.toml``): ``Song, Pt. 2``,
``(I Can't Get No) Satisfaction``, ``Live and Let Die`` and ``Acoustic`` are base titles as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import polars as pl

from features.names.credits import split_sure
from features.names.fold import fold, over_unique
from schemas.text_files import lexicon

_LEXICON = lexicon("features.names", "versions")
KINDS: tuple[str, ...] = tuple(_LEXICON["versions"])
SAME_RECORDING = frozenset(_LEXICON["same_recording"]["kinds"])

TITLE = pl.Struct({"base": pl.String, "kinds": pl.List(pl.String), "label": pl.String, "featured": pl.List(pl.String)})
_CLOSERS = {")": "(", "]": "[", "）": "（", "】": "【", "］": "［", "}": "{", "」": "「"}
_DASH = re.compile(r"\s+[-–—~～|｜]\s+|(?<=[\u3040-\u30ff\u4e00-\u9fff])\s?[-－–—]\s?(?=\S)")
_FEATURED = re.compile(r"^(?:feat(?:\.|uring)?|ft\.?|f\.)\s*(?=\S)", re.IGNORECASE)
_NO_GUEST = (
    "an?|the|my|your|you|me|us|him|her|it|no|love|or|out|just|this|that|these|those|(?:my|your|him|her|it)self|lyrics"
)
_WITH = re.compile(rf"^(?:w/|with|con|avec)\s+(?!(?:{_NO_GUEST}|\w+(?:one|body))\b)(?=\S)", re.IGNORECASE)
_BARE_FEATURED = re.compile(
    r"(?<!\d)(?<!six)(?<!ten)\s+(?:feat\.?|featuring|ft\.|ft|(?<=[\u4e00-\u9fff]\s)with(?=\s[\u4e00-\u9fff]))\s+(?=\S)",
    re.IGNORECASE,
)
_INNER_FEATURED = re.compile(r"\s*[(\[（【](?:feat\.?|featuring|ft\.?)\s*([^)\]）】]+)[)\]）】]", re.IGNORECASE)
_WAVES = re.compile(r"\s*[~～〜]\s*([^~～〜]+?)\s*[~～〜]$")
_BARE_LIVE = re.compile(rf"(?<=[\u4e00-\u9fff])\s*({_LEXICON['bare']['live']})$", re.IGNORECASE)
_LABEL_PARTS = re.compile(r"\s*[;/]\s*|,\s+")
_MARKED = re.compile(r"[)\]）】］}」]|[-–—~～〜|｜－]|\bf(?:ea)?t|\bwith\b|[\u4e00-\u9fff]\s*live", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Title:
    """What a title says.

    Args:
        base: the title without versions and featured artists, as written; never empty unless the title is.
        kinds: versions, of :data:`KINDS`, sorted; empty for the plain recording.
        label: the words of the versions as written (``Live at Wembley``, ``Tiësto Remix / 2011 Remaster``);
            None without any.
        featured: artists that the title names, in order.
    """

    base: str
    kinds: tuple[str, ...] = ()
    label: str | None = None
    featured: tuple[str, ...] = ()


@lru_cache(maxsize=1 << 16)
def parse(text: str) -> Title:
    """The parts of one title."""
    whole = " ".join(text.split())
    if not _MARKED.search(whole):
        return Title(whole)
    featured: list[str] = []
    labels: list[str] = []
    rest = " ".join(_INNER_FEATURED.sub(lambda found: _keep(featured, found[1]), whole).split())
    if not rest:
        return Title(whole)
    while (parted := _part_last(rest)) is not None:
        rest, said, people = parted
        featured[:0] = split_sure(people) if people else []
        labels[:0] = [said] if said else []
    kinds = sorted({kind for label in labels for kind in version_kinds(label)})
    told = [label for label in labels if version_kinds(label)]
    names = tuple(dict.fromkeys(name for name in featured if name))
    return Title(rest, tuple(kinds), " / ".join(told) or None, names)


def parse_all(titles: pl.Series) -> pl.Series:
    """:func:`parse` of every title, as structs of type :data:`TITLE`; each different title is parsed once."""

    def row(text: str) -> dict[str, object]:
        title = parse(text)
        return {
            "base": title.base,
            "kinds": list(title.kinds),
            "label": title.label,
            "featured": list(title.featured),
        }

    return over_unique(titles, row, TITLE)


@lru_cache(maxsize=1 << 16)
def version_kinds(label: str) -> tuple[str, ...]:
    """Kinds that a label names, in the order of :data:`KINDS`; ``other`` only when no other is found.

    ``2011 Remaster`` names ``remaster``; ``Part 2`` and ``Album Version`` name none.
    """
    if _is_plain(label):
        return ()
    folded = fold(label)
    parts = {folded, *_LABEL_PARTS.split(folded)}
    found = tuple(kind for kind, pattern in _patterns().items() if any(map(pattern.search, parts)))
    return tuple(kind for kind in found if kind != "other") or found


@lru_cache(maxsize=1 << 16)
def _is_plain(label: str) -> bool:
    return bool(_plain().search(fold(label)))


def _keep(featured: list[str], people: str) -> str:
    featured += split_sure(people)
    return ""


def _part_last(text: str) -> tuple[str, str, str] | None:
    """The text without its last group, the group's label, the people it features; None when it is all title."""
    for rest, said in _endings(text):
        if not rest:
            continue
        if (found := _FEATURED.match(said)) or (found := _WITH.match(said)):
            return rest, "", said[found.end() :]
        if version_kinds(said) or _is_plain(said):
            return rest, said, ""
    if found := _BARE_FEATURED.search(text):
        return text[: found.start()].rstrip(), "", text[found.end() :]
    return None


def _endings(text: str) -> Iterable[tuple[str, str]]:
    """Ways to cut the text in two: before its last bracket or ~label~, at a dash, before a bare ``Live``."""
    start = _last_bracket(text)
    if start:
        yield text[:start].rstrip(" -–—"), text[start + 1 : -1].strip()
    if waves := _WAVES.search(text):
        yield text[: waves.start()], waves[1]
    for dash in reversed(list(_DASH.finditer(text))):
        yield text[: dash.start()].rstrip(), text[dash.end() :].strip()
    if bare := _BARE_LIVE.search(text):
        yield text[: bare.start()].rstrip(), bare[1]


def _last_bracket(text: str) -> int:
    """Where the bracket opens that the text's last character closes; 0 when there is none behind something."""
    closer = text[-1:]
    opener = _CLOSERS.get(closer)
    if opener is None:
        return 0
    depth = 0
    for place in range(len(text) - 1, 0, -1):
        depth += (text[place] == closer) - (text[place] == opener)
        if depth == 0:
            return place
    return 0


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {kind: re.compile("|".join(found)) for kind, found in _LEXICON["versions"].items()}


@cache
def _plain() -> re.Pattern[str]:
    return re.compile("|".join(_LEXICON["plain"]["patterns"]))
