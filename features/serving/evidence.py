"""Evidence for people who check: each reason in words (its proof is in features.serving.proofs)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from features.words.terms import forms

# What each kind of evidence claims; the fields are those of a row of ``evidence``.
_CLAIMS = {
    "tempo_band": "tempo {song_value} {unit} lies in the listener's band {value}–{value_high} {unit}",
    "looped_tempo": "the listener looped {value} songs at {subject} BPM this week; this one runs at {song_value}",
    "key_match": "key {song_text} is {value} of what the listener plays",
    "mood_match": "mood {subject} is {value} of what the listener plays",
    "daypart_mood": "feels like the listener's {subject} (valence {value}, arousal {value_high}; song {song_value})",
    "calmer_days_off": "days off calmer than workdays (arousal {value} against {value_high}); song {song_value}",
    "livelier_days_off": "days off livelier than workdays (arousal {value} against {value_high}); song {song_value}",
    "hour_habit": "suits {subject}; the listener plays most at {value}:00 (probability {song_value})",
    "genre_share": "genre {subject} is {value} of what the listener plays",
    "artist_rotation": "artist {subject} is in rotation: {value} {unit}",
    "featured_artist": "features {subject}, who is in rotation: {value} {unit}",
    "liked_artist": "by {subject}, an artist the listener liked: {value} {unit}",
    "same_album": "from the same album as {subject}, a loved track ({value} {unit} of it)",
    "same_composer": "composed by {song_text}, like {subject}, a loved track ({value} {unit} by others)",
    "same_producer": "produced by {song_text}, like {subject}, a loved track ({value} {unit} by others)",
    "same_lyricist": "words by {song_text}, like {subject}, a loved track ({value} {unit} by others)",
    "same_label": "released by {song_text}, like {subject}, a loved track ({value} {unit} by others)",
    "resting": "played {value_high} times, last {value} days ago",
    "loved_tracks_together": "played together with {subject} {and_too}, loved ({value} {value_high})",
    "similar_track": "sounds or reads like {subject}, a loved track (similarity {value})",
    "fresh_release": "released {value} days ago",
    "popular_near": "number {value} in {subject}",
    "popular": "number {value} everywhere",
    "weather_fit": "its mood {song_text} fits the weather: {subject}",
    "discovery": "the listener has never played {subject}",
    "catalogue_pick": "nothing stronger is known; it brings {subject} to the list",
}


def claim(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A row of ``evidence`` in words; ``names`` gives titles and artist names for ids."""
    fields = {name: _short(row[name]) for name in ("value", "value_high", "song_value", "song_text", "unit")}
    subject = row["subject"]
    fields["subject"] = "—" if subject is None else names.get(subject, subject)
    too = row["subject_too"]
    fields["and_too"] = "" if too is None else f"and {names.get(too, too)}"
    if row["kind"] in ("genre_share", "catalogue_pick", "hour_habit"):
        fields["subject"] = fields["subject"].replace("_", " ")
    if row["kind"] == "key_match" and row["song_text"]:
        fields["song_text"] = forms.key_name(row["song_text"], "en")
    return " ".join(_CLAIMS[row["kind"]].format(**fields).split()).replace("( ", "(").replace(" )", ")")


def _short(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
