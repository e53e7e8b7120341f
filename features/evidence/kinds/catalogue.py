"""The catalogue alone: where nothing stronger is known."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.sql import Proof


def _genre_of_song(ctx: EvidenceContext) -> Found:
    """Every song, at a strength below all other evidence."""
    rows = np.arange(len(ctx.song))
    genres = pl.Series([*ctx.songs.genres, None], dtype=pl.String)
    return Found(rows, np.full(len(rows), -1.0), Texts(genres, ctx.songs.genre[ctx.song] % len(genres)))


def _tell(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.catalogue_genre("genre", row.subject)


KINDS = (
    EvidenceKind(
        name="catalogue_pick",
        doc="Nothing stronger is known; it broadens the list by its genre.",
        source="tracks",
        find=_genre_of_song,
        proof=Proof("tracks k WHERE k.track_id = {track} AND k.genre IS NOT DISTINCT FROM {subject}"),
        subject="genre",
        slots=("genre",),
        tell=_tell,
    ),
)
