"""Stages ``replay`` and ``ranker``: which weights, and which trees, score tonight's candidates.

A replay is other stages on another day, so they are called here as the runner calls them.
"""

from __future__ import annotations

import polars as pl

from features.candidates.sources import CandidateParams
from features.choice.params import ChoiceParams
from features.collaborative.params import CollaborativeParams
from features.lists import build
from features.lists.inputs import ListInputs
from features.lists.params import ListParams
from features.lists.ranking_log import ranking_log
from features.measurement import MeasurementPolicy
from features.night import Night
from features.ranker.inputs import RankerInputs, ReplayInputs
from features.ranker.replay import ReplayParams, as_history, as_of
from features.ranker.tables import tonight
from features.seeds import Seeds
from features.taste.weights import TasteParams
from jobs import candidates, choice, collaborative, taste
from jobs.run.body import apply, gather
from schemas import TABLES


def run(
    *,
    ranking_history: pl.DataFrame,
    ranking_replay: pl.DataFrame,
    ranker_history: pl.DataFrame,
    plays: pl.DataFrame,
    list_rules: ListParams,
    seeds: Seeds,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """One row of ``ranker`` and what was judged; a first night of few plays serves the weights of the settings."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return tonight(
            RankerInputs(ranking_history, ranking_replay, ranker_history, plays),
            list_rules.weights,
            list_rules.ranker,
            night,
            seeds.rng("ranker"),
        )


def replay(
    inputs: ReplayInputs,
    *,
    params: ReplayParams,
    taste_rules: TasteParams,
    collaborative_rules: CollaborativeParams,
    choice_rules: ChoiceParams,
    candidate_rules: CandidateParams,
    list_rules: ListParams,
    policy: MeasurementPolicy,
    seeds: Seeds,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """``ranking_replay``: the candidates of that night as the ranker would have seen them; empty where it learnt
    before, or where too little was found since to learn from.
    """
    tables = as_of(inputs, params, night)
    if tables is None:
        return {"ranking_replay": TABLES["ranking_replay"].empty()}
    past = Night(night.days_before(params.days))
    tables |= apply(taste.run, tables, params=taste_rules, policy=policy, night=past)
    tables |= apply(collaborative.run, tables, params=collaborative_rules, night=past)
    tables |= apply(choice.whole, tables, params=choice_rules, policy=policy, seeds=seeds, night=past)
    tables |= apply(candidates.run, tables, params=candidate_rules, list_rules=list_rules, night=past)
    made = build.bucket(gather(ListInputs, tables), list_rules, policy, past)
    return {"ranking_replay": as_history(ranking_log(made, list_rules, tables["ranker"]), past)}
