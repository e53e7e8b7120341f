"""What may be said above a list: what can be counted in it, and of the listener's own plays."""

from __future__ import annotations

import math
from collections import Counter
from statistics import median

from tests.oracles.words.allowed import Allowed
from tests.oracles.words.song_truth import MONTHS, SongTruth
from tests.oracles.words.tables import SURE_MOOD, Row

_WHY = (  # reasons that a list's words count together
    ("artist_rotation", "liked_artist", "featured_artist"), ("similar_track",), ("loved_tracks_together",),
    ("same_composer", "same_producer", "same_lyricist"), ("tempo_band", "looped_tempo", "same_pace"),
)  # fmt: skip
_NEAR = ("similar_track", "loved_tracks_together")


class Truth(SongTruth):
    """What the tables bear out, of songs and of lists."""

    def listed(self, user_id: str) -> Allowed:
        """Opener and intro: what can be counted in the list, and of the listener's own plays."""
        rows, taste = self.lists[user_id], self.taste.get(user_id) or {}
        ids = [r["track_id"] for r in rows]
        allowed = Allowed(weekday=self.night.serves_on.weekday())
        self._counts(allowed, rows)
        self._tempi(allowed, ids, taste)
        for end in (ids[0], ids[-1]):
            allowed.quote(self.tracks[end]["title"])
        self._road(allowed, ids)
        allowed.name(self.tracks[ids[0]]["artist_name"], self.users[user_id]["city"])
        allowed.name(*(self.tracks[t]["genre"] for t in ids), *(taste.get("genres") or ()))
        self._on_the_way(allowed, ids[1:-1])
        if taste:
            self._own(allowed, user_id, rows, taste)
        return allowed

    def _on_the_way(self, allowed: Allowed, ids: list[str]) -> None:
        """Songs between the first and the last that stand for what several of them are: a genre, a mood, their age."""
        genres = Counter(self.tracks[t]["genre"] for t in ids)
        first = {t: self.moods(t)[0] for t in ids if self.moods(t)}
        moods = Counter(first.values())
        for t in ids:
            day = self.tracks[t]["release_date"]
            new = day is not None and 0 <= (self.night.serves_on - day).days <= 30
            if new or genres[self.tracks[t]["genre"]] or moods[first.get(t, "")]:
                allowed.quote(self.tracks[t]["title"])

    def _road(self, allowed: Allowed, ids: list[str]) -> None:
        """The middle tempo of each third of a list, and its fastest song with its place."""
        tempi = [self.tempo(t) for t in ids]
        third = len(ids) // 3
        for part in (tempi[:third], tempi[third:-third], tempi[-third:]) if third else ():
            known = [math.floor(t + 0.5) for t in part if t is not None]
            allowed.number("tempo", median(known) if known else None)
        if None not in tempi:
            fastest = tempi.index(max(t for t in tempi if t is not None))
            allowed.quote(self.tracks[ids[fastest]]["title"])
            allowed.number("rank", fastest + 1)

    def moods(self, track_id: str) -> list[str]:
        """The moods that may be said of a song, the surest first."""
        felt = self.emotions.get(track_id)
        if not felt or felt["valence_confidence"] < 0.5 - 1e-6:
            return []
        odds = zip(felt["moods"], felt["mood_probabilities"], strict=False)
        return [mood for mood, odd in odds if odd >= SURE_MOOD]

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
            sure = self.moods(t)[:3]
            moods += Counter([*sure, *(f"first {m}" for m in sure[:1])])
        ages = [(self.night.serves_on - t["release_date"]).days for t in tracks if t["release_date"]]
        counts = [*keys.values(), *moods.values(), *Counter(t["genre"] for t in tracks).values(),
                  *Counter(t["language"] for t in tracks).values(), sum(0 <= a <= 30 for a in ages)]  # fmt: skip
        allowed.number("songs", *counts)
        allowed.keys |= {k for k, n in keys.items() if n == max(keys.values())}

    def _tempi(self, allowed: Allowed, ids: list[str], taste: Row) -> None:
        tempi = sorted(t for t in map(self.tempo, ids) if t is not None)
        if tempi:
            # Most is more than half of all songs, known or not, and .6 of the known, as many aside below as above.
            enough = (n for n in range(len(tempi) + 1) if 2 * n > len(ids) and n >= 0.6 * len(tempi))
            most = next(enough, 0)
            aside = (len(tempi) - most) // 2
            spread = [tempi[aside], tempi[aside + most - 1]] if most else []
            allowed.number("tempo", tempi[0], tempi[-1], *spread, self.tempo(ids[0]), self.tempo(ids[-1]))
        low, high = taste.get("tempo_low_bpm"), taste.get("tempo_high_bpm")
        if low is not None and high is not None:
            allowed.number("tempo", low, high)
            edges = math.floor(low + 0.5), math.floor(high + 0.5)
            allowed.number("songs", sum(edges[0] <= t <= edges[1] for t in tempi))

    def _own(self, allowed: Allowed, user_id: str, rows: list[Row], taste: Row) -> None:
        looped, evidence = list(taste["looped_track_ids"] or ()), self.evidence[user_id]
        allowed.number("songs", len(looped), sum(r["discovery"] for r in rows))
        allowed.number(
            "plays", taste["plays_7d"], *(taste["artist_plays"] or ())[:1], *(taste["looped_plays"] or ())[:1]
        )
        self._band(allowed, user_id)
        genres = Counter(self.tracks[t]["genre"] for t in self.month_plays[user_id] if t in self.tracks)
        moods = Counter(mood for t in self.month_plays[user_id] for mood in self.moods(t))
        allowed.number("plays", *genres.values(), *moods.values())
        allowed.name(*genres)
        for artist in (taste["artist_ids"] or ())[:1]:
            allowed.name(self.artists.get(artist))
            theirs = [r["track_id"] for r in rows if r["artist_id"] == artist]
            allowed.number("songs", len(theirs))
            allowed.quote(*(self.tracks[t]["title"] for t in theirs))
        allowed.name(*(self.tracks[r["track_id"]]["artist_name"] for r in rows if r["discovery"]))
        allowed.quote(*(self.tracks[r["track_id"]]["title"] for r in rows if r["discovery"]))
        for track in looped[:1]:
            allowed.quote(self.tracks[track]["title"] if track in self.tracks else None)
            allowed.number("tempo", self.tempo(track))
            since = self.first_play.get((user_id, track))
            if since:
                allowed.number("year", since.year)
                allowed.number("month", since.month)
                allowed.names.add(MONTHS[since.month - 1])
        resting = [r for r in evidence if r["kind"] == "resting" and r["value"]]
        allowed.number("songs", len(resting))
        if resting:
            most = max(r["value"] for r in resting)
            allowed.number("days", most)
            allowed.quote(*(self.tracks[r["track_id"]]["title"] for r in resting if r["value"] == most))
        self._led(allowed, user_id, looped)
        fresh = [place for place, r in enumerate(rows, 1) if r["discovery"]]
        allowed.number("rank", *fresh[:1])
        allowed.number("songs", sum(2 * place > len(rows) for place in fresh))
        here = [r["track_id"] for r in rows]
        allowed.number("rank", *(here.index(r["track_id"]) + 1 for r in resting))

    def _led(self, allowed: Allowed, user_id: str, looped: list[str]) -> None:
        evidence = self.evidence[user_id]
        near = {r["track_id"] for r in evidence
                if r["kind"] in _NEAR and r["subject"] in looped}  # fmt: skip
        allowed.number("songs", len(near))
        ids = [r["track_id"] for r in self.lists[user_id]]
        led = [t for t in ids if any(r["track_id"] == t and r["kind"] in _NEAR and r["subject"] in looped[:1]
                                     for r in evidence)]  # fmt: skip
        for track in led[:1]:
            allowed.quote(self.tracks[track]["title"])
            allowed.number("rank", ids.index(track) + 1)
        for part in {r["subject"] for r in evidence if r["kind"] == "daypart_mood"}:
            allowed.number(
                "songs", len({r["track_id"] for r in evidence if (r["kind"], r["subject"]) == ("daypart_mood", part)})
            )
        for group in _WHY:
            allowed.number("songs", len({r["track_id"] for r in evidence if r["kind"] in group}))
        for track in looped[:1]:
            here = self.key(track)
            alike = [t for t in {r["track_id"] for r in evidence} if here and self.key(t) == here]
            allowed.quote(*(self.tracks[t]["title"] for t in alike))
            allowed.number("rank", *(ids.index(t) + 1 for t in alike if t in ids))
            allowed.number("tempo", *(self.tempo(t) for t in alike))
            allowed.keys |= {here} if here and alike else set()
