"""What the tables bear out for each published text, worked out anew from the raw columns.

A number is lawful only in its measure (tempo, share, songs, plays, days, ...), a key as pitch
class and mode, a quotation as a title, album or line of the songs the text may speak of.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from features.night import Night

_PITCH = {
    "C": 0,
    "C#": 1,
    "Db": 1,
    "D": 2,
    "Eb": 3,
    "E": 4,
    "F": 5,
    "F#": 6,
    "G": 7,
    "Ab": 8,
    "G#": 8,
    "A": 9,
    "Bb": 10,
    "B": 11,
}
_SURE_TEMPO, _SURE_KEY, _SURE_MOOD, _SHARE_SUM = 0.28, 0.5, 0.3, 100
_NAMED = "January February March April May June July August September October November December"
_MONTHS = _NAMED.split()
_MEASURE_OF = {
    "tempo_band": "tempo", "looped_tempo": "songs", "artist_rotation": "plays", "featured_artist": "plays",
    "liked_artist": "songs", "resting": "days", "fresh_release": "days", "popular": "rank", "popular_near": "rank",
    "same_album": "songs", "same_composer": "songs", "same_producer": "songs", "same_lyricist": "songs",
    "same_label": "songs",
}  # fmt: skip
_PEOPLE = ("artist_name", "composer", "lyricist", "producer", "label")
Row = dict[str, Any]


@dataclass
class Allowed:
    """What one text may say."""

    numbers: dict[str, set[float]] = field(default_factory=lambda: defaultdict(set))
    clocks: set[str] = field(default_factory=set)
    quotes: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    keys: set[tuple[int, str]] = field(default_factory=set)
    weekday: int | None = None

    def number(self, measure: str, *values: float | None) -> None:
        self.numbers[measure] |= {float(math.floor(v + 0.5)) for v in values if v is not None}

    def name(self, *names: str | None) -> None:
        self.names |= {spoken(n) for n in names if n}

    def quote(self, *texts: str | None) -> None:
        self.quotes |= {spoken(t) for t in texts if t}


def spoken(name: str) -> str:
    """A name as it may stand in a text: no controls, no quotation marks, at most forty characters."""
    kept = (c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C" or c in "\t\n")
    clean = "".join(c for c in " ".join("".join(kept).split()) if c not in '《》「」“”"')
    return clean if len(clean) <= 40 else clean[:39].rstrip() + "…"


class Truth:
    """Look-ups of one night."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], night: Night) -> None:
        self.night = night
        self.tracks = _by(tables["tracks"], "track_id")
        self.audio = _by(tables["audio_features"], "track_id")
        self.emotions = _by(tables["emotions"], "track_id")
        self.lines = _by(tables["lyrics"], "track_id")
        self.users = _by(tables["users"], "user_id")
        self.taste = _by(tables["taste"].drop("text_vector"), "user_id")
        self.lists: dict[str, list[Row]] = defaultdict(list)
        for row in tables["daily_lists"].sort("user_id", "rank").iter_rows(named=True):
            self.lists[row["user_id"]].append(row)
        self.evidence: dict[str, list[Row]] = defaultdict(list)
        for row in tables["evidence"].iter_rows(named=True):
            self.evidence[row["user_id"]].append(row)
        self.first_play: dict[tuple[str, str], Any] = {}
        if "plays" in tables:
            firsts = tables["plays"].group_by("user_id", "track_id").agg(pl.col("local_date").min())
            self.first_play = {(u, t): day for u, t, day in firsts.iter_rows()}
        self.artists = {r["artist_id"]: r["artist_name"] for r in self.tracks.values()}

    def tempo(self, track_id: str) -> float | None:
        row = self.audio.get(track_id)
        if row is None or row["tempo_bpm"] is None or (row["tempo_confidence"] or 0) < _SURE_TEMPO - 1e-6:
            return None
        bpm = row["tempo_bpm"]
        return math.floor((bpm / 2 if bpm > 220 else bpm * 2 if bpm < 40 else bpm) + 0.5)

    def key(self, track_id: str) -> tuple[int, str] | None:
        row = self.audio.get(track_id)
        if row is None or not row["key"] or (row["key_strength"] or 0) < _SURE_KEY - 1e-6:
            return None
        return _PITCH[row["key"]], row["mode"]

    def about_track(self, allowed: Allowed, track_id: str) -> None:
        """The song's own figures and names."""
        row = self.tracks[track_id]
        allowed.number("tempo", self.tempo(track_id))
        if self.key(track_id):
            allowed.keys.add(self.key(track_id))  # type: ignore[arg-type]
        allowed.name(*(row.get(c) for c in _PEOPLE), row["genre"])
        allowed.quote(row["title"], row["album_title"])
        for name in row.get("featured_artist_ids") or ():
            allowed.name(self.artists.get(name))

    def review(self, track_id: str, neighbours: Iterable[str]) -> Allowed:
        """A review: the song, its lines, and one of the songs it may be heard beside."""
        allowed = Allowed()
        self.about_track(allowed, track_id)
        released, length = self.tracks[track_id]["release_date"], (self.audio.get(track_id) or {}).get("duration_s")
        if released:
            allowed.number("year", released.year)
            allowed.number("month", released.month)
            allowed.names.add(_MONTHS[released.month - 1])
        if length:
            self._length(allowed, length)
        lines = self.lines.get(track_id)
        if lines:
            allowed.quotes |= {" ".join(line.split()) for line in lines["lines"]}
            allowed.clocks |= {f"{int(s) // 60}:{int(s) % 60:02d}" for s in lines["line_start_s"]}
        for other in neighbours:
            self.about_track(allowed, other)
            here, there = self.tempo(track_id), self.tempo(other)
            if here is not None and there is not None:
                allowed.number("tempo", abs(here - there))
        return allowed

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
        self._band(allowed, user_id)
        allowed.number("days", (self.night.serves_on - self.tracks[track_id]["release_date"]).days
                       if self.tracks[track_id]["release_date"] else None)  # fmt: skip
        return allowed

    def _band(self, allowed: Allowed, user_id: str) -> None:
        taste = self.taste.get(user_id) or {}
        low, high = taste.get("tempo_low_bpm"), taste.get("tempo_high_bpm")
        if low is not None and high is not None:
            allowed.number("tempo", low, high)
            looped = [t for t in map(self.tempo, taste.get("looped_track_ids") or ()) if t is not None]
            allowed.number("songs", sum(low <= t <= high for t in looped))

    def _evidence(self, allowed: Allowed, row: Row) -> None:
        kind, value, high = row["kind"], row["value"], row["value_high"]
        measure = _MEASURE_OF.get(kind)
        if kind in ("key_match", "mood_match", "genre_share") and value is not None:
            allowed.number("share", _SHARE_SUM * value)
        elif measure and value is not None:
            allowed.number(measure, value)
        if kind == "tempo_band":
            allowed.number("tempo", high, row["song_value"])
        if kind == "looped_tempo":
            allowed.number(
                "tempo", row["song_value"], *(float(x) for x in (row["subject"] or "").split("-") if x.isdigit())
            )
        if kind == "resting":
            allowed.number("plays", high)
        if kind == "key_match" and row["song_text"]:
            pitch, _, mode = row["song_text"].partition(" ")
            allowed.keys.add((_PITCH[pitch], mode))
        for subject in (row["subject"], row["subject_too"]):
            if subject in self.tracks:
                allowed.quote(self.tracks[subject]["title"])
            allowed.name(self.artists.get(subject or ""), subject if kind in ("genre_share", "popular_near") else None)
        if kind.startswith("same_"):
            allowed.name(row["song_text"])

    def listed(self, user_id: str) -> Allowed:
        """Opener and intro: what can be counted in the list, and of the listener's own plays."""
        rows, taste = self.lists[user_id], self.taste.get(user_id) or {}
        ids = [r["track_id"] for r in rows]
        allowed = Allowed(weekday=self.night.serves_on.weekday())
        self._counts(allowed, rows)
        self._tempi(allowed, ids, taste)
        for end in (ids[0], ids[-1]):
            allowed.quote(self.tracks[end]["title"])
        allowed.name(self.tracks[ids[0]]["artist_name"], self.users[user_id]["city"])
        allowed.name(*(self.tracks[t]["genre"] for t in ids), *(taste.get("genres") or ()))
        if taste:
            self._own(allowed, user_id, rows, taste)
        return allowed

    def _counts(self, allowed: Allowed, rows: list[Row]) -> None:
        ids = [r["track_id"] for r in rows]
        allowed.number("songs", len(ids), len(ids) - 1)
        allowed.number("rank", len(ids))
        allowed.number("artists", len({r["artist_id"] for r in rows}))
        lengths = [(self.audio.get(t) or {}).get("duration_s") for t in ids]
        if all(lengths):
            allowed.number("minutes", sum(lengths) / 60)
        tracks = [self.tracks[t] for t in ids]
        keys = Counter(k for k in map(self.key, ids) if k)
        moods: Counter[str] = Counter()
        for t in ids:
            felt = self.emotions.get(t)
            if felt and felt["valence_confidence"] >= 0.5 - 1e-6:
                odds = zip(felt["moods"][:3], felt["mood_probabilities"], strict=False)
                sure = [mood for mood, odd in odds if odd >= _SURE_MOOD - 1e-6]
                moods += Counter([*sure, *(f"first {m}" for m in sure[:1])])
        ages = [(self.night.serves_on - t["release_date"]).days for t in tracks if t["release_date"]]
        counts = [*keys.values(), *moods.values(), *Counter(t["genre"] for t in tracks).values(),
                  *Counter(t["language"] for t in tracks).values(), sum(0 <= a <= 30 for a in ages)]  # fmt: skip
        allowed.number("songs", *counts)
        allowed.keys |= {k for k, n in keys.items() if n == max(keys.values())}

    def _tempi(self, allowed: Allowed, ids: list[str], taste: Row) -> None:
        tempi = sorted(t for t in map(self.tempo, ids) if t is not None)
        if tempi:
            spread = [tempi[round(share * (len(tempi) - 1))] for share in (0.2, 0.8)]
            allowed.number("tempo", tempi[0], tempi[-1], *spread, self.tempo(ids[0]), self.tempo(ids[-1]))
        low, high = taste.get("tempo_low_bpm"), taste.get("tempo_high_bpm")
        if low is not None and high is not None:
            allowed.number("tempo", low, high)
            allowed.number("songs", sum(low - 0.5 <= t <= high + 0.5 for t in tempi))

    def _own(self, allowed: Allowed, user_id: str, rows: list[Row], taste: Row) -> None:
        looped, evidence = list(taste["looped_track_ids"] or ()), self.evidence[user_id]
        allowed.number("songs", len(looped), sum(r["discovery"] for r in rows))
        allowed.number(
            "plays", taste["plays_7d"], *(taste["artist_plays"] or ())[:1], *(taste["looped_plays"] or ())[:1]
        )
        allowed.number("share", *(_SHARE_SUM * s for s in (taste["genre_shares"] or ())[:1]))
        allowed.name(*(self.artists.get(a) for a in (taste["artist_ids"] or ())[:1]))
        allowed.name(*(self.tracks[r["track_id"]]["artist_name"] for r in rows if r["discovery"]))
        allowed.quote(*(self.tracks[r["track_id"]]["title"] for r in rows if r["discovery"]))
        for track in looped[:1]:
            allowed.quote(self.tracks[track]["title"] if track in self.tracks else None)
            allowed.number("tempo", self.tempo(track))
            since = self.first_play.get((user_id, track))
            if since:
                allowed.number("year", since.year)
                allowed.number("month", since.month)
                allowed.names.add(_MONTHS[since.month - 1])
        resting = [r for r in evidence if r["kind"] == "resting" and r["value"]]
        allowed.number("songs", len(resting))
        if resting:
            most = max(r["value"] for r in resting)
            allowed.number("days", most)
            allowed.quote(*(self.tracks[r["track_id"]]["title"] for r in resting if r["value"] == most))
        self._led(allowed, evidence, looped)

    def _led(self, allowed: Allowed, evidence: list[Row], looped: list[str]) -> None:
        near = {r["track_id"] for r in evidence
                if r["kind"] in ("similar_track", "loved_tracks_together") and r["subject"] in looped}  # fmt: skip
        allowed.number("songs", len(near))
        for part in {r["subject"] for r in evidence if r["kind"] == "daypart_mood"}:
            allowed.number(
                "songs", len({r["track_id"] for r in evidence if (r["kind"], r["subject"]) == ("daypart_mood", part)})
            )
        for track in looped[:1]:
            here = self.key(track)
            for row in evidence:
                if row["subject"] == track and row["kind"] in ("similar_track", "loved_tracks_together"):
                    allowed.quote(self.tracks[row["track_id"]]["title"])
                    allowed.number("tempo", self.tempo(row["track_id"]))
                    allowed.keys |= {k for k in (here, self.key(row["track_id"])) if k}


def _by(frame: pl.DataFrame, key: str) -> dict[str, Row]:
    return {row[key]: row for row in frame.iter_rows(named=True)}
