"""Tonality: keys the listener is drawn to."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.sql import Proof, unnested
from features.lists.songs import KEY_NAMES


def _same_key(ctx: EvidenceContext) -> Found:
    key = ctx.songs.key[ctx.song]
    share = np.where(key >= 0, ctx.listeners.key[ctx.listener, np.maximum(key, 0)], 0.0)
    rows = ctx.personal_rows(ctx.may_say("key") & (share >= ctx.params.share_from))
    name = Texts(pl.Series(KEY_NAMES), key[rows])
    return Found(rows, 0.2 + 0.5 * share[rows], value=share[rows], song_text=name)


def _tell(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.key("key", row.song_text)
    slots.share("share", row.value)


KINDS = (
    EvidenceKind(
        name="key_match",
        doc="Its key is one in which much of what the listener plays stands.",
        source="taste",
        find=_same_key,
        proof=Proof(
            f"{unnested('taste', 'user_id', 'keys', 'key_shares')} t, audio_features a WHERE t.user_id = {{user}} "
            "AND a.track_id = {track} AND t.item = {song_text} AND concat(a.key, ' ', a.mode) = {song_text}",
            "t.amount",
            holds="t.amount >= {share_from} AND a.key_confidence >= {key_said_from}",
        ),
        support=("share_from", "key_said_from"),
        slots=("key", "share"),
        tell=_tell,
    ),
)
