"""Neighbours: songs near to a loved one, by what other people play or by how both sound."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.pairs import integers, value_or_zero
from features.evidence.sql import LOVED, Proof, others_of_both
from features.lists.songs import Ints


def _played_together(ctx: EvidenceContext) -> Found:
    """Enough other people who play a loved track, or each of two, play this one too."""
    led = _led_here(ctx, "item_item")
    near = _pairs(led, ctx.tables.cf_neighbours, "similarity", "listeners")
    second = led.select("row", "track_id", because="too").drop_nulls("because")
    second = _pairs(second, ctx.tables.cf_neighbours, "listeners").select("row", also="listeners")
    near = near.join(second, on="row", how="left").sort("row")
    rows, loved = integers(near["row"]), integers(near["loved"])
    others = integers(near["listeners"]) - _plays_both(ctx, rows, loved)
    kept = (others >= ctx.params.others_from) & ~(ctx.perhaps_more[loved] | ctx.perhaps_more[ctx.track[rows]])
    near, rows, loved, others = near.filter(pl.Series(kept)), rows[kept], loved[kept], others[kept]
    too = ctx.loved(rows, integers(near["loved_too"].fill_null(-1)))
    also = integers(near["also"].fill_null(0)) - _plays_both(ctx, rows, too)
    too = np.where((also >= ctx.params.others_from) & ~ctx.perhaps_more[too], too, -1)
    names = pl.concat([ctx.tracks["track_id"], pl.Series([None], dtype=pl.String)])
    strength = 0.5 + 0.4 * near["similarity"].cast(pl.Float64).to_numpy()
    return Found(
        rows, strength, Texts(names, loved), value=others, value_high=np.where(too >= 0, also, np.nan),
        subject_too=Texts(names, too % len(names)),
    )  # fmt: skip


def _plays_both(ctx: EvidenceContext, row: Ints, track: Ints) -> Ints:
    """1 where the listener of the row played its song and the track: they are no other person [shape=(rows,)]."""
    history = ctx.history
    plays = [
        value_or_zero(history.plays, history.by_pair.rows(ctx.listener[row], at)) for at in (ctx.track[row], track)
    ]
    return ((plays[0] > 0) & (plays[1] > 0)).astype(np.int64)


def _similar(ctx: EvidenceContext) -> Found:
    """It sounds like a loved track; of songs that are alike in their words alone nothing is said."""
    near = _pairs(_led_here(ctx, "similar"), ctx.tables.neighbours, "audio_similarity")
    near = near.filter(pl.col("audio_similarity") >= ctx.params.sound_from).sort("row")
    value = near["audio_similarity"].cast(pl.Float64).to_numpy()
    loved = Texts(ctx.tracks["track_id"], integers(near["loved"]))
    return Found(integers(near["row"]), 0.35 + 0.4 * value, loved, value=value)


def _pairs(led: pl.DataFrame, neighbours: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Rows with what is known of their pair, where ``neighbours`` has it."""
    pairs = neighbours.select(*columns, because="track_id", track_id="neighbour_id")
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
    slots.number("people", row.value, "people", least=2)
    slots.number("people_too", row.value_high, "people", least=2)


def _tell_similar(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.known_track("subject", row.subject)


_OTHERS = others_of_both("{subject}", "{track}")
_OTHERS_TOO = others_of_both("{subject_too}", "{track}")

KINDS = (
    EvidenceKind(
        name="loved_tracks_together",
        doc="Enough other people who play one or two songs the listener loves play it too.",
        source="cf_neighbours",
        unit="other people",
        find=_played_together,
        proof=Proof(
            "cf_neighbours n JOIN affinity f USING (track_id) WHERE n.neighbour_id = {track} "
            f"AND n.track_id IN ({{subject}}, {{subject_too}}) AND {LOVED}",
            f"CASE WHEN bool_or(n.track_id = {{subject}}) THEN {_OTHERS} END",
            f"CASE WHEN bool_or(n.track_id = {{subject_too}}) THEN {_OTHERS_TOO} END",
            holds=f"bool_or(n.track_id = {{subject}}) AND {_OTHERS} >= {{others_from}} "
            f"AND coalesce({{subject_too}} IS NULL OR {_OTHERS_TOO} >= {{others_from}}, false)",
        ),
        support=("loved_from", "others_from"),
        subject="track",
        slots=("subject", "subject_too", "people", "people_too"),
        tell=_tell_together,
        counted_in="why_crowd",
    ),
    EvidenceKind(
        name="similar_track",
        doc="It sounds like a song the listener loves; both were heard.",
        source="neighbours",
        find=_similar,
        proof=Proof(
            "neighbours n JOIN affinity f USING (track_id) WHERE n.neighbour_id = {track} "
            f"AND n.track_id = {{subject}} AND {LOVED}",
            "n.audio_similarity",
            holds="n.audio_similarity >= {sound_from} AND (SELECT count(DISTINCT a.track_id) FROM audio_features a "
            "WHERE a.track_id IN ({subject}, {track})) = 2",
        ),
        support=("loved_from", "sound_from"),
        subject="track",
        slots=("subject",),
        tell=_tell_similar,
        counted_in="why_sound",
    ),
)
