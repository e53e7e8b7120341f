"""Valence and arousal from the emotion descriptors: a small trained model, asked with NumPy alone.

Each axis is the mean of four readers, each right about other songs: what theory says, with equal
weights (:mod:`features.emotions.theory`); a ridge regression; a Gaussian kernel ridge regression;
extremely randomised trees (Geurts et al. 2006). What they expect to be wrong by is a second,
smaller regression on how far they disagree, how unusual the sound is, and how extreme the answer;
it was fitted to answers about recordings that the readers had not seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.emotions import forest

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

AXES = ("valence", "arousal")
WEIGHTS = "weights.npz"
CLIP = 3.0  # standard deviations
LEAST_ERROR, MOST_ERROR = 0.05, 1.0
Doubles = NDArray[np.float64]
Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One axis: the answer in [-1, 1] and its expected absolute error."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Readers:
    """What is known about one axis; arrays as the training wrote them.

    Args:
        columns: the descriptors that this axis heeds [shape=(k,)].
        theory: their weights by theory alone [shape=(k,)].
        ridge: coefficients of the standardised descriptors, the intercept last [shape=(k + 1,)].
        support: standardised recordings remembered by the kernel reader [shape=(n, k)].
        dual: their weights, the intercept last [shape=(n + 1,)].
        gamma: width of the kernel: exp(-gamma · squared distance).
        trees: the forest.
        scale: factor from the mean of the readers to [-1, 1].
        error: coefficients of the doubts in the expected error [shape=(5,)].
    """

    columns: NDArray[np.int64]
    theory: Doubles
    ridge: Doubles
    support: Doubles
    dual: Doubles
    gamma: float
    trees: forest.Forest
    scale: float
    error: Doubles

    def answers(self, row: Doubles) -> Doubles:
        """The readers' answers in standard deviations of the labels [row: shape=(d,); result: shape=(4,)]."""
        heeded = row[self.columns]
        apart = np.square(self.support - heeded).sum(axis=1)
        return np.array(
            [
                heeded @ self.theory,
                heeded @ self.ridge[:-1] + self.ridge[-1],
                np.exp(-self.gamma * apart) @ self.dual[:-1] + self.dual[-1],
                self.trees.each(heeded).mean(),
            ]
        )

    def doubts(self, row: Doubles) -> Doubles:
        """Why the answer may be wrong: 1, disagreement of readers, of trees, strangeness, |answer| [shape=(5,)]."""
        answers, heeded = self.answers(row), row[self.columns]
        spread = self.trees.each(heeded).std()
        return np.array([1.0, answers.std(), spread, np.abs(heeded).mean(), abs(answers.mean())])

    def read(self, row: Doubles) -> Reading:
        """The answer about one standardised recording [shape=(d,)]."""
        value = float(np.clip(self.scale * self.answers(row).mean(), -1, 1))
        expected = float(self.doubts(row) @ self.error)
        return Reading(value, min(max(expected, LEAST_ERROR), MOST_ERROR))


@dataclass(frozen=True, slots=True)
class EmotionModel:
    """A trained model.

    Args:
        name: name and version, as ``emotions.model`` carries it.
        licence: what the weights may be used for, and why.
        descriptors: the descriptors it was trained on, in order.
    """

    name: str
    licence: str
    descriptors: tuple[str, ...]
    centre: Doubles
    spread: Doubles
    valence: Readers
    arousal: Readers

    def read_track(self, track: Mapping[str, Any], features: Mapping[str, Any]) -> tuple[Reading, Reading] | None:
        """Valence and arousal of a track by its row of ``audio_features``; None for rows without descriptors."""
        del track
        descriptors = features.get("emotion_descriptors")
        return None if descriptors is None else self.read(descriptors)

    def read(self, descriptors: Sequence[float]) -> tuple[Reading, Reading]:
        """Valence and arousal of one recording [length = number of descriptors]."""
        row = standardise(np.asarray(descriptors, dtype=np.float64), self.centre, self.spread)
        return self.valence.read(row), self.arousal.read(row)


def standardise(features: Doubles, centre: Doubles, spread: Doubles) -> Doubles:
    """Standard deviations from the training recordings' mean, at most three either way."""
    rows: Doubles = np.clip((features - centre) / spread, -CLIP, CLIP)
    return rows


def load(source: Path | Traversable) -> EmotionModel:
    """The model in an npz file; nothing in it is executed (no pickle)."""
    with source.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return from_arrays({name: stored[name] for name in stored.files})


def from_arrays(arrays: Arrays) -> EmotionModel:
    """The model made of named arrays."""
    return EmotionModel(
        name=str(arrays["name"]),
        licence=str(arrays["licence"]),
        descriptors=tuple(str(name) for name in arrays["descriptors"]),
        centre=_doubles(arrays["centre"]),
        spread=_doubles(arrays["spread"]),
        valence=_readers(arrays, "valence"),
        arousal=_readers(arrays, "arousal"),
    )


def _readers(arrays: Arrays, axis: str) -> Readers:
    return Readers(
        columns=arrays[f"{axis}/columns"].astype(np.int64),
        theory=_doubles(arrays[f"{axis}/theory"]),
        ridge=_doubles(arrays[f"{axis}/ridge"]),
        support=_doubles(arrays[f"{axis}/support"]),
        dual=_doubles(arrays[f"{axis}/dual"]),
        gamma=float(_doubles(arrays[f"{axis}/gamma"])),
        trees=forest.read(arrays, f"{axis}/"),
        scale=float(_doubles(arrays[f"{axis}/scale"])),
        error=_doubles(arrays[f"{axis}/error"]),
    )


def _doubles(array: NDArray[np.generic]) -> Doubles:
    return array.astype(np.float64)


@cache
def shipped() -> EmotionModel:
    """The model that comes with daily30; read once per process."""
    return load(files("features.emotions").joinpath(WEIGHTS))
