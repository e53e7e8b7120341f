"""Stages ``choice_panel``, ``choice`` and ``choice_users``: what each listener would choose, habit and satiation
taken out. What is everybody's is learnt from a panel, what is a listener's own from their own plays beside it.

All learn from listeners who allow personalisation only; all others have no row.
"""

from __future__ import annotations

import polars as pl

from features.choice.inputs import ChoiceInputs, ListeningInputs
from features.choice.listening import listening
from features.choice.panel import panel as chosen
from features.choice.params import ChoiceParams
from features.choice.tables import learnt
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds


def panel(
    *,
    users: pl.DataFrame,
    plays: pl.DataFrame,
    contexts: pl.DataFrame,
    ingest_counts: pl.DataFrame,
    choice_rules: ChoiceParams,
    seeds: Seeds,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """``choice_panel``: plays of some listeners, or of all where they are few. Whole users only."""
    listeners = int(ingest_counts.filter(pl.col("table_name") == "users")["rows_kept"].sum())
    return {"choice_panel": chosen(users, plays, contexts, listeners, choice_rules, night, seeds)}


def run(
    *,
    choice_panel: pl.DataFrame,
    tracks: pl.DataFrame,
    emotions: pl.DataFrame,
    audio_features: pl.DataFrame,
    params: ChoiceParams,
    policy: MeasurementPolicy,
    seeds: Seeds,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """What is everybody's: places of songs, what days do, and the terms of the model."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):  # so that the bytes do not depend on the cores
        return learnt(choice_panel, tracks, emotions, audio_features, params, policy, night, seeds)


def listeners(
    inputs: ListeningInputs, *, choice_rules: ChoiceParams, seeds: Seeds, night: Night
) -> dict[str, pl.DataFrame]:
    """What is each listener's own, and how tired each is of what. Whole users only."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        return listening(inputs, choice_rules, night, seeds)


def whole(
    inputs: ChoiceInputs, *, params: ChoiceParams, policy: MeasurementPolicy, seeds: Seeds, night: Night
) -> dict[str, pl.DataFrame]:
    """All tables of the three stages, of listeners few enough to be held whole."""
    users, plays, contexts, tracks = inputs.users, inputs.plays, inputs.contexts, inputs.tracks
    some = chosen(users, plays, contexts, users.height, params, night, seeds)
    made = run(
        choice_panel=some, tracks=tracks, emotions=inputs.emotions, audio_features=inputs.audio_features,
        params=params, policy=policy, seeds=seeds, night=night,
    )  # fmt: skip
    mine = ListeningInputs(users, plays, contexts, tracks, **made)
    return {"choice_panel": some, **made} | listeners(mine, choice_rules=params, seeds=seeds, night=night)
