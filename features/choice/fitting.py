"""Fitting the choice model: Adam on batches of occasions."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from features.choice.model import Fitted, Listening, Parameters, World, charges, start, track_vectors
from features.choice.occasions import Occasions
from features.choice.params import ChoiceParams
from features.choice.slopes import slopes_of


def fit(given: Occasions, world: World, params: ChoiceParams, rng: np.random.Generator) -> Fitted:
    """Fit all parameters; without occasions every liking is 0 and the terms are where they start."""
    held, adam = start(world, params, rng), _Adam(params.learning_rate)
    ridge, (listening, row) = charges(world, params), Listening.of(given)
    for _ in range(params.epochs if len(given) else 0):
        for batch in np.array_split(rng.permutation(len(given)), min(params.steps, len(given))):
            slopes = slopes_of(held, given, row, listening, np.sort(batch), world)
            share = 2 * len(batch) / len(given)
            for name, charge in ridge.items():
                slopes[name] = slopes[name] + np.float32(share) * charge * held[name]
            adam.step(held, slopes)
    return Fitted(held, track_vectors(held, world))


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
