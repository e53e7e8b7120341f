"""Which other songs of the catalogue share a song's album or the people behind it."""

from __future__ import annotations

import polars as pl

from features.names import titles

# kind of link -> column both songs carry alike
LINKS: dict[str, str] = {
    "same_album": "album_id",
    "same_producer": "producer",
    "same_composer": "composer",
    "same_lyricist": "lyricist",
    "same_label": "label",
}
_REACH = 3  # places looked to each side, for one by another artist
_SCHEMA = ("track_id", "kind", "subject", "subject_title", "count")


def links(tracks: pl.DataFrame) -> pl.DataFrame:
    """At most one link per track and kind: the nearest release of the group, by another artist where one is near.

    Versions of one song are no links to each other, and count once.

    Args:
        tracks: the whole catalogue.
    """
    known = tracks.filter(pl.col("title").str.strip_chars() != "")
    known = known.with_columns(
        pl.col("release_date").dt.epoch("d").fill_null(0).alias("_day"),
        titles.parse_all(known["title"]).struct.field("base").str.to_lowercase().alias("_song"),
    )
    return pl.concat([_of_kind(known, kind, column) for kind, column in LINKS.items()]).sort("track_id", "kind")


def _of_kind(tracks: pl.DataFrame, kind: str, column: str) -> pl.DataFrame:
    group = (
        tracks.filter(pl.col(column).str.strip_chars() != "")
        .select("track_id", "title", "artist_id", "_day", "_song", of=column)
        .sort("of", "_day", "track_id")
        .with_columns(pl.col("_song").n_unique().over("of").alias("songs"))
        .filter(pl.col("songs") > 1)
    )
    places = [place for step in range(1, _REACH + 1) for place in (step, -step)]
    near = pl.concat([_shifted(group, place, order) for order, place in enumerate(places)])
    best = (
        near.filter(pl.col("subject").is_not_null() & (pl.col("_song") != pl.col("subject_song")))
        .sort("track_id", "same_artist", "order")
        .unique("track_id", keep="first", maintain_order=True)
    )
    return best.select(
        "track_id", pl.lit(kind).alias("kind"), "subject", "subject_title", (pl.col("songs") - 1).alias("count")
    ).select(_SCHEMA)


def _shifted(group: pl.DataFrame, place: int, order: int) -> pl.DataFrame:
    def other(column: str) -> pl.Expr:
        return pl.col(column).shift(place).over("of")

    return group.select(
        "track_id",
        "songs",
        "_song",
        other("track_id").alias("subject"),
        other("title").alias("subject_title"),
        other("_song").alias("subject_song"),
        (other("artist_id") == pl.col("artist_id")).fill_null(True).alias("same_artist"),
        pl.lit(order).alias("order"),
    )
