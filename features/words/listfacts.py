"""The facts of one list: of its songs alone, and, where allowed, of the listener's own plays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from features.words import forms, genres
from features.words.songs import Song
from features.words.telling import Telling
from schemas.vocabulary import DAYPARTS

FRESH_DAYS = 30
_FEW = 5  # fewer measured songs than this say nothing about a whole list
_DAYPART_FROM = 0.4  # share of plays from which a daypart is the listener's own


@dataclass(frozen=True, slots=True)
class Entry:
    """One song of a list: its place, the song, whether its artist is new to the listener."""

    rank: int
    song: Song
    artist_id: str
    discovery: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """One evidence row, as the contract of ``evidence`` words it."""

    kind: str
    subject: str | None
    value: float | None
    value_high: float | None
    song_value: float | None
    song_text: str | None
    subject_too: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who the words are for, as far as they may know.

    Args:
        personalised: False for those who opted out or have no history: nothing of their
            listening may be told.
        opted_out: the user does not want personalisation at all.
        taste: the row of ``taste``.
    """

    user_id: str
    language: str
    city: str | None
    personalised: bool
    opted_out: bool
    taste: Mapping[str, Any]


def tell_list(
    reader: Reader,
    entries: Sequence[Entry],
    reasons: Mapping[str, Sequence[Reason]],
    songs: Mapping[str, Song],
    artists: Mapping[str, str],
    serves_on: date,
) -> Telling:
    """Slots and sheet of a list.

    Args:
        reasons: track id -> its evidence, strongest first.
        songs: every song named anywhere (list and loops).
        artists: artist id -> name.
    """
    told = Telling(reader.language)
    _size(told, entries)
    _sound(told, entries)
    _colours(told, entries)
    _fresh(told, entries, serves_on)
    _ends(told, entries)
    if reader.personalised:
        _habits(told, reader.taste, entries, artists)
        _loops(told, reader.taste, songs)
        _hours(told, reader.taste, reasons)
        _led(told, reader.taste, reasons)
        _news(told, entries, reasons)
    return told


def _size(told: Telling, entries: Sequence[Entry]) -> None:
    told.number("songs", len(entries), "song", "rank")
    told.number("rest_songs", len(entries) - 1, "song", least=2)
    told.number("artists", len({e.artist_id for e in entries}), "artist", least=2)
    lengths = [e.song.length for e in entries]
    if lengths and all(x is not None for x in lengths):
        minutes = sum(x for x in lengths if x is not None) / 60
        told.number("minutes", minutes, "minute", least=2)


def _sound(told: Telling, entries: Sequence[Entry]) -> None:
    tempos = sorted(e.song.tempo for e in entries if e.song.tempo is not None)
    if len(tempos) >= _FEW:
        low, high = tempos[round(0.2 * (len(tempos) - 1))], tempos[round(0.8 * (len(tempos) - 1))]
        if low < high:
            told.number("low", low, "bpm")
            told.number("high", high, "bpm")
            told.number("slow", tempos[0], "bpm")
            told.number("fast", tempos[-1], "bpm")
    keys = _top(e.song.key for e in entries)
    if keys and keys[0][1] >= 3:
        told.key("key", keys[0][0])
        told.number("key_n", keys[0][1], "song")


def _top(items: Any) -> list[tuple[str, int]]:
    counts = Counter(item for item in items if item)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _colours(told: Telling, entries: Sequence[Entry]) -> None:
    language = told.language
    moods = _top(e.song.moods[0] if e.song.moods else None for e in entries)
    for slot, (mood, count) in zip(("mood", "mood2"), moods, strict=False):
        if count >= max(3, len(entries) // 8):
            told.mood(slot, mood)
            told.number(f"{slot}_n", count, "song")
    kinds = _top(genres.called(e.song.genre, language) for e in entries)
    for slot, (genre, count) in zip(("genre", "genre2"), kinds, strict=False):
        if count >= (3 if slot == "genre" else 2):
            told.genre(slot, genre)
            told.number(f"{slot}_n", count, "song")
    tongues = Counter(e.song.language for e in entries)
    for slot, tongue in (("zh_n", "zh"), ("en_n", "en"), ("inst_n", "instrumental")):
        told.number(slot, tongues[tongue], "song", least=2)


def _fresh(told: Telling, entries: Sequence[Entry], serves_on: date) -> None:
    ages = [(serves_on - e.song.release).days for e in entries if e.song.release is not None]
    told.number("fresh_n", sum(0 <= age <= FRESH_DAYS for age in ages), "song", least=2)


def _ends(told: Telling, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    for slot, song in (("first", entries[0].song), ("last", entries[-1].song)):
        told.title(slot, song.title)
        told.number(f"{slot}_bpm", song.tempo, "bpm")
        if song.moods:
            told.mood(f"{slot}_mood", song.moods[0])
    told.name("first_artist", entries[0].song.artist)
    if len(entries) == 1:
        told.slots.pop("last", None)


def _habits(told: Telling, taste: Mapping[str, Any], entries: Sequence[Entry], artists: Mapping[str, str]) -> None:
    _band(told, taste, entries)
    _likings(told, taste, entries)
    told.number("plays7", taste.get("plays_7d"), "play", least=5)
    if taste.get("artist_ids"):
        told.name("artist", artists.get(taste["artist_ids"][0]))
        told.number("artist_plays", taste["artist_plays"][0], "play", least=3)


def _band(told: Telling, taste: Mapping[str, Any], entries: Sequence[Entry]) -> None:
    """The listener's own tempo band, told where at least a third of the songs keep to it."""
    low, high = taste.get("tempo_low_bpm"), taste.get("tempo_high_bpm")
    if low is None or high is None or forms.integer(low) == forms.integer(high):
        return
    inside = sum(low - 0.5 <= e.song.tempo <= high + 0.5 for e in entries if e.song.tempo is not None)
    if inside < max(2, len(entries) / 3):
        return
    told.number("ulow", low, "bpm")
    told.number("uhigh", high, "bpm")
    told.number("inside", inside, "song")
    if "low" in told.slots:
        lower, upper = float(told.slots["low"]), float(told.slots["high"])
        if min(high, upper) - max(low, lower) >= 0.5 * (upper - lower):
            told.slots["mlow"], told.slots["mhigh"] = told.slots["low"], told.slots["high"]


def _likings(told: Telling, taste: Mapping[str, Any], entries: Sequence[Entry]) -> None:
    """The genre and mood the listener plays most, told where the list answers to them."""
    language = told.language
    if taste.get("genres") and taste["genre_shares"] and taste["genre_shares"][0] >= 0.1:
        called = genres.called(taste["genres"][0], language)
        count = sum(genres.called(e.song.genre, language) == called for e in entries)
        if called is not None and count:
            told.genre("ugenre", called)
            told.share("ushare", taste["genre_shares"][0])
            told.number("ugenre_n", count, "song", least=2)
    if taste.get("moods"):
        count = sum(taste["moods"][0] in e.song.moods for e in entries)
        if count >= 3:
            told.mood("umood", taste["moods"][0])
            told.number("umood_n", count, "song")


def daypart_id(taste: Mapping[str, Any]) -> str | None:
    """The daypart that holds the listener's plays by a clear share, or None."""
    plays = list(taste.get("daypart_plays") or ())
    total = sum(plays)
    if total < 10 or max(plays) / total < _DAYPART_FROM:
        return None
    return DAYPARTS[plays.index(max(plays))]


def _loops(told: Telling, taste: Mapping[str, Any], songs: Mapping[str, Song]) -> None:
    looped = list(taste.get("looped_track_ids") or ())
    if not looped:
        return
    told.number("loops", len(looped), "song", least=2)
    if looped[0] in songs:
        told.title("loop", songs[looped[0]].title)
    told.number("loop_plays", taste["looped_plays"][0], "play", least=3)
    low, high = taste.get("tempo_low_bpm"), taste.get("tempo_high_bpm")
    if low is not None and high is not None:
        tempos = [songs[t].tempo for t in looped if t in songs]
        told.number("band_loops", sum(low <= t <= high for t in tempos if t is not None), "song", least=2)


def _hours(told: Telling, taste: Mapping[str, Any], reasons: Mapping[str, Sequence[Reason]]) -> None:
    part = daypart_id(taste)
    if part is not None:
        told.word("daypart", forms.DAYPARTS[part][told.language])
        count = sum(any(r.kind == "daypart_mood" and r.subject == part for r in rs) for rs in reasons.values())
        told.number("dp_n", count, "song", least=2)


def _led(told: Telling, taste: Mapping[str, Any], reasons: Mapping[str, Sequence[Reason]]) -> None:
    """How many songs are here because of a track the listener loops."""
    looped = set(taste.get("looped_track_ids") or ())
    kinds = ("similar_track", "loved_tracks_together")
    count = sum(any(r.kind in kinds and r.subject in looped for r in rs) for rs in reasons.values())
    told.number("led", count, "song", least=2)


def _news(told: Telling, entries: Sequence[Entry], reasons: Mapping[str, Sequence[Reason]]) -> None:
    new = [e for e in entries if e.discovery]
    told.number("new", len(new), "song", least=2)
    if new:
        told.name("new_artist", new[0].song.artist)
    rests = [(r.value, e) for e in entries for r in reasons.get(e.song.track_id, ()) if r.kind == "resting" and r.value]
    if rests:
        days, entry = max(rests, key=lambda pair: (pair[0], -pair[1].rank))
        told.number("rest_n", len(rests), "song", least=2)
        told.title("rest", entry.song.title)
        told.number("rest_days", days, "day", least=2)
