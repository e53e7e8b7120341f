"""Checks of plays and feedback: whose, of what, and on which day of the listener's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from features.ingest.gates import IngestParams
from features.ingest.localtime import with_local_time
from features.ingest.repeats import near_repeat_rules, repeat_rules
from features.ingest.same_listens import same_listen_rules
from features.ingest.sieve import LATER, Rule, Sieved, contract_rules, shown, sieve, then, with_defaults
from features.night import Night


def locate(delivered: pl.DataFrame, table: str, moment: str, users: pl.DataFrame) -> pl.DataFrame:
    """Delivered plays or feedback with defaults filled and the listener's local date and hour.

    Args:
        moment: the UTC column.
        users: user_id and timezone of every lawful user, also those of later days.
    """
    return with_local_time(with_defaults(delivered, table), moment, users.select("user_id", "timezone"))


def mark_known(rows: pl.DataFrame, users: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    """Add ``_user_known``, ``_track_known`` and ``_duration_s`` of the track."""
    user = users.select("user_id", _user_known=pl.lit(True))
    track = tracks.select("track_id", _track_known=pl.lit(True), _duration_s="duration_s")
    joined = rows.join(user, on="user_id", how="left", maintain_order="left")
    joined = joined.join(track, on="track_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("_user_known", "_track_known").fill_null(False))


def known_by(rows: pl.DataFrame, night: Night, params: IngestParams) -> pl.DataFrame:
    """Located rows with full keys and a day up to ds: those whose joins are judged."""
    return rows.filter(
        pl.col("user_id").is_not_null()
        & pl.col("track_id").is_not_null()
        & pl.col("local_date").is_between(params.earliest_play, night.ds)
    )


def check_plays(marked: pl.DataFrame, night: Night, newest: date, params: IngestParams) -> Sieved:
    """Plays up to the end of ds in each listener's time zone, repeats removed, completion added.

    Args:
        marked: located rows of ``landing_plays`` from :func:`mark_known`.
        newest: newest plausible day of the landing.
    """
    rules = [
        *_timely(night, newest, params),
        *contract_rules("plays"),
        Rule("unknown_user", ~pl.col("_user_known"), _unknown("user_id", night)),
        Rule("unknown_track", ~pl.col("_track_known"), _unknown("track_id", night)),
    ]
    first = sieve(_heard_to_the_end(marked), "plays", rules)
    kept, same = same_listen_rules(first.kept, within_s=params.same_listen_s, least_s=params.least_listen_s)
    first = then(replace(first, kept=kept), same) if same else first
    kept, repeats = repeat_rules(first.kept, "plays")
    second = then(replace(first, kept=kept), repeats) if repeats else first
    kept, near = near_repeat_rules(second.kept, within_s=params.near_duplicate_s)
    third = then(replace(second, kept=kept), near) if near else second
    return replace(third, kept=third.kept.with_columns(completion=_completion()))


def check_feedback(
    located: pl.DataFrame,
    night: Night,
    newest: date,
    users: pl.DataFrame,
    tracks: pl.DataFrame,
    artists: pl.DataFrame,
    params: IngestParams,
) -> Sieved:
    """Likes and blocks up to the end of ds, of known users about known tracks and artists.

    Args:
        artists: ``delivered_id`` and ``artist_id``: a block by any id of an artist is one of that artist.
    """
    of_artist = pl.col("kind") == "block_artist"
    subject = pl.col("subject_id")
    named = artists.select(subject_id="delivered_id", _artist="artist_id")
    located = located.join(named, on="subject_id", how="left", maintain_order="left")
    nobody = ~pl.col("user_id").is_in(users.get_column("user_id").implode())
    no_artist = of_artist & pl.col("_artist").is_null()
    no_track = ~of_artist & ~subject.is_in(tracks.get_column("track_id").implode())
    rules = [
        *_timely(night, newest, params),
        *contract_rules("feedback"),
        Rule("unknown_user", nobody, _unknown("user_id", night)),
        Rule("unknown_artist", no_artist, _unknown("subject_id", night)),
        Rule("unknown_track", no_track, _unknown("subject_id", night)),
    ]
    first = sieve(located, "feedback", rules)
    told = first.kept.with_columns(subject_id=pl.when(of_artist).then("_artist").otherwise(subject))
    kept, repeats = repeat_rules(told, "feedback")
    return then(replace(first, kept=kept), repeats) if repeats else first


def _timely(night: Night, newest: date, params: IngestParams) -> list[Rule]:
    """Rules on the listener's day, before all others: see :func:`features.ingest.catalogue.dated`."""
    limit = max(night.ds, newest) + timedelta(days=params.max_days_ahead)
    day = pl.col("local_date")
    return [
        Rule("out_of_range", day < params.earliest_play, shown("local_date", f"before {params.earliest_play}")),
        Rule("future_date", day > limit, shown("local_date", f"beyond {limit}, the newest plausible day")),
        Rule(LATER, day > night.ds),
    ]


def _heard_to_the_end(marked: pl.DataFrame) -> pl.DataFrame:
    """Listens that were only counted get their track's length, where it is known."""
    whole = ~pl.col("measured") & ~pl.col("skipped")
    length = pl.coalesce("_duration_s", "listened_s")
    return marked.with_columns(pl.when(whole).then(length).otherwise("listened_s").alias("listened_s"))


def _completion() -> pl.Expr:
    """Share of the track heard; where seconds or length are unknown a skip counts 0, anything else 1."""
    share = (pl.col("listened_s") / pl.col("_duration_s")).clip(0, 1)
    unknown = pl.when("skipped").then(0.0).otherwise(1.0)
    return pl.when((pl.col("_duration_s") > 0) & pl.col("measured")).then(share).otherwise(unknown).cast(pl.Float32)


def _unknown(column: str, night: Night) -> pl.Expr:
    return shown(column, f"nothing of that id is known by {night.ds}")
