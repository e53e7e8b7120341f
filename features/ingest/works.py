"""Works: which tracks are versions of one song, and which kind of version each is."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import polars as pl

from features.names.fold import key, over_unique
from features.names.titles import parse_all
from schemas.vocabulary import VERSIONS

# Versions that others than the song's artist make: whose song it is, their label may tell.
_OF_OTHERS = frozenset(("cover", "karaoke", "instrumental"))


class _Member(NamedTuple):
    """What a track says of its work.

    Args:
        artists: ids of all credited artists, main first.
        name: key of the main artist's name. label: key of the label of a version by others, else empty.
    """

    artists: tuple[str, ...]
    name: str
    label: str


def with_works(tracks: pl.DataFrame) -> pl.DataFrame:
    """``tracks`` with ``work_id`` and ``version``, both by the title.

    Tracks of one base title and a common credited artist are one work; a cover is the artist's whom its label names.
    Of an artist whom nobody knows it is null: such tracks may be of one work or not.
    """
    titles = parse_all(tracks.get_column("title"))
    kinds = titles.struct.field("kinds")
    named = tracks.with_columns(
        over_unique(titles.struct.field("base"), key, pl.String).alias("_song"),
        version=pl.coalesce(
            pl.lit(None, pl.String), *(pl.when(kinds.list.contains(v)).then(pl.lit(v)) for v in VERSIONS)
        ),
        _label=pl.when(kinds.list.set_intersection(list(_OF_OTHERS)).list.len() > 0)
        .then(titles.struct.field("label"))
        .fill_null(""),
    )
    work = named.select("track_id", work_id=_works(named))
    return tracks.join(
        named.select("track_id", "version").join(work, on="track_id"), on="track_id", how="left", maintain_order="left"
    )


def _works(named: pl.DataFrame) -> pl.Series:
    """Id of each track's work."""
    columns = ("track_id", "_song", "artist_id", "featured_artist_ids", "artist_name", "_label")
    ids: dict[str, str | None] = {}
    songs: defaultdict[str, list[tuple[str, _Member]]] = defaultdict(list)
    for track, song, artist, featured, name, label in named.select(columns).iter_rows():
        if artist is None or not song:
            ids[track] = None
        else:
            songs[song].append((track, _Member((artist, *featured), key(name or ""), key(label) if label else "")))
    for song, members in songs.items():
        ids |= dict(zip((t for t, _ in members), _of_song(song, [m for _, m in members]), strict=True))
    return pl.Series([ids[t] for t in named["track_id"]], dtype=pl.String)


def _of_song(song: str, members: Sequence[_Member]) -> Iterator[str]:
    """Works of the tracks of one base title: those are one that an artist, or a chain of artists, joins."""
    if len({m.artists[0] for m in members}) == 1:
        return iter([_id(song, members[0].artists[0])] * len(members))
    head: dict[str, str] = {}
    named = {m.name: m.artists[0] for m in members if m.name}
    for member in members:
        original = [artist for name, artist in named.items() if f" {name} " in f" {member.label} "]
        _join(head, (*member.artists, *original))
    return iter([_id(song, _head(head, m.artists[0])) for m in members])


def _join(head: dict[str, str], artists: Iterable[str]) -> None:
    """One chain of all these artists, called after the least id."""
    heads = {_head(head, artist) for artist in artists}
    head |= dict.fromkeys(heads, min(heads))


def _head(head: dict[str, str], artist: str) -> str:
    while head.get(artist, artist) != artist:
        artist = head[artist]
    return artist


def _id(*names: str) -> str:
    return "w" + hashlib.blake2b("\x1f".join(names).encode(), digest_size=8).hexdigest()
