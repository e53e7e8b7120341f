"""Tonality: keys the listener plays much of."""

from __future__ import annotations

import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.recent import COUNTED, KNOWN_ENOUGH, counted
from features.evidence.sql import Proof
from features.lists.songs import KEY_NAMES


def _same_key(ctx: EvidenceContext) -> Found:
    key = ctx.songs.key[ctx.song]
    plays, known, enough = counted(ctx, "key", KEY_NAMES, key)
    rows = ctx.personal_rows(ctx.may_say("key") & enough & (plays >= ctx.params.share_from * known) & (plays > 0))
    name = Texts(pl.Series(KEY_NAMES), key[rows])
    strength = 0.2 + 0.5 * plays[rows] / known[rows]
    return Found(rows, strength, value=plays[rows], value_high=known[rows], song_text=name)


def _tell(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.key("key", row.song_text)
    slots.number("plays", row.value, "play", least=2)


KINDS = (
    EvidenceKind(
        name="key_match",
        doc="Its key has its share in what the listener played in the last 30 days.",
        source="recent_plays",
        unit="plays in 30 days",
        find=_same_key,
        proof=Proof(
            COUNTED % ("key", "{song_text}") + " AND EXISTS (SELECT 1 FROM audio_features a WHERE a.track_id = {track} "
            "AND concat(a.key, ' ', a.mode) = {song_text} AND a.key_confidence >= {key_said_from})",
            "r.plays",
            "r.known",
            holds=f"r.plays >= {{share_from}} * r.known AND r.plays > 0 AND {KNOWN_ENOUGH}",
        ),
        support=("share_from", "known_from", "known_share_from", "key_said_from"),
        slots=("key", "plays"),
        tell=_tell,
    ),
)
