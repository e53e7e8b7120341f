"""How systems stand beside each other: means with intervals, for everybody and per group of listeners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.evaluation import ranking
from features.evaluation.ground_truth import GroundTruth, groups
from features.seeds import Seeds

METRICS = ("recall", "ndcg", "map", "recall_new", "novelty", "diversity", "calibration", "heard", "repeats")


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over listeners with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SystemResult:
    """One system in one group.

    Args:
        system: what made the lists; group: ``all`` or a history class; users: how many.
        metrics: by name; those without any value are left out.
        coverage: share of the catalogue that some list of the group holds; gini: inequality
            of how often tracks are listed.
    """

    system: str
    group: str
    users: int
    metrics: Mapping[str, Mean]
    coverage: float
    gini: float


def results_by_group(truth: GroundTruth, systems: Mapping[str, np.ndarray], seeds: Seeds) -> list[SystemResult]:
    """Every system in every group.

    Args:
        systems: lists by name [shape=(users, k)]; a listener without a list scores 0 in recall, nDCG and MAP.
    """
    found = []
    for system, lists in systems.items():
        scores = truth.score(lists)
        for group, at in groups(truth).items():
            metrics = {name: _mean(values[at], seeds, group, name) for name, values in scores.items()}
            listed = lists[at]
            found.append(
                SystemResult(
                    system, group, len(at), {n: m for n, m in metrics.items() if m is not None},
                    ranking.coverage(listed, len(truth.tracks)), ranking.gini(listed, len(truth.tracks)),
                )
            )  # fmt: skip
    return found


def _mean(values: np.ndarray, seeds: Seeds, group: str, name: str) -> Mean | None:
    """The same resamples for every system, so that intervals compare."""
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    low, high = ranking.bootstrap_interval(known, seeds.rng("evaluate", group, name))
    return Mean(float(known.mean()), low, high)
