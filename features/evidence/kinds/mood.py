"""Mood: what the listener is drawn to, at any time and in a part of the day."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.recent import COUNTED, KNOWN_ENOUGH, counted, counts
from features.evidence.sql import MOODS, Proof, listed
from schemas.vocabulary import DAYPARTS, MOOD_IDS

_NEAR = 0.2  # distance in valence and arousal within which a song feels like a mean
_FAR = 9.0  # beyond any distance


def _same_mood(ctx: EvidenceContext) -> Found:
    """Of the moods that may be said of the song, the one the listener played most in the last 30 days."""
    plays, _, _ = counts(ctx, "mood", MOOD_IDS)
    may_say = ctx.said_moods[ctx.song] > 0
    best = np.argmax(np.where(may_say, plays[ctx.listener], -1), axis=1)
    most, known, enough = counted(ctx, "mood", MOOD_IDS, best)
    said = may_say[np.arange(len(best)), best]
    rows = ctx.personal_rows(said & enough & (most >= ctx.params.share_from * known) & (most > 0))
    mood = Texts(pl.Series(MOOD_IDS), best[rows])
    strength = 0.4 + 0.5 * most[rows] / known[rows]
    return Found(rows, strength, mood, value=most[rows], value_high=known[rows], song_text=mood)


def _tell_mood(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.number("plays", row.value, "play", least=2)
    slots.song_mood(row.song_text)


def _like_daypart(ctx: EvidenceContext) -> Found:
    """Of the parts of the day with enough plays whose feeling is known, the one whose mean is nearest."""
    valence, arousal = ctx.listeners.daypart_valence[ctx.listener], ctx.listeners.daypart_arousal[ctx.listener]
    away = np.hypot(ctx.songs.valence[ctx.song, None] - valence, ctx.songs.arousal[ctx.song, None] - arousal)
    told, known, _ = counts(ctx, "daypart", DAYPARTS)
    felt, plays = told[ctx.listener], known[ctx.listener]
    rules = ctx.params
    enough = (felt >= rules.known_from) & (felt >= rules.known_share_from * plays)
    away = np.where(enough, np.nan_to_num(away, nan=_FAR), _FAR)
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
        doc="It has a mood, with confidence, that the listener played much of in the last 30 days.",
        source="recent_plays",
        unit="plays in 30 days",
        find=_same_mood,
        proof=Proof(
            COUNTED % ("mood", "{subject}") + f" AND {{song_text}} = {{subject}} AND EXISTS (SELECT 1 FROM {MOODS} e "
            "WHERE e.track_id = {track} AND e.item = {subject})",
            "r.plays",
            "r.known",
            holds=f"r.plays >= {{share_from}} * r.known AND r.plays > 0 AND {KNOWN_ENOUGH}",
        ),
        support=("share_from", "known_from", "known_share_from", "mood_said_from", "feeling_said_from"),
        subject="mood",
        slots=("plays", "felt", "also", "main"),
        tell=_tell_mood,
    ),
    EvidenceKind(
        name="daypart_mood",
        doc="It feels like what the listener plays in a part of the day, as far as most of that is known.",
        source="taste",
        find=_like_daypart,
        proof=Proof(
            "taste t, emotions e, recent_plays r WHERE t.user_id = {user} AND e.track_id = {track} "
            "AND r.user_id = {user} AND r.measure = 'daypart' AND r.item = {subject} "
            "AND least(e.valence_confidence, e.arousal_confidence) >= {feeling_said_from}",
            f"t.daypart_valence[{_PART}]", f"t.daypart_arousal[{_PART}]", "e.arousal",
            "r.plays >= {known_from} AND r.plays >= {known_share_from} * r.known "
            f"AND sqrt(pow(CAST(e.valence AS DOUBLE) - t.daypart_valence[{_PART}], 2) "
            f"+ pow(CAST(e.arousal AS DOUBLE) - t.daypart_arousal[{_PART}], 2)) < {_NEAR} + 1e-7",
        ),
        support=("known_from", "known_share_from", "feeling_said_from"),
        subject="daypart",
        slots=("daypart",),
        tell=_tell_daypart,
    ),
)  # fmt: skip
