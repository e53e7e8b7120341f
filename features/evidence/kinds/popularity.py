"""Popularity: how many people played it lately. Never said of a few."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.pairs import PairIndex, integers, numbered
from features.evidence.sql import Proof, listeners_of
from features.lists.songs import Floats, Ints


def _everywhere(ctx: EvidenceContext) -> Found:
    chart = ctx.tables.popularity.filter(pl.col("place") == "*").select("track_id", "rank", "listeners")
    ranked = ctx.tracks.select("track_id").join(chart, on="track_id", how="left", maintain_order="left").fill_null(0)
    rank, listeners = integers(ranked["rank"])[ctx.track], integers(ranked["listeners"])[ctx.track]
    rows = np.flatnonzero((rank > 0) & (listeners >= ctx.params.many_from) & ~ctx.perhaps_more[ctx.track])
    return Found(rows, _strength(ctx, rank[rows]) - 0.05, value=listeners[rows])


def _in_city(ctx: EvidenceContext) -> Found:
    cities = ctx.listeners.frame["city"].drop_nulls().unique().sort()
    city = numbered(ctx.listeners.frame["city"])[ctx.listener]
    charts = ctx.tables.popularity.join(pl.DataFrame({"place": cities, "city": np.arange(len(cities))}), on="place")
    charts = charts.filter(pl.col("listeners") >= ctx.params.many_from)
    charts = charts.join(ctx.tracks.select("track_id", "track"), on="track_id").sort("city", "track")
    by_track = PairIndex.of(integers(charts["city"]), integers(charts["track"]), ctx.tracks.height + 1)
    found = by_track.rows(city, ctx.track)
    rows = np.flatnonzero((found >= 0) & ~ctx.perhaps_more[ctx.track])
    rank, listeners = (integers(charts[name])[found[rows]] for name in ("rank", "listeners"))
    return Found(rows, _strength(ctx, rank), Texts(cities, city[rows]), value=listeners)


def _strength(ctx: EvidenceContext, rank: Ints) -> Floats:
    """Strong at the top of the chart, hardly evidence beyond ``rank_within``."""
    within = ctx.params.rank_within
    strength: Floats = np.where(rank <= within, 0.6 - 0.4 * rank / within, -0.5)
    return strength


def _tell(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.number("people", row.value, "people", least=2)


def _tell_city(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.city("city", row.subject)
    _tell(slots, row)


KINDS = (
    EvidenceKind(
        name="popular_near",
        doc="Many people in the listener's city played it in the last 30 days.",
        source="popularity",
        unit="people in 30 days",
        find=_in_city,
        proof=Proof(
            f"({listeners_of('{track}', '{subject}')}) p JOIN users u ON u.city = {{subject}} AND u.user_id = {{user}}",
            "p.people",
            holds="p.people >= {many_from}",
        ),
        support=("many_from",),
        subject="city",
        slots=("city", "people"),
        tell=_tell_city,
    ),
    EvidenceKind(
        name="popular",
        doc="Many people played it in the last 30 days.",
        source="popularity",
        unit="people in 30 days",
        find=_everywhere,
        proof=Proof(f"({listeners_of('{track}')}) p", "p.people", holds="p.people >= {many_from}"),
        support=("many_from",),
        slots=("people",),
        tell=_tell,
    ),
)
