"""Which tracks carry the same recording, by fingerprint and duration; when in doubt, split.

Candidates share at least a few of their rarest-hashed words (bottom-k sketches, Broder 1997)
and have the same length; the aligned fingerprints must then agree in every ten seconds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.audio.fingerprint import WORDS_PER_S, Words

SKETCH_WORDS = 128
SHARED_WORDS = 2
CROWDED = 64  # a word of more recordings than this tells nothing
DURATION_TOLERANCE_S = 1.5
MAX_SHIFT = round(1.0 * WORDS_PER_S)
PART = round(10 * WORDS_PER_S)
MAX_ERROR, MAX_PART_ERROR = 0.16, 0.25
MIN_WORDS = round(5 * WORDS_PER_S)
LEAST_DISTINCT = 0.25
_FOUND = {"content": pl.String, "recording_id": pl.String, "bit_error": pl.Float64}


@dataclass(frozen=True, slots=True)
class _Sound:
    """One distinct content: what is compared."""

    id: str
    duration_s: float
    words: Words


def same_recordings(features: pl.DataFrame) -> pl.DataFrame:
    """One row per track of ``audio_features``: ``track_id``, ``recording_id``, ``basis``, ``bit_error``.

    A recording is called after its least content id. A sound joins the first recording whose
    own fingerprint it matches, never by way of a third, so that doubtful chains do not form.
    """
    tracks = features.select("track_id", "duration_s", "fingerprint", content="audio_content_id")
    tracks = tracks.sort("content", "track_id")
    distinct = tracks.unique("content", keep="first", maintain_order=True)
    sounds = [
        _Sound(content, duration_s, np.array(words, dtype=np.int32))
        for content, duration_s, words in distinct.select("content", "duration_s", "fingerprint").iter_rows()
    ]
    found = pl.DataFrame(_join(sounds), schema=_FOUND, orient="row")
    joined = tracks.select("track_id", "content").join(found, on="content", maintain_order="left")
    kinds = pl.col("content").n_unique().over("recording_id")
    basis = pl.when(kinds > 1).then(pl.lit("sound")).when(pl.len().over("recording_id") > 1).then(pl.lit("bytes"))
    return joined.select("track_id", "recording_id", basis.otherwise(pl.lit("alone")).alias("basis"), "bit_error")


def with_recordings(features: pl.DataFrame, recordings: pl.DataFrame) -> pl.DataFrame:
    """``audio_features`` and each track's ``recording_id``; a content of no known recording is one of its own."""
    known = recordings.select("track_id", "recording_id")
    joined = features.join(known, on="track_id", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("recording_id", "audio_content_id").alias("recording_id"))


def _join(sounds: list[_Sound]) -> list[tuple[str, str, float | None]]:
    """(content, recording, share of bits that differ) of each sound; sounds come sorted by id."""
    near = _candidates(sounds)
    recording: dict[int, int] = {}
    rows = []
    for number, sound in enumerate(sounds):
        recording[number], error = number, None
        for other in sorted(near[number]):
            if other < number and recording[other] == other:
                error = bit_error(sounds[other], sound)
                if error is not None:
                    recording[number] = other
                    break
        rows.append((sound.id, sounds[recording[number]].id, error))
    return rows


def _candidates(sounds: list[_Sound]) -> dict[int, set[int]]:
    """Sounds of the same length that share sketch words, by number."""
    sketches = [_sketch(sound.words) for sound in sounds]
    words = np.concatenate([np.zeros(0, dtype=np.uint32), *sketches])
    numbers = np.repeat(np.arange(len(sounds)), [len(sketch) for sketch in sketches])
    order = np.argsort(words, kind="stable")
    edges = np.flatnonzero(np.diff(words[order])) + 1
    starts, ends = np.append(0, edges), np.append(edges, len(words))
    shared: Counter[tuple[int, int]] = Counter()
    for group in np.flatnonzero((ends - starts > 1) & (ends - starts <= CROWDED)):
        holders = numbers[order[starts[group] : ends[group]]].tolist()
        shared.update(pair for pair in combinations(holders, 2) if _as_long(sounds, *pair))
    near: dict[int, set[int]] = defaultdict(set)
    for (one, other), count in shared.items():
        if count >= SHARED_WORDS:
            near[other].add(one)
    return near


def _as_long(sounds: list[_Sound], one: int, other: int) -> bool:
    return abs(sounds[one].duration_s - sounds[other].duration_s) <= DURATION_TOLERANCE_S


def _sketch(words: Words) -> NDArray[np.uint32]:
    """The words with the least hashes: the same choice from nearly the same words."""
    distinct = np.unique(words[words != 0]).view(np.uint32)
    mixed = distinct * np.uint32(2654435761)
    mixed ^= mixed >> np.uint32(15)
    least: NDArray[np.uint32] = distinct[np.argsort(mixed, kind="stable")[:SKETCH_WORDS]]
    return least


def bit_error(one: _Sound, other: _Sound) -> float | None:
    """Share of differing bits of the best alignment; None when the two are not the same recording."""
    if not (_as_long([one, other], 0, 1) and tells(one.words) and tells(other.words)):
        return None
    return aligned_error(one.words, other.words)


def aligned_error(one: Words, other: Words) -> float | None:
    """The same of two fingerprints that tell, of sounds of one length."""
    errors = [_errors(one, other, shift) for shift in range(-MAX_SHIFT, MAX_SHIFT + 1)]
    best = min(errors, key=lambda found: float(found.mean()) if len(found) >= MIN_WORDS else 1.0)
    if len(best) < MIN_WORDS or best.mean() > MAX_ERROR:
        return None
    parts = np.array_split(best, max(len(best) // PART, 1))
    return float(best.mean()) if max(float(part.mean()) for part in parts) <= MAX_PART_ERROR else None


def tells(words: Words) -> bool:
    """Whether enough sounds, and moves enough, to be known again."""
    sounding = words[words != 0]
    return len(sounding) >= MIN_WORDS and len(np.unique(sounding)) >= LEAST_DISTINCT * len(sounding)


def _errors(one: Words, other: Words, shift: int) -> NDArray[np.float64]:
    """Share of differing bits of each pair of words where both sound, ``other`` moved by ``shift``."""
    a, b = one[max(shift, 0) :], other[max(-shift, 0) :]
    length = min(len(a), len(b))
    a, b = a[:length], b[:length]
    heard = (a != 0) & (b != 0)
    shares: NDArray[np.float64] = np.bitwise_count((a[heard] ^ b[heard]).view(np.uint32)) / 32
    return shares
