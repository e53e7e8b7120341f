"""Artists: who is one and the same over the whole catalogue, and every track's credit in these terms.

Two names are one artist when they fold alike (case, NFC and NFD, quotes, hyphens, traditional and simplified
Chinese) and no ids say that they are two. A name without an id goes to the artist of that name when there is exactly
one; of several, to one of its own. Ids of MusicBrainz and of a host's own catalogue are two kinds: one of each on a
name are one artist, two of a kind are two. Unknown and various artists are nobody: no id, no name.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from features.chinese import simplified
from features.ingest.credits import DeliveredCredit, Part, ids_of_name, parts_of, read_catalogue
from features.names.fold import fold
from features.names.titles import parse_all
from schemas.catalogue import TRACKS

_MUSICBRAINZ = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_DELIVERED = ("artist_id", "artist_name", "artist_credit", "featured_artist_ids", "featured_artist_names")
_RESOLVED = (*_DELIVERED, "artist_join_phrases")
_LISTS = ("featured_artist_ids", "featured_artist_names")
_BETWEEN = "\x1f"
Credits = dict[DeliveredCredit, tuple[list[Part], int]]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Tracks under their artists, and every id by which an artist was ever delivered.

    Args:
        tracks: as delivered, columns of the credit replaced.
        ids: ``delivered_id`` and ``artist_id``, each delivered id once.
    """

    tracks: pl.DataFrame
    ids: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Artists:
    """Which artist an id or a name means, and how each is called.

    Args:
        by_id: delivered id -> artist. by_name: folded name -> artist. names: artist -> its most frequent spelling.
    """

    by_id: Mapping[str, str]
    by_name: Mapping[str, str]
    names: Mapping[str, str]

    def of(self, part: Part) -> str:
        """The artist of a credited part."""
        if part.id is not None and (part.sure or not part.name):
            return self.by_id.get(part.id, part.id)
        return self.by_name[_folded(part.name)]


def resolve(tracks: pl.DataFrame, told: pl.DataFrame) -> Resolved:
    """Every track's credit as artists of the catalogue.

    Args:
        tracks: rows of ``landing_tracks`` that were kept, each track once.
        told: rows of ``landing_tracks`` of which credits are learnt from too, those of aliases among them.
    """
    keyed = _keyed(tracks)
    rows = pl.concat([_different(keyed), _different(_keyed(told)).with_columns(len=pl.lit(0, pl.UInt32))])
    rows = rows.unique("_credit", keep="first", maintain_order=True).sort("_credit")
    delivered = [_delivered(row) for row in rows.iter_rows(named=True)]
    reading = read_catalogue(delivered)
    credits = {row: (parts_of(row, reading), count) for row, count in zip(delivered, rows["len"], strict=True)}
    artists = _artists(credits)
    table = pl.DataFrame(
        [{"_credit": k, **_row(credits[row][0], artists)} for k, row in zip(rows["_credit"], delivered, strict=True)],
        schema={"_credit": pl.String, **{name: TRACKS.column(name).dtype() for name in _RESOLVED}},
    )
    found = keyed.drop(*_DELIVERED, "_guests").join(table, on="_credit", how="left", maintain_order="left")
    return Resolved(found, _ids(credits, artists))


def _keyed(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with ``_guests``, whom the title names, and ``_credit``: one text of all that is told of the artists."""
    told = rows.with_columns(pl.col(c).fill_null([]) for c in _LISTS)
    guested = told.with_columns(_guests=parse_all(rows.get_column("title")).struct.field("featured").fill_null([]))
    lists = [pl.col(c).list.join(_BETWEEN) for c in (*_LISTS, "_guests")]
    texts = [pl.col(c).fill_null("\x00") for c in ("artist_id", "artist_name", "artist_credit")]
    return guested.with_columns(_credit=pl.concat_str([*texts, *lists], separator="\x1e"))


def _different(keyed: pl.DataFrame) -> pl.DataFrame:
    """Each credit once, and how many rows have it."""
    return keyed.group_by("_credit").agg(pl.col(*_DELIVERED, "_guests").first(), pl.len())


def _delivered(row: Mapping[str, object]) -> DeliveredCredit:
    values = [row[c] for c in (*_DELIVERED, "_guests")]
    return DeliveredCredit(*(tuple(v) if isinstance(v, list) else v for v in values))  # type: ignore[arg-type]


@lru_cache(maxsize=1 << 16)
def _folded(name: str) -> str:
    return simplified(fold(name))


def _of_name(folded: str) -> str:
    """The id of an artist who has none but the name."""
    return "na" + hashlib.blake2b(folded.encode(), digest_size=8).hexdigest()


def _artists(credits: Credits) -> _Artists:
    """Who is who, by all credits together."""
    ids_of: defaultdict[str, set[str]] = defaultdict(set)
    doubtful: defaultdict[str, set[str]] = defaultdict(set)
    names: set[str] = set()
    for part, _ in _every_part(credits):
        if part.name:
            names.add(_folded(part.name))
        if part.name and part.id is not None:
            (ids_of if part.sure else doubtful)[_folded(part.name)].add(part.id)
    told = {i for ids in ids_of.values() for i in ids}
    for name, ids in doubtful.items():  # an id seen with guests only; of several, none is the artist's
        if name not in ids_of and len(ids - told) == 1:
            ids_of[name] = ids - told
    by_id = _one_of_each_kind(ids_of)
    by_name = {}
    for name in sorted(names):
        found = {by_id[i] for i in ids_of.get(name, ())}
        by_name[name] = found.pop() if len(found) == 1 else _of_name(name)
    for part, _ in _every_part(credits):
        if part.id is not None and part.name and not part.sure:
            by_id.setdefault(part.id, by_name[_folded(part.name)])
    return _Artists(by_id, by_name, _spellings(credits, _Artists(by_id, by_name, {})))


def _every_part(credits: Credits) -> Iterable[tuple[Part, int]]:
    return ((part, count) for parts, count in credits.values() for part in parts)


def _one_of_each_kind(ids_of: Mapping[str, set[str]]) -> dict[str, str]:
    """Artist of each id: its own, or for a MusicBrainz id the host's where each is the only one of its kind."""
    partners: defaultdict[str, set[str]] = defaultdict(set)
    for ids in ids_of.values():
        theirs = {i for i in ids if _MUSICBRAINZ.match(i)}
        own = ids - theirs
        if len(theirs) == 1 and len(own) == 1:
            (mb,), (host,) = theirs, own
            partners[mb].add(host)
            partners[host].add(mb)
    by_id = {i: i for ids in ids_of.values() for i in ids}
    for one, others in partners.items():
        host = min(others)
        if _MUSICBRAINZ.match(one) and len(others) == 1 and partners[host] == {one}:
            by_id[one] = host
    return by_id


def _spellings(credits: Credits, artists: _Artists) -> dict[str, str]:
    """The most frequent spelling of each artist's name, of equally frequent ones the first in order."""
    spelt: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for part, count in _every_part(credits):
        if part.name:
            spelt[artists.of(part)][part.name] += count
    return {artist: min(found, key=lambda name: (-found[name], name)) for artist, found in spelt.items()}


def _row(parts: list[Part], artists: _Artists) -> dict[str, object]:
    """The columns of a credit, each artist once."""
    once: dict[str, Part] = {}
    for part in parts:
        once.setdefault(artists.of(part), part)
    if once and not any(artists.names.get(artist) for artist in once):  # ids that nothing in the catalogue names
        once = {}
    ids = list(once)
    names = [artists.names.get(artist, "") for artist in ids]
    joined = [(n, p.join_phrase) for n, p in zip(names, once.values(), strict=True) if p.join_phrase is not None]
    return {
        "artist_id": ids[0] if ids else None,
        "artist_name": (names[0] or None) if names else None,
        "artist_credit": "".join(name + join for name, join in joined) or None,
        "featured_artist_ids": ids[1:],
        "featured_artist_names": names[1:],
        "artist_join_phrases": [join for _, join in joined],
    }


def _ids(credits: Credits, artists: _Artists) -> pl.DataFrame:
    """Every id delivered for an artist, those that are made of a name too."""
    found = dict(artists.by_id)
    for row, (parts, _) in credits.items():
        if row.artist_id and parts:
            found.setdefault(row.artist_id, artists.of(parts[0]))
    for part, _ in _every_part(credits):
        if part.id is not None:  # also of a guest whom nothing names
            found.setdefault(part.id, artists.of(part))
        if part.name:
            for old in (*ids_of_name(part.name), _of_name(_folded(part.name))):
                found.setdefault(old, artists.of(part))
    found |= {artist: artist for artist in artists.names}
    schema = {"delivered_id": pl.String, "artist_id": pl.String}
    return pl.DataFrame(sorted(found.items()), schema=schema, orient="row")
