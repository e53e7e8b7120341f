"""Songs by the names they are written with, and found by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from features.matching.forms import Form
from features.matching.readings import Reading, guesses, without_slips, written


@dataclass(frozen=True, slots=True)
class Song:
    """A listened song or a row of the catalogue.

    Args:
        track_id: its id.
        artist, title: as written; an unknown artist is ''.
        duration_s: length, None when unknown.
        recording: MusicBrainz recording id, None when unknown.
    """

    track_id: str
    artist: str
    title: str
    duration_s: float | None
    recording: str | None

    @property
    def as_written(self) -> Reading:
        """Its names as written."""
        return written(self.artist, self.title)

    @property
    def as_meant(self) -> Reading:
        """Its names as written, but for a slip in the word of its version."""
        return without_slips(self.artist, self.title)

    def guesses(self, *, swapped: bool) -> Iterator[Reading]:
        """Other ways to read its names."""
        return guesses(self.artist, self.title, swapped=swapped)


def songs_of(tracks: pl.DataFrame) -> list[Song]:
    """Songs of a table with track_id, title, artist_name, duration_s and, if there, recording_mbid; in order of id.

    Rows without an id or a title are left out; of rows of one id the first stays.
    """
    recording = "recording_mbid" if "recording_mbid" in tracks.columns else pl.lit(None, pl.String)
    rows = (
        tracks.drop_nulls(["track_id", "title"])
        .select("track_id", pl.col("artist_name").fill_null(""), "title", "duration_s", recording)
        .unique("track_id", keep="first", maintain_order=True)
        .sort("track_id")
    )
    return [Song(*row) for row in rows.iter_rows()]


class Shelf:
    """The catalogue's songs, to be found by id, names, artist or title.

    Args:
        songs: the catalogue.
        readings: every reading of each of them, as written first.
    """

    def __init__(self, songs: Sequence[Song]) -> None:
        self.songs = songs
        self.readings: list[list[Reading]] = []
        self._recordings: dict[str, list[int]] = defaultdict(list)
        self._names: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._titles: dict[str, set[int]] = defaultdict(set)
        by_artist: dict[str, set[int]] = defaultdict(set)
        for row, song in enumerate(songs):
            readings = [song.as_written, *song.guesses(swapped=False)]
            self.readings.append(readings)
            if song.recording:
                self._recordings[song.recording].append(row)
            for reading in readings:
                self._titles[reading.title.joined].add(row)
                for name in reading.artists:
                    self._names[name.joined, reading.title.joined].add(row)
                    by_artist[name.joined].add(row)
        self.by_artist = {name: sorted(rows) for name, rows in sorted(by_artist.items())}

    def of_recording(self, recording: str) -> Sequence[int]:
        """Rows of a MusicBrainz recording."""
        return self._recordings.get(recording, ())

    def named(self, reading: Reading) -> set[int]:
        """Rows that are written with one of the reading's artists and its title."""
        none: set[int] = set()
        return none.union(*(self._names.get((name.joined, reading.title.joined), none) for name in reading.artists))

    def titled(self, title: Form) -> set[int]:
        """Rows of a title."""
        return self._titles.get(title.joined, set())
