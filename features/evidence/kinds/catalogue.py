"""The catalogue alone: a song that came to it lately, and what remains where nothing else is known."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.pairs import integers
from features.evidence.sql import Proof

_NEWS_MOST = 0.25  # share of the catalogue that came within the days; beyond, it is a first delivery and no news


def _arrived(ctx: EvidenceContext) -> Found:
    """0 days: it came on the day of service."""
    since = (pl.lit(ctx.night.serves_on) - pl.col("added_on")).dt.total_days()
    news = (since >= 1) & (since <= ctx.params.arrival_days)
    share = float(ctx.tables.tracks.select(news.fill_null(False).mean()).item() or 0.0)
    days = integers(ctx.songs.frame.select(since.fill_null(-1).alias("days"))["days"])[ctx.song]
    held = (days >= 1) & (days <= ctx.params.arrival_days) & (share <= _NEWS_MOST)
    rows = np.flatnonzero(held)
    return Found(rows, 0.5 - 0.01 * days[rows].astype(np.float64), value=days[rows])


def _tell_arrived(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.number("days", row.value, "day", least=2)


def _genre_of_song(ctx: EvidenceContext) -> Found:
    """Every song, at a strength below all other evidence."""
    rows = np.arange(len(ctx.song))
    genres = pl.Series([*ctx.songs.genres, None], dtype=pl.String)
    return Found(rows, np.full(len(rows), -1.0), Texts(genres, ctx.songs.genre[ctx.song] % len(genres)))


def _tell(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.catalogue_genre("genre", row.subject)


_SINCE = "{ds} + 1 - k.added_on"

KINDS = (
    EvidenceKind(
        name="arrival",
        doc="It came to the catalogue in the last days, and most of the catalogue did not.",
        source="tracks",
        unit="days",
        find=_arrived,
        proof=Proof(
            "tracks k WHERE k.track_id = {track}",
            _SINCE,
            holds=f"{_SINCE} BETWEEN 1 AND {{arrival_days}} AND (SELECT avg(CASE WHEN {_SINCE} BETWEEN 1 AND "
            f"{{arrival_days}} THEN 1 ELSE 0 END) FROM tracks k) <= {_NEWS_MOST}",
        ),
        support=("arrival_days",),
        slots=("days",),
        tell=_tell_arrived,
    ),
    EvidenceKind(
        name="catalogue_pick",
        doc="Nothing stronger is known; its genre, where it has one.",
        source="tracks",
        find=_genre_of_song,
        proof=Proof("tracks k WHERE k.track_id = {track} AND k.genre IS NOT DISTINCT FROM {subject}"),
        subject="genre",
        slots=("genre",),
        tell=_tell,
    ),
)
