"""Neighbours: songs near to a loved one, by what people play or by how they sound and read."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.pairs import integers
from features.evidence.sql import LOVED, Proof


def _played_together(ctx: EvidenceContext) -> Found:
    """People who play a loved track, or two, play this one too."""
    led = _led_here(ctx, "item_item")
    near = _similarity(led, ctx.tables.cf_neighbours)
    second = _similarity(
        led.select("row", "track_id", because="too").drop_nulls("because"), ctx.tables.cf_neighbours
    ).select("row", high="similarity")
    near = near.join(second, on="row", how="left").sort("row")
    rows = integers(near["row"])
    second_loved = ctx.loved(rows, integers(near["loved_too"].fill_null(-1)))
    too = np.where(near["high"].is_not_null().to_numpy(), second_loved, -1)
    high = np.where(too >= 0, near["high"].cast(pl.Float64).fill_null(np.nan).to_numpy(), np.nan)
    value = near["similarity"].cast(pl.Float64).to_numpy()
    names = pl.concat([ctx.tracks["track_id"], pl.Series([None], dtype=pl.String)])
    return Found(
        rows, 0.5 + 0.4 * value, Texts(names, integers(near["loved"])), value=value, value_high=high,
        subject_too=Texts(names, too % len(names)),
    )  # fmt: skip


def _similar(ctx: EvidenceContext) -> Found:
    """It sounds or reads like a loved track."""
    near = _similarity(_led_here(ctx, "similar"), ctx.tables.neighbours)
    near = near.filter(pl.col("similarity") >= ctx.params.similarity_from).sort("row")
    value = near["similarity"].cast(pl.Float64).to_numpy()
    loved = Texts(ctx.tracks["track_id"], integers(near["loved"]))
    return Found(integers(near["row"]), 0.35 + 0.4 * value, loved, value=value)


def _similarity(led: pl.DataFrame, neighbours: pl.DataFrame) -> pl.DataFrame:
    """Rows with the ``similarity`` of their pair, where ``neighbours`` has it."""
    pairs = neighbours.select(because="track_id", track_id="neighbour_id", similarity="similarity")
    return led.join(pairs, on=["because", "track_id"])


def _led_here(ctx: EvidenceContext, source: str) -> pl.DataFrame:
    """Chosen songs that a source proposed because of loved tracks.

    Returns:
        ``row``, ``track_id``, the ids ``because`` and ``too`` of those tracks, their numbers ``loved``, ``loved_too``.
    """
    mine = np.flatnonzero(ctx.personal)
    chosen = pl.DataFrame(
        {
            "user_id": ctx.listeners.frame["user_id"].gather(ctx.listener[mine]),
            "track_id": ctx.tracks["track_id"].gather(ctx.track[mine]),
            "row": mine,
        }
    )
    proposed = ctx.tables.candidates.filter(pl.col("source") == source).select(
        "user_id", "track_id", because="because_track_id", too="because_too_track_id"
    )
    named = (
        proposed.drop_nulls("because")
        .join(chosen, on=["user_id", "track_id"])
        .join(ctx.tracks.select(because="track_id", loved="track"), on="because")
        .join(ctx.tracks.select(too="track_id", loved_too="track"), on="too", how="left")
    )
    loved = ctx.loved(integers(named["row"]), integers(named["loved"])) >= 0
    return named.filter(pl.Series(loved, dtype=pl.Boolean))


def _tell_together(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.known_track("subject", row.subject)
    slots.track("subject_too", row.subject_too)


def _tell_similar(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.known_track("subject", row.subject)


KINDS = (
    EvidenceKind(
        name="loved_tracks_together",
        doc="People who play one or two songs the listener loves play it too.",
        source="cf_neighbours",
        find=_played_together,
        proof=Proof(
            "cf_neighbours n JOIN affinity f USING (track_id) WHERE n.neighbour_id = {track} "
            f"AND n.track_id IN ({{subject}}, {{subject_too}}) AND {LOVED}",
            "max(n.similarity) FILTER (n.track_id = {subject})",
            "max(n.similarity) FILTER (n.track_id = {subject_too})",
            holds="count(*) FILTER (n.track_id = {subject}) > 0",
        ),
        support=("loved_from",),
        subject="track",
        slots=("subject", "subject_too"),
        tell=_tell_together,
        counted_in="why_crowd",
    ),
    EvidenceKind(
        name="similar_track",
        doc="It sounds or reads like a song the listener loves.",
        source="neighbours",
        find=_similar,
        proof=Proof(
            "neighbours n JOIN affinity f USING (track_id) WHERE n.neighbour_id = {track} "
            f"AND n.track_id = {{subject}} AND {LOVED}",
            "n.similarity",
            holds="n.similarity >= {similarity_from}",
        ),
        support=("loved_from", "similarity_from"),
        subject="track",
        slots=("subject",),
        tell=_tell_similar,
        counted_in="why_sound",
    ),
)
