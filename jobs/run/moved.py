"""Settings that stand elsewhere now: who still has the old one is told the new one."""

from __future__ import annotations

MOVED: dict[str, str] = {
    **{f"{section}.tempo_confidence_from": "[measurements] tempo_used_from" for section in ("taste", "choice")},
    "taste.key_strength_from": "[measurements] key_used_from",
    "lists.tempo_confidence_from": "[measurements] tempo_used_from, and tempo_said_from for what reasons say",
    "lists.key_strength_from": "[measurements] key_used_from, and key_said_from for what reasons say",
    "taste.mood_probability_from": "[measurements] mood_profiled_from",
    "lists.mood_probability_from": "[measurements] mood_used_from, and mood_said_from for what reasons say",
    "lists.emotion_confidence_from": "[measurements] feeling_said_from",
    "lists.scene_probability_from": "[measurements] scene_said_from",
    "facts.min_tempo_confidence": "[measurements] tempo_said_from",
    "facts.min_key_confidence": "[measurements] key_said_from",
    "facts.min_metre_confidence": "[measurements] metre_said_from",
    "facts.min_voice_confidence": "[measurements] voice_said_from",
    "facts.min_acoustic_confidence": "[measurements] acoustic_said_from",
    "facts.min_valence_confidence": "[measurements] feeling_said_from",
    "facts.min_mood_probability": "[measurements] mood_said_from",
    "candidates.fresh_days": "[lists] fresh_days",
    "candidates.resting_days": "[lists] resting_days",
    "serving.kind": "[serving] url, as sqlite:///serving/serving.sqlite",
    "audit.songs_per_list": "[lists] songs",
    "audit.artist_cap": "[lists] artist_cap",
    "audit.artist_cap_relaxed": "[lists] artist_cap_raised_by (how many more: 1 raises a cap of 2 to 3)",
    "audit.album_cap": "[lists] album_cap",
}
