"""What a night's tables let a text speak of: the world of one listener's list, and that of a song and its neighbour.

Only what may be said enters: songs are their assertable facts, plays that a misspelt name may have mixed up are
unknown, and of a listener whose list isn't made for them nothing is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import polars as pl

from features.words.claims.world import ArtistHistory, Listed, Listening, Today, World
from features.words.facts.reader import Entry, Reader, SongHistory
from features.words.facts.songs import Song
from features.words.terms import forms
from features.words.writer.list_briefs import ListBrief, ListBriefs
from schemas.vocabulary import DAYPARTS

_Heard = tuple[bool | None, date | None]  # whether a song of the list was played, and on which day last


class ListWorlds:
    """The worlds of a bucket's lists; every look-up is built once."""

    def __init__(self, briefs: ListBriefs) -> None:
        self._songs, self._artists, self._serves_on = briefs.songs, briefs.artists, briefs.night.serves_on
        self._heard = _heard(briefs.tables.daily_lists, briefs.tables.affinity)
        self._danceability = danceability(briefs.tables.facts, briefs.songs)

    def of(self, brief: ListBrief) -> World:
        """What the words of one list may speak of: its songs, those on repeat, and those their evidence names."""
        reader, day = brief.reader, brief.day
        looped = (reader.taste.get("looped_track_ids") or ()) if reader.personalised else ()
        wanted = {*(entry.song.track_id for entry in brief.entries), *looped, *reader.known} & self._songs.keys()
        return World(
            language=reader.language,
            today=Today(day.day, day.weather, day.festival, day.term),
            songs={track_id: self._songs[track_id] for track_id in sorted(wanted)},
            listed=tuple(self._listed(brief, entry) for entry in brief.entries),
            listening=listening(reader, self._artists),
            danceability={k: v for k, v in self._danceability.items() if k in wanted},
        )

    def _listed(self, brief: ListBrief, entry: Entry) -> Listed:
        track_id = entry.song.track_id
        if not brief.reader.personalised:
            return Listed(entry.rank, track_id)
        heard, last = self._heard.get((brief.reader.user_id, track_id), (None, None))
        return Listed(
            rank=entry.rank,
            track_id=track_id,
            new_artist=None if entry.artist_id is None else entry.discovery,
            heard=heard,
            rested_days=None if last is None else (self._serves_on - last) // timedelta(days=1),
            why=tuple((row.kind, row.subject) for row in brief.reasons.get(track_id, ())),
        )


def of_review(song: Song, other: Song | None, language: str) -> World:
    """What a review may speak of: its song and the one beside it; no day and no listener, as it is shared by all."""
    songs = {one.track_id: one for one in (song, other) if one is not None}
    return World(language, None, songs, listening=Listening(whole=False))


def danceability(facts: pl.DataFrame, wanted: Iterable[str]) -> dict[str, str]:
    """Track id -> loose, steady or danceable, as far as it may be said."""
    told = facts.filter((pl.col("kind") == "danceability") & pl.col("assertable"))
    return dict(told.filter(pl.col("track_id").is_in(sorted(wanted))).select("track_id", "text").iter_rows())


def listening(reader: Reader, artists: Mapping[str, str]) -> Listening:
    """What may be told of a listener.

    Args:
        artists: artist id -> name; a name that two artists bear stands for neither.
    """
    if not reader.personalised:
        return Listening(whole=False)
    taste, recent = reader.taste, reader.recent
    low, high = taste.get("tempo_low_bpm"), taste.get("tempo_high_bpm")
    band = None if low is None or high is None else (int(forms.integer(low)), int(forms.integer(high)))
    tempos = recent.get("tempo", {})
    return Listening(
        tempo_band=band,
        band_plays=None if band is None else sum(n for bpm, n in tempos.items() if band[0] <= int(bpm) <= band[1]),
        plays_7d=taste.get("plays_7d"),
        dayparts=dict(zip(DAYPARTS, taste.get("daypart_plays") or (), strict=False)),
        genres=recent.get("genre", {}),
        moods=recent.get("mood", {}),
        artists=_artists(taste.get("artist_ids") or (), taste.get("artist_plays") or (), artists),
        songs={track_id: known for track_id, known in reader.known.items() if _told(known)},
        loops=tuple(taste.get("looped_track_ids") or ()),
        whole=False,
    )


def _artists(ids: Iterable[str], plays: Iterable[int], names: Mapping[str, str]) -> dict[str, ArtistHistory]:
    """By name, the artists in rotation."""
    bearers = Counter(names.values())
    return {
        name: ArtistHistory(plays_30d=count, plays=None)
        for artist_id, count in zip(ids, plays, strict=True)
        if (name := names.get(artist_id)) is not None and bearers[name] == 1
    }


def _told(known: SongHistory) -> bool:
    """Whether it is sure that the song was played."""
    return known.plays > 0


def _heard(daily_lists: pl.DataFrame, affinity: pl.DataFrame) -> dict[tuple[str, str], _Heard]:
    """(user, track) of the lists -> whether the song was played, and on which day last; a play that may be another
    song's leaves both unknown.
    """
    known = affinity.select("user_id", "track_id", "doubtful", "last_played")
    rows = daily_lists.select("user_id", "track_id", "heard").join(known, on=["user_id", "track_id"], how="left")
    found: dict[tuple[str, str], _Heard] = {}
    for user_id, track_id, heard, doubtful, last in rows.iter_rows():
        found[user_id, track_id] = (None, None) if doubtful else (bool(heard) or last is not None, last)
    return found
