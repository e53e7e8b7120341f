"""The promotion gate: who foresaw best which new songs would be played, beside exposure, and may serve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.ranker.examples import Examples
from features.ranker.learn import fit_offsets
from features.ranker.params import RankerParams

K = 30
BASELINES = ("popular", "item_item", "user_knn", "own_artist")


@dataclass(frozen=True, slots=True)
class Trial:
    """One contender's result.

    Args:
        ndcg: mean nDCG@30 over lists; gain_low: lower end of the 90 % interval of its gain over serving.
    """

    contender: str
    ndcg: float | None
    gain_low: float | None
    lists: int
    serves: bool
    reason: str


def judge(
    scores: Mapping[str, np.ndarray], last: Examples, params: RankerParams, rng: np.random.Generator, least: float = 0.0
) -> list[Trial]:
    """Judge contenders on the last night; exactly one trial serves, ``serving`` unless it is beaten.

    Each score is joined with habit and exposure in the proportion that suits it best, so that a
    contender is measured by what it adds to them and not by repeating them.

    Args:
        scores: of the pairs of ``last`` by contender; must hold ``serving`` and BASELINES.
        least: gain over each of them that a contender needs, as a share of its nDCG.
    """
    found = {}
    for name, score in scores.items():
        beside = fit_offsets(score, last)
        found[name] = ndcg(np.column_stack([score, last.offsets]) @ beside, last)
    means = {name: float(values.mean()) for name, values in found.items()}
    lows = {name: _low(values - found["serving"], params, rng) for name, values in found.items()}
    rivals = [n for n in scores if n not in (*BASELINES, "serving")]
    best = max(rivals, key=lambda n: (means[n], n), default="serving")
    verdicts = {n: _verdict(n, best, means, lows, params, least) for n in rivals}
    winner = best if verdicts.get(best) == "" else "serving"
    lists = len(found["serving"])
    return [
        Trial(
            name,
            means[name],
            None if name == "serving" else lows[name],
            lists,
            name == winner,
            _reason(name, winner, verdicts),
        )
        for name in scores
    ]


def _verdict(
    name: str, best: str, means: Mapping[str, float], lows: Mapping[str, float], params: RankerParams, least: float
) -> str:
    """Why this contender may not serve; empty when it may."""
    beaten = [other for other in ("serving", *BASELINES) if means[name] < means[other] * (1 + least) + params.margin]
    if beaten:
        return f"does not beat {f'by {least:.0%} ' if least else ''}" + ", ".join(
            f"{other} ({means[other]:.4f})" for other in beaten
        )
    if lows[name] <= 0:
        return f"its gain over serving may be chance (90 % interval from {lows[name]:+.4f})"
    return "" if name == best else f"{best} is better ({means[best]:.4f})"


def _reason(name: str, winner: str, verdicts: Mapping[str, str]) -> str:
    if name == winner:
        return "the last good one stays" if name == "serving" else "beats serving and the baselines"
    if name in verdicts:
        return verdicts[name]
    return "replaced" if name == "serving" else "baseline"


def ndcg(score: np.ndarray, lists: Examples) -> np.ndarray:
    """nDCG@30 of what was played, by list [shape=(lists,)]."""
    sizes = lists.sizes
    starts = np.cumsum(sizes) - sizes
    position = np.arange(len(score)) - np.repeat(starts, sizes)
    discount = np.where(position < K, 1 / np.log2(position + 2), 0.0)
    by_score = np.lexsort((-score, lists.group))
    by_truth = np.lexsort((-lists.played, lists.group))
    got, best = (np.bincount(lists.group, lists.played[order] * discount) for order in (by_score, by_truth))
    return np.asarray(got / best)


def _low(gain: np.ndarray, params: RankerParams, rng: np.random.Generator) -> float:
    """5 % quantile of the mean gain over resampled lists."""
    drawn = rng.integers(0, len(gain), (params.draws, len(gain)))
    return float(np.quantile(gain[drawn].mean(axis=1), 0.05))
