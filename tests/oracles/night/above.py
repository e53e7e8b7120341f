"""Judges claims above a list: counts of what stands below, its ends and its paces."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from math import floor
from statistics import median

from lunar_python import Solar

from tests.oracles.night import music
from tests.oracles.night.judging import Verdict, _key, credited, moods, names
from tests.oracles.night.listening import DAYPARTS, ListeningJudge
from tests.oracles.night.world import Card, spoken

_WHY = {
    "artist": ("artist_rotation", "liked_artist", "featured_artist"),
    "sound": ("similar_track",),
    "crowd": ("loved_tracks_together",),
    "people": ("same_composer", "same_producer", "same_lyricist"),
    "pace": ("tempo_band", "looped_tempo", "same_pace"),
}
_RESTED = 7
_MOVES = 5  # BPM between two parts of a list from which its tempo moves
_STILL, _UP, _DOWN = 0, 1, -1
_WAYS = {
    "climbs": (_UP, _UP), "渐渐快起来": (_UP, _UP),
    "eases down": (_DOWN, _DOWN), "渐渐慢下来": (_DOWN, _DOWN),
    "climbs and then eases down": (_UP, _DOWN), "先快起来，再慢下去": (_UP, _DOWN),
    "eases down and then climbs": (_DOWN, _UP), "先慢下去，再快起来": (_DOWN, _UP),
    "climbs and then holds": (_UP, _STILL), "先快起来，再稳住": (_UP, _STILL),
    "eases down and then holds": (_DOWN, _STILL), "先慢下去，再稳住": (_DOWN, _STILL),
    "holds and then climbs": (_STILL, _UP), "先稳住，再快起来": (_STILL, _UP),
    "holds and then eases down": (_STILL, _DOWN), "先稳住，再慢下去": (_STILL, _DOWN),
}  # fmt: skip
_FEW = 30  # plays below which a list may say that it does not know the listener
_DAYS = (
    "Monday 周一",
    "Tuesday 周二",
    "Wednesday 周三",
    "Thursday 周四",
    "Friday 周五",
    "Saturday 周六",
    "Sunday 周日",
)


class ListJudge(ListeningJudge):
    """Claims of openers, intros and hashtags."""

    @property
    def songs(self) -> list[Card]:
        return list(self.served["songs"]) if self.served else []

    def _first(self, t: str) -> Verdict:
        return spoken(self.songs[0]["title"]) == self.filled[t].strip("“”《》")

    def _last(self, t: str) -> Verdict:
        return spoken(self.songs[-1]["title"]) == self.filled[t].strip("“”《》")

    def _unlisted(self, t: str) -> Verdict:
        return not self._listed(t)

    def _listed(self, t: str) -> Verdict:
        return any(spoken(s["title"]) == self.filled[t].strip("“”《》") for s in self.songs)

    def _count(self, n: str) -> Verdict:
        return len(self.songs) == self._n(n)

    def _place(self, t: str, n: str) -> Verdict:
        at = int(self._n(n)) - 1
        return at < len(self.songs) and spoken(self.songs[at]["title"]) == self.filled[t].strip("“”《》")

    def _named(self, t: str) -> list[Card]:
        return [s for s in self.songs if spoken(s["title"]) == self.filled[t].strip("“”《》")]

    def _led_song(self, t: str, loop: str) -> Verdict:
        """One of the reasons shown beside the song speaks of the looped one."""
        ids = {c["track_id"] for c, _ in self._of(loop) if c is not None}
        shown = [e for s in self._named(t) for e in s["evidence"] if e["kind"] in (*_WHY["sound"], *_WHY["crowd"])]
        return any(e["subject"] in ids for e in shown)

    def _fastest_song(self, t: str) -> Verdict:
        return any(s["tempo_bpm"] == self._tempi()[-1] for s in self._named(t)) if self._tempi() else False

    def _road(self, way: str, *parts: str) -> Verdict:
        """The middle tempo of each third of the list, and what these three do."""
        said = [self._n(n) for n in parts]
        steps = tuple((b - a >= _MOVES) - (a - b >= _MOVES) for a, b in pairwise(said))
        return self._thirds(*parts) and steps == _WAYS[self.filled[way].lower()]

    def _thirds(self, *parts: str) -> Verdict:
        """The middle tempo of each third of the list."""
        return all(self._third(str(at), n) for at, n in enumerate(parts))

    def _road_ways(self, way: str) -> Verdict:
        """What the middle tempi of the three thirds do, without a number."""
        parts = [median(of) if of else None for of in self._parts()]
        if None in parts:
            return False
        steps = [b - a for a, b in pairwise(floor(p + 0.5) for p in parts if p is not None)]
        return tuple((s >= _MOVES) - (s <= -_MOVES) for s in steps) == _WAYS[self.filled[way].lower()]

    def _third(self, part: str, n: str) -> Verdict:
        """The middle tempo of one third of the list, the first being 0."""
        known = self._parts()[int(part)]
        return bool(known) and abs(median(known) - self._n(n)) <= 1.06

    def _parts(self) -> list[list[float]]:
        """The known tempi of each third of the list."""
        third = len(self.songs) // 3
        cut = (self.songs[:third], self.songs[third:-third], self.songs[-third:])
        return [[s["tempo_bpm"] for s in part if s["tempo_bpm"] is not None] for part in cut]

    def _level(self, n: str) -> Verdict:
        """The middle tempo of each third of the list is about this one."""
        return all(of and abs(median(of) - self._n(n)) < _MOVES + 0.56 for of in self._parts())

    def _rest(self, n: str) -> Verdict:
        return len(self.songs) - 1 == self._n(n)

    def _artists(self, n: str) -> Verdict:
        return len({s["artist_id"] for s in self.songs}) == self._n(n)

    def _artist_count(self, a: str, n: str) -> Verdict:
        """Songs of an artist: those of whom they are the main one, or all that credit them."""
        of = [s for s in self.songs if self.filled[a] in names(s)]
        return self._n(n) in (len(of), sum(s["artist_id"] == t["artist_id"] for s in of for t in of[:1]))

    def _minutes(self, n: str) -> Verdict:
        lengths = [s["duration_s"] for s in self.songs]
        return None not in lengths and abs(sum(lengths) / 60 - self._n(n)) <= 0.51

    def _mood_count(self, m: str, n: str) -> Verdict:
        """Of the songs, those an app shows under this mood, or those of which it may be said at all."""
        mood = self.grammar.moods[self.filled[m].lower()]
        shown, said = (
            sum(mood in of for of in each) for each in ([[s["mood"]] for s in self.songs], map(moods, self.songs))
        )
        return self._n(n) in (shown, said)

    def _genre_count(self, g: str, n: str | None = None) -> Verdict:
        genre = self.grammar.genres[self.filled[g].casefold()]
        found = sum((s["genre"] or "").casefold() in (genre, self.filled[g].casefold()) for s in self.songs)
        return found == self._n(n) if n else found > 0

    def _key_count(self, k: str, n: str) -> Verdict:
        return sum(bool(s["key"]) and _key(s) == music.key(self.filled[k]) for s in self.songs) == self._n(n)

    def _fresh_count(self, n: str) -> Verdict:
        day = date.fromisoformat(self.served["serves_on"]) if self.served else date.min
        ages = [(day - date.fromisoformat(str(s["release_date"]))).days for s in self.songs
                if len(str(s["release_date"] or "")) == 10]  # fmt: skip
        return sum(0 <= a <= 31 for a in ages) >= self._n(n)

    def _language_count(self, *n: str) -> Verdict:
        return None

    def _wordless_count(self, n: str) -> Verdict:
        return None if sum(not (x and x.lyrics) for x in map(self.world.song, self.songs)) >= self._n(n) else False

    def _inside_count(self, low: str, high: str, n: str) -> Verdict:
        return sum(self._inband(s, low, high) for s in self.songs) == self._n(n)

    def _tempi(self) -> list[float]:
        return sorted(s["tempo_bpm"] for s in self.songs if s["tempo_bpm"] is not None)

    def _slowest(self, n: str) -> Verdict:
        return bool(self._tempi()) and abs(self._tempi()[0] - self._n(n)) <= 0.56

    def _fastest(self, n: str) -> Verdict:
        return bool(self._tempi()) and abs(self._tempi()[-1] - self._n(n)) <= 0.56

    def _most(self, low: str, high: str) -> Verdict:
        return 2 * sum(self._inband(s, low, high) for s in self.songs) > len(self.songs)

    # -- against the listener's plays

    def _plays_week(self, n: str) -> Verdict:
        return len(self.me.week) == self._n(n)

    def _new_count(self, n: str) -> Verdict:
        return len(self._new_songs()) == self._n(n)

    def _new_songs(self) -> list[Card]:
        return [s for s in self.songs if s["artists"] and all(
            self.me.of_artist(name, self.me.listens) == 0 for name in self._credited_to(s))]  # fmt: skip

    def _first_new(self, t: str) -> Verdict:
        return [s["track_id"] for s in self._new_songs()[:1]] == [s["track_id"] for s in self._named(t)[:1]]

    def _new_late(self, n: str) -> Verdict:
        late = [s for s in self._new_songs() if 2 * s["rank"] > len(self.songs)]
        return len(late) == self._n(n)

    def _credited_to(self, song: Card) -> set[str]:
        """Whom a served song credits, and whom the delivered song that it is, where a listen has misspelt them."""
        meant = self.world.song(song)
        return {spoken(a["name"]) for a in song["artists"]} | (credited(meant) if meant else set())

    def _resting(self, n: str) -> Verdict:
        """Old songs that come back are those whose reasons say so, each last played more than a week ago."""
        back = [s for s in self.songs if "resting" in _kinds(s)]
        old = all((self.me.ago(self.world.song(s)) or 0) > _RESTED for s in back)
        return old and len(back) == self._n(n)

    def _loops(self, n: str) -> Verdict:
        return len(self.me.looped()) == self._n(n)

    def _led(self, n: str) -> Verdict:
        looped = {id(s) for s in self.me.looped()}
        cards = [c for of in self.world.titles.values() for c in of]
        ids = {c["track_id"] for c in cards if id(self.world.song(c)) in looped}
        led = {s["track_id"] for s in self.songs for e in s["evidence"]
               if e["kind"] in ("similar_track", "loved_tracks_together") and e["subject"] in ids}  # fmt: skip
        return len(led) == self._n(n)

    def _daypart_most(self, w: str) -> Verdict:
        """More than half of all plays."""
        part = next(hours for words, hours in DAYPARTS.items() if self.filled.get(w, w).rstrip("s") in words.split())
        return 2 * sum(x.hour in part for x in self.me.listens) > len(self.me.listens)

    def _daypart_count(self, n: str) -> Verdict:
        return sum("daypart_mood" in _kinds(s) for s in self.songs) >= self._n(n)

    def _why(self, group: str, n: str) -> Verdict:
        return sum(bool(_kinds(s) & set(_WHY[group])) for s in self.songs) == self._n(n)

    # -- the day

    def _since(self, t: str, d: str) -> Verdict:
        years = [int(x) for x in re.findall(r"\d{4}", self.filled[d])]
        return self._any(t, lambda _, s: [x.day.year for x in self.me.listens if x.song is s][:1] == years)

    def _language(self, *_: str) -> Verdict:
        return None

    def _newcomer(self) -> Verdict:
        return len(self.me.listens) < _FEW

    @property
    def _day(self) -> date:
        return date.fromisoformat(self.served["serves_on"]) if self.served else date.min

    def _weekday(self, w: str) -> Verdict:
        return self.filled[w].capitalize() in _DAYS[self._day.weekday()].split()

    def _weekend(self) -> Verdict:
        return self._day.weekday() >= 5

    def _day_off(self) -> Verdict:
        return self._weekend()

    def _term(self) -> Verdict:
        solar = Solar.fromYmd(self._day.year, self._day.month, self._day.day)
        return bool(solar.getLunar().getJieQi())


def _kinds(song: Card) -> set[str]:
    return {e["kind"] for e in song["evidence"] or ()}
