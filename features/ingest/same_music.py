"""Files that probably hold music the catalogue has in another encoding: same names, same album, same length."""

from __future__ import annotations

import polars as pl

from features.names.fold import fold, key, over_unique

MAX_LENGTH_DIFFERENCE_S = 1.5
_NOBODY = "unknown artist"
_TOLD = ("track_id", "title", "artist_name", "album_title", "duration_s")


def same_by_names(found: pl.DataFrame, before: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """New tracks that one known track matches, one each: ``track_id``, ``known_id``, ``gone``.

    Artist and title must be told and the same, the albums the same where both have one, the lengths
    within 1.5 s. Where two songs of either side would fit, none is taken.

    Args:
        found: files of a folder now, columns of ``tracks``.
        before: tracks of music folders as known before; ``gone`` says which are in no folder now.
        aliases: aliases known before; a track that is one is not new.
    """
    known = pl.concat([before.get_column("track_id"), aliases.get_column("alias_id")])
    new = _told(found.filter(~pl.col("track_id").is_in(known.implode())))
    there = _told(before.unique("track_id", keep="last", maintain_order=True)).rename({"track_id": "known_id"})
    pairs = new.join(there, on=["_artist", "_title"], suffix="_known").filter(
        (pl.col("track_id") != pl.col("known_id"))
        & (pl.col("duration_s") - pl.col("duration_s_known")).abs().le(MAX_LENGTH_DIFFERENCE_S)
        & (pl.col("_album") == pl.col("_album_known")).fill_null(True)
    )
    alone = pairs.filter(pl.len().over("track_id") == 1, pl.len().over("known_id") == 1)
    here = found.get_column("track_id")
    gone = before.filter(pl.col("gone")).get_column("track_id")
    return alone.select(
        "track_id", "known_id",
        gone=pl.col("known_id").is_in(gone.implode()) & ~pl.col("known_id").is_in(here.implode()),
    ).sort("track_id")  # fmt: skip


def same_by_night(recordings: pl.DataFrame, tracks: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Tracks of one recording, as the last night heard it, and of the same names: ``track_id``, ``known_id``.

    The one that came first is the known one. A recording under another title or on another album is another
    track of the catalogue; lists hold one of them all the same.

    Args:
        recordings: contract ``recordings``; tracks: of music folders; aliases: known before.
    """
    told = _told(tracks.sort("added_on", "track_id").unique("track_id", keep="first", maintain_order=True))
    told = told.filter(~pl.col("track_id").is_in(aliases.get_column("alias_id").implode())).with_row_index("_since")
    heard = told.join(recordings.select("track_id", "recording_id"), on="track_id", maintain_order="left")
    pairs = heard.join(heard, on=["recording_id", "_artist", "_title"], suffix="_known").filter(
        (pl.col("_since_known") < pl.col("_since")) & (pl.col("_album") == pl.col("_album_known")).fill_null(True)
    )
    first = pairs.sort("_since", "_since_known").unique("track_id", keep="first", maintain_order=True)
    return first.select("track_id", known_id="track_id_known").sort("track_id")


def _told(tracks: pl.DataFrame) -> pl.DataFrame:
    """Tracks whose artist, title and length are known, with what is compared of their names."""
    rows = tracks.select(_TOLD).drop_nulls(["track_id", "title", "artist_name", "duration_s"])
    return rows.select(
        "track_id",
        "duration_s",
        _artist=over_unique(rows["artist_name"], key, pl.String),
        _title=over_unique(rows["title"], fold, pl.String),
        _album=over_unique(rows["album_title"], key, pl.String),
    ).filter(pl.col("_artist") != _NOBODY)
