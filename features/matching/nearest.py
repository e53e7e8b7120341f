"""Rows of the catalogue that a song which matched nothing is nearest to, for a person to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from features.matching.songs import Song

_TITLE_WEIGHT = 0.6
_ALIKE, _FAR = 90.0, 40.0  # of 100
_CELLS = 1 << 22


@dataclass(frozen=True, slots=True)
class Near:
    """A row of the catalogue near a listened song.

    Args:
        track_id, artist, title: the row.
        likeness: of the letters of title and artist, 0..1; no probability.
        differs: what keeps them apart: ``artist``, ``title``, or ``version or length`` when the names are alike.
    """

    track_id: str
    artist: str
    title: str
    likeness: float
    differs: str


def nearest(songs: Sequence[Song], catalogue: Sequence[Song], count: int) -> list[list[Near]]:
    """For each song the ``count`` rows whose artist and title are written most like its own, the nearest first.

    Rows that are not even somewhat alike are left out.
    """
    if not catalogue or not songs:
        return [[] for _ in songs]
    found: list[list[Near]] = []
    size = max(1, _CELLS // len(catalogue))
    for start in range(0, len(songs), size):
        part = songs[start : start + size]
        titles = _alike([s.as_written.title.text for s in part], [s.as_written.title.text for s in catalogue])
        artists = _alike([_artist(s) for s in part], [_artist(s) for s in catalogue])
        both = _TITLE_WEIGHT * titles + (1 - _TITLE_WEIGHT) * artists
        best = np.argsort(-both, axis=1, kind="stable")[:, :count]
        found += [
            [_near(catalogue[j], both[i, j], titles[i, j], artists[i, j]) for j in row if both[i, j] >= _FAR]
            for i, row in enumerate(best)
        ]
    return found


def _near(song: Song, likeness: float, title: float, artist: float) -> Near:
    differs = "title" if title < _ALIKE else "artist" if artist < _ALIKE else "version or length"
    return Near(song.track_id, song.artist, song.title, round(float(likeness) / 100, 2), differs)


def _alike(ours: list[str], theirs: list[str]) -> np.ndarray:
    return np.asarray(process.cdist(ours, theirs, scorer=fuzz.ratio, dtype=np.float32))


def _artist(song: Song) -> str:
    artists = song.as_written.artists
    return artists[0].text if artists else ""
