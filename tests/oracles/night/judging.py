"""Judges one claim: true, false, or None where neither payload nor deliveries tell (nothing served to check it by)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tests.oracles.night import music
from tests.oracles.night.deliveries import Song
from tests.oracles.night.grammar import COUNTS, Claim, Grammar
from tests.oracles.night.world import Card, Payload, Person, World, spoken

Verdict = bool | None
Which = tuple[Card | None, Song | None]
_SIDES = {  # moods that a key or a pace may be said not to lead one to expect
    "dark": "sad lonely tense melancholic dark fierce mysterious longing heartbroken",
    "bright": "healing romantic relaxing happy fresh energetic groovy hopeful playful sweet carefree inspiring "
    "triumphant",
    "calm": "healing sad lonely tender relaxing nostalgic quiet dreamy melancholic calm lazy solemn longing",
    "lively": "rousing happy tense energetic epic fierce inspiring triumphant",
}
_NEAR = 1.09  # tempi of which the faster is at most this much faster go at one pace


class Judge:
    """What a text says, held against what is known; ``filled`` holds the places of the sentence being judged.

    Args:
        served: the list the text stands in, None for a review; card: the song it stands under, None above a list.
    """

    def __init__(
        self, world: World, grammar: Grammar, served: Payload | None, card: Card | None, person: Person | None
    ) -> None:
        self.world, self.grammar, self.served, self.card, self.person = world, grammar, served, card, person
        self.filled: Mapping[str, str] = {}

    def judge(self, claim: Claim, filled: Mapping[str, str]) -> Verdict:
        self.filled = filled
        if any(re.fullmatch(r"[TAKMGnDWBcQO]\d?", a) and not filled.get(a) for a in claim.args):
            return False  # speaks of something that is not there
        check: Callable[..., Verdict] = getattr(self, f"_{claim.name}")
        return check(*claim.args)

    # -- what a place means

    def _of(self, role: str) -> list[Which]:
        """The songs a role may mean: several of one title."""
        if role == "S":
            return [(self.card, self.world.song(self.card))] if self.card else []
        if role in ("F", "L"):
            songs = self.served["songs"] if self.served else []
            return [(songs[0 if role == "F" else -1], None)] if songs else []
        title = self.filled[role].strip("“”《》")
        cards = self.world.titles.get(title, [])
        if cards:
            return [(card, self.world.song(card)) for card in cards]
        return [(None, song) for song in self.world.named(title)]

    def _n(self, role: str) -> float:
        said = self.filled.get(role, role).replace(",", "")
        return float(COUNTS[self.grammar.language].get(said.lower(), said))

    def _any(self, role: str, holds: Callable[[Card | None, Song | None], Verdict]) -> Verdict:
        """Holds of one of the songs meant; unknown where none is false for sure."""
        told = [holds(card, song) for card, song in self._of(role)]
        return True if True in told else None if None in told else False

    def _card(self, role: str, holds: Callable[[Card], Verdict]) -> Verdict:
        return self._any(role, lambda card, _: None if card is None else holds(card))

    def _both(self, role: str, value: str, holds: Callable[[Any, Any], Verdict]) -> Verdict:
        """Holds of a figure of this song and of another; a figure that is not served proves nothing."""
        return self._card("S", lambda mine: self._card(role, lambda other: _of_two(mine, other, value, holds)))

    # -- of a song

    def _title(self, song: str, said: str | None = None) -> Verdict:
        text = self.filled[said or song].strip("“”《》")
        return self._card("S" if said is None else song, lambda c: spoken(c["title"]) == text)

    def _bpm(self, role: str, n: str) -> Verdict:
        return self._card(role, lambda c: c["tempo_bpm"] is not None and abs(c["tempo_bpm"] - self._n(n)) <= 0.56)

    def _key(self, role: str, k: str) -> Verdict:
        return self._card(role, lambda c: bool(c["key"]) and _key(c) == music.key(self.filled[k]))

    def _mood(self, role: str, m: str) -> Verdict:
        mood = self.grammar.moods[self.filled[m].lower()]
        return self._card(role, lambda c: mood in moods(c))

    def _leans(self, m: str, side: str) -> Verdict:
        return self.grammar.moods[self.filled[m].lower()] in _SIDES[side].split()

    def _version(self, kind: str) -> Verdict:
        return self._card("S", lambda c: c["version"] == kind)

    def _genre(self, role: str, g: str) -> Verdict:
        genre = self.grammar.genres[self.filled[g].casefold()]
        return self._card(role, lambda c: c["genre"] is not None and c["genre"].casefold().replace(" ", "_") in (
            genre, self.filled[g].casefold()))  # fmt: skip

    def _artist(self, role: str, a: str) -> Verdict:
        name = self.filled[a]
        return self._any(role, lambda c, s: name in (names(c) if c else credited(s) if s else ()))

    _credited = _artist

    def _song_of(self, role: str, a: str) -> Verdict:
        return self._artist(role, a)

    def _album(self, role: str) -> Verdict:
        text = self.filled[role].strip("“”《》")
        return self._card("S", lambda c: spoken(c["album"] or "") == text)

    def _same_album(self, role: str) -> Verdict:
        def holds(card: Card | None, song: Song | None) -> Verdict:
            album = (card or {}).get("album") or (song.album if song else "")
            return bool(self.card and album) and album == (self.card or {})["album"]

        return self._any(role, holds)

    def _length(self, role: str) -> Verdict:
        digits = [int(x) for x in re.findall(r"\d+", self.filled[role])]
        said = (
            digits[0] * 60 + (digits[1] if len(digits) > 1 else 0)
            if len(digits) > 1 or _minutes(self.filled[role])
            else digits[0]
        )
        return self._card("S", lambda c: c["duration_s"] is not None and abs(c["duration_s"] - said) < 1)

    def _date(self, role: str) -> Verdict:
        years = re.findall(r"\d{4}", self.filled[role])
        return self._card("S", lambda c: bool(c["release_date"] and years) and str(c["release_date"])[:4] == years[0])

    def _known(self, role: str) -> Verdict:
        return bool(self._of(role))

    def _sound(self, role: str) -> Verdict:
        """Likeness itself is not served; both songs must have been there to be heard."""
        if role == "S":
            return None
        heard = self._any(role, lambda c, s: s is not None and s.seconds is not None)
        mine = self._any("S", lambda c, s: s is not None and s.seconds is not None)
        return False if False in (heard, mine) else None

    def _wordless(self) -> Verdict:
        return self._any("S", lambda _, s: None if s is None else not s.lyrics and None)

    def _lyrics(self) -> Verdict:
        return self._any("S", lambda _, s: bool(s and s.lyrics))

    def _sung(self) -> Verdict:
        return None

    def _forbidden(self) -> Verdict:
        return False

    def _noted(self, words: str, source: str) -> Verdict:
        """A delivered note on the song or an artist of it holds these words, in this language, and names the source."""
        said, by, card = self.filled[words], spoken(self.filled[source]), self.card
        ids = {a["artist_id"] for a in card["artists"]} | {card["artist_id"]} if card else set()
        return any(
            said in note["text"]
            and spoken(note["source"]) == by
            and bool(note["licence"])
            and note["language"] == self.grammar.language
            and (note.get("artist_id") in ids - {None} or (card or {}).get("track_id") == note.get("track_id"))
            for note in self.world.came.notes
        )

    # -- of two songs

    def _relative(self, role: str) -> Verdict:
        return self._keys(role, music.relative)

    def _parallel(self, role: str) -> Verdict:
        return self._keys(role, music.parallel)

    def _fifths(self, role: str, n: str) -> Verdict:
        return self._keys(role, lambda a, b: music.fifths(a, b) == self._n(n))

    def _shared(self, role: str, n: str) -> Verdict:
        return self._keys(role, lambda a, b: music.shared(a, b) == self._n(n))

    def _far(self, role: str) -> Verdict:
        return self._keys(role, lambda a, b: music.fifths(a, b) >= 2)

    def _keys(self, role: str, holds: Callable[[music.Key, music.Key], bool]) -> Verdict:
        return self._card(
            "S", lambda m: self._card(role, lambda o: holds(_key(m), _key(o)) if m["key"] and o["key"] else False)
        )

    def _pace_near(self, role: str) -> Verdict:
        return self._both(role, "tempo_bpm", lambda a, b: max(a, b) <= _NEAR * min(a, b))

    def _ratio(self, role: str, times: str) -> Verdict:
        return self._both(role, "tempo_bpm", lambda a, b: abs(a / b / float(times) - 1) < 0.08)

    def _faster(self, role: str, n: str | None = None) -> Verdict:
        return self._both(role, "tempo_bpm", lambda a, b: a > b and (n is None or abs(a - b - self._n(n)) <= 1.1))

    def _slower(self, role: str, n: str | None = None) -> Verdict:
        return self._both(role, "tempo_bpm", lambda a, b: a < b and (n is None or abs(b - a - self._n(n)) <= 1.1))

    def _felt(self, role: str, what: str, sign: str) -> Verdict:
        return self._both(role, what, lambda a, b: (a - b) * int(sign) > 0)

    def _mode(self, role: str, mode: str) -> Verdict:
        return self._card(role, lambda c: bool(c["key"]) and c["mode"] == mode)

    def _over(self, role: str, what: str, least: str) -> Verdict:
        """A figure is at least so much; one that is not served proves nothing."""
        return self._card(role, lambda c: None if what not in c else c[what] is not None and c[what] >= float(least))

    def _under(self, role: str, what: str, most: str) -> Verdict:
        return self._card(role, lambda c: None if what not in c else c[what] is not None and c[what] <= float(most))

    def _before(self, role: str) -> Verdict:
        songs = list(self.served["songs"]) if self.served else []
        place = next((i for i, s in enumerate(songs) if self.card and s["track_id"] == self.card["track_id"]), 0)
        return place > 0 and spoken(songs[place - 1]["title"]) == self.filled[role].strip("“”《》")

    # -- of dates

    def _released(self, n: str) -> Verdict:
        served = self.served
        return self._card("S", lambda c: bool(c["release_date"] and served) and (
            date.fromisoformat(served["serves_on"]) - date.fromisoformat(c["release_date"])).days == self._n(n)
        )  # fmt: skip

    def _released_lately(self) -> Verdict:
        return self._card("S", lambda c: bool(c["release_date"]))

    def _added(self, n: str) -> Verdict:
        return None

    def _added_lately(self) -> Verdict:
        return None


def _of_two(mine: Card, other: Card, value: str, holds: Callable[[Any, Any], Verdict]) -> Verdict:
    if value not in mine or value not in other:
        return None
    if mine[value] is None or other[value] is None:
        return False
    return holds(mine[value], other[value])


def _minutes(said: str) -> bool:
    return "minute" in said or "分" in said


def _key(card: Card) -> music.Key:
    return music.key(f"{card['key']} {card['mode']}")


def moods(card: Card) -> list[str]:
    """The moods an app is told of a song."""
    return list(card.get("moods") or filter(None, [card["mood"]]))


def credited(song: Song) -> set[str]:
    """Whom a delivery names, whole and in parts."""
    return {spoken(song.artist)} | {spoken(part) for part in song.artist.split(";")}


def names(card: Card) -> set[str]:
    """All who are credited, as texts speak their names."""
    return {spoken(a["name"]) for a in card["artists"]} | ({spoken(card["artist"])} if card["artist"] else set())
