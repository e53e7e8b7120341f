"""Small tables of songs for the tests of matching."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

SCHEMA = {
    "track_id": pl.String,
    "artist_name": pl.String,
    "title": pl.String,
    "duration_s": pl.Float64,
    "recording_mbid": pl.String,
}


def songs(prefix: str, rows: Iterable[tuple]) -> pl.DataFrame:
    """Rows of (artist, title[, seconds[, recording]]) as tracks ``<prefix>0``, ``<prefix>1``, …"""
    full = [(f"{prefix}{n}", *row, *[None] * (4 - len(row))) for n, row in enumerate(rows)]
    return pl.DataFrame(full, schema=SCHEMA, orient="row")
