"""How often, in the last 30 days, the listener of each row played what its song is: the counts that reasons may say."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.pairs import PairIndex, integers, value_or_zero
from features.lists.songs import Bools, Ints

# The counts of one item, under names that the proofs of several kinds share.
COUNTED = "recent_plays r WHERE r.user_id = {user} AND r.measure = '%s' AND r.item = %s"
KNOWN_ENOUGH = "r.known >= {known_from} AND r.known >= {known_share_from} * r.total"


def counted(ctx: EvidenceContext, measure: str, names: tuple[str, ...], item: Ints) -> tuple[Ints, Ints, Bools]:
    """Plays of each row's item, plays whose measure is known, and whether they are enough to be counted out loud.

    Args:
        names: what items are called; item: a place in ``names`` per row, -1 for none [shape=(rows,)].
    """
    places = pl.DataFrame(
        {"item": names, "place": np.arange(len(names))}, schema={"item": pl.String, "place": pl.Int64}
    )
    mine = (
        ctx.tables.recent_plays.filter(pl.col("measure") == measure)
        .join(places, on="item")
        .join(ctx.listeners.frame.filter("personal").select("user_id", u=pl.col("u").cast(pl.Int64)), on="user_id")
        .sort("u", "place")
    )
    row = PairIndex.of(integers(mine["u"]), integers(mine["place"]), len(names) + 1).rows(ctx.listener, item)
    plays, known, total = (value_or_zero(integers(mine[name]), row) for name in ("plays", "known", "total"))
    rules = ctx.params
    enough = (known >= rules.known_from) & (known >= rules.known_share_from * total)
    return plays, known, enough
