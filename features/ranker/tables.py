"""Tonight's ranker: learn from past nights, judge on the last one, keep the better."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from features.night import Night
from features.ranker.examples import Examples, examples, replayed
from features.ranker.gate import BASELINES, Trial, judge
from features.ranker.inputs import RankerInputs
from features.ranker.learn import fit_linear, fit_trees
from features.ranker.new_share import balanced
from features.ranker.params import RankerParams
from features.ranker.scorer import FEATURES, Ranker, of_row
from features.ranker.weights import Weights
from schemas import TABLES

_EPOCH = date(1970, 1, 1)


def tonight(
    given: RankerInputs, weights: Weights, params: RankerParams, night: Night, rng: np.random.Generator
) -> dict[str, pl.DataFrame]:
    """Contracts ``ranker`` and ``ranker_trials``.

    Nights up to the last but one teach, the last one (whose next day is ``ds``) judges: nothing of
    the judging day is learnt from. Where a night was made again (``ranking_replay``), what was played
    soon after it teaches, what was played later judges. Songs never played before judge alone: what is
    played again follows habit, whoever ranks. The ranker that served last night stays unless it is beaten.
    """
    share = min(1.0, params.logged_listeners / max(1, given.plays["user_id"].n_unique()))
    serving = of_row(given.ranker_history.sort("ds", descending=True).head(1), weights)
    past, last = _split(given, params, night)
    if past.played.sum() < params.plays_from or not len(last.played):
        reason = f"{int(past.played.sum())} plays of logged candidates on past nights, {params.plays_from} needed"
        if past.played.sum() >= params.plays_from:
            reason = "nothing new was played on the days to judge by"
        return _tables(serving, [Trial("gate", None, None, 0, True, f"the last good one stays: {reason}")], share)
    rivals = _rivals(past, serving, params)
    logged, days = _taught(given, params, night)
    for name in ("linear", "trees"):
        rivals[name] = balanced(rivals[name], FEATURES, logged, given.plays, days, params)
    scores = {name: model.score(last.features) for name, model in rivals.items()}
    scores |= {name: last.features[:, FEATURES.index(name)] for name in BASELINES}
    trials = judge(scores, last, params, rng, params.replay_gain if given.ranking_replay.height else 0.0)
    winner = next(trial.contender for trial in trials if trial.serves)
    return _tables(rivals[winner], trials, share)


def _split(given: RankerInputs, params: RankerParams, night: Night) -> tuple[Examples, Examples]:
    """(lists that teach, lists of new songs that judge)."""
    if given.ranking_replay.height:
        past, last = replayed(given.ranking_replay, given.plays, FEATURES, night, params.held_days)
    else:
        nights = examples(given.ranking_history, given.plays, FEATURES, night)
        yesterday = (night.days_before(1) - _EPOCH).days
        past, last = nights.where(nights.night < yesterday), nights.where(nights.night == yesterday)
    return past, last.where(~last.known)


def _taught(given: RankerInputs, params: RankerParams, night: Night) -> tuple[pl.DataFrame, int]:
    """What was ranked on the lists that teach, and how many days after them teach."""
    replay = given.ranking_replay
    if replay.height:
        return replay, (night.days_before(params.held_days) - replay["ds"].item(0)).days
    alike = pl.col("features").list.len() == len(FEATURES)
    return given.ranking_history.filter(alike & (pl.col("ds") < night.days_before(1))), 1


def _rivals(past: Examples, serving: Ranker, params: RankerParams) -> dict[str, Ranker]:
    until = _EPOCH + timedelta(days=int(past.night.max()))
    linear = Ranker("linear", fit_linear(past, serving.weights, params), None, until)
    trees = Ranker("trees", linear.weights, fit_trees(past, linear.score(past.features), params), until)
    return {"serving": serving, "linear": linear, "trees": trees}


def _tables(ranker: Ranker, trials: list[Trial], logged_share: float) -> dict[str, pl.DataFrame]:
    row = {
        "kind": [ranker.kind],
        "features": [list(FEATURES)],
        "weights": [[] if ranker.kind == "settings" else ranker.weights.tolist()],
        "trees": [ranker.trees],
        "learnt_until": [ranker.learnt_until],
        "logged_share": [logged_share],
    }
    schema = {n: t for n, t in TABLES["ranker"].schema().items() if n in row}
    columns = ("contender", "ndcg", "gain_low", "lists", "serves", "reason")
    rows = pl.DataFrame(
        [[getattr(t, name) for name in columns] for t in trials],
        schema={n: TABLES["ranker_trials"].schema()[n] for n in columns},
        orient="row",
    )
    return {
        "ranker": TABLES["ranker"].frame(pl.DataFrame(row, schema=schema)),
        "ranker_trials": TABLES["ranker_trials"].frame(rows.sort("contender")),
    }
