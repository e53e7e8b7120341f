"""Release: songs that came out lately."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter
from features.evidence.pairs import integers
from features.evidence.sql import Proof
from features.released import release_day


def _fresh(ctx: EvidenceContext) -> Found:
    """0 days: it comes out on the day of service. A year or a month is no day."""
    since = (pl.lit(ctx.night.serves_on) - release_day()).dt.total_days().fill_null(-1)
    days = integers(ctx.songs.frame.select(since.alias("days"))["days"])[ctx.song]
    rows = np.flatnonzero((days >= 0) & (days <= ctx.params.fresh_days))
    return Found(rows, 0.6 - 0.01 * days[rows].astype(np.float64), value=days[rows])


def _tell(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.number("days", row.value, "day", least=2)


def _variant(row: EvidenceRow) -> str:
    return "fresh_tonight" if row.value == 0 else "fresh_release"


KINDS = (
    EvidenceKind(
        name="fresh_release",
        doc="It came out lately.",
        source="tracks",
        unit="days",
        find=_fresh,
        proof=Proof(
            "tracks k WHERE k.track_id = {track} AND coalesce(k.release_precision, 'day') = 'day'",
            "{ds} + 1 - k.release_date",
            holds="{ds} + 1 - k.release_date BETWEEN 0 AND {fresh_days}",
        ),
        support=("fresh_days",),
        slots=("days",),
        tell=_tell,
        variant=_variant,
    ),
)
