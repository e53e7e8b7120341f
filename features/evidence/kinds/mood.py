"""Mood: what the listener is drawn to, at any time and in a part of the day."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.sql import MOODS, Proof, listed, unnested
from schemas.vocabulary import DAYPARTS, MOOD_IDS

_PLAYS_FROM = 20  # plays in a part of the day from which its mean feeling is known
_NEAR = 0.2  # distance in valence and arousal within which a song feels like that mean
_FAR = 9.0  # beyond any distance


def _same_mood(ctx: EvidenceContext) -> Found:
    """Of the moods that may be said of the song, the one the listener plays most."""
    shares = np.where(ctx.said_moods[ctx.song] > 0, ctx.listeners.mood[ctx.listener], -1.0)
    best = np.argmax(shares, axis=1)
    share = shares[np.arange(len(best)), best]
    rows = ctx.personal_rows(share >= ctx.params.share_from)
    mood = Texts(pl.Series(MOOD_IDS), best[rows])
    return Found(rows, 0.4 + 0.5 * share[rows], mood, value=share[rows], song_text=mood)


def _tell_mood(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.share("share", row.value)
    slots.song_mood(row.song_text)


def _like_daypart(ctx: EvidenceContext) -> Found:
    """Of the parts of the day with enough plays, the one whose mean feeling is nearest."""
    valence, arousal = ctx.listeners.daypart_valence[ctx.listener], ctx.listeners.daypart_arousal[ctx.listener]
    away = np.hypot(ctx.songs.valence[ctx.song, None] - valence, ctx.songs.arousal[ctx.song, None] - arousal)
    counts = [pl.col("daypart_plays").list.get(part, null_on_oob=True) for part in range(len(DAYPARTS))]
    plays = np.stack([ctx.of_listener(count) for count in counts], axis=1)[ctx.listener]
    away = np.where(plays >= _PLAYS_FROM, np.nan_to_num(away, nan=_FAR), _FAR)
    part = np.argmin(away, axis=1)
    least = away[np.arange(len(part)), part]
    rows = ctx.personal_rows(ctx.may_say("valence", "arousal") & (least <= _NEAR))
    own = (rows, part[rows])
    return Found(
        rows, 0.5 - least[rows], Texts(pl.Series(DAYPARTS), part[rows]), value=valence[own], value_high=arousal[own],
        song_value=ctx.songs.arousal[ctx.song[rows]],
    )  # fmt: skip


def _tell_daypart(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.daypart("daypart", row.subject)


_PART = f"list_position([{listed(DAYPARTS)}], {{subject}})"

KINDS = (
    EvidenceKind(
        name="mood_match",
        doc="It has a mood, with confidence, that the listener plays much of.",
        source="taste",
        find=_same_mood,
        proof=Proof(
            f"{unnested('taste', 'user_id', 'moods', 'mood_shares')} t JOIN {MOODS} e USING (item) "
            "WHERE t.user_id = {user} AND e.track_id = {track} AND t.item = {subject} AND {song_text} = {subject}",
            "t.amount",
            holds="t.amount >= {share_from}",
        ),
        support=("share_from", "mood_said_from", "feeling_said_from"),
        subject="mood",
        slots=("share", "felt", "also"),
        tell=_tell_mood,
    ),
    EvidenceKind(
        name="daypart_mood",
        doc="It feels like what the listener plays in a part of the day.",
        source="taste",
        find=_like_daypart,
        proof=Proof(
            "taste t, emotions e WHERE t.user_id = {user} AND e.track_id = {track} "
            "AND least(e.valence_confidence, e.arousal_confidence) >= {feeling_said_from}",
            f"t.daypart_valence[{_PART}]", f"t.daypart_arousal[{_PART}]", "e.arousal",
            f"t.daypart_plays[{_PART}] >= {_PLAYS_FROM} "
            f"AND sqrt(pow(CAST(e.valence AS DOUBLE) - t.daypart_valence[{_PART}], 2) "
            f"+ pow(CAST(e.arousal AS DOUBLE) - t.daypart_arousal[{_PART}], 2)) < {_NEAR} + 1e-7",
        ),
        support=("feeling_said_from",),
        subject="daypart",
        slots=("daypart",),
        tell=_tell_daypart,
    ),
)  # fmt: skip
