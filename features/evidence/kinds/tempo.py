"""Tempo: the listener's usual band, and the pace of the songs they looped."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.pairs import PairIndex, integers, value_or_zero
from features.evidence.sql import Proof
from features.lists.songs import Bools, Ints
from features.taste.times import LOOPS_KEPT

_BAND_BPM = 20  # width of the bands in which looped songs are counted, by tempi as they are told: 100 to 119 BPM
_BANDS = pl.Series([f"{low}-{low + _BAND_BPM - 1}" for low in range(0, 1000, _BAND_BPM)])
_FASTEST = 220  # a faster tempo is told folded by an octave
_LOOPS_FROM = 2  # looped songs that make a pace


def _in_band(ctx: EvidenceContext) -> Found:
    tempo = ctx.songs.tempo[ctx.song]
    low, high = ctx.listeners.tempo_low[ctx.listener], ctx.listeners.tempo_high[ctx.listener]
    plays = _plays_in_band(ctx)[ctx.listener]
    inside = (np.floor(tempo + 0.5) >= np.floor(low + 0.5)) & (np.floor(tempo + 0.5) <= np.floor(high + 0.5))
    rows = ctx.personal_rows(ctx.may_say("tempo") & inside & (tempo <= _FASTEST) & (plays >= ctx.params.known_from))
    strength = 0.3 + 0.3 * low[rows] / high[rows]
    return Found(rows, strength, value=low[rows], value_high=high[rows], song_value=tempo[rows])


def _plays_in_band(ctx: EvidenceContext) -> Ints:
    """Plays of the last 30 days whose tempo, as it is told, lies in the band of each listener, as it is told."""
    edges = {name: (pl.col(f"tempo_{name}_bpm").cast(pl.Float64) + 0.5).floor() for name in ("low", "high")}
    band = ctx.listeners.frame.select("user_id", pl.col("u").cast(pl.Int64), **edges).drop_nulls()
    tempos = ctx.tables.recent_plays.filter(pl.col("measure") == "tempo").join(band, on="user_id")
    inside = tempos.filter(pl.col("item").cast(pl.Float64).is_between("low", "high"))
    counts = inside.group_by("u").agg(pl.col("plays").sum())
    plays = np.zeros(ctx.listeners.frame.height, np.int64)
    plays[integers(counts["u"])] = integers(counts["plays"])
    return plays


def _tell_band(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.of_list("band_plays")
    slots.number("low", row.value, "bpm")
    slots.number("high", row.value_high, "bpm")
    slots.number("bpm", row.song_value, "bpm")


def _looped(ctx: EvidenceContext) -> Found:
    """Songs, counted in bands of tempo where all loops are known; of a song that is itself a loop nothing is said."""
    loops = ctx.taste_items("looped_track_ids", "looped_plays").select("listener", track_id="item")
    loops = loops.filter(pl.len().over("listener") < LOOPS_KEPT)
    sound = ctx.tables.audio_features.select("track_id", tempo_bpm=ctx.policy.said("tempo"))
    paced = loops.join(sound.drop_nulls(), on="track_id")
    tempo = ctx.songs.tempo[ctx.song]
    band = np.where(np.isnan(tempo), -1, np.floor(np.floor(tempo + 0.5) / _BAND_BPM)).astype(np.int64)
    count = _loops_in(ctx, paced, band)
    other = ~_is_looped(ctx, paced)
    rows = ctx.personal_rows(other & ctx.may_say("tempo") & (tempo <= _FASTEST) & (count >= _LOOPS_FROM))
    strength = 0.5 + 0.05 * np.minimum(count[rows], 6)
    return Found(rows, strength, Texts(_BANDS, band[rows]), value=count[rows], song_value=tempo[rows])


def _loops_in(ctx: EvidenceContext, paced: pl.DataFrame, band: Ints) -> Ints:
    """Looped songs of each row's listener in a band of tempo [shape=(rows,)]."""
    of_song = ((pl.col("tempo_bpm").cast(pl.Float64) + 0.5).floor() / _BAND_BPM).floor().cast(pl.Int64)
    counts = paced.group_by("listener", band=of_song).len().sort("listener", "band")
    by_band = PairIndex.of(integers(counts["listener"]), integers(counts["band"]), 10_000)
    return value_or_zero(integers(counts["len"]), by_band.rows(ctx.listener, band))


def _is_looped(ctx: EvidenceContext, paced: pl.DataFrame) -> Bools:
    """Whether the song of the row is itself among its listener's loops [shape=(rows,)]."""
    own = paced.join(ctx.tracks.select("track_id", "track"), on="track_id").sort("listener", "track")
    by_track = PairIndex.of(integers(own["listener"]), integers(own["track"]), ctx.tracks.height + 1)
    return by_track.rows(ctx.listener, ctx.track) >= 0


def _tell_looped(slots: SlotWriter, row: EvidenceRow) -> None:
    low, _, high = (row.subject or "").partition("-")
    if low.isdecimal() and high.isdecimal():
        slots.number("low", float(low), "bpm")
        slots.number("high", float(high), "bpm")
    slots.number("looped", row.value, "song", least=2)
    slots.number("bpm", row.song_value, "bpm")


def _told(column: str) -> str:
    """A tempo as it is told, in SQL."""
    return f"floor(CAST({column} AS DOUBLE) + 0.5)"


_LOW, _HIGH = _told("t.tempo_low_bpm"), _told("t.tempo_high_bpm")
_BAND_SQL = f"CAST(floor({_told('s.tempo_bpm')} / {_BAND_BPM}) * {_BAND_BPM} AS INTEGER)"

KINDS = (
    EvidenceKind(
        name="tempo_band",
        doc="Its tempo lies in the band in which much of what the listener played in the last 30 days lies.",
        source="taste",
        unit="BPM",
        find=_in_band,
        proof=Proof(
            "taste t, audio_features a WHERE t.user_id = {user} AND a.track_id = {track} "
            f"AND a.tempo_confidence >= {{tempo_said_from}} AND a.tempo_bpm <= {_FASTEST}",
            "t.tempo_low_bpm", "t.tempo_high_bpm", "a.tempo_bpm",
            f"{_told('a.tempo_bpm')} BETWEEN {_LOW} AND {_HIGH} AND (SELECT sum(r.plays) FROM recent_plays r "
            "WHERE r.user_id = {user} AND r.measure = 'tempo' "
            f"AND CAST(r.item AS DOUBLE) BETWEEN {_LOW} AND {_HIGH}) >= {{known_from}}",
        ),
        support=("known_from", "tempo_said_from"),
        slots=("low", "high", "bpm", "band_plays"),
        tell=_tell_band,
        counted_in="why_pace",
    ),
    EvidenceKind(
        name="looped_tempo",
        doc="At least two songs that the listener looped this week run in its band of 20 BPM, and it is none of them.",
        source="taste",
        unit="looped songs",
        find=_looped,
        proof=Proof(
            "(SELECT user_id, unnest(looped_track_ids) AS track_id FROM taste "
            f"WHERE len(looped_track_ids) < {LOOPS_KEPT}) l "
            "JOIN audio_features a USING (track_id) JOIN audio_features s ON s.track_id = {track} "
            "WHERE l.user_id = {user} "
            "AND a.tempo_confidence >= {tempo_said_from} AND s.tempo_confidence >= {tempo_said_from} "
            f"AND floor({_told('a.tempo_bpm')} / {_BAND_BPM}) = floor({_told('s.tempo_bpm')} / {_BAND_BPM}) "
            f"AND concat({_BAND_SQL}, '-', {_BAND_SQL} + {_BAND_BPM - 1}) = {{subject}}",
            "count(*)", song_value="any_value(s.tempo_bpm)",
            holds=f"count(*) >= {_LOOPS_FROM} AND max(s.tempo_bpm) <= {_FASTEST} "
            "AND NOT bool_or(a.track_id = s.track_id)",
        ),
        support=("tempo_said_from",),
        subject="tempo_band",
        slots=("low", "high", "looped", "bpm"),
        tell=_tell_looped,
        counted_in="why_pace",
    ),
)  # fmt: skip
