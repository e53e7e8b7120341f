"""What ``daily30 facts`` looks up: a track by id or title, its sheet, its comparison with another."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from features.words.comparesheet import Compared, comparison_facts
from features.words.factsheet import Fact
from features.words.songs import songs
from features.words.songsheet import song_facts
from schemas.errors import UsageError

_CHOICES = 8  # tracks named when a title fits several


@dataclass(frozen=True, slots=True)
class Sheet:
    """A track's facts, numbered."""

    track_id: str
    title: str
    artist: str
    facts: list[Fact]


def find_track(tracks: pl.DataFrame, asked: str) -> str:
    """The id of the track with this id or title (or a piece of one); a doubtful title names the choices."""
    if asked in tracks["track_id"]:
        return asked
    wanted = asked.strip().casefold()
    titles = tracks.with_columns(pl.col("title").str.to_lowercase().alias("plain")).sort("title", "track_id")
    exact = titles.filter(pl.col("plain") == wanted)
    found = exact if not exact.is_empty() else titles.filter(pl.col("plain").str.contains(wanted, literal=True))
    if not wanted or found.is_empty():
        raise UsageError(f"no track has the id or title {asked!r}", fix="daily30 search TEXT finds tracks.")
    if found.height > 1:
        raise UsageError(f"{asked!r} fits {found.height} tracks", fix=f"choose one by its id: {_choices(found)}.")
    return str(found["track_id"][0])


def _choices(found: pl.DataFrame) -> str:
    shown = found.head(_CHOICES).select("track_id", "title", "artist_name").iter_rows()
    named = [f"{track_id} ({title} — {artist})" for track_id, title, artist in shown]
    return ", ".join([*named, *(["…"] if found.height > _CHOICES else [])])


def sheet(facts: pl.DataFrame, tracks: pl.DataFrame, track_id: str, language: str, letter: str = "f") -> Sheet:
    """The sheet of one track."""
    row = tracks.row(by_predicate=pl.col("track_id") == track_id, named=True)
    made = song_facts(facts.filter(pl.col("track_id") == track_id), language, letter)
    return Sheet(track_id, row["title"] or "", row["artist_name"] or "", made)


def comparison(facts: pl.DataFrame, track_id: str, versus: str, language: str) -> list[Compared]:
    """Every fact the two tracks give against each other, the weak ones marked."""
    if track_id == versus:
        raise UsageError("a song cannot be compared with itself", fix="give another track to --versus.")
    ids = [track_id, versus]
    rows = facts.filter(pl.col("track_id").is_in(ids))
    known = songs(rows, ids, weak=True)
    first = rows.sort("fact_id").group_by("track_id", "kind", maintain_order=True).first()
    least = first.group_by("kind").agg(pl.col("confidence").min(), pl.col("assertable").all())
    sure = dict(least.select("kind", "confidence").iter_rows())
    said = dict(least.select("kind", "assertable").iter_rows())
    return comparison_facts(known[track_id], known[versus], sure, language, lambda kind: bool(said.get(kind, True)))
