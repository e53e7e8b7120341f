"""What was measured of songs that nobody is served, as analysts find it in ``warehouse.duckdb``: cards like those of
payloads, so that plays by tempo, key and mood can be counted in full.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

# Confidence from which a value may be told: settings of the home, not code of the writers.
_QUERY = """
SELECT k.track_id, k.title, coalesce(k.artist_credit, k.artist_name) AS artist, k.artist_id, k.album_title AS album,
  k.genre, k.release_date, coalesce(a.duration_s, k.duration_s) AS duration_s,
  [{'name': k.artist_name}] || list_transform(k.featured_artist_names, lambda x: {'name': x}) AS artists,
  CASE WHEN a.tempo_confidence >= 0.6 THEN CASE WHEN a.tempo_bpm > 220 THEN a.tempo_bpm / 2
    WHEN a.tempo_bpm < 40 THEN a.tempo_bpm * 2 ELSE a.tempo_bpm END END AS tempo_bpm,
  CASE WHEN a.key_confidence >= 0.6 THEN a.key END AS key, CASE WHEN a.key_confidence >= 0.6 THEN a.mode END AS mode,
  CASE WHEN e.valence_confidence >= 0.5 THEN e.valence END AS valence,
  CASE WHEN e.valence_confidence >= 0.5 THEN e.moods ELSE [] END AS felt, e.mood_probabilities AS odds
FROM tracks k LEFT JOIN audio_features a USING (track_id) LEFT JOIN emotions e USING (track_id) ORDER BY k.track_id
"""
_MOOD_FROM = 0.45 - 1e-6


def measured(home: Path) -> list[dict[str, Any]]:
    """A card per track of the home's newest night."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as db:
        rows = db.sql(_QUERY).pl().to_dicts()
    for row in rows:
        odds = row.pop("odds") or ()
        row["moods"] = [m for m, odd in zip(row.pop("felt") or (), odds, strict=False) if odd >= _MOOD_FROM]
        row["mood"] = row["moods"][0] if row["moods"] else None
        row["artists"] = [a for a in row["artists"] or () if a["name"]]
    return rows
