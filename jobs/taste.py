"""What each listener is drawn to."""

from __future__ import annotations

import polars as pl

from features.days import with_kinds
from features.night import Night
from features.taste.affinity import affinity
from features.taste.profile import profile
from features.taste.weights import TasteParams, weigh_plays


def run(
    *,
    users: pl.DataFrame,
    plays: pl.DataFrame,
    feedback: pl.DataFrame,
    tracks: pl.DataFrame,
    audio_features: pl.DataFrame,
    emotions: pl.DataFrame,
    text_vectors: pl.DataFrame,
    contexts: pl.DataFrame,
    params: TasteParams,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """``affinity``: one row per user and track heard or judged. ``taste``: one row per user."""
    known = users.select("user_id")
    theirs = with_kinds(plays.join(known, on="user_id", how="semi"), users, contexts)
    weighed = weigh_plays(theirs, params, night)
    judged = feedback.join(known, on="user_id", how="semi")
    drawn = affinity(weighed, judged, tracks, params, night)
    rows = profile(users, weighed, drawn, judged, tracks, audio_features, emotions, text_vectors, params)
    return {"affinity": drawn, "taste": rows}
