"""Songs known from listens alone whose names come near those of another song: they may be it, misspelt, or may not.

The matching takes the sure ones for what they are. Of the others nobody knows, so that the counts of plays of the song
they come near are not sure either: what may be said of a listener's plays asks for these songs first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from features.names.fold import key
from features.names.titles import SAME_RECORDING, parse
from schemas.delivery import LISTENED_FILES

_ALIKE = 80.0  # of 100; names less alike are two names, but for one slip of the hand in a short one
_SLIP_FROM = 3  # letters of a name in which one slip is looked for
_CELLS = 1 << 24  # of one comparison: its memory, in bytes


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
    of_artist, by_artist = _grouped(heard, "artist"), _grouped(songs, "artist")
    found: dict[str, set[str]] = defaultdict(set)
    for artist, other in _alike(list(of_artist), list(by_artist), unnamed=True):
        for one, two in _alike_titles(of_artist[artist], by_artist[other]):
            if one.track_id != two.track_id and not (artist == other and _are_versions(one, two)):
                found[one.track_id].add(two.track_id)
    return found


def _alike_titles(mine: Sequence[_Song], theirs: Sequence[_Song]) -> Iterator[tuple[_Song, _Song]]:
    """Songs of nearly one title: the base titles of one version, or all that is written; figures are no slips."""
    for name in ("base", "title"):
        asked, there = _grouped(mine, name), _grouped(theirs, name)
        for one, other in _alike(list(asked), list(there)):
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


def _alike(ours: Sequence[str], theirs: Sequence[str], *, unnamed: bool = False) -> Iterator[tuple[str, str]]:
    """Pairs of names that are nearly one.

    Args:
        unnamed: whether a name that is not known may be any.
    """
    size = max(1, _CELLS // max(1, len(theirs)))
    for start in range(0, len(ours), size):
        part = ours[start : start + size]
        close = process.cdist(part, theirs, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.uint8) > 0
        slips = process.cdist(part, theirs, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8) <= 1
        for i, j in np.argwhere(close | slips):
            one, other = part[i], theirs[j]
            if close[i, j] or min(len(one), len(other)) >= _SLIP_FROM:
                yield one, other
        if unnamed:
            yield from ((one, other) for one in part for other in theirs if one != other and not (one and other))
