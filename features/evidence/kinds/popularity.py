"""Popularity: near the top of a chart."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.pairs import PairIndex, integers, numbered
from features.evidence.sql import Proof
from features.lists.songs import Floats, Ints

_TOP = 20  # ranks beyond this are not worth telling


def _everywhere(ctx: EvidenceContext) -> Found:
    chart = ctx.tables.popularity.filter(pl.col("place") == "*").select("track_id", "rank")
    ranked = ctx.tracks.join(chart, on="track_id", how="left", maintain_order="left")["rank"].fill_null(0)
    rank = integers(ranked)[ctx.track]
    rows = np.flatnonzero(rank > 0)
    return Found(rows, _strength(ctx, rank[rows]) - 0.05, value=rank[rows])


def _in_city(ctx: EvidenceContext) -> Found:
    cities = ctx.listeners.frame["city"].drop_nulls().unique().sort()
    city = numbered(ctx.listeners.frame["city"])[ctx.listener]
    charts = ctx.tables.popularity.join(pl.DataFrame({"place": cities, "city": np.arange(len(cities))}), on="place")
    charts = charts.join(ctx.tracks.select("track_id", "track"), on="track_id").sort("city", "track")
    by_track = PairIndex.of(integers(charts["city"]), integers(charts["track"]), ctx.tracks.height + 1)
    found = by_track.rows(city, ctx.track)
    rows = np.flatnonzero(found >= 0)
    rank = integers(charts["rank"])[found[rows]]
    return Found(rows, _strength(ctx, rank), Texts(cities, city[rows]), value=rank)


def _strength(ctx: EvidenceContext, rank: Ints) -> Floats:
    """Strong at the top of the chart, hardly evidence beyond ``rank_within``."""
    within = ctx.params.rank_within
    strength: Floats = np.where(rank <= within, 0.6 - 0.4 * rank / within, -0.5)
    return strength


def _tell(slots: SlotWriter, row: EvidenceRow) -> None:
    if row.value is not None and row.value <= _TOP:
        slots.number("rank", row.value, "rank")


def _tell_city(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.city("city", row.subject)
    _tell(slots, row)


KINDS = (
    EvidenceKind(
        name="popular_near",
        doc="It is in the chart of the listener's city.",
        source="popularity",
        find=_in_city,
        proof=Proof(
            "popularity p JOIN users u ON u.city = p.place "
            "WHERE u.user_id = {user} AND p.track_id = {track} AND p.place = {subject}",
            "p.rank",
        ),
        subject="city",
        slots=("city", "rank"),
        tell=_tell_city,
    ),
    EvidenceKind(
        name="popular",
        doc="It is in the chart of everybody.",
        source="popularity",
        find=_everywhere,
        proof=Proof("popularity p WHERE p.place = '*' AND p.track_id = {track}", "p.rank"),
        slots=("rank",),
        tell=_tell,
    ),
)
