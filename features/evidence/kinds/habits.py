"""Habits in time: the hour, days off, and songs left alone for a while."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.pairs import integers, value_or_zero
from features.evidence.recent import counted, counts
from features.evidence.sql import Proof, any_of, unnested
from features.lists.songs import Floats, lookup
from schemas.vocabulary import DAY_KINDS, SCENE_IDS

HOURS = {
    "morning": range(5, 10), "commute": (7, 8, 9, 17, 18, 19), "study": range(8, 22),
    "reading": range(19, 24), "late_night": (22, 23, 0, 1, 2, 3), "sleep": (22, 23, 0, 1), "party": range(19, 24),
}  # fmt: skip
"""Local hours that a scene belongs to; scenes of no hour are left out."""
_HOUR_NAMES = tuple(str(hour) for hour in range(24))
_HEARD_OUT_FROM = 2  # plays without a skip from which a song was played gladly


def _suits_hour(ctx: EvidenceContext) -> Found:
    """Of the scenes of the listener's favourite hour, the one the song suits best."""
    hour = ctx.of_listener(pl.col("favourite_hour"), unknown=-1).astype(np.int64)
    in_hour = np.zeros((25, len(SCENE_IDS)))  # the last row stands for an unknown hour
    for scene, hours in HOURS.items():
        in_hour[list(hours), SCENE_IDS.index(scene)] = 1.0
    fit = _scenes(ctx)[ctx.song] * in_hour[hour[ctx.listener]]
    plays, _, _ = counted(ctx, "hour", _HOUR_NAMES, hour[ctx.listener])
    best = np.argmax(fit, axis=1)
    probability = fit[np.arange(len(best)), best]
    rows = ctx.personal_rows((probability > 0) & (plays >= ctx.params.known_from))
    return Found(
        rows, 0.25 + 0.25 * probability[rows], Texts(pl.Series(SCENE_IDS), best[rows]),
        value=hour[ctx.listener[rows]], value_high=plays[rows], song_value=probability[rows],
    )  # fmt: skip


def _scenes(ctx: EvidenceContext) -> Floats:
    """Probability of each scene that may be said of a song, else 0 [shape=(songs, scenes)]."""
    tagged = ctx.tables.emotions.select("track_id", sure="valence_confidence", scene="scenes", p="scene_probabilities")
    tags = ctx.songs.frame.select("t", "track_id").join(tagged, on="track_id").explode("scene", "p").drop_nulls()
    said = ctx.policy.may_say("scene", scene_probability=pl.col("p"), valence_confidence=pl.col("sure"))
    sure = tags.filter(said)
    table = np.zeros((ctx.songs.frame.height, len(SCENE_IDS)))
    table[integers(sure["t"]), lookup(sure["scene"], SCENE_IDS)] = sure["p"].cast(pl.Float64).to_numpy()
    return table


def _tell_hour(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.scene("scene", row.subject)
    slots.number("plays", row.value_high, "play", least=2)


def _day_off(name: str, way: int, word: str) -> EvidenceKind:
    """On a day off: the listener's days off are calmer (way -1) or livelier (+1) than workdays, and so is the song."""

    def find(ctx: EvidenceContext) -> Found:
        workday, off = ctx.listeners.day_arousal.T
        apart = off - workday
        plays = ctx.listeners.day_plays.min(axis=1)
        felt, of, _ = counts(ctx, "day_kind", DAY_KINDS)
        known = (felt >= ctx.params.known_share_from * of).all(axis=1)
        often = ctx.listeners.day_off & (plays >= ctx.params.day_plays_from)
        habit = known & often & (way * apart >= ctx.params.day_apart_from)
        song = ctx.songs.arousal[ctx.song]
        fits = habit[ctx.listener] & (way * (song - off[ctx.listener]) >= 0)
        rows = ctx.personal_rows(fits & ctx.may_say("arousal"))
        who = ctx.listener[rows]
        strength: Floats = 0.4 + 0.5 * np.minimum(np.abs(apart[who]), 0.5)
        return Found(rows, strength, value=off[who], value_high=workday[who], song_value=song[rows])

    off, workday = (f"CAST(t.day_kind_arousal[{place}] AS DOUBLE)" for place in (2, 1))
    return EvidenceKind(
        name=name,
        doc=f"On a day off: the listener's days off are {word} than their workdays, and so is the song.",
        source="taste",
        find=find,
        proof=Proof(
            "taste t JOIN users u USING (user_id) LEFT JOIN contexts c ON c.city = u.city AND c.local_date = {ds} + 1, "
            "emotions e WHERE t.user_id = {user} AND e.track_id = {track} "
            "AND e.arousal_confidence >= {feeling_said_from}",
            off, workday, "e.arousal",
            "(isodow({ds} + 1) >= 6 OR coalesce(c.holiday, false)) "
            "AND list_min(t.day_kind_plays) >= {day_plays_from} "
            "AND (SELECT count(*) FROM recent_plays r WHERE r.user_id = {user} AND r.measure = 'day_kind' "
            "AND r.plays < {known_share_from} * r.known) = 0 "
            f"AND {way} * ({off} - {workday}) >= {{day_apart_from}} AND {way} * (e.arousal - {off}) >= 0",
        ),
        support=("day_plays_from", "day_apart_from", "known_share_from", "feeling_said_from"),
    )  # fmt: skip


def _rested(ctx: EvidenceContext) -> Found:
    """Played gladly before, and not lately."""
    history = ctx.history
    row = history.by_pair.rows(ctx.listener, ctx.track)
    days, plays = value_or_zero(history.days_since, row), value_or_zero(history.plays, row)
    gladly = (row >= 0) & (np.append(history.weight, 0.0)[row] > 0) & (plays >= _HEARD_OUT_FROM)
    rows = ctx.personal_rows(gladly & (days >= ctx.params.resting_days))
    strength: Floats = 0.6 + 0.2 * np.minimum(plays[rows] / 20, 1)
    return Found(rows, strength, value=days[rows] + 1, value_high=plays[rows])


def _tell_rested(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.number("days", row.value, "day", least=2)
    slots.number("plays", row.value_high, "play", least=2)


KINDS = (
    EvidenceKind(
        name="hour_habit",
        doc="It suits a scene of the hour in which the listener plays most, and plays often.",
        source="taste",
        unit="local hour",
        find=_suits_hour,
        proof=Proof(
            f"taste t, {unnested('emotions', 'track_id', 'scenes', 'scene_probabilities')} e, recent_plays r "
            "WHERE t.user_id = {user} AND e.track_id = {track} AND e.item = {subject} AND r.user_id = {user} "
            "AND r.measure = 'hour' AND r.item = CAST(t.favourite_hour AS VARCHAR)",
            "t.favourite_hour", "r.plays", "e.amount",
            "e.amount >= {scene_said_from} AND (SELECT v.valence_confidence FROM emotions v "
            "WHERE v.track_id = {track}) >= {feeling_said_from} AND r.plays >= {known_from} "
            f"AND {any_of('t.favourite_hour', 'e.item', HOURS)}",
        ),
        support=("scene_said_from", "feeling_said_from", "known_from"),
        subject="scene",
        slots=("scene", "plays"),
        tell=_tell_hour,
    ),
    _day_off("calmer_days_off", -1, "calmer"),
    _day_off("livelier_days_off", 1, "livelier"),
    EvidenceKind(
        name="resting",
        doc="The listener played it gladly before, and not lately.",
        source="affinity",
        unit="days",
        find=_rested,
        proof=Proof(
            "affinity f WHERE f.user_id = {user} AND f.track_id = {track}",
            "{ds} + 1 - f.last_played",
            "f.plays - f.skips",
            holds="{ds} - f.last_played >= {resting_days} "
            f"AND f.plays - f.skips >= {_HEARD_OUT_FROM} AND f.weight > 0",
        ),
        support=("resting_days",),
        slots=("days", "plays"),
        tell=_tell_rested,
    ),
)  # fmt: skip
