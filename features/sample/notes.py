"""Notes on a few artists and a song of the sample, which say only what its catalogue bears out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from schemas.notes import NOTES
from schemas.text_files import lexicon
from schemas.vocabulary import LANGUAGES

_ARTISTS = 3
_SAYS = lexicon("features.sample", "notes")
_SEAM = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9.])(?=[\u4e00-\u9fff])")


def sample_notes(tracks: pl.DataFrame, until: date) -> pl.DataFrame:
    """``notes`` in each language: on the artists with the most songs, and on the first song of anybody else."""
    out = tracks.filter(pl.col("release_date") <= until).sort("track_id")
    artists = out.group_by("artist_id").agg(
        pl.len().alias("songs"),
        pl.col("artist_name", "label").first(),
        pl.col("label").n_unique().alias("labels"),
        pl.col("release_date").min().dt.year().alias("year"),
    )
    most = artists.filter(pl.col("labels") == 1).sort("songs", "artist_id", descending=[True, False]).head(_ARTISTS)
    others = out.join(most, on="artist_id", how="anti").drop_nulls(["composer", "label"])
    return NOTES.frame([*_of_artists(most), *_of_songs(others.head(1))]).sort("note_id")


def _of_artists(artists: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for row in artists.iter_rows(named=True):
        told = {"artist": row["artist_name"], "label": row["label"], "year": row["year"]}
        for language in LANGUAGES:
            join = " " if language == "en" else ""
            text = join.join(_SAYS[language][name].format_map(told) for name in ("label", "first"))
            about = {"artist_id": row["artist_id"], "kind": "history"}
            yield _note(row["artist_id"], language, text) | about


def _of_songs(songs: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for row in songs.iter_rows(named=True):
        for language in LANGUAGES:
            text = _SAYS[language]["song"].format_map(row)
            yield _note(row["track_id"], language, text) | {"track_id": row["track_id"], "kind": "credits"}


def _note(subject: str, language: str, text: str) -> dict[str, Any]:
    said = {"text": _SEAM.sub(" ", text), "source": _SAYS[language]["source"], "licence": "own"}
    return {"note_id": f"{subject}-{language}", "language": language, **said}
