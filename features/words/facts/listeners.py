"""The facts of a list that speak of the listener's own plays: habits, loops, hours, what is new, what rested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from features.evidence.kind import EvidenceRow
from features.evidence.kinds import neighbours
from features.evidence.registry import KINDS
from features.taste.times import LOOPS_KEPT
from features.words.facts.comparison import compare
from features.words.facts.reader import Entry, Reader
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.terms import forms, genres
from schemas.vocabulary import DAYPARTS

_FOND = 5  # plays in a month from which an artist is said to be a listener's own
_LED_BY = tuple(kind.name for kind in neighbours.KINDS)  # evidence by which a loop brings another song
# What a song is here for, by the kinds of its evidence.
_COUNTED_IN = {kind.name: kind.counted_in for kind in KINDS.values() if kind.counted_in is not None}
_DAYPART_PLAYS = 30  # plays from which the share of a daypart says something


def add_listener(
    slots: Slots,
    reader: Reader,
    entries: Sequence[Entry],
    reasons: Mapping[str, Sequence[EvidenceRow]],
    songs: Mapping[str, Song],
    artists: Mapping[str, str],
) -> None:
    """Add what may be said of the listener; only for those whose list is made for them."""
    _habits(slots, reader, entries, artists)
    _loops(slots, reader, entries, songs)
    _chosen(slots, reader.taste, entries, reasons)
    _news(slots, entries)
    _answer(slots, reader.taste, entries, songs)


def _habits(slots: Slots, reader: Reader, entries: Sequence[Entry], artists: Mapping[str, str]) -> None:
    taste = reader.taste
    _band(slots, reader, entries)
    _likings(slots, reader, entries)
    slots.number("plays7", taste.get("plays_7d"), "play", least=5)
    slots.number("hour", taste.get("favourite_hour"), "hour", least=1)
    if taste.get("artist_ids") and taste["artist_plays"][0] >= _FOND:
        slots.name("artist", artists.get(taste["artist_ids"][0]))
        slots.number("artist_plays", taste["artist_plays"][0], "play", least=3)
        theirs = [entry for entry in entries if entry.artist_id == taste["artist_ids"][0]]
        slots.number("artist_n", len(theirs), "song", least=2)
        on_the_way(slots, "artist_song", theirs, entries)


def _band(slots: Slots, reader: Reader, entries: Sequence[Entry]) -> None:
    """The listener's own tempo band with the plays of the past month in it; told in full where at least a third of
    the songs keep to it. A tempo lies in a band as both are told, in whole BPM.
    """
    low, high = reader.taste.get("tempo_low_bpm"), reader.taste.get("tempo_high_bpm")
    if low is None or high is None or forms.integer(low) == forms.integer(high):
        return
    low, high = int(forms.integer(low)), int(forms.integer(high))
    played = sum(plays for bpm, plays in reader.recent.get("tempo", {}).items() if low <= int(bpm) <= high)
    slots.number("band_plays", played, "play", least=_FOND)
    inside = sum(low <= e.song.tempo <= high for e in entries if e.song.tempo is not None)
    if "band_plays" not in slots.values or inside < max(2, len(entries) / 3):
        return
    slots.number("ulow", low, "bpm")
    slots.number("uhigh", high, "bpm")
    slots.number("inside", inside, "song")
    if "low" in slots.values:
        lower, upper = float(slots.values["low"]), float(slots.values["high"])
        if min(high, upper) - max(low, lower) >= 0.5 * (upper - lower):
            for mine, listed in (("mlow", "low"), ("mhigh", "high")):
                slots.values[mine], slots.proofs[mine] = slots.values[listed], slots.proofs[listed]


def _likings(slots: Slots, reader: Reader, entries: Sequence[Entry]) -> None:
    """The genre and mood the listener played most in the past month, told where the list answers to them."""
    language = slots.language
    called: Counter[str] = Counter()
    for name, plays in reader.recent.get("genre", {}).items():
        called[genres.called(name, language) or ""] += plays
    genre = _most(called)
    alike = [e for e in entries if genres.called(e.song.genre, language) == genre]
    if genre and called[genre] >= _FOND and alike:
        slots.genre("ugenre", genre)
        slots.number("ugenre_plays", called[genre], "play")
        slots.number("ugenre_n", len(alike), "song", least=2)
        on_the_way(slots, "ugenre_song", alike, entries)
    moods = Counter(reader.recent.get("mood", {}))
    mood = _most(moods)
    alike = [e for e in entries if mood in e.song.moods[:1]]
    if mood and moods[mood] >= _FOND and len(alike) >= 3:
        slots.mood("umood", mood)
        slots.number("umood_plays", moods[mood], "play")
        slots.number("umood_n", len(alike), "song")
        on_the_way(slots, "umood_song", alike, entries)


def on_the_way(slots: Slots, slot: str, alike: Sequence[Entry], entries: Sequence[Entry]) -> None:
    """Add the first of some songs of the list that neither opens nor closes it."""
    inner = [entry.song.title for entry in alike if 1 < entry.rank < len(entries)]
    slots.title(slot, next((title for title in inner if forms.whole(title)), None))


def _most(counts: Counter[str]) -> str | None:
    return min(counts, key=lambda name: (-counts[name], name), default=None)


def daypart_id(taste: Mapping[str, Any]) -> str | None:
    """The daypart that holds most of the listener's plays, which are more than half of them, or None."""
    plays = list(taste.get("daypart_plays") or ())
    total = sum(plays)
    if total < _DAYPART_PLAYS or 2 * max(plays) <= total:
        return None
    return DAYPARTS[plays.index(max(plays))]


def _loops(slots: Slots, reader: Reader, entries: Sequence[Entry], songs: Mapping[str, Song]) -> None:
    taste = reader.taste
    looped = list(taste.get("looped_track_ids") or ())
    if not looped:
        return
    all_of_them = len(looped) < LOOPS_KEPT
    if all_of_them:
        slots.number("loops", len(looped), "song", least=2)
    if looped[0] in songs:
        slots.title("loop", songs[looped[0]].title)
        if looped[0] not in {entry.song.track_id for entry in entries}:
            slots.title("loop_away", songs[looped[0]].title)
    slots.number("loop_plays", taste["looped_plays"][0], "play", least=3)
    known = reader.known.get(looped[0])
    if known is not None and known.first_played is not None:
        slots.name("loop_since", forms.month(known.first_played, slots.language))
    low, high = taste.get("tempo_low_bpm"), taste.get("tempo_high_bpm")
    if all_of_them and low is not None and high is not None:
        tempos = [songs[t].tempo for t in looped if t in songs]
        slots.number("band_loops", sum(low <= t <= high for t in tempos if t is not None), "song", least=2)


def _chosen(slots: Slots, taste: Mapping[str, Any], entries: Sequence[Entry],
            reasons: Mapping[str, Sequence[EvidenceRow]]) -> None:  # fmt: skip
    """How many songs are here for the listener's hours, their loops, or because they rested: by any of the reasons
    that are shown beside them.
    """
    part, looped = daypart_id(taste), set(taste.get("looped_track_ids") or ())
    found: Counter[str] = Counter()
    of_hours = led = 0
    rests: list[tuple[float, int, Entry]] = []
    for entry in entries:
        by_hours = by_loops = False
        why = reasons.get(entry.song.track_id, ())
        found.update({_COUNTED_IN[reason.kind] for reason in why if reason.kind in _COUNTED_IN})
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
        slots.number(slot, found[slot], "song", least=2)
    slots.number("rest_n", len(rests), "song", least=2)
    told = [rest for rest in rests if forms.whole(rest[-1].song.title)]
    if told:
        days, _, entry = max(told, key=lambda rest: rest[:2])
        slots.title("rest", entry.song.title)
        slots.number("rest_days", days, "day", least=2)


def _news(slots: Slots, entries: Sequence[Entry]) -> None:
    new = [e for e in entries if e.discovery]
    slots.number("new", len(new), "song", least=2)
    if new:
        slots.name("new_artist", new[0].song.artist)
        if forms.whole(new[0].song.title):
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
