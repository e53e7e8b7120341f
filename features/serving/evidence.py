"""Evidence for people who check: each reason in words, and the SQL that shows it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from features.words import forms

# What each kind of evidence claims; the fields are those of a row of ``evidence``.
_CLAIMS = {
    "tempo_band": "tempo {song_value} {unit} lies in the listener's band {value}–{value_high} {unit}",
    "key_match": "key {song_text} is {value} of what the listener plays",
    "mood_match": "mood {subject} is {value} of what the listener plays",
    "daypart_mood": "feels like the listener's {subject} (valence {value}, arousal {value_high}; song {song_value})",
    "genre_share": "genre {subject} is {value} of what the listener plays",
    "artist_rotation": "artist {subject} is in rotation: {value} {unit}",
    "liked_artist": "by {subject}, an artist the listener liked",
    "resting": "played {value_high} times, last {value} days ago",
    "loved_tracks_together": "played together with {subject}, a loved track ({value})",
    "similar_track": "sounds or reads like {subject}, a loved track (similarity {value})",
    "fresh_release": "released {value} days ago",
    "popular_near": "number {value} in {subject}",
    "popular": "number {value} everywhere",
    "weather_fit": "its mood {song_text} fits the weather: {subject}",
    "discovery": "the listener has never played {subject}",
    "catalogue_pick": "nothing stronger is known; it brings {subject} to the list",
}

# SQL over the views of warehouse.duckdb that shows the numbers behind a claim.
_CHECKS = {
    "tempo_band": "SELECT t.tempo_low_bpm, t.tempo_high_bpm, a.tempo_bpm FROM taste t, audio_features a "
    "WHERE t.user_id = {user} AND a.track_id = {track}",
    "key_match": "SELECT t.keys, t.key_shares, a.key, a.mode FROM taste t, audio_features a "
    "WHERE t.user_id = {user} AND a.track_id = {track}",
    "mood_match": "SELECT t.moods, t.mood_shares, e.moods AS song_moods, e.mood_probabilities "
    "FROM taste t, emotions e WHERE t.user_id = {user} AND e.track_id = {track}",
    "daypart_mood": "SELECT t.daypart_plays, t.daypart_valence, t.daypart_arousal, e.valence, e.arousal "
    "FROM taste t, emotions e WHERE t.user_id = {user} AND e.track_id = {track}",
    "genre_share": "SELECT t.genres, t.genre_shares, k.genre FROM taste t, tracks k "
    "WHERE t.user_id = {user} AND k.track_id = {track}",
    "artist_rotation": "SELECT t.artist_ids, t.artist_plays, k.artist_id FROM taste t, tracks k "
    "WHERE t.user_id = {user} AND k.track_id = {track}",
    "liked_artist": "SELECT k.track_id, k.title FROM affinity f JOIN tracks k USING (track_id) "
    "WHERE f.user_id = {user} AND f.liked AND k.artist_id = (SELECT artist_id FROM tracks WHERE track_id = {track})",
    "resting": "SELECT plays, last_played FROM affinity WHERE user_id = {user} AND track_id = {track}",
    "loved_tracks_together": "SELECT rank, similarity FROM cf_neighbours "
    "WHERE (track_id, neighbour_id) IN (({subject}, {track}), ({track}, {subject}))",
    "similar_track": "SELECT rank, similarity, audio_similarity, text_similarity FROM neighbours "
    "WHERE (track_id, neighbour_id) IN (({subject}, {track}), ({track}, {subject}))",
    "fresh_release": "SELECT release_date FROM tracks WHERE track_id = {track}",
    "popular_near": "SELECT rank, score FROM popularity WHERE place = {subject} AND track_id = {track}",
    "popular": "SELECT rank, score FROM popularity WHERE place = '*' AND track_id = {track}",
    "weather_fit": "SELECT c.local_date, c.weather FROM contexts c JOIN users u USING (city) WHERE u.user_id = {user}",
    "catalogue_pick": "SELECT genre FROM tracks WHERE track_id = {track}",
    "discovery": "SELECT count(*) AS plays_of_artist FROM affinity f JOIN tracks k USING (track_id) "
    "WHERE f.user_id = {user} AND f.plays > 0 "
    "AND k.artist_id = (SELECT artist_id FROM tracks WHERE track_id = {track})",
}


def claim(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A row of ``evidence`` in words; ``names`` gives titles and artist names for ids."""
    fields = {name: _short(row[name]) for name in ("value", "value_high", "song_value", "song_text", "unit")}
    subject = row["subject"]
    fields["subject"] = "—" if subject is None else names.get(subject, subject)
    if row["kind"] in ("genre_share", "catalogue_pick"):
        fields["subject"] = fields["subject"].replace("_", " ")
    if row["kind"] == "key_match" and row["song_text"]:
        fields["song_text"] = forms.key_name(row["song_text"], "en")
    return " ".join(_CLAIMS[row["kind"]].format(**fields).split()).replace("( ", "(").replace(" )", ")")


def recheck_sql(row: Mapping[str, Any], user_id: str) -> str:
    """The query over ``warehouse.duckdb`` that shows the numbers behind a row of ``evidence``."""
    values = {"user": user_id, "track": row["track_id"], "subject": row["subject"] or ""}
    return _CHECKS[row["kind"]].format(**{name: quoted(text) for name, text in values.items()})


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def _short(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
