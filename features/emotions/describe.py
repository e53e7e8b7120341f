"""The emotions row of one track, from everything known about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from features.emotions import moods, priors, scenes, sound
from features.emotions.fusion import Witness, fuse
from features.emotions.words import SILENT, Affect, read

# Expected absolute error of each source alone: (valence, arousal).
AUDIO_ERROR = (0.35, 0.25)
TAGS_ERROR = (0.25, 0.25)
GENRE_ERROR = (0.40, 0.35)
LYRICS_ERROR = (0.45, 0.70)
_FULL_EVIDENCE = 10.0  # words of feeling after which more do not help
_FULL_TAGS = 2.0
SOURCES = ("audio", "lyrics", "tags", "catalogue")


def describe(
    track: Mapping[str, Any], features: Mapping[str, Any] | None, lines: Sequence[str] | None
) -> dict[str, Any]:
    """One row of ``emotions``.

    Args:
        track: a row of ``tracks``.
        features: its row of ``audio_features``, None without audio.
        lines: its lyrics, None without.
    """
    heard = None if features is None else sound.valence_and_arousal(features)
    words = read(lines) if lines else SILENT
    tags = priors.of_tags(track["listener_tags"])
    genre = priors.of_genre(track["genre"])
    witnesses = _witnesses(heard, words, tags, genre)
    valence, arousal = fuse([v for v, _ in witnesses]), fuse([a for _, a in witnesses])
    tagged = moods.probabilities(valence.value, arousal.value, max(valence.error, arousal.error), _named(words, tags))
    fitting = scenes.probabilities(
        valence.value,
        arousal.value,
        tempo_bpm=features["tempo_bpm"] if features else None,
        loudness_range_lu=features["loudness_range_lu"] if features else None,
        instrumental=track["language"] == "instrumental",
        named=priors.scenes_named(track["listener_tags"]),
    )
    used = {v.source for v, _ in witnesses}
    return {
        "track_id": track["track_id"],
        "valence": valence.value,
        "arousal": arousal.value,
        "valence_confidence": valence.confidence,
        "arousal_confidence": arousal.confidence,
        "audio_valence": None if heard is None else heard[0],
        "lyrics_valence": words.valence,
        "moods": [mood for mood, _ in tagged],
        "mood_probabilities": [p for _, p in tagged],
        "scenes": [scene for scene, _ in fitting],
        "scene_probabilities": [p for _, p in fitting],
        "sources": [s for s in SOURCES if s in used] or ["catalogue"],
        "model": sound.MODEL,
    }


def _witnesses(
    heard: tuple[float, float] | None, words: Affect, tags: Affect, genre: tuple[float, float] | None
) -> list[tuple[Witness, Witness]]:
    """(valence, arousal) witness of each source that speaks; thin evidence counts as more error."""
    pairs = []
    if heard is not None:
        pairs.append(_pair("audio", heard[0], heard[1], AUDIO_ERROR, 1.0))
    if words.valence is not None and words.arousal is not None:
        pairs.append(_pair("lyrics", words.valence, words.arousal, LYRICS_ERROR, words.hits / _FULL_EVIDENCE))
    if tags.valence is not None and tags.arousal is not None:
        pairs.append(_pair("tags", tags.valence, tags.arousal, TAGS_ERROR, tags.hits / _FULL_TAGS))
    if genre is not None:
        pairs.append(_pair("catalogue", *genre, GENRE_ERROR, 1.0))
    return pairs


def _pair(
    source: str, valence: float, arousal: float, error: tuple[float, float], evidence: float
) -> tuple[Witness, Witness]:
    thin = max(min(evidence, 1.0), 0.1) ** -0.5
    return Witness(source, valence, error[0] * thin), Witness(source, arousal, error[1] * thin)


def _named(words: Affect, tags: Affect) -> dict[str, float]:
    """Share with which lyrics (halved) and tags name each mood."""
    named = dict(tags.moods)
    for mood, share in words.moods.items():
        named[mood] = named.get(mood, 0.0) + 0.5 * share
    return named
