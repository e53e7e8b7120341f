"""How long satiation lasts, learnt: the share of it left after a day that makes repeated choices likeliest.

A profile likelihood over half-lives. Liking is held at what a short fit with the default memory
found; at each half-life the weights of liking, habit and satiation are those that explain the
repeated choices best (a conditional logit, McFadden 1974). A log-normal prior draws the half-life
to the default, and the default stays unless another one is likelier by a margin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from features.choice.log import Log
from features.choice.model import Fitted, Listening, listeners
from features.choice.occasions import Occasions
from features.choice.params import ChoiceParams

_STEPS = 12  # Newton steps; four are enough as a rule
_CLOSE = 1e-3
_START = np.array([1.0, 0.2, 0.3])


@dataclass(frozen=True, slots=True)
class Learnt:
    """Memory and what speaks for it.

    Args:
        memory: share of satiation left after a day.
        repeats: choices it was learnt from.
        gain: log-likelihood, prior included, by which it beats the default; 0 where the default stays.
    """

    memory: float
    repeats: int
    gain: float


def learn(log: Log, given: Occasions, fitted: Fitted, params: ChoiceParams) -> Learnt:
    """The likeliest memory, or the default where too little speaks against it.

    Args:
        fitted: a short fit to these occasions with the default memory.
    """
    by = params.memory_learning
    rows = np.flatnonzero(~given.first & (given.usable.sum(axis=1) > 1))
    if len(rows) < by.repeats_from:
        return Learnt(params.memory, len(rows), 0.0)
    rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), by.repeats_most)).astype(np.int64)]
    some = given.at(rows)
    liking = liking_of(some, fitted)
    default = math.log2(half_life(params.memory))
    found: dict[float, float] = {}

    def weighed(octaves: float) -> float:
        if octaves not in found:
            memory = share_left(2 ** (default + octaves))
            prior = -0.5 * (octaves / by.spread) ** 2
            found[octaves] = prior + likelihood(liking, some.remembered(log, memory))
        return found[octaves]

    best = max(np.arange(-by.octaves, by.octaves + 0.5, 0.5).tolist(), key=weighed)
    best = max((best - 0.25, best, best + 0.25), key=weighed)
    gain = weighed(best) - weighed(0.0)
    if gain < by.gain_from:
        return Learnt(params.memory, len(rows), 0.0)
    return Learnt(share_left(2 ** (default + best)), len(rows), gain)


def half_life(memory: float) -> float:
    """Days after which half is left."""
    return math.log(0.5) / math.log(memory)


def share_left(half_life_days: float) -> float:
    """What is left after a day."""
    return float(0.5 ** (1 / half_life_days))


def liking_of(given: Occasions, fitted: Fitted) -> np.ndarray:
    """Liking of every song shown, on its day [shape=(rows, 1 + alternatives)]."""
    listening, row = Listening.of(given)
    vectors = listeners(fitted.held, listening)
    return np.asarray(np.einsum("bd,bkd->bk", vectors[row], fitted.tracks[given.tracks]), dtype=np.float64)


def likelihood(liking: np.ndarray, given: Occasions) -> float:
    """Greatest weighted log-likelihood of the choices over the weights of liking, habit and satiation."""
    columns = np.stack([liking, given.habit, -given.satiation], axis=2, dtype=np.float64)
    columns -= columns[:, :1]  # the song chosen has utility 0
    usable, weight = given.usable, given.weight.astype(np.float64)
    weights, step, value = _START, np.zeros(3), -np.inf
    for _ in range(_STEPS):
        utility = np.where(usable, columns @ weights, -np.inf)
        top = utility.max(axis=1)
        share = np.exp(utility - top[:, None])
        whole = share.sum(axis=1)
        found = -float(weight @ (top + np.log(whole)))
        if found < value:  # too far: half the way
            step /= 2
            weights = weights - step
            continue
        close, value = found - value < _CLOSE, found
        if close:
            break
        share /= whole[:, None]
        mean = np.einsum("bk,bkc->bc", share, columns)
        shared = columns * (share * weight[:, None])[:, :, None]
        curve = shared.reshape(-1, 3).T @ columns.reshape(-1, 3) - (mean * weight[:, None]).T @ mean
        step = -np.linalg.solve(curve + 1e-6 * np.eye(3), weight @ mean)
        weights = weights + step
    return value
