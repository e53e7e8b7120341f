"""Genre: what the listener plays much of."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.sql import Proof, unnested

_MUCH = 0.25  # share of plays from which a genre is said to be played a lot


def _same_genre(ctx: EvidenceContext) -> Found:
    genre = ctx.songs.genre[ctx.song]
    share = np.where(genre >= 0, ctx.listeners.genre[ctx.listener, np.maximum(genre, 0)], 0.0)
    rows = ctx.personal_rows(share >= ctx.params.share_from)
    name = Texts(pl.Series(ctx.songs.genres, dtype=pl.String), genre[rows])
    return Found(rows, 0.35 + 0.6 * share[rows], name, value=share[rows])


def _tell(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.catalogue_genre("genre", row.subject)
    slots.share("share", row.value)
    if (row.value or 0) >= _MUCH:
        slots.opens("much")


KINDS = (
    EvidenceKind(
        name="genre_share",
        doc="Its genre has its share in what the listener plays.",
        source="taste",
        find=_same_genre,
        proof=Proof(
            f"{unnested('taste', 'user_id', 'genres', 'genre_shares')} t JOIN tracks k ON k.genre = t.item "
            "WHERE t.user_id = {user} AND k.track_id = {track} AND t.item = {subject}",
            "t.amount",
            holds="t.amount >= {share_from}",
        ),
        support=("share_from",),
        subject="genre",
        slots=("genre", "share", "much"),
        tell=_tell,
    ),
)
