"""Stage ``choice``: what each listener would choose, habit and satiation taken out."""

from __future__ import annotations

import polars as pl

from features.choice.inputs import ChoiceInputs
from features.choice.params import ChoiceParams
from features.choice.tables import learnt
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds


def run(
    inputs: ChoiceInputs, *, params: ChoiceParams, policy: MeasurementPolicy, seeds: Seeds, night: Night
) -> dict[str, pl.DataFrame]:
    """Learns from listeners who allow personalisation only; all others have no row."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):  # so that the bytes do not depend on the cores
        return learnt(inputs, params, policy, night, seeds.rng("choice"))
