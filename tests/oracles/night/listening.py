"""Judges claims about a person's own plays and about other people, by the raw listens."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

from tests.oracles.night import music
from tests.oracles.night.deliveries import Listen
from tests.oracles.night.judging import Judge, Verdict, _key, moods, names
from tests.oracles.night.world import LOOP, Card, Person

PEOPLE = 5  # other people from whom on a text may speak of them
_LATELY = 7
DAYPARTS = {
    "morning 早晨": range(5, 11), "afternoon 午后": range(11, 17), "evening 傍晚": range(17, 22),
    "late-night 深夜": (22, 23, 0, 1, 2, 3, 4),
}  # fmt: skip


class ListeningJudge(Judge):
    """Claims about what was played, when, by whom."""

    @property
    def me(self) -> Person:
        assert self.person is not None
        return self.person

    def _played(self, role: str, n: str, week: bool = False) -> Verdict:
        of = self.me.week if week else self.me.listens
        return self._any(role, lambda _, s: self.me.plays(s, of) == self._n(n))

    def _plays(self, role: str, n: str) -> Verdict:
        return self._played(role, n)

    def _week(self, role: str, n: str) -> Verdict:
        return self._played(role, n, week=True)

    def _looped(self, role: str) -> Verdict:
        return self._any(role, lambda _, s: self.me.plays(s, self.me.week) >= LOOP)

    def _ago(self, role: str, n: str) -> Verdict:
        return self._any(role, lambda _, s: self.me.ago(s) == self._n(n))

    def _within_week(self, role: str) -> Verdict:
        return self._any(role, lambda _, s: (self.me.ago(s) or 999) <= _LATELY + 1)

    def _rested(self, role: str) -> Verdict:
        return self._any(role, lambda _, s: (self.me.ago(s) or 0) > _LATELY)

    def _heard(self, role: str) -> Verdict:
        return self._any(role, lambda _, s: self.me.plays(s) > 0)

    def _unheard(self, role: str) -> Verdict:
        return self._any(role, lambda _, s: self.me.plays(s) == 0)

    def _fond(self, role: str) -> Verdict:
        return self._heard(role)

    def _album_of_week(self) -> Verdict:
        album = self.card["album"] if self.card else None
        return bool(album) and any(x.song and x.song.album == album for x in self.me.week)

    def _album_fond(self, n: str | None = None) -> Verdict:
        album = self.card["album"] if self.card else None
        played = {id(x.song) for x in self.me.listens if x.song and album and x.song.album == album}
        return bool(played) and (n is None or len(played) >= self._n(n))

    # -- artists

    def _name(self, a: str) -> set[str]:
        return names(self.card) if a == "S" and self.card else {self.filled[a]}

    def _new_artist(self, a: str) -> Verdict:
        return all(self.me.of_artist(n, self.me.listens) == 0 for n in self._name(a))

    def _artist_month(self, a: str, n: str) -> Verdict:
        return self.me.of_artist(self.filled[a], self.me.month) == self._n(n)

    def _artist_most(self, a: str) -> Verdict:
        """Nobody was played more in the month."""
        plays = Counter(name for listen in self.me.month for name in self.me.credits(listen))
        return plays[self.filled[a]] == max(plays.values(), default=0)

    def _artist_played(self, a: str) -> Verdict:
        return any(self.me.of_artist(n, self.me.month) > 0 for n in self._name(a))

    def _guest(self, a: str) -> Verdict:
        return self._artist("S", a)

    def _guest_played(self) -> Verdict:
        return self._artist_played("S")

    def _likes(self, a: str, n: str) -> Verdict:
        return False  # nobody here has said what they like

    def _liked(self, role: str) -> Verdict:
        return False

    def _liked_artist(self, a: str) -> Verdict:
        return False

    # -- what was played: by genre, key, mood, pace

    def _within(self, n: str, holds: Callable[[Card], bool]) -> Verdict:
        least, most = self.me.between(self.me.month, holds)
        return least <= self._n(n) <= most

    def _genre_month(self, g: str, n: str | None = None) -> Verdict:
        genre = self.card["genre"] if g == "S" and self.card else self.grammar.genres[self.filled[g].casefold()]
        return bool(genre) and self._within(n or "1", lambda c: c["genre"] == genre)

    def _key_month(self, k: str, n: str = "1") -> Verdict:
        if k == "S":
            return bool(self.card and self.card["key"])
        return self._within(n, lambda c: bool(c["key"]) and _key(c) == music.key(self.filled[k]))

    def _mood_month(self, m: str, n: str) -> Verdict:
        mood = self.grammar.moods[self.filled[m].lower()]
        return self._within(n, lambda c: mood in moods(c))

    def _genre_played(self, g: str) -> Verdict:
        genre = self.card["genre"] if g == "S" and self.card else None
        return bool(genre) and self._ever(lambda c: c["genre"] == genre)

    def _key_played(self, k: str) -> Verdict:
        return self._ever(lambda c: bool(c["key"]) and _key(c) == music.key(self.filled[k]))

    def _mood_played(self, m: str) -> Verdict:
        mood = self.grammar.moods[self.filled[m].lower()]
        return self._ever(lambda c: mood in moods(c))

    def _ever(self, holds: Callable[[Card], bool]) -> bool:
        """Whether it holds of some play of the month."""
        return self.me.between(self.me.month, holds)[1] > 0

    def _band(self, low: str, high: str, n: str) -> Verdict:
        return self._within(n, lambda c: self._inband(c, low, high))

    def _inband(self, card: Card, low: str, high: str) -> bool:
        """A tempo lies in a band as both are told, in whole beats a minute."""
        bpm = self.world.measured.get(card["track_id"], card)["tempo_bpm"]
        return bpm is not None and self._n(low) <= math.floor(bpm + 0.5) <= self._n(high)

    def _inside(self, n: str, low: str, high: str) -> Verdict:
        return self._n(low) <= self._n(n) <= self._n(high)

    def _song_inside(self, low: str, high: str) -> Verdict:
        return self._card("S", lambda c: self._inband(c, low, high))

    def _middle(self, low: str, high: str) -> Verdict:
        """The middle of what one plays holds half of the plays of known tempo, or more."""
        known = [c for x in self.me.listens if (c := self.world.card_of(x.song)) and c["tempo_bpm"]]
        inside = sum(self._inband(c, low, high) for c in known)
        return 2 * inside >= len(known) if known else None

    def _loop_cards(self, low: str, high: str) -> tuple[int, int]:
        cards = [self.world.card_of(s) for s in self.me.looped()]
        sure = sum(c is not None and self._inband(c, low, high) for c in cards)
        return sure, sure + cards.count(None)

    def _loops_band(self, low: str, high: str, n: str) -> Verdict:
        least, most = self._loop_cards(low, high)
        return least <= self._n(n) <= most

    def _loops_in(self, low: str, high: str) -> Verdict:
        return self._loop_cards(low, high)[1] > 0

    def _loops_pace(self, n: str, bpm: str | None = None) -> Verdict:
        """Loops in the band of 20 BPM in which this song lies."""
        at = self._n(bpm) if bpm else (self.card or {}).get("tempo_bpm")
        if at is None:
            return False
        least, most = self._loop_cards(*(str(at // 20 * 20 + edge) for edge in (0, 19)))
        return most >= self._n(n) and (bpm is None or least <= self._n(n))

    def _pace_of_week(self) -> Verdict:
        """Some song of the week goes within a beat a minute of this one."""
        mine = (self.card or {}).get("tempo_bpm")
        cards = [self.world.card_of(x.song) for x in self.me.week]
        near = any(c["tempo_bpm"] is not None and abs(c["tempo_bpm"] - mine) <= 2 for c in cards if c and mine)
        return near or (None if mine and None in cards else False)

    def _pace_played(self) -> Verdict:
        return bool(self.me.listens)

    # -- other people

    def _together(self, role: str, n: str) -> Verdict:
        def holds(_: object, song: object) -> bool:
            mine = self.world.song(self.card) if self.card else None
            both = [u for u, xs in self._others().items() if {id(song), id(mine)} <= {id(x.song) for x in xs}]
            return len(both) == self._n(n) >= PEOPLE

        return self._any(role, holds)

    def _together_any(self, n: str) -> Verdict:
        """So many others played it and one song that the listener played too; a song only liked is not delivered."""
        mine = self.world.song(self.card) if self.card else None
        counts = {self._both_played(id(mine), id(x.song)) for x in self.me.listens if x.song is not None}
        return True if PEOPLE <= self._n(n) in counts else None if self.me.listens else False

    def _both_played(self, one: int, other: int) -> int:
        return sum({one, other} <= {id(x.song) for x in xs} for xs in self._others().values())

    def _others(self) -> dict[str, list[Listen]]:
        user = self.served["user_id"] if self.served else None
        return {u: xs for u, xs in self.world.came.listens.items() if u != user}

    def _people(self, n: str) -> Verdict:
        song = self.world.song(self.card) if self.card else None
        spans = {u: Person(self.world, u, self.me.night).month for u in self.world.came.listens}
        heard = sum(any(x.song is song for x in xs) for xs in spans.values())
        return heard == self._n(n) >= PEOPLE

    def _others_heard(self) -> Verdict:
        return len(self._others()) >= PEOPLE

    def _city(self, w: str) -> Verdict:
        return False  # nobody here has a city

    # -- hours and days, which payloads do not tell

    def _hour(self, n: str | None = None) -> Verdict:
        return None if self.me.listens else False

    def _daypart(self, w: str | None = None) -> Verdict:
        """How a part of the day feels is not served; that one listens then can be told."""
        said = self.filled.get(w or "", w or "").rstrip("s")
        hours = [x.hour for x in self.me.listens]
        then = [h for words, part in DAYPARTS.items() if not said or said in words.split() for h in hours if h in part]
        return None if then else False

    _daypart_any = _daypart
    _days_off = _daypart

    def _weather(self) -> Verdict:
        return False  # nobody delivered a forecast
