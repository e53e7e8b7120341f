"""What each listener is drawn to."""

from __future__ import annotations

import polars as pl

from features.days import with_kinds
from features.measurement import MeasurementPolicy
from features.night import Night
from features.taste.affinity import affinity
from features.taste.inputs import TasteInputs
from features.taste.profile import profile
from features.taste.recent import recent_plays
from features.taste.weights import TasteParams, weigh_plays


def run(
    inputs: TasteInputs, *, params: TasteParams, policy: MeasurementPolicy, night: Night
) -> dict[str, pl.DataFrame]:
    """``affinity``: one row per user and track heard or judged. ``taste``: one row per user.

    ``recent_plays``: what the last 30 days hold, counted.
    """
    known = inputs.users.select("user_id")
    theirs = with_kinds(inputs.plays.join(known, on="user_id", how="semi"), inputs.users, inputs.contexts)
    weighed = weigh_plays(theirs, params, night)
    judged = inputs.feedback.join(known, on="user_id", how="semi")
    drawn = affinity(weighed, judged, inputs.tracks, params, night)
    rows = profile(inputs, weighed, drawn, judged, params, policy)
    return {"affinity": drawn, "taste": rows, "recent_plays": recent_plays(weighed, inputs, policy)}
