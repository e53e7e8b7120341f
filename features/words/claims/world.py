"""All that is known when a text is read: the songs, the list, the listener, the day and delivered notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from features.words.facts.reader import SongHistory
from features.words.facts.songs import Song


@dataclass(frozen=True, slots=True)
class Line:
    """One sung line, in the order of the song; a chorus that comes back stands here each time.

    Args:
        at_s: seconds into the song; None where the lyric carries no times.
        section: its section and number, e.g. ``verse 1`` or ``chorus``.
    """

    text: str
    at_s: float | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One place of the list.

    Args:
        new_artist: the listener has never played any of its artists.
        heard: the listener has played the song; both None where that isn't known or may not be told.
        rested_days: days since its last play; None for a song never played.
        why: (kind, subject) of the evidence it stands here by, the strongest first.
    """

    rank: int
    track_id: str
    new_artist: bool | None = None
    heard: bool | None = None
    rested_days: int | None = None
    why: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class ArtistHistory:
    """What a listener played of one artist: in 30 days, in all (None where not counted), and since when."""

    plays_30d: int = 0
    plays: int | None = 0
    first_played: date | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """What may be told of a listener; empty for those of whom nothing may be.

    Args:
        tempo_band: lowest and highest of the tempos they usually play [BPM].
        band_plays: plays of 30 days within it.
        dayparts: daypart -> plays.
        genres, moods, languages: name -> plays of 30 days.
        artists: artist's name -> history; songs: track id -> history.
        loops: songs on repeat, the most played of the last 7 days first.
        whole: nothing they played is missing; else what isn't here is unknown, not unplayed.
    """

    tempo_band: tuple[int, int] | None = None
    band_plays: int | None = None
    plays_7d: int | None = None
    plays_30d: int | None = None
    dayparts: Mapping[str, int] = field(default_factory=dict)
    genres: Mapping[str, int] = field(default_factory=dict)
    moods: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    artists: Mapping[str, ArtistHistory] = field(default_factory=dict)
    songs: Mapping[str, SongHistory] = field(default_factory=dict)
    loops: tuple[str, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Today:
    """The day a text is read on; weather by its id, festival and solar term by their names."""

    date: date
    weather: str | None = None
    festival: str | None = None
    solar_term: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A delivered text about an artist (their name) or a song (its track id), with where it is from."""

    id: str
    about: str
    text: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True)
class World:
    """What one text may speak of.

    Args:
        today: None for a text that is read on other days too.
        songs: track id -> facts, for every song that may be named.
        lines: track id -> its lyric.
        person: track id -> whom the words speak as (first, second, third).
        danceability: track id -> loose, steady or danceable.
        listed: the list in playing order.
    """

    language: str
    today: Today | None
    songs: Mapping[str, Song]
    listed: tuple[Listed, ...] = ()
    listening: Listening = field(default_factory=Listening)
    lines: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    person: Mapping[str, str] = field(default_factory=dict)
    danceability: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    def place(self, track_id: str) -> Listed | None:
        """Where a song stands in the list."""
        return next((entry for entry in self.listed if entry.track_id == track_id), None)


@dataclass(frozen=True, slots=True)
class About:
    """Which songs a sentence speaks of.

    Args:
        kind: opener, intro, reason, review or why.
        song: the song it is written for; None for texts about the list.
        other: the song it is set beside, where there is one.
    """

    kind: str
    song: str | None = None
    other: str | None = None
