"""How systems stand over several nights: means over listeners with intervals, per group and number of places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from features.evaluation import beyond, ranking
from features.evaluation.afterwards import GROUPS, OWN, PLACES, SPANS, Afterwards
from features.evaluation.comparison import Mean
from features.seeds import Seeds

LONGEST = max(PLACES)
_METRICS = ("ndcg", "recall", "hits")


@dataclass(frozen=True, slots=True)
class Standing:
    """One system at one task. A listener's figure is the mean over their nights; each listener counts once.

    Args:
        system: what made the lists; songs: ``new`` (first heard then) or ``all``; days: looked at.
        places: how many of the first; OWN: as many as the published list has new songs.
        group: ``all`` or one of GROUPS; listeners: how many have a figure.
        ndcg, recall: None for OWN places; hits: songs of the list that were then played.
        share: hits / places offered; offered: places on average.
        over: difference of nDCG (of hits for OWN places) from the rival's, listener by listener; None for the rival.
    """

    system: str
    songs: str
    days: int
    places: int
    group: str
    listeners: int
    ndcg: Mean | None
    recall: Mean | None
    hits: Mean
    share: Mean
    offered: float
    over: Mean | None


@dataclass(frozen=True, slots=True)
class BeyondAccuracy:
    """What accuracy does not see, of a system's lists of LONGEST places; means over nights.

    Args:
        coverage: share of the catalogue in some list; gini: inequality of how often songs are listed.
        novelty: mean self-information of the songs [bits].
        overlap: share of a list that was in the listener's list of the night before; None with one night.
        heard: share of songs heard before.
    """

    system: str
    songs: str
    coverage: float
    gini: float
    novelty: float
    overlap: float | None
    heard: float


def standings(scored: pl.DataFrame, rivals: Mapping[str, str], seeds: Seeds) -> list[Standing]:
    """Every system at every task; groups of listeners at LONGEST places in the longest span.

    Args:
        scored: as :func:`features.evaluation.afterwards.scored` returns it, of all nights, with a flag per group.
        rivals: by ``songs``, the system that others are held against.
        seeds: for the intervals; every system meets the same resamples.
    """
    found = []
    for group in ("all", *GROUPS):
        here = scored if group == "all" else scored.filter(
            pl.col(group) & (pl.col("days") == max(SPANS)) & pl.col("places").is_in([LONGEST, OWN]))  # fmt: skip
        means = here.group_by("songs", "days", "places", "system", "user_id", maintain_order=True).agg(
            pl.col(*_METRICS, "offered").mean()
        )
        for (songs, days, places), task in means.group_by("songs", "days", "places", maintain_order=True):
            rival = task.filter(pl.col("system") == rivals[str(songs)]).sort("user_id")
            for (system,), rows in task.group_by("system", maintain_order=True):
                own = rows.sort("user_id")
                name = (str(system), str(songs), int(str(days)), int(str(places)), group)
                found.append(_standing(name, own, None if system == rivals[str(songs)] else rival, seeds))
    return found


def _standing(
    name: tuple[str, str, int, int, str], rows: pl.DataFrame, rival: pl.DataFrame | None, seeds: Seeds
) -> Standing:
    """``rows`` and ``rival``: the same listeners in the same order."""
    _, songs, days, places, group = name
    main = "hits" if places == OWN else "ndcg"
    draws = seeds.rng("evaluate", "nights", songs, days, places, group).integers(0, rows.height, (1000, rows.height))
    values = {metric: rows[metric].to_numpy() for metric in (*_METRICS, "offered")}
    against = None if rival is None else _mean(values[main] - rival[main].to_numpy(), draws)
    return Standing(
        *name,
        rows.height,
        ndcg=None if places == OWN else _mean(values["ndcg"], draws),
        recall=None if places == OWN else _mean(values["recall"], draws),
        hits=_mean(values["hits"], draws),
        share=_ratio(values["hits"], values["offered"], draws),
        offered=float(values["offered"].mean()),
        over=against,
    )


def _mean(values: np.ndarray, draws: np.ndarray) -> Mean:
    low, high = np.quantile(values[draws].mean(axis=1), [0.025, 0.975])
    return Mean(float(values.mean()), float(low), float(high))


def _ratio(hits: np.ndarray, offered: np.ndarray, draws: np.ndarray) -> Mean:
    """Hits of all over places of all; 0 where nobody was offered any."""

    def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
        ratio: np.ndarray = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
        return ratio

    low, high = np.quantile(share(hits[draws].sum(axis=1), offered[draws].sum(axis=1)), [0.025, 0.975])
    whole = share(np.array([hits.sum()]), np.array([offered.sum()]))
    return Mean(float(whole[0]), float(low), float(high))


def beyond_accuracy(
    nights: Sequence[tuple[Afterwards, Mapping[str, Mapping[str, np.ndarray]]]],
) -> list[BeyondAccuracy]:
    """Every system's lists over the nights, oldest first."""
    names = {(system, songs) for _, lists in nights for system, own in lists.items() for songs in own if songs != "own"}
    order = {system: place for place, system in enumerate(nights[0][1])}
    found = []
    for system, songs in sorted(names, key=lambda name: (name[1], order[name[0]])):
        per_night = [(on, lists[system][songs]) for on, lists in nights]
        overlaps = [_overlap(*a, *b) for a, b in pairwise(per_night)]
        found.append(
            BeyondAccuracy(
                system,
                songs,
                coverage=_average([ranking.coverage(own, len(on.tracks)) for on, own in per_night]),
                gini=_average([ranking.gini(own, len(on.tracks)) for on, own in per_night]),
                novelty=_average([_known(beyond.novelty(own, on.bits)) for on, own in per_night]),
                overlap=_average(overlaps) if overlaps else None,
                heard=_average([_known(beyond.share_known(own, on.heard)) for on, own in per_night]),
            )
        )
    return found


def _overlap(before: Afterwards, then: np.ndarray, on: Afterwards, now: np.ndarray) -> float:
    """Mean share of the later lists that the same listeners' earlier ones hold."""
    from features.collaborative.interactions import positions

    both = on.users.filter(on.users.is_in(before.users.implode()))
    old = then[positions(both, before.users)]
    moved = positions(before.tracks, on.tracks)  # a catalogue only grows
    earlier = beyond.incidence(np.where(old >= 0, moved[old], -1), len(on.tracks))
    return _known(beyond.share_known(now[positions(both, on.users)], earlier))


def _known(values: np.ndarray) -> float:
    kept = values[~np.isnan(values)]
    return float(kept.mean()) if len(kept) else 0.0


def _average(values: Sequence[float]) -> float:
    return float(np.mean(values))
