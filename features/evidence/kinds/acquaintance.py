"""Acquaintance: what the listener did with this very song, and with its album and its pace in the last days.

True of one person with a folder of music as of a million people.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.pairs import integers, numbered, value_or_zero
from features.evidence.sql import Proof
from features.lists.songs import Floats, Ints

_FASTEST = 220  # a faster tempo is told folded by an octave


def _own_row(ctx: EvidenceContext) -> Ints:
    """Row of ``history`` of each chosen song; -1 where the listener has nothing to do with it."""
    return ctx.history.by_pair.rows(ctx.listener, ctx.track)


def _heard_before(ctx: EvidenceContext) -> Found:
    row = _own_row(ctx)
    plays, days = value_or_zero(ctx.history.plays, row), value_or_zero(ctx.history.days_since, row)
    rows = ctx.personal_rows((row >= 0) & (plays > 0) & (days >= 0))
    strength: Floats = 0.2 + 0.1 * np.minimum(plays[rows] / 20, 1)
    return Found(rows, strength, value=plays[rows], value_high=days[rows] + 1)


def _unheard(ctx: EvidenceContext) -> Found:
    row = _own_row(ctx)
    known = (ctx.history.days_since >= 0) | ctx.history.doubtful
    touched = (row >= 0) & np.append(known, False)[row]
    rows = ctx.personal_rows(~touched)
    return Found(rows, np.full(len(rows), 0.1))


def _tell_heard(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.number("plays", row.value, "play", least=2)
    slots.number("days", row.value_high, "day", least=2)


def _lately(ctx: EvidenceContext) -> pl.DataFrame:
    """What listeners played in the last days, the latest first: ``listener``, ``track``, ``days``."""
    history = ctx.history
    heard = (history.plays > 0) & (history.skips == 0)  # the last play is one that was heard out
    recent = heard & (history.days_since >= 0) & (history.days_since < ctx.params.lately_played_days)
    return pl.DataFrame(
        {
            "listener": history.listener[recent], "track": history.track[recent],
            "days": history.days_since[recent] + 1, "plays": history.plays[recent],
        }
    ).sort("listener", "days", "plays", "track", descending=[False, False, True, False])  # fmt: skip


def _chosen(ctx: EvidenceContext) -> pl.DataFrame:
    mine = np.flatnonzero(ctx.personal)
    return pl.DataFrame({"row": mine, "listener": ctx.listener[mine], "own": ctx.track[mine]})


def _album_played(ctx: EvidenceContext) -> Found:
    """Of the same album's other songs, the one the listener played last."""
    album = numbered(ctx.tracks["album_id"])
    played = _lately(ctx)
    named = played.with_columns(album=pl.Series(album[integers(played["track"])]))
    chosen = _chosen(ctx).with_columns(album=pl.Series(album[ctx.track[ctx.personal]]))
    both = chosen.filter(pl.col("album") >= 0).join(named, on=["listener", "album"], maintain_order="left_right")
    rows, track, days = _first(both.filter(pl.col("own") != pl.col("track")))
    return Found(rows, 0.45 - 0.01 * days.astype(np.float64), Texts(ctx.tracks["track_id"], track), value=days)


def _same_pace(ctx: EvidenceContext) -> Found:
    """Of the songs of the last days within 1 BPM of it, as tempos are told, the one the listener played last."""
    sure = ctx.tables.audio_features.select("track_id", bpm=ctx.policy.said("tempo"), raw="tempo_bpm").drop_nulls()
    sure = sure.filter(pl.col("raw").is_between(40, _FASTEST))
    tempo = ctx.tracks.select("track_id").join(sure, on="track_id", how="left", maintain_order="left")["bpm"]
    told = np.floor(tempo.cast(pl.Float64).fill_null(-10.0).to_numpy() + 0.5).astype(np.int64)
    known = _lately(ctx)
    known = known.with_columns(bpm=pl.Series(told[integers(known["track"])])).filter(pl.col("bpm") > 0)
    chosen = _chosen(ctx)
    own = pl.Series(told[integers(chosen["own"])])
    near = [chosen.with_columns(bpm=own + away).filter(pl.Series(own > 0)) for away in (-1, 0, 1)]
    both = pl.concat(near).join(known, on=["listener", "bpm"]).filter(pl.col("own") != pl.col("track"))
    rows, track, days = _first(both)
    return Found(
        rows, 0.3 - 0.01 * days.astype(np.float64), Texts(ctx.tracks["track_id"], track), value=days,
        value_high=told[track], song_value=told[ctx.track[rows]].astype(np.float64),
    )  # fmt: skip


def _first(both: pl.DataFrame) -> tuple[Ints, Ints, Ints]:
    """Per chosen song its row, the track played last, then most, and days since, seen from the day of service."""
    best = both.sort("row", "days", "plays", "track", descending=[False, False, True, False])
    best = best.unique("row", keep="first", maintain_order=True)
    return integers(best["row"]), integers(best["track"]), integers(best["days"])


def _tell_other(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.known_track("subject", row.subject)
    slots.number("days", row.value, "day", least=2)


def _tell_pace(slots: SlotWriter, row: EvidenceRow) -> None:
    _tell_other(slots, row)
    slots.number("subject_bpm", row.value_high, "bpm")
    slots.number("bpm", row.song_value, "bpm")


_PLAYED = "f.user_id = {user} AND f.track_id = {subject} AND f.plays > 0 AND f.skips = 0"
_DAYS = "{ds} + 1 - f.last_played"
_TOLD = "floor(CAST({0} AS DOUBLE) + 0.5)"
_SURE = "{0}.tempo_confidence >= {{tempo_said_from}} AND {0}.tempo_bpm BETWEEN 40 AND {1}"

KINDS = (
    EvidenceKind(
        name="album_played",
        doc="The listener played another song of its album in the last days.",
        source="affinity",
        unit="days",
        find=_album_played,
        proof=Proof(
            f"affinity f JOIN tracks k USING (track_id) JOIN tracks s ON s.track_id = {{track}} WHERE {_PLAYED} "
            "AND s.album_id = k.album_id AND s.track_id <> k.track_id AND s.album_id <> ''",
            _DAYS,
            holds=f"{_DAYS} <= {{lately_played_days}}",
        ),
        support=("lately_played_days",),
        subject="track",
        slots=("subject", "days"),
        tell=_tell_other,
    ),
    EvidenceKind(
        name="same_pace",
        doc="Its tempo is that of a song the listener played in the last days.",
        source="affinity",
        unit="days",
        find=_same_pace,
        proof=Proof(
            f"affinity f JOIN audio_features a USING (track_id) JOIN audio_features s ON s.track_id = {{track}} "
            f"WHERE {_PLAYED} AND a.track_id <> s.track_id AND {_SURE.format('a', _FASTEST)} "
            f"AND {_SURE.format('s', _FASTEST)}",
            _DAYS, _TOLD.format("a.tempo_bpm"), _TOLD.format("s.tempo_bpm"),
            f"{_DAYS} <= {{lately_played_days}} "
            f"AND abs({_TOLD.format('a.tempo_bpm')} - {_TOLD.format('s.tempo_bpm')}) <= 1",
        ),
        support=("lately_played_days", "tempo_said_from"),
        subject="track",
        slots=("subject", "subject_bpm", "bpm", "days"),
        tell=_tell_pace,
        counted_in="why_pace",
    ),
    EvidenceKind(
        name="heard_before",
        doc="The listener played it before.",
        source="affinity",
        unit="plays",
        find=_heard_before,
        proof=Proof(
            "affinity f WHERE f.user_id = {user} AND f.track_id = {track}",
            "f.plays - f.skips",
            _DAYS,
            holds="f.plays > f.skips",
        ),
        slots=("plays", "days"),
        tell=_tell_heard,
    ),
    EvidenceKind(
        name="unheard",
        doc="It is not in the listener's plays.",
        source="affinity",
        find=_unheard,
        proof=Proof(
            "users u JOIN tracks k ON k.track_id = {track} "
            "LEFT JOIN affinity f ON f.user_id = u.user_id AND f.track_id = k.track_id "
            "AND (f.plays > 0 OR f.doubtful) "
            "WHERE u.user_id = {user}",
            holds="f.track_id IS NULL",
        ),
    ),
)  # fmt: skip
