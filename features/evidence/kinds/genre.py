"""Genre: what the listener plays much of."""

from __future__ import annotations

import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.recent import COUNTED, KNOWN_ENOUGH, counted
from features.evidence.sql import Proof


def _same_genre(ctx: EvidenceContext) -> Found:
    genre = ctx.songs.genre[ctx.song]
    plays, known, enough = counted(ctx, "genre", ctx.songs.genres, genre)
    rows = ctx.personal_rows(enough & (plays >= ctx.params.share_from * known) & (plays > 0))
    name = Texts(pl.Series(ctx.songs.genres, dtype=pl.String), genre[rows])
    return Found(rows, 0.35 + 0.6 * plays[rows] / known[rows], name, value=plays[rows], value_high=known[rows])


def _tell(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.catalogue_genre("genre", row.subject)
    slots.number("plays", row.value, "play", least=2)


KINDS = (
    EvidenceKind(
        name="genre_share",
        doc="Its genre has its share in what the listener played in the last 30 days.",
        source="recent_plays",
        unit="plays in 30 days",
        find=_same_genre,
        proof=Proof(
            COUNTED % ("genre", "{subject}")
            + " AND EXISTS (SELECT 1 FROM tracks k WHERE k.track_id = {track} AND k.genre = {subject})",
            "r.plays",
            "r.known",
            holds=f"r.plays >= {{share_from}} * r.known AND r.plays > 0 AND {KNOWN_ENOUGH}",
        ),
        support=("share_from", "known_from", "known_share_from"),
        subject="genre",
        slots=("genre", "plays"),
        tell=_tell,
    ),
)
