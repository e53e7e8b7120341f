"""Which of a delivery's listens are new, and how they are delivered on."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from features.ingest.listens.songs import names_id
from features.ingest.same_listens import told_again
from schemas.catalogue import FEEDBACK, LANDING_PLAYS

_ASKED = ("user_id", "song", "played_at", "source", "heard_s", "length_s")
_PART_ROWS = 50_000  # listens compared at a time: their memory


@dataclass(frozen=True, slots=True)
class NewPlays:
    """What a delivery adds.

    Args:
        rows: user_id, played_at, track_id, names_id, heard_s, skipped.
        told_twice: listens that the delivery itself tells more than once.
        already_there: listens that the landing has.
    """

    rows: pl.DataFrame
    told_twice: int
    already_there: int


def new_plays(
    listens: pl.DataFrame, songs: pl.DataFrame, known: pl.DataFrame, within_s: float, least_s: float
) -> NewPlays:
    """Listens that neither the delivery nor the landing told before, some songs at a time.

    Args:
        listens: as ``Gathered.plays``, with ``user_id``.
        songs: as ``Gathered.songs``.
        known: plays of these listeners in the landing, as :func:`known_plays` makes them.
        within_s: see :func:`features.ingest.same_listens.told_again`; ``least_s`` too.
    """
    lengths = songs.group_by("names_id").agg(pl.col("length_s").max())
    parts = listens.height // _PART_ROWS + 1
    of = (pl.col("names_id").hash() % parts, pl.col("song").hash() % parts)
    found = [
        _new_of(listens.filter(of[0] == n), lengths, known.filter(of[1] == n), within_s, least_s) for n in range(parts)
    ]
    rows = pl.concat([part.rows for part in found])
    return NewPlays(rows, sum(part.told_twice for part in found), sum(part.already_there for part in found))


def _new_of(
    listens: pl.DataFrame, lengths: pl.DataFrame, known: pl.DataFrame, within_s: float, least_s: float
) -> NewPlays:
    """:func:`new_plays` of some songs: what is one play is of one song."""
    rows = listens.join(lengths, on="names_id", how="left", maintain_order="left").with_columns(
        pl.from_epoch("at_us", time_unit="us").dt.replace_time_zone("UTC").alias("played_at"),
        pl.col("names_id").alias("song"),
        pl.col("source").cast(pl.String),
    )
    once = rows.filter(~told_again(rows.select(_ASKED), within_s=within_s, least_s=least_s))
    ours = once.with_columns(source=pl.lit("")).select(_ASKED)  # of whatever file, it is not the landing's
    again = told_again(pl.concat([known.select(_ASKED), ours]), within_s=within_s, least_s=least_s)
    new = once.filter(~again.slice(known.height))
    kept = new.select("user_id", "played_at", "track_id", "names_id", "heard_s", "skipped")
    return NewPlays(kept, told_twice=rows.height - once.height, already_there=once.height - new.height)


def known_plays(plays: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    """Delivered plays as :func:`new_plays` compares them: the song is its names, whatever its id.

    Args:
        plays: rows of ``landing_plays``.
        tracks: rows of ``landing_tracks``.
    """
    heard = tracks.join(plays.select("track_id").unique(), on="track_id", how="semi", maintain_order="left")
    wanted = heard.drop_nulls(["artist_name", "title"]).unique("track_id", keep="last", maintain_order=True)
    ids = [names_id(*names) for names in wanted.select("artist_name", "title").iter_rows()]
    named = wanted.select("track_id", pl.Series("_song", ids, dtype=pl.String), pl.col("duration_s").alias("length_s"))
    return plays.join(named, on="track_id", how="left", maintain_order="left").select(
        "user_id",
        pl.coalesce("_song", "track_id").alias("song"),
        "played_at",
        pl.col("source_file").alias("source"),
        pl.when(pl.col("measured").fill_null(True)).then("listened_s").alias("heard_s"),
        "length_s",
    )


def delivered_plays(new: pl.DataFrame) -> pl.DataFrame:
    """New plays as files of ``landing/plays`` hold them."""
    rows = new.select(
        "user_id",
        "played_at",
        "track_id",
        pl.col("heard_s").fill_null(0.0).alias("listened_s"),
        "skipped",
        pl.col("heard_s").is_not_null().alias("measured"),
        pl.lit("organic").alias("origin"),
    )
    return LANDING_PLAYS.frame(rows).drop("source_file", "source_row").sort("user_id", "played_at", "track_id")


def delivered_feedback(loves: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Loves and hates that the landing lacks, as files of ``landing/feedback`` hold them.

    Args:
        loves: user_id, at_us, kind, track_id.
        known: rows of ``landing_feedback``.
    """
    rows = loves.select(
        "user_id",
        pl.from_epoch("at_us", time_unit="us").dt.replace_time_zone("UTC").alias("event_at"),
        "kind",
        pl.col("track_id").alias("subject_id"),
    )
    key = list(FEEDBACK.key)
    return rows.unique(key, maintain_order=True).join(known.select(key), on=key, how="anti", maintain_order="left")
