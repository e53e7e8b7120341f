"""The emotions row of one track, from everything known about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from features.emotions import moods, priors, scenes, sound
from features.emotions.audio_model import Reading
from features.emotions.fusion import Estimate, SourceEstimate, fuse
from features.emotions.moods import PlanePoint, Tag
from features.emotions.words import SILENT, Affect, read

# Expected absolute error of each source alone: (valence, arousal). The audio model states its own.
FORMULA_ERROR = (0.35, 0.25)
TAGS_ERROR = (0.25, 0.25)
GENRE_ERROR = (0.40, 0.35)
LYRICS_ERROR = (0.45, 0.70)
_FULL_EVIDENCE = 10.0  # words of feeling after which more do not help
_FULL_TAGS = 2.0
# Estimates are drawn to neutral by all that is unknown; the moods' points on the circumplex are not.
STRETCH = 1.6
SOURCES = ("audio", "lyrics", "tags", "catalogue")
Pair = tuple[SourceEstimate, SourceEstimate]


class SoundReader(Protocol):
    """Reads valence and arousal out of a track's sound; ``name`` is stored with each row."""

    @property
    def name(self) -> str: ...
    def read_track(
        self, track: Mapping[str, Any], features: Mapping[str, Any], /
    ) -> tuple[Reading, Reading] | None: ...


def describe(
    track: Mapping[str, Any],
    features: Mapping[str, Any] | None,
    lines: Sequence[str] | None,
    model: SoundReader | None = None,
) -> dict[str, Any]:
    """One row of ``emotions``.

    Of a song that was neither heard nor read nor tagged nothing is sure: its genre is no measure of its feeling.

    Args:
        track: a row of ``tracks``.
        features: its row of ``audio_features``, None without audio.
        lines: its lyrics, None without.
        model: the trained model; None leaves the sound to the hand-set formula.
    """
    heard, name = (None, model.name if model else sound.MODEL) if features is None else listen(track, features, model)
    words = read(lines) if lines else SILENT
    tags = priors.of_tags(track["listener_tags"])
    pairs = _source_estimates(heard, words, tags, priors.of_genre(track["genre"]))
    valence, arousal = fuse([v for v, _ in pairs]), fuse([a for _, a in pairs])
    points = [_point(pair, {"lyrics": words.moods, "tags": tags.moods}.get(pair[0].source, {})) for pair in pairs]
    candidates = [v for v in points if v.source != "catalogue"] if torn(pairs) else [_fused(valence, arousal)]
    tagged = moods.probabilities(candidates, points)
    fitting = _fitting(candidates, points, track, features)
    used = {v.source for v, _ in pairs}
    return {
        "track_id": track["track_id"],
        "valence": valence.value,
        "arousal": arousal.value,
        "valence_confidence": valence.confidence if used - {"catalogue"} else 0.0,
        "arousal_confidence": arousal.confidence if used - {"catalogue"} else 0.0,
        "tags_valence": tags.valence,
        **_apart(heard, words),
        **_columns("mood", tagged),
        **_columns("scene", fitting),
        "sources": [s for s in SOURCES if s in used] or ["catalogue"],
        "model": name,
    }


def _fitting(
    candidates: Sequence[PlanePoint],
    points: Sequence[PlanePoint],
    track: Mapping[str, Any],
    features: Mapping[str, Any] | None,
) -> list[Tag]:
    """Scenes that the track fits, and how surely."""
    return scenes.probabilities(
        candidates,
        points,
        tempo_bpm=features["tempo_bpm"] if features else None,
        loudness_range_lu=features["loudness_range_lu"] if features else None,
        instrumental=track["language"] == "instrumental",
        named=priors.scenes_named(track["listener_tags"]),
    )


def _apart(heard: tuple[Reading, Reading] | None, words: Affect) -> dict[str, float | None]:
    """What the sound alone and the words alone say, and how far they are from one another."""
    valence, arousal = (None, None) if heard is None else (reading.value for reading in heard)
    return {
        "audio_valence": valence,
        "audio_arousal": arousal,
        "lyrics_valence": words.valence,
        "lyrics_arousal": words.arousal,
        "disagreement": None if valence is None or words.valence is None else abs(valence - words.valence),
    }


def listen(
    track: Mapping[str, Any], features: Mapping[str, Any], model: SoundReader | None
) -> tuple[tuple[Reading, Reading], str]:
    """Valence and arousal of the sound, and who read them; the formula where the model has nothing to read."""
    read_by_model = None if model is None else model.read_track(track, features)
    if model is not None and read_by_model is not None:
        return read_by_model, model.name
    valence, arousal = sound.valence_and_arousal(features)
    return (Reading(valence, FORMULA_ERROR[0]), Reading(arousal, FORMULA_ERROR[1])), sound.MODEL


def torn(pairs: Sequence[Pair]) -> bool:
    """Whether two sources put the song further apart in valence than both together expect to be wrong."""
    own = [v for v, _ in pairs if v.source != "catalogue"]  # a genre says nothing of this song alone
    return any(abs(a.value - b.value) > a.error + b.error for a in own for b in own)


def _columns(kind: str, tags: Sequence[moods.Tag]) -> dict[str, list[Any]]:
    return {
        f"{kind}s": [tag.id for tag in tags],
        f"{kind}_probabilities": [tag.probability for tag in tags],
        f"{kind}_sources": [tag.sources for tag in tags],
    }


def _point(pair: Pair, named: Mapping[str, float]) -> PlanePoint:
    valence, arousal = pair
    stretch = STRETCH if valence.source == "audio" else 1.0
    return PlanePoint(
        valence.source,
        _within(stretch * valence.value),
        _within(stretch * arousal.value),
        min(max(valence.error, arousal.error), 1.0),
        named,
    )


def _fused(valence: Estimate, arousal: Estimate) -> PlanePoint:
    at = (_within(STRETCH * valence.value), _within(STRETCH * arousal.value))
    return PlanePoint("all", *at, max(valence.error, arousal.error))


def _within(value: float) -> float:
    return min(max(value, -1.0), 1.0)


def _source_estimates(
    heard: tuple[Reading, Reading] | None, words: Affect, tags: Affect, genre: tuple[float, float] | None
) -> list[Pair]:
    """(valence, arousal) estimate of each source that speaks; thin evidence counts as more error."""
    pairs: list[Pair] = []
    if heard is not None:
        valence, arousal = heard
        pairs.append(
            (
                SourceEstimate("audio", valence.value, valence.error),
                SourceEstimate("audio", arousal.value, arousal.error),
            )
        )
    if words.valence is not None and words.arousal is not None:
        pairs.append(_pair("lyrics", words.valence, words.arousal, LYRICS_ERROR, words.hits / _FULL_EVIDENCE))
    if tags.valence is not None and tags.arousal is not None:
        pairs.append(_pair("tags", tags.valence, tags.arousal, TAGS_ERROR, tags.hits / _FULL_TAGS))
    if genre is not None:
        pairs.append(_pair("catalogue", *genre, GENRE_ERROR, 1.0))
    return pairs


def _pair(source: str, valence: float, arousal: float, error: tuple[float, float], evidence: float) -> Pair:
    thin = max(min(evidence, 1.0), 0.1) ** -0.5
    return SourceEstimate(source, valence, error[0] * thin), SourceEstimate(source, arousal, error[1] * thin)
