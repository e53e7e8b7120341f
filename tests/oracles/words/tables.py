"""The tables of one night as look-ups, and what of the sound is sure enough to be told."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import polars as pl

from features.measurement import MeasurementPolicy
from features.night import Night

_NAMES = "C C# D Eb E F F# G Ab A Bb B"
PITCH = {name: place for place, name in enumerate(_NAMES.split())} | {"Db": 1, "G#": 8}
SCALE = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
# From which confidence a fact may be told: settings, not code of the writers.
_POLICY = MeasurementPolicy()
_SURE_TEMPO = _POLICY.tempo_said_from - 1e-6
SURE_MOOD = _POLICY.mood_said_from - 1e-6
_SURE_KEY = _POLICY.key_said_from - 1e-6
Row = dict[str, Any]
Key = tuple[int, str]


class Tables:
    """Look-ups of one night."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], night: Night) -> None:
        self.night = night
        self.tracks = _by(tables["tracks"], "track_id")
        self.audio = _by(tables["audio_features"], "track_id")
        self.emotions = _by(tables["emotions"], "track_id")
        self.lines = _by(tables["lyrics"], "track_id")
        self.snippets = tables["snippets"].to_dicts() if "snippets" in tables else []
        self.users = _by(tables["users"], "user_id")
        self.taste = _by(tables["taste"].drop("text_vector"), "user_id")
        self.lists: dict[str, list[Row]] = defaultdict(list)
        for row in tables["daily_lists"].sort("user_id", "rank").iter_rows(named=True):
            self.lists[row["user_id"]].append(row)
        self.evidence: dict[str, list[Row]] = defaultdict(list)
        for row in tables["evidence"].iter_rows(named=True):
            self.evidence[row["user_id"]].append(row)
        self.month_plays: dict[str, list[str]] = defaultdict(list)
        self.first_play: dict[tuple[str, str], Any] = {}
        if "plays" in tables:
            firsts = tables["plays"].group_by("user_id", "track_id").agg(pl.col("local_date").min())
            self.first_play = {(u, t): day for u, t, day in firsts.iter_rows()}
            month = tables["plays"].filter(~pl.col("skipped") & (pl.col("local_date") > night.ds - timedelta(days=30)))
            for user_id, track_id in month.select("user_id", "track_id").iter_rows():
                self.month_plays[user_id].append(track_id)
        self.known: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in tables["affinity"].iter_rows(named=True):
            self.known[row["user_id"]][row["track_id"]] = row
        self.artists = {r["artist_id"]: r["artist_name"] for r in self.tracks.values()}

    def month(self, user_id: str, holds: Callable[[str], bool]) -> int:
        """Plays of the last 30 days, not skipped, of tracks of which something holds."""
        return sum(map(holds, self.month_plays[user_id]))

    def tempo(self, track_id: str) -> float | None:
        row = self.audio.get(track_id)
        if row is None or row["tempo_bpm"] is None or (row["tempo_confidence"] or 0) < _SURE_TEMPO:
            return None
        bpm = row["tempo_bpm"]
        return math.floor((bpm / 2 if bpm > 220 else bpm * 2 if bpm < 40 else bpm) + 0.5)

    def key(self, track_id: str) -> tuple[int, str] | None:
        row = self.audio.get(track_id)
        if row is None or not row["key"] or (row["key_confidence"] or 0) < _SURE_KEY:
            return None
        return PITCH[row["key"]], row["mode"]


def _by(frame: pl.DataFrame, key: str) -> dict[str, Row]:
    return {row[key]: row for row in frame.iter_rows(named=True)}
