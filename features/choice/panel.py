"""The listeners from whom what is everybody's is learnt: few enough for one process, the same from night to night.

Each listener has a lot of their own, drawn from their id. With more listeners than the panel
holds, those with the lowest lots are in it: who is in tonight is in tomorrow, unless listeners
come or go by the thousand.
"""

from __future__ import annotations

import polars as pl

from features.choice.params import ChoiceParams
from features.days import with_kinds
from features.night import Night
from features.seeds import Seeds
from schemas import TABLES


def panel(
    users: pl.DataFrame, plays: pl.DataFrame, contexts: pl.DataFrame, listeners: int,
    params: ChoiceParams, night: Night, seeds: Seeds,
) -> pl.DataFrame:  # fmt: skip
    """Contract ``choice_panel``: the newest plays of those of these listeners who are in the panel.

    Args:
        listeners: that there are, of all buckets.
    """
    willing = users.filter("personalised").select("user_id", "city")
    share = params.panel_listeners / max(1, listeners)
    people = willing if share >= 1 else willing.filter(pl.Series([_lot(u, seeds) < share for u in willing["user_id"]]))
    newest = (
        plays.filter(pl.col("local_date") <= night.ds)
        .join(people, on="user_id", how="semi")
        .sort("user_id", "played_at", "track_id")
        .group_by("user_id", maintain_order=True)
        .tail(params.most_plays)
    )
    return TABLES["choice_panel"].frame(with_kinds(newest, people, contexts))


def within(chosen: pl.DataFrame, params: ChoiceParams, seeds: Seeds) -> pl.DataFrame:
    """Plays of as many listeners, in order of their lots, as stay within ``panel_plays``; the last may pass it."""
    counts = chosen.group_by("user_id").len()
    ordered = counts.with_columns(lot=pl.Series([_lot(u, seeds) for u in counts["user_id"]], dtype=pl.Float64)).sort(
        "lot", "user_id"
    )
    kept = ordered.filter(pl.col("len").cum_sum() - pl.col("len") < params.panel_plays)
    return chosen.join(kept, on="user_id", how="semi")


def _lot(user_id: str, seeds: Seeds) -> float:
    """0..1."""
    return seeds.integer("choice_panel", user_id) / 2**64
