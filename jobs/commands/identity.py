"""What ``daily30 identity`` tells: a track, its other ids, its files, its versions, and where its plays came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from features.ingest.aliases import check_aliases, renamed
from features.ingest.withdrawn import EARLIER
from schemas import TABLES
from schemas.errors import UsageError
from warehouse.lake import Lake
from warehouse.lake.reader import NightView
from warehouse.landing import Landing, open_landing

_ABOUT = (
    "track_id",
    "title",
    "artist_name",
    "album_title",
    "duration_s",
    "added_on",
    "available",
    "work_id",
    "version",
)
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Identity:
    """One track under all its ids.

    Args:
        asked: the id or title asked for; track: the row that the newest night, or the landing, has.
        aliases: other ids, how each is known, since when and how surely.
        files: delivered rows of the track and its aliases, and the audio each names.
        recordings: other tracks that sound the same, as last heard.
        versions: other tracks of the same work.
        plays: plays per delivery and id; ``as_id`` is the id under which they were delivered.
    """

    asked: str
    track: dict[str, Any]
    aliases: Rows
    files: Rows
    recordings: Rows
    versions: Rows
    plays: Rows


def present_id(night: NightView, asked: str) -> str:
    """The id that tonight's tables have for an id that was another's; anything else as it is."""
    if "track_aliases" not in night.tables:
        return asked
    found = night.frame("track_aliases").filter(alias_id=asked).get_column("track_id")
    return str(found[0]) if found.len() else asked


def identity(home: Path, asked: str) -> Identity:
    """All that landing and newest night know of a track, by any of its ids or its title."""
    landing, night = open_landing(home), _newest(home)
    aliases = check_aliases(landing.frame("landing_aliases")).kept.drop("source_row")
    if night is not None and "track_aliases" in night.tables:
        told = night.frame("track_aliases").join(aliases, on="alias_id", how="anti")
        aliases = pl.concat([aliases, told.with_columns(source_file=pl.lit(EARLIER))], how="diagonal")
    names = aliases.select("alias_id", "track_id").filter(pl.col("alias_id") != pl.col("track_id"))
    rows = renamed(landing.frame("landing_tracks").with_columns(as_id="track_id"), "track_id", names)
    tracks = rows.drop("as_id") if night is None else night.frame("tracks")
    track_id = _found(asked, dict(names.iter_rows()), [tracks, rows])
    mine = tracks.filter(track_id=track_id)
    about = (mine if mine.height else rows.filter(track_id=track_id)).row(0, named=True)
    files = ("as_id", "title", "artist_name", "audio_path", "available", "source_file", "source_row")
    return Identity(
        asked,
        {name: about[name] for name in _ABOUT if name in about},
        _rows(aliases.filter(track_id=track_id).select(*TABLES["track_aliases"].names, "source_file"), "alias_id"),
        _rows(rows.filter(track_id=track_id).select(files), "source_file"),
        _same_sound(night, track_id),
        _same_work(tracks, about),
        _plays(landing, names, track_id),
    )


def _newest(home: Path) -> NightView | None:
    try:
        return Lake(home).night()
    except UsageError:
        return None


def _found(asked: str, aliases: dict[str, str], tables: list[pl.DataFrame]) -> str:
    """The track of an id, an old id, or a title; a title's tables are looked at in turn."""
    from jobs.commands.fact_sheets import find_track

    wanted = aliases.get(asked, asked)
    for table in tables:
        if wanted in table.get_column("track_id"):
            return wanted
    return find_track(tables[0].unique("track_id", keep="last"), asked)


def _same_sound(night: NightView | None, track_id: str) -> Rows:
    if night is None or "recordings" not in night.tables:
        return []
    recordings = night.frame("recordings")
    mine = recordings.filter(track_id=track_id).select("recording_id")
    others = recordings.join(mine, on="recording_id").filter(pl.col("track_id") != track_id)
    named = others.join(night.frame("tracks").select("track_id", "title", "artist_name"), on="track_id", how="left")
    return _rows(named.select("track_id", "title", "artist_name", "basis", "bit_error"), "track_id")


def _same_work(tracks: pl.DataFrame, about: dict[str, Any]) -> Rows:
    work = about.get("work_id")
    if work is None:
        return []
    others = tracks.filter(pl.col("work_id") == work, pl.col("track_id") != about["track_id"])
    return _rows(others.select("track_id", "title", "artist_name", "version"), "track_id")


def _plays(landing: Landing, names: pl.DataFrame, track_id: str) -> Rows:
    plays = renamed(landing.frame("landing_plays").with_columns(as_id="track_id"), "track_id", names)
    counted = plays.filter(track_id=track_id).group_by("source_file", "as_id")
    told = counted.agg(
        plays=pl.len(),
        listeners=pl.col("user_id").n_unique(),
        first=pl.col("played_at").min(),
        last=pl.col("played_at").max(),
    )
    return _rows(told, "source_file")


def _rows(frame: pl.DataFrame, order: str) -> Rows:
    return frame.sort(order, *(c for c in ("as_id", "source_row") if c in frame.columns)).to_dicts()
