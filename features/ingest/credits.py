"""Who a delivered row credits: its text, its ids and what else the catalogue says of both, read together."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from features.names.credits import (
    Credit,
    credit_of_values,
    every_name,
    is_unknown,
    is_various,
    parse_credit,
)
from features.names.fold import fold, key

_CACHED = 1 << 16  # texts of which what they say is kept
# Made of a name by the readers of listens and folders: such an id tells no more than the name does.
_OF_A_NAME = re.compile(r"^(?:fa[0-9a-f]{12}|[ln]a[0-9a-f]{16})$")
# Whatever may join or introduce a second name; most credits hold nothing of the kind and need no parting.
_MAY_JOIN = re.compile(
    r"[&,/;+×✕、，／＆；(\[（【]|\b(?:feat|featuring|ft|with|x|and|y|et|und|vs|presents|pres)\b", re.IGNORECASE
)
# MusicBrainz' own for various artists, unknown, no artist, anonymous, traditional.
_NOBODY = frozenset(
    (
        "89ad4ac3-39f7-470e-963a-56509c546377",
        "125ec42a-7229-4250-afc5-e057484327fe",
        "eec63d3c-3b81-4ad4-b1e4-7c147d4d2b61",
        "f731ccc4-e22a-43af-a747-64213329e088",
        "9be7f096-97ec-4615-8957-8d40b5dcbc41",
    )
)


class DeliveredCredit(NamedTuple):
    """The credit of a row as delivered, and the guests whom its title names."""

    artist_id: str | None
    artist_name: str | None
    artist_credit: str | None
    featured_artist_ids: tuple[str, ...]
    featured_artist_names: tuple[str, ...]
    title_guests: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.artist_credit or self.artist_name or ""

    @property
    def ids(self) -> tuple[str | None, ...]:
        """Ids as delivered, main first, each once; None for one that tells no more than a name."""
        others = dict.fromkeys(i for i in self.featured_artist_ids if i != self.artist_id)
        return tuple(None if not i or _OF_A_NAME.match(i) else i for i in (self.artist_id, *others))


class Part(NamedTuple):
    """One credited artist.

    Args:
        name: as written; empty when only the id is known.
        id: delivered for this very artist, or None.
        join_phrase: what stands between this name and the next; None for a guest of the title.
        sure: False when the id may mean the whole credit rather than this name.
    """

    name: str
    id: str | None = None
    join_phrase: str | None = ""
    sure: bool = True


class Reading(NamedTuple):
    """What the catalogue as a whole says: keys of names that are artists of their own, and names of lone ids."""

    known: frozenset[str]
    alone: Mapping[str, frozenset[str]]


def ids_of_name(name: str) -> tuple[str, str]:
    """The ids that readers of listens and of folders make of a name."""
    listened = unicodedata.normalize("NFKC", name).casefold().strip()
    return "la" + _digest(listened, 8), "fa" + _digest(name.casefold(), 6)


def _digest(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode(), digest_size=size).hexdigest()


def read_catalogue(rows: Iterable[DeliveredCredit]) -> Reading:
    """What all credits together say of names and ids that a single one leaves open."""
    known: set[str] = set()
    alone: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        values = (row.artist_name or "", *row.featured_artist_names) if row.featured_artist_names else (row.text,)
        for value in values:
            parts = _parted(value)
            known.update(_key(part.name) for part in parts if _is_one(part.name))
            if len(row.ids) > 1 and len(every := _parted_most(value)) == len(
                row.ids
            ):  # an id each: artists of their own
                known.update(_key(part.name) for part in every)
            if row.ids[0] and len(row.ids) == len(parts) == len(values) == 1 and _is_one(value):
                alone[row.ids[0]].add(fold(value))
    return Reading(frozenset(known), {i: frozenset(names) for i, names in alone.items()})


def parts_of(row: DeliveredCredit, reading: Reading) -> list[Part]:
    """Credited artists in order; nobody's names and ids are left out, guests whom the title names come last."""
    if row.artist_name is None and row.artist_credit is None and not row.featured_artist_names:
        parts = [Part("", i) for i in row.ids if i]
    elif row.featured_artist_names:
        parts = _of_values(row, reading)
    else:
        parts = _of_text(row, reading)
    parts = [p for p in parts if p.id not in _NOBODY and not (p.name and _is_nobody(p.name))]
    there = {fold(p.name) for p in parts}
    guests = [Part(name, join_phrase=None) for name in row.title_guests if not _is_nobody(name)]
    return parts + [guest for guest in guests if fold(guest.name) not in there]


@lru_cache(maxsize=_CACHED)
def _is_nobody(name: str) -> bool:
    return is_unknown(name) or is_various(name)


@lru_cache(maxsize=_CACHED)
def _is_one(name: str) -> bool:
    """Whether nothing in a name could join two."""
    return not _MAY_JOIN.search(name) or len(every_name(name)) == 1


@lru_cache(maxsize=_CACHED)
def _key(name: str) -> str:
    return key(name)


@lru_cache(maxsize=_CACHED)
def _parted(text: str) -> Credit:
    """The credit, parted only where it must be."""
    return parse_credit(text)


def _parted_most(text: str) -> Credit:
    """The credit, parted wherever it can be."""
    return parse_credit(text, frozenset(_key(name) for name in every_name(text) if _is_one(name)))


def _parted_by(text: str, known: Collection[str]) -> Credit:
    """The credit, parted as far as its names are known."""
    return parse_credit(text, known) if _MAY_JOIN.search(text) else _parted(text)


def _of_values(row: DeliveredCredit, reading: Reading) -> list[Part]:
    """Of a row that names every artist by itself: ids belong to the names in their places."""
    values = [row.artist_name or "", *row.featured_artist_names]
    credit = credit_of_values(values, row.artist_credit, reading.known)
    if len(credit) == len(row.ids):
        return _paired(credit, row.ids)
    return _first_takes_id(credit, row.ids)


def _of_text(row: DeliveredCredit, reading: Reading) -> list[Part]:
    """Of a row with one text: it is parted where that fits its ids, else as far as the catalogue knows its names."""
    text, ids = row.text, row.ids
    least, known = _parted(text), _parted_by(text, reading.known)
    if len(ids) > 1:
        for credit in (least, known, _parted_most(text)):
            if len(credit) == len(ids):
                return _paired(credit, ids)
    elif ids[0] and len(least) == 1 and not reading.alone.get(ids[0], frozenset()) & _folded(known):
        return _paired(least, ids)
    return _first_takes_id(known, ids)


def _folded(credit: Credit) -> frozenset[str]:
    return frozenset(fold(c.name) for c in credit)


def _paired(credit: Credit, ids: Sequence[str | None]) -> list[Part]:
    return [Part(c.name, i, c.join_phrase) for c, i in zip(credit, ids, strict=True)]


def _first_takes_id(credit: Credit, ids: Sequence[str | None]) -> list[Part]:
    """The first id is most likely the first name's; further ids are credited artists of whom no name is told."""
    if not credit:
        return [Part("", i) for i in ids if i]
    first, *others = credit
    main = Part(first.name, ids[0], first.join_phrase, sure=len(credit) == 1)
    return [main, *(Part(c.name, None, c.join_phrase) for c in others), *(Part("", i, None) for i in ids[1:] if i)]
