"""The facts of a list that speak of the listener's own plays: habits, loops, hours, what is new, what rested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from features.evidence.kind import EvidenceRow
from features.evidence.kinds import neighbours
from features.evidence.registry import KINDS
from features.words.facts.comparison import compare
from features.words.facts.reader import Entry, Reader
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.terms import forms, genres
from schemas.vocabulary import DAYPARTS

_FOND = 5  # plays in a month from which an artist is said to be a listener's own
_LED_BY = tuple(kind.name for kind in neighbours.KINDS)  # evidence by which a loop brings another song
# What a song is here for first of all, by the kind of its strongest evidence.
_COUNTED_IN = {kind.name: kind.counted_in for kind in KINDS.values() if kind.counted_in is not None}
_DAYPART_FROM = 0.4  # share of plays from which a daypart is the listener's own


def add_listener(
    slots: Slots,
    reader: Reader,
    entries: Sequence[Entry],
    reasons: Mapping[str, Sequence[EvidenceRow]],
    songs: Mapping[str, Song],
    artists: Mapping[str, str],
) -> None:
    """Add what may be said of the listener; only for those whose list is made for them."""
    _habits(slots, reader.taste, entries, artists)
    _loops(slots, reader, songs)
    _chosen(slots, reader.taste, entries, reasons)
    _news(slots, entries)
    _answer(slots, reader.taste, entries, songs)


def _habits(slots: Slots, taste: Mapping[str, Any], entries: Sequence[Entry], artists: Mapping[str, str]) -> None:
    _band(slots, taste, entries)
    _likings(slots, taste, entries)
    slots.number("plays7", taste.get("plays_7d"), "play", least=5)
    slots.number("hour", taste.get("favourite_hour"), "hour", least=1)
    if taste.get("artist_ids") and taste["artist_plays"][0] >= _FOND:
        slots.name("artist", artists.get(taste["artist_ids"][0]))
        slots.number("artist_plays", taste["artist_plays"][0], "play", least=3)


def _band(slots: Slots, taste: Mapping[str, Any], entries: Sequence[Entry]) -> None:
    """The listener's own tempo band, told where at least a third of the songs keep to it."""
    low, high = taste.get("tempo_low_bpm"), taste.get("tempo_high_bpm")
    if low is None or high is None or forms.integer(low) == forms.integer(high):
        return
    inside = sum(low - 0.5 <= e.song.tempo <= high + 0.5 for e in entries if e.song.tempo is not None)
    if inside < max(2, len(entries) / 3):
        return
    slots.number("ulow", low, "bpm")
    slots.number("uhigh", high, "bpm")
    slots.number("inside", inside, "song")
    if "low" in slots.values:
        lower, upper = float(slots.values["low"]), float(slots.values["high"])
        if min(high, upper) - max(low, lower) >= 0.5 * (upper - lower):
            for mine, listed in (("mlow", "low"), ("mhigh", "high")):
                slots.values[mine], slots.proofs[mine] = slots.values[listed], slots.proofs[listed]


def _likings(slots: Slots, taste: Mapping[str, Any], entries: Sequence[Entry]) -> None:
    """The genre and mood the listener plays most, told where the list answers to them."""
    language = slots.language
    if taste.get("genres") and taste["genre_shares"] and taste["genre_shares"][0] >= 0.1:
        called = genres.called(taste["genres"][0], language)
        count = sum(genres.called(e.song.genre, language) == called for e in entries)
        if called is not None and count:
            slots.genre("ugenre", called)
            slots.share("ushare", taste["genre_shares"][0])
            slots.number("ugenre_n", count, "song", least=2)
    if taste.get("moods"):
        count = sum(taste["moods"][0] in e.song.moods for e in entries)
        if count >= 3:
            slots.mood("umood", taste["moods"][0])
            slots.number("umood_n", count, "song")


def daypart_id(taste: Mapping[str, Any]) -> str | None:
    """The daypart that holds the listener's plays by a clear share, or None."""
    plays = list(taste.get("daypart_plays") or ())
    total = sum(plays)
    if total < 10 or max(plays) / total < _DAYPART_FROM:
        return None
    return DAYPARTS[plays.index(max(plays))]


def _loops(slots: Slots, reader: Reader, songs: Mapping[str, Song]) -> None:
    taste = reader.taste
    looped = list(taste.get("looped_track_ids") or ())
    if not looped:
        return
    slots.number("loops", len(looped), "song", least=2)
    if looped[0] in songs:
        slots.title("loop", songs[looped[0]].title)
    slots.number("loop_plays", taste["looped_plays"][0], "play", least=3)
    known = reader.known.get(looped[0])
    if known is not None and known.first_played is not None:
        slots.name("loop_since", forms.month(known.first_played, slots.language))
    low, high = taste.get("tempo_low_bpm"), taste.get("tempo_high_bpm")
    if low is not None and high is not None:
        tempos = [songs[t].tempo for t in looped if t in songs]
        slots.number("band_loops", sum(low <= t <= high for t in tempos if t is not None), "song", least=2)


def _chosen(slots: Slots, taste: Mapping[str, Any], entries: Sequence[Entry],
            reasons: Mapping[str, Sequence[EvidenceRow]]) -> None:  # fmt: skip
    """How many songs are here for the listener's hours, their loops, or because they rested."""
    part, looped = daypart_id(taste), set(taste.get("looped_track_ids") or ())
    strongest: Counter[str] = Counter()
    of_hours = led = 0
    rests: list[tuple[float, int, Entry]] = []
    for entry in entries:
        by_hours = by_loops = False
        why = reasons.get(entry.song.track_id, ())
        if why:
            strongest[_COUNTED_IN.get(why[0].kind, "")] += 1
        for reason in why:
            kind = reason.kind
            if kind == "daypart_mood":
                by_hours |= reason.subject == part
            elif kind in _LED_BY:
                by_loops |= reason.subject in looped
            elif kind == "resting" and reason.value:
                rests.append((reason.value, -entry.rank, entry))
        of_hours += by_hours
        led += by_loops
    if part is not None:
        slots.word("daypart", forms.daypart(part, slots.language))
        slots.number("dp_n", of_hours, "song", least=2)
    slots.number("led", led, "song", least=2)
    for slot in dict.fromkeys(_COUNTED_IN.values()):
        slots.number(slot, strongest[slot], "song", least=2)
    if rests:
        days, _, entry = max(rests, key=lambda rest: rest[:2])
        slots.number("rest_n", len(rests), "song", least=2)
        slots.title("rest", entry.song.title)
        slots.number("rest_days", days, "day", least=2)


def _news(slots: Slots, entries: Sequence[Entry]) -> None:
    new = [e for e in entries if e.discovery]
    slots.number("new", len(new), "song", least=2)
    if new:
        slots.name("new_artist", new[0].song.artist)
        slots.title("new_song", new[0].song.title)


def _answer(slots: Slots, taste: Mapping[str, Any], entries: Sequence[Entry], songs: Mapping[str, Song]) -> None:
    """The song of the list that shares the key of the most looped one, the nearest in tempo first."""
    looped = list(taste.get("looped_track_ids") or ())
    loop = songs.get(looped[0]) if looped else None
    if loop is None or loop.key is None or "loop" not in slots.values:
        return
    alike = [e.song for e in entries if e.song.key == loop.key and e.song.track_id not in looped and e.song.title]
    pace = [(abs(found.bpm), i) for i, s in enumerate(alike) if (found := compare(s, loop)).bpm is not None]
    if not pace:
        return
    song = alike[min(pace)[1]]
    slots.title("beside", song.title)
    slots.key("beside_key", song.key)
    slots.number("beside_bpm", song.tempo, "bpm")
    slots.number("loop_bpm", loop.tempo, "bpm")
