"""Songs known from listens alone whose names come near those of another song: they may be it, misspelt, or may not.

The matching takes the sure ones for what they are. Of the others nobody knows, so that the counts of plays of the song
they come near are not sure either: what may be said of a listener's plays asks for these songs first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from features.ingest.alike import alike
from features.names.fold import key
from features.names.titles import SAME_RECORDING, parse
from schemas.delivery import LISTENED_FILES


@dataclass(frozen=True, slots=True)
class _Song:
    """A track's names, folded: its artist ('' where unknown), all of its title, its base title, and its versions."""

    track_id: str
    artist: str
    title: str
    base: str
    kinds: frozenset[str]


def with_near(tracks: pl.DataFrame, none: pl.Series) -> pl.DataFrame:
    """``tracks`` with ``near_track_ids``, sorted; empty for every track of a catalogue.

    Versions of one title, and titles that differ in a figure, are known to be two songs.

    Args:
        tracks: rows of ``tracks`` with ``source_file``.
        none: ids of songs of which a person said that they are no other.
    """
    listened = pl.col("source_file").str.contains(LISTENED_FILES).fill_null(False)
    heard = tracks.filter(listened & ~pl.col("track_id").is_in(none.implode()))
    found = _near(_songs(heard), _songs(tracks)) if heard.height else {}
    rows = pl.DataFrame(
        {"track_id": list(found), "near_track_ids": [sorted(near) for near in found.values()]},
        schema={"track_id": pl.String, "near_track_ids": pl.List(pl.String)},
    )
    empty = pl.lit([], dtype=pl.List(pl.String))
    return tracks.join(rows, on="track_id", how="left", maintain_order="left").with_columns(
        pl.col("near_track_ids").fill_null(empty)
    )


def _songs(tracks: pl.DataFrame) -> list[_Song]:
    rows = tracks.select("track_id", pl.col("artist_name").fill_null(""), "title").sort("track_id")
    return [_song(*row) for row in rows.iter_rows()]


def _song(track_id: str, artist: str, title: str) -> _Song:
    said = parse(title)
    known = _joined(artist) if artist.strip() else ""
    return _Song(track_id, known, _joined(title), _joined(said.base), frozenset(said.kinds) - SAME_RECORDING)


def _joined(text: str) -> str:
    return key(text).replace(" ", "")


def _near(heard: Sequence[_Song], songs: Sequence[_Song]) -> dict[str, set[str]]:
    """For each heard song the other songs that it comes near."""
    found: dict[str, set[str]] = defaultdict(set)
    for mine, theirs in _of_artists_alike(heard, songs):
        for one, two in _alike_titles(mine, theirs):
            if one.track_id != two.track_id and not (one.artist == two.artist and _are_versions(one, two)):
                found[one.track_id].add(two.track_id)
    return found


def _of_artists_alike(heard: Sequence[_Song], songs: Sequence[_Song]) -> Iterator[tuple[list[_Song], list[_Song]]]:
    """Songs whose artists may be one: their names are nearly one, or one is not known."""
    of_artist, by_artist = _grouped(heard, "artist"), _grouped(songs, "artist")
    for artist, other in alike(list(of_artist), list(by_artist)):
        yield of_artist[artist], by_artist[other]
    if nobodys := of_artist.get("", []):
        yield nobodys, [song for song in songs if song.artist]
    if nobodys := by_artist.get("", []):
        yield [song for song in heard if song.artist], nobodys


def _alike_titles(mine: Sequence[_Song], theirs: Sequence[_Song]) -> Iterator[tuple[_Song, _Song]]:
    """Songs of nearly one title: the base titles of one version, or all that is written; figures are no slips."""
    for name in ("base", "title"):
        asked, there = _grouped(mine, name), _grouped(theirs, name)
        for one, other in alike(list(asked), list(there)):
            if _figures(one) == _figures(other):
                pairs = ((a, b) for a in asked[one] for b in there[other])
                yield from (pair for pair in pairs if name == "title" or pair[0].kinds == pair[1].kinds)


def _are_versions(one: _Song, two: _Song) -> bool:
    """Whether two titles of one artist are one but for the version: two songs, and known to be."""
    return one.base == two.base and one.title != two.title


def _grouped(songs: Sequence[_Song], name: str) -> dict[str, list[_Song]]:
    groups: dict[str, list[_Song]] = defaultdict(list)
    for song in songs:
        groups[getattr(song, name)].append(song)
    return groups


def _figures(name: str) -> str:
    return "".join(filter(str.isdigit, name))
