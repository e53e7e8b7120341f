"""How often, in the last 30 days, the listener of each row played what its song is: the counts that reasons may say."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.pairs import integers
from features.lists.songs import Bools, Ints

# The counts of one item, under names that the proofs of several kinds share.
COUNTED = "recent_plays r WHERE r.user_id = {user} AND r.measure = '%s' AND r.item = %s"
KNOWN_ENOUGH = "r.known >= {known_from} AND r.known >= {known_share_from} * r.total"


def counted(ctx: EvidenceContext, measure: str, names: tuple[str, ...], item: Ints) -> tuple[Ints, Ints, Bools]:
    """Plays of each row's item, plays whose measure is known, and whether they are enough to be counted out loud.

    Args:
        names: what items are called; item: a place in ``names`` per row, -1 for none [shape=(rows,)].
    """
    tables = counts(ctx, measure, names)
    plays, known, total = (np.where(item >= 0, of[ctx.listener, item], 0) for of in tables)
    rules = ctx.params
    enough = (known >= rules.known_from) & (known >= rules.known_share_from * total)
    return plays, known, enough


def counts(ctx: EvidenceContext, measure: str, names: tuple[str, ...]) -> tuple[Ints, Ints, Ints]:
    """Plays of every item of a measure, plays whose measure is known, and all plays
    [shape=(listeners, names), 0 where nothing is told].
    """
    places = pl.DataFrame(
        {"item": names, "place": np.arange(len(names))}, schema={"item": pl.String, "place": pl.Int64}
    )
    mine = (
        ctx.tables.recent_plays.filter(pl.col("measure") == measure)
        .join(places, on="item")
        .join(ctx.listeners.frame.filter("personal").select("user_id", "u"), on="user_id")
    )
    at = integers(mine["u"]), integers(mine["place"])
    shape = len(ctx.listeners.personal), max(1, len(names))
    plays, known, total = (np.zeros(shape, np.int64) for _ in range(3))
    for table, name in ((plays, "plays"), (known, "known"), (total, "total")):
        table[at] = integers(mine[name])
    return plays, known, total
