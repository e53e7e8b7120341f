"""Fitting the choice model: Adam on batches of occasions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from features.choice.model import Fitted, Listening, Parameters, World, charges, start, track_vectors
from features.choice.occasions import Occasions
from features.choice.params import ChoiceParams
from features.choice.slopes import slopes_of, sums_of


def fit(given: Occasions, world: World, params: ChoiceParams, rng: np.random.Generator) -> Fitted:
    """Fit all parameters; without occasions every liking is 0 and the terms are where they start."""
    held, adam = start(world, params, rng), _Adam(params.learning_rate)
    ridge, (listening, row) = charges(world, params), Listening.of(given)
    sums = sums_of(held, listening, world)
    for batch in _batches(len(given), params, rng):
        slopes = slopes_of(held, given, row, listening, batch, world, sums)
        share = 2 * len(batch) / len(given)
        for name, charge in ridge.items():
            slopes[name] = slopes[name] + np.float32(share) * charge * held[name]
        adam.step(held, slopes)
    return Fitted(held, track_vectors(held, world))


def _batches(occasions: int, params: ChoiceParams, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Sorted rows of each step: ``epochs`` passes of ``steps``; as many steps, of fewer passes, where that would
    take more than ``batch`` at a time.
    """
    a_pass = min(params.steps, occasions)
    left = params.epochs * a_pass
    while left > 0:
        parts = np.array_split(rng.permutation(occasions), max(a_pass, -(-occasions // params.batch)))[:left]
        yield from map(np.sort, parts)
        left -= len(parts)


@dataclass(slots=True)
class _Adam:
    """Kingma and Ba (ICLR 2015) with their constants."""

    rate: float
    steps: int = 0
    mean: Parameters = field(default_factory=dict)
    square: Parameters = field(default_factory=dict)

    def step(self, held: Parameters, slopes: Parameters) -> None:
        """Move every parameter in place against its slope."""
        self.steps += 1
        grown, spread = 1 - 0.9**self.steps, 1 - 0.999**self.steps
        for name, slope in slopes.items():
            mean = self.mean.setdefault(name, np.zeros_like(slope))
            square = self.square.setdefault(name, np.zeros_like(slope))
            mean += np.float32(0.1) * (slope - mean)
            square += np.float32(0.001) * (slope * slope - square)
            held[name] -= (
                np.float32(self.rate / grown) * mean / (np.sqrt(square / np.float32(spread)) + np.float32(1e-8))
            )
