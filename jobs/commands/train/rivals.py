"""What the emotion model must beat: majority, a linear model and trees on MusicExtractor's descriptors."""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from features.emotions.training import validate
from features.emotions.training.examples import AXES, Examples
from features.emotions.training.fit import FitParams

_MOST_VALUES = 40  # longer descriptors are curves, not summaries


def music_extractor(mono: NDArray[np.float32]) -> list[float]:
    """Essentia's MusicExtractor on a mono signal at 44.1 kHz: means and deviations, in the order of their names."""
    from features.audio.essentia_quiet import standard

    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        with wave.open(file.name, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(44100)
            out.writeframes((np.clip(mono, -1, 1) * 32767).astype("<i2").tobytes())
        stats = ["mean", "stdev"]
        found, _ = standard().MusicExtractor(lowlevelStats=stats, rhythmStats=stats, tonalStats=stats)(file.name)
    values: list[float] = []
    for name in sorted(found.descriptorNames()):
        value = found[name]
        if name.startswith("metadata") or "beats_position" in name:
            continue
        if isinstance(value, int | float):
            values.append(float(value))
        elif isinstance(value, np.ndarray) and value.ndim == 1 and len(value) <= _MOST_VALUES:
            values += [float(v) for v in value]
        elif name.endswith("scale"):
            values.append(float(value == "major"))
    return values


def judge(corpora: Sequence[Examples], params: FitParams) -> dict[str, dict[str, dict[str, float]]]:
    """Score by corpus, rival and axis; corpora hold MusicExtractor's descriptors."""
    table: dict[str, dict[str, dict[str, float]]] = {}
    for corpus in corpora:
        for name, rival in validate.rivals().items():
            for axis in AXES:
                labelled = int(np.isfinite(corpus.labels[:, AXES.index(axis)]).sum())
                if labelled >= validate.LEAST_SCORED:
                    score = validate.judge_rival(rival, corpus, corpus.features, axis, params)
                    table.setdefault(corpus.name, {}).setdefault(name, {})[axis] = score
    return table
