"""How much each user is drawn to each track: plays and judgements, faded and summed."""

from __future__ import annotations

import polars as pl

from features.night import Night
from features.taste.weights import MICRO, TasteParams, age_days, faded
from schemas import TABLES

_PAIR = ("user_id", "track_id")


def affinity(
    weighed: pl.DataFrame, feedback: pl.DataFrame, tracks: pl.DataFrame, params: TasteParams, night: Night
) -> pl.DataFrame:
    """One row per user and track heard or judged, or perhaps heard (contract ``affinity``).

    A blocked artist marks every track that credits them, main or featured, heard or not.

    Args:
        weighed: plays as :func:`features.taste.weights.weigh_plays` returns them.
    """
    parts = [
        _played(weighed),
        _judged(feedback, params, night),
        _blocked(feedback, tracks, params),
        doubtful_plays(weighed, tracks).select(_PAIR).unique().with_columns(doubtful=pl.lit(True)),
    ]
    counts = ("plays", "plays_7d", "plays_ds", "skips")
    summed = pl.concat(parts, how="diagonal").group_by(_PAIR)
    total = summed.agg(
        pl.col("micro").sum(),
        *(pl.col(c).sum() for c in counts),
        pl.col("first_played").min(),
        pl.col("last_played").max(),
        pl.col("last_heard").max(),
        pl.col("liked").any(),
        pl.col("blocked").any(),
        pl.col("doubtful").any(),
    )
    weight = (pl.col("micro") / MICRO).clip(-1000, 100000)
    return TABLES["affinity"].frame(total.with_columns(weight=weight).sort(_PAIR))


def _played(weighed: pl.DataFrame) -> pl.DataFrame:
    return weighed.group_by(_PAIR).agg(
        pl.col("micro").sum(),
        plays=pl.len().cast(pl.Int32),
        plays_7d=(pl.col("age") < 7).sum().cast(pl.Int32),
        plays_ds=(pl.col("age") == 0).sum().cast(pl.Int32),
        skips=pl.col("skipped").sum().cast(pl.Int32),
        first_played=pl.col("local_date").min(),
        last_played=pl.col("local_date").max(),
        last_heard=pl.col("local_date").filter(~pl.col("skipped")).max(),
    )


def _judged(feedback: pl.DataFrame, params: TasteParams, night: Night) -> pl.DataFrame:
    """Likes that stand, likes taken back, playlist additions; the latest of each counts."""

    def latest(kind: str, column: str) -> pl.Expr:
        return pl.col(column).filter(pl.col("kind") == kind).max()

    kinds = ("like_track", "unlike_track", "add_to_playlist")
    events = feedback.filter(pl.col("kind").is_in(kinds)).rename({"subject_id": "track_id"})
    last = events.group_by(_PAIR).agg(
        *(latest(k, "event_at").alias(k) for k in kinds),
        *(latest(k, "local_date").alias(f"{k}_on") for k in kinds),
    )
    # A like and an unlike of the same moment leave no like.
    stands = (pl.col("like_track") > pl.col("unlike_track")).fill_null(pl.col("like_track").is_not_null())
    fade = params.explicit_half_life_days
    parts = (
        (stands, params.liked, "like_track_on"),
        (~stands & pl.col("unlike_track").is_not_null(), params.unliked, "unlike_track_on"),
        (pl.col("add_to_playlist").is_not_null(), params.playlisted, "add_to_playlist_on"),
    )
    micro = sum(
        (
            pl.when(when).then(faded(pl.lit(worth), age_days(day, night), fade)).otherwise(0)
            for when, worth, day in parts
        ),
        start=pl.lit(0, dtype=pl.Int64),
    )
    return last.select(*_PAIR, micro=micro, liked=stands | pl.col("add_to_playlist").is_not_null())


def _blocked(feedback: pl.DataFrame, tracks: pl.DataFrame, params: TasteParams) -> pl.DataFrame:
    by_track = feedback.filter(pl.col("kind") == "block_track").select("user_id", track_id="subject_id")
    by_artist = (
        feedback.filter(pl.col("kind") == "block_artist")
        .select("user_id", artist="subject_id")
        .join(credits(tracks), on="artist")
        .select(_PAIR)
    )
    pairs = pl.concat([by_track, by_artist]).unique()
    worth = round(params.blocked * MICRO)
    return pairs.with_columns(micro=pl.lit(worth, dtype=pl.Int64), blocked=pl.lit(True))


def doubtful_plays(weighed: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    """Plays of songs under names that may be a track's, misspelt: ``weighed``, once per track that may be meant."""
    perhaps = tracks.filter(pl.col("near_track_ids").list.len() > 0).select("track_id", near="near_track_ids")
    meant = weighed.join(perhaps.explode("near"), on="track_id").drop("track_id")
    return meant.rename({"near": "track_id"})


def credits(tracks: pl.DataFrame) -> pl.DataFrame:
    """One row per track and credited artist, main artist first: ``track_id``, ``artist``; none for nobody."""
    named = pl.concat_list(pl.concat_list("artist_id"), "featured_artist_ids").list.unique(maintain_order=True)
    return tracks.select("track_id", artist=named).explode("artist").drop_nulls("artist")


def artist_names(tracks: pl.DataFrame) -> pl.DataFrame:
    """One row per credited artist who has a name: ``artist``, ``name``; of several names the one most tracks have."""
    main = tracks.select(artist="artist_id", name="artist_name")
    guests = tracks.select(artist="featured_artist_ids", name="featured_artist_names")
    told = guests.filter(pl.col("artist").list.len() == pl.col("name").list.len()).explode("artist", "name")
    named = pl.concat([main, told]).drop_nulls().filter(pl.col("name") != "")
    counted = named.group_by("artist", "name").len().sort("artist", "len", "name", descending=[False, True, False])
    return counted.unique("artist", keep="first", maintain_order=True).select("artist", "name")
