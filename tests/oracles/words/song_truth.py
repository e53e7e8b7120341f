"""What may be said of a song, in its review, its line and a listener's paragraph, from the raw columns.

A number is lawful only in its measure (tempo, share, songs, plays, days, ...), a key as pitch
class and mode, a quotation as a title, album or line of the songs the text may speak of.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from tests.oracles.words.allowed import Allowed
from tests.oracles.words.tables import PITCH, SCALE, Key, Row, Tables

_NAMED = "January February March April May June July August September October November December"
MONTHS = _NAMED.split()
_MEASURE_OF = {
    "tempo_band": "tempo", "looped_tempo": "songs", "artist_rotation": "plays", "featured_artist": "plays",
    "liked_artist": "songs", "resting": "days", "fresh_release": "days", "popular": "people",
    "popular_near": "people", "loved_tracks_together": "people", "album_played": "days", "same_pace": "days",
    "arrival": "days", "heard_before": "plays", "key_match": "plays", "mood_match": "plays", "genre_share": "plays",
    "same_album": "songs", "same_composer": "songs", "same_producer": "songs", "same_lyricist": "songs",
    "same_label": "songs",
}  # fmt: skip
_HIGH = {
    "resting": "plays", "hour_habit": "plays", "heard_before": "days", "same_pace": "tempo",
    "loved_tracks_together": "people",
}  # fmt: skip
_THEMES = Path(__file__).parents[3] / "features" / "words" / "terms" / "texts"
_SIGNS = {of: tomllib.loads((_THEMES / of / "themes.toml").read_text("utf-8"))["signs"] for of in ("zh", "en")}
_PEOPLE = ("artist_name", "composer", "lyricist", "producer", "label")
_SHARED = ("composer", "lyricist", "producer", "label", "album_title")


class SongTruth(Tables):
    """What the tables bear out of one song."""

    def about_track(self, allowed: Allowed, track_id: str) -> None:
        """The song's own figures and names."""
        row = self.tracks[track_id]
        allowed.number("tempo", self.tempo(track_id))
        if self.key(track_id):
            allowed.keys.add(self.key(track_id))
        allowed.name(*(row.get(c) for c in _PEOPLE), row["genre"])
        allowed.quote(row["title"], row["album_title"])
        for name in row.get("featured_artist_ids") or ():
            allowed.name(self.artists.get(name))

    def review(self, track_id: str, neighbours: Iterable[str]) -> Allowed:
        """A review: the song, its lines, one of the songs it may be heard beside, and titles that share who made it."""
        allowed = Allowed()
        self.about_track(allowed, track_id)
        released, length = self.tracks[track_id]["release_date"], (self.audio.get(track_id) or {}).get("duration_s")
        if released:
            allowed.number("year", released.year)
            allowed.number("month", released.month)
            allowed.names.add(MONTHS[released.month - 1])
        if length:
            self._length(allowed, length)
        self._sung(allowed, track_id)
        own = self.tracks[track_id]
        for row in self.tracks.values():
            if any(own[shared] and own[shared] == row[shared] for shared in _SHARED):
                allowed.quote(row["title"])
        for other in neighbours:
            self.about_track(allowed, other)
            self._between(allowed, track_id, other)
        return allowed

    def noted(self, allowed: Allowed, track_id: str, language: str) -> None:
        """Sentences of notes on the song or its artist, whole, and who says them."""
        for row in self.snippets:
            mine = row["track_id"] == track_id or row["artist_id"] == self.tracks[track_id]["artist_id"]
            if mine and row["language"] == language and row["source"] and row["licence"]:
                allowed.quotes.add(row["text"].rstrip(".\u3002"))
                allowed.name(row["source"])

    @staticmethod
    def _length(allowed: Allowed, seconds: float) -> None:
        whole = math.floor(seconds + 0.5)
        allowed.number("clock", whole // 60)
        allowed.number("minutes", whole // 60)
        allowed.number("seconds", whole % 60)

    def reason(self, user_id: str, track_id: str) -> Allowed:
        """A song's line: its evidence, its own figures, the listener's band."""
        allowed = Allowed()
        self.about_track(allowed, track_id)
        for row in self.evidence[user_id]:
            if row["track_id"] == track_id:
                self._evidence(allowed, row)
                self._played(allowed, user_id, row["subject"])
        self._band(allowed, user_id)
        allowed.number("days", (self.night.serves_on - self.tracks[track_id]["release_date"]).days
                       if self.tracks[track_id]["release_date"] else None)  # fmt: skip
        return allowed

    def paragraph(self, user_id: str, track_id: str) -> Allowed:
        """A listener's own paragraph: the line's truth, a line of the song, and songs they know or hear before it."""
        allowed = self.reason(user_id, track_id)
        self._sung(allowed, track_id)
        ids = [r["track_id"] for r in self.lists[user_id]]
        before = ids[ids.index(track_id) - 1 : ids.index(track_id)]
        for other in (*before, *self.known[user_id]):
            self.about_track(allowed, other)
            self._between(allowed, track_id, other)
            self._played(allowed, user_id, other)
        return allowed

    def _between(self, allowed: Allowed, track_id: str, other: str) -> None:
        """How far apart two songs are: in tempo, in seconds, in years."""
        here, there = self.tempo(track_id), self.tempo(other)
        if here is not None and there is not None:
            allowed.number("tempo", abs(here - there))
        keys = self.key(track_id), self.key(other)
        if keys[0] and keys[1]:
            allowed.number("steps", steps(keys[0], keys[1]))
            allowed.number("notes", len(scale(keys[0]) & scale(keys[1])))
        years = [self.tracks[t]["release_date"].year for t in (track_id, other) if self.tracks[t]["release_date"]]
        if len(years) == 2:
            allowed.number("years", abs(years[0] - years[1]))
        lengths = [(self.audio.get(t) or {}).get("duration_s") for t in (track_id, other)]
        if all(lengths):
            allowed.number("seconds", abs(lengths[0] - lengths[1]))

    def _sung(self, allowed: Allowed, track_id: str) -> None:
        """Lines of a song's words and when they are sung."""
        lines = self.lines.get(track_id)
        if lines:
            allowed.quotes |= {" ".join(line.split()) for line in lines["lines"]}
            allowed.clocks |= {f"{int(s) // 60}:{int(s) % 60:02d}" for s in lines["line_start_s"]}
            said = [text for text in (" ".join(line.split()) for line in lines["lines"]) if text]
            allowed.quotes |= _in_both(said[0], said[-1]) if said else set()
            whole = _wrapped(said)
            blocks = {tuple(said[at : at + size]) for size in range(1, 9) for at in range(len(said) - size + 1)}
            again = {block: whole.count(_wrapped(block)) for block in blocks}
            allowed.number("lines", len(said), *(len(block) for block, n in again.items() if n > 1 and len(block) > 1))
            allowed.number("lines", *_carrying(said))
            allowed.number("plays", *again.values())

    def _played(self, allowed: Allowed, user_id: str, track_id: str | None) -> None:
        """How often the listener played a song, ever and in the last week."""
        row = self.known[user_id].get(track_id or "")
        if row is not None:
            allowed.number("plays", row["plays"] - row["skips"], row["plays_7d"])

    def _band(self, allowed: Allowed, user_id: str) -> None:
        taste = self.taste.get(user_id) or {}
        low, high = taste.get("tempo_low_bpm"), taste.get("tempo_high_bpm")
        if low is not None and high is not None:
            allowed.number("tempo", low, high)
            edges = math.floor(low + 0.5), math.floor(high + 0.5)
            allowed.number("plays", self.month(user_id, lambda t: edges[0] <= (self.tempo(t) or 0) <= edges[1]))

    def _evidence(self, allowed: Allowed, row: Row) -> None:
        kind, value, high = row["kind"], row["value"], row["value_high"]
        measure = _MEASURE_OF.get(kind, row["unit"])
        if measure and value is not None:
            allowed.number(measure, value)
        if kind in _HIGH:
            allowed.number(_HIGH[kind], high)
        if kind == "same_pace":
            allowed.number("tempo", row["song_value"])
        if kind == "tempo_band":
            allowed.number("tempo", high, row["song_value"])
        if kind == "looped_tempo":
            allowed.number(
                "tempo", row["song_value"], *(float(x) for x in (row["subject"] or "").split("-") if x.isdigit())
            )
        if kind == "key_match" and row["song_text"]:
            pitch, _, mode = row["song_text"].partition(" ")
            allowed.keys.add((PITCH[pitch], mode))
        for subject in (row["subject"], row["subject_too"]):
            if subject in self.tracks:
                allowed.quote(self.tracks[subject]["title"])
            allowed.name(self.artists.get(subject or ""), subject if kind in ("genre_share", "popular_near") else None)
        if kind.startswith("same_"):
            allowed.name(row["song_text"])


def _wrapped(lines: Iterable[str]) -> str:
    return "".join(f"\n{line}\n" for line in lines)


def _in_both(one: str, other: str) -> set[str]:
    """Words that stand in two lines: whole Latin ones, and runs of two characters or more."""
    latin = {word.lower() for word in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", other)}
    words = {word for word in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", one) if word.lower() in latin}
    han = re.findall("[一-鿿]{2,}", one)
    runs = (run[at:end] for run in han for at in range(len(run)) for end in range(at + 2, len(run) + 1))
    return words | {run for run in runs if run in other}


def _carrying(said: list[str]) -> list[int]:
    """For each theme, the lines that hold one of its signs, by the lists of signs themselves."""
    found = []
    for theme in _SIGNS["en"]:
        latin = re.compile(rf"\b(?:{'|'.join(_SIGNS['en'][theme].split())})s?\b", re.IGNORECASE)
        chinese = _SIGNS["zh"][theme].split()
        found.append(
            sum(any(s in t for s in chinese) if any("\u4e00" <= c <= "\u9fff" for c in t) else bool(latin.search(t))
                for t in said)
        )  # fmt: skip
    return found


def scale(key: Key) -> set[int]:
    """Pitch classes of a key, the minor taken as natural."""
    return {(key[0] + step) % 12 for step in SCALE[key[1]]}


def steps(one: Key, other: Key) -> int:
    """Steps between two signatures on the circle of fifths, a minor key standing at its relative major."""
    places = [(pitch + (3 if mode == "minor" else 0)) * 7 % 12 for pitch, mode in (one, other)]
    apart = (places[0] - places[1]) % 12
    return min(apart, 12 - apart)
