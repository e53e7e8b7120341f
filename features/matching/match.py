"""Listened songs matched to the catalogue, whole tables at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from features.matching.candidates import NearArtists, near_songs
from features.matching.judging import Judge
from features.matching.params import MatchParams
from features.matching.readings import AS_WRITTEN, Reading
from features.matching.songs import Shelf, Song, songs_of
from features.matching.vocabulary import Vocabulary

MATCHES = {"alias_id": pl.String, "track_id": pl.String, "score": pl.Float32, "how": pl.String}
_EXACT = 0.95
_WORD_OF = 3  # artists in whose titles a spelling occurs that is taken for a word of its own


@dataclass(frozen=True, slots=True)
class Match:
    """A row of the catalogue that a listened song is.

    Args:
        row: number of the catalogue's song.
        score: how sure it is, 0..1.
        apart_s: how far the lengths are apart, infinite where one is unknown.
        how: what told it: ``recording``, ``names``, ``spelling`` or the reading's own word.
    """

    row: int
    score: float
    apart_s: float
    how: str

    def rank(self) -> tuple[float, float, int]:
        """The best match first."""
        return -round(self.score, 3), self.apart_s, self.row


def match(listened: pl.DataFrame, catalogue: pl.DataFrame, vocabulary: Vocabulary, params: MatchParams) -> pl.DataFrame:
    """Which row of the catalogue each listened song is; songs that are none are left out.

    Args:
        listened: track_id, title, artist_name, duration_s and, if known, recording_mbid.
        catalogue: the same columns; no row of ``listened`` among them.

    Returns:
        columns of :data:`MATCHES`, in order of ``alias_id``; the same for every order of both tables.
    """
    heard, shelf = songs_of(listened), Shelf(songs_of(catalogue))
    words = _words_of_many([*heard, *shelf.songs])
    matching = _Matching(shelf, Judge(params, vocabulary.and_words(words)), vocabulary, params)
    found = matching.of(heard)
    rows = [
        (song.track_id, shelf.songs[m.row].track_id, m.score, m.how)
        for song, m in zip(heard, found, strict=True)
        if m is not None
    ]
    return pl.DataFrame(rows, schema=MATCHES, orient="row")


class _Matching:
    """Matches of listened songs to one catalogue."""

    def __init__(self, shelf: Shelf, judge: Judge, vocabulary: Vocabulary, params: MatchParams) -> None:
        self._shelf, self._judge, self._params = shelf, judge, params
        self._vocabulary = vocabulary

    def of(self, heard: Sequence[Song]) -> list[Match | None]:
        """The match of each song, None where there is none."""
        found = [self._by_id(song) or self._by_names(song) for song in heard]
        left = [n for n, m in enumerate(found) if m is None]
        for n, spelled in zip(left, self._by_spelling([heard[n] for n in left]), strict=True):
            found[n] = spelled
        return found

    def _by_id(self, song: Song) -> Match | None:
        rows = self._shelf.of_recording(song.recording) if song.recording else ()
        return min((Match(row, 1.0, self._apart(song, row), "recording") for row in rows), key=Match.rank, default=None)

    def _by_names(self, song: Song) -> Match | None:
        """The match by the names as written, else by another reading of them."""
        written = song.as_written
        best = self._best(song, written, self._shelf.named(written))
        if best and best.score >= _EXACT:
            return best
        guessed = (self._best(song, guess, self._shelf.named(guess)) for guess in song.guesses(swapped=True))
        return min((m for m in (best, *guessed) if m), key=Match.rank, default=None)

    def _by_spelling(self, songs: Sequence[Song]) -> list[Match | None]:
        """The match of each song by names that are nearly its own."""
        readings: list[Reading] = []
        whose: list[int] = []
        for number, song in enumerate(songs):
            told = [song.as_written, *song.guesses(swapped=False)]
            readings += told
            whose += [number] * len(told)
        near = NearArtists(self._shelf, self._vocabulary).of(readings)
        found: dict[int, list[Match]] = defaultdict(list)
        for n, rows in near_songs(readings, self._shelf, near, self._params.titles_per_artist):
            song = songs[whose[n]]
            if best := self._best(song, readings[n], rows):
                found[whose[n]].append(best)
        return [min(found[n], key=Match.rank) if n in found else None for n in range(len(songs))]

    def _best(self, song: Song, ours: Reading, rows: Iterable[int]) -> Match | None:
        return min((m for row in rows if (m := self._judged(song, ours, row))), key=Match.rank, default=None)

    def _judged(self, song: Song, ours: Reading, row: int) -> Match | None:
        theirs = self._shelf.songs[row]
        readings = self._shelf.readings[row]
        scores = [self._judge.score(ours, reading, song.duration_s, theirs.duration_s) for reading in readings]
        score = max(scores)
        if score < self._params.min_score:
            return None
        how = next(r.how for r, s in zip(readings, scores, strict=True) if s == score)
        told = ours.how if ours.how != AS_WRITTEN else how
        return Match(row, score, self._apart(song, row), "spelling" if told == AS_WRITTEN and score < _EXACT else told)

    def _apart(self, song: Song, row: int) -> float:
        theirs = self._shelf.songs[row].duration_s
        return abs(song.duration_s - theirs) if song.duration_s and theirs else float("inf")


def _words_of_many(songs: Iterable[Song]) -> set[str]:
    """Spellings in titles of several artists: words, in whatever language."""
    artists: dict[str, set[str]] = defaultdict(set)
    for song in songs:
        reading = song.as_written
        if reading.artists:
            for word in reading.title.words:
                artists[word].add(reading.artists[0].joined)
    return {word for word, names in artists.items() if len(names) >= _WORD_OF}
