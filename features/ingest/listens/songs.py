"""Ids of listened songs, and their rows of the catalogue.

A song's id is its MusicBrainz recording's, else one of its names; it never depends on what else was
delivered. That two ids are one song is said by an alias.
"""

from __future__ import annotations

import hashlib
import unicodedata

import polars as pl

from features.ingest.localtime import with_local_time
from schemas.catalogue import TRACKS

_PAIR = ("artist", "title")


def fold(text: str) -> str:
    """Text for comparing names: compatible forms, lower case."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def names_id(artist: str, title: str) -> str:
    """The id of a song of which only names are known."""
    return "ls" + digest(fold(artist), fold(title))


def recording_id(recording: str) -> str:
    """The id of a song whose MusicBrainz recording is known."""
    return "mb" + recording


def digest(*names: str) -> str:
    """Sixteen hexadecimal digits of names."""
    return hashlib.blake2b("\x1f".join(names).encode(), digest_size=8).hexdigest()


def song_ids(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``names_id`` and ``track_id``.

    Args:
        rows: artist, title and recording (MusicBrainz id, null when unknown).
    """
    pairs = rows.select(_PAIR).unique()
    ids = [names_id(artist, title) for artist, title in pairs.iter_rows()]
    named = pairs.with_columns(pl.Series("names_id", ids, dtype=pl.String))
    joined = rows.join(named, on=_PAIR, how="left", maintain_order="left")
    return joined.with_columns(track_id=pl.coalesce(pl.lit("mb") + pl.col("recording"), "names_id"))


def first_days(moments: pl.DataFrame, by: str, users: pl.DataFrame) -> pl.DataFrame:
    """``by`` and ``first_day``: the first day, in the time zone of whoever it was.

    Not a day earlier: a night that knew a song before anybody played it would know what comes.

    Args:
        moments: ``at_us``, ``user_id`` and ``by``.
        users: ``user_id`` and ``timezone``, one row per listener.
    """
    at = pl.from_epoch(pl.col("at_us").min(), time_unit="us").dt.replace_time_zone("UTC")
    first = moments.group_by(*dict.fromkeys((by, "user_id")), maintain_order=True).agg(at=at)
    local = with_local_time(first, "at", users)
    return local.group_by(by, maintain_order=True).agg(first_day=pl.col("local_date").min())


def tracks_of(songs: pl.DataFrame) -> pl.DataFrame:
    """Catalogue rows, without audio, of listened songs.

    Args:
        songs: as ``Gathered.songs`` gives them, with ``first_day``.
    """
    artist = pl.col("artist").map_elements(lambda name: "la" + digest(fold(name)), pl.String)
    full_title = pl.col("artist") + "\x1f" + pl.col("album")
    album = full_title.map_elements(lambda title: "lb" + digest(fold(title)), pl.String)
    ids = pl.col("artists")
    return TRACKS.frame(
        songs.select(
            "track_id",
            "title",
            pl.coalesce(ids.list.first(), artist).alias("artist_id"),
            pl.col("artist").alias("artist_name"),
            ids.list.slice(1).fill_null([]).alias("featured_artist_ids"),
            album.alias("album_id"),
            pl.col("album").alias("album_title"),
            pl.col("first_day").alias("added_on"),
            pl.col("length_s").alias("duration_s"),
            pl.lit(False).alias("explicit"),
            pl.lit(True).alias("available"),
            *(pl.lit([], pl.List(pl.String)).alias(n) for n in ("listener_tags", "regions")),
        )
    )


def names_aliases(names: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """alias_id and track_id of names whose recording is known: listens with names alone are of it.

    Of several recordings of the same names the one listened to most; what was said before stays.

    Args:
        names: as ``Gathered.names`` gives them, most listened to first.
        known: alias_id of aliases that the landing has.
    """
    recorded = names.filter(pl.col("track_id") != pl.col("names_id")).unique(
        "names_id", keep="first", maintain_order=True
    )
    found = recorded.select(pl.col("names_id").alias("alias_id"), "track_id")
    return found.join(known.select("alias_id"), on="alias_id", how="anti", maintain_order="left").sort("alias_id")


def by_names(tracks: pl.DataFrame) -> pl.DataFrame:
    """names_id and known_id of catalogue rows, of equal names the first."""
    named = tracks.drop_nulls(["track_id", "title", "artist_name"])
    ids = [names_id(*names) for names in named.select("artist_name", "title").iter_rows()]
    found = named.select(pl.Series("names_id", ids, dtype=pl.String), pl.col("track_id").alias("known_id"))
    return found.sort("known_id").unique("names_id", keep="first", maintain_order=True)
