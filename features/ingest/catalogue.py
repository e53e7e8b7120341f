"""Checks of tracks, users, contexts and lyrics."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from features.ingest.aliases import one_row_per_track, renamed, since_the_first
from features.ingest.gates import IngestParams
from features.ingest.localtime import known_zones
from features.ingest.playable import with_playable
from features.ingest.repeats import RENAMED, repeat_rules
from features.ingest.sieve import LATER, Rule, Sieved, contract_rules, shown, sieve, then, with_defaults
from features.ingest.withdrawn import with_withdrawn
from features.night import Night
from schemas.collaborative import EVERYWHERE

# Absolute, climbing, Windows or home paths; control characters are refused for every text.
_UNSAFE_PATH = r"^[/~]|^[A-Za-z]:|(^|/)\.\.(/|$)|\\"
_PATHS = ("audio_path", "lyrics_path")
# Blank, like null: nobody knows.
_OF_ARTISTS = ("artist_id", "artist_name", "artist_credit")

# A music folder's record of a file that it no longer holds: the same music elsewhere goes before it.
_OF_A_FILE_THAT_IS_GONE = pl.col("source_file").str.starts_with("tracks/folder-") & ~pl.col("available")


def check_tracks(
    delivered: pl.DataFrame,
    earlier: pl.DataFrame,
    aliases: pl.DataFrame,
    night: Night,
    newest: date,
    params: IngestParams,
) -> Sieved:
    """Tracks known by the end of ds, each once; of contradicting rows the last delivered stays.

    Args:
        earlier: contract ``last_tracks``; what today's deliveries lack of it stays, not available.
        aliases: ``alias_id`` and ``track_id``; see :func:`features.ingest.aliases.one_row_per_track`.
        newest: newest plausible day of the landing.
    """
    rows = since_the_first(with_defaults(delivered, "tracks"), aliases).with_columns(
        (pl.col("source_file").n_unique().over("track_id") > 1).alias(RENAMED),  # an update, not a contradiction
        *(pl.when(pl.col(c).str.strip_chars() != "").then(pl.col(c)).alias(c) for c in _OF_ARTISTS),
    )
    rules = [
        *dated("added_on", night.ds, newest + timedelta(days=params.catalogue_days_ahead)),
        *contract_rules("tracks"),
        *(
            Rule("unsafe_path", pl.col(c).str.contains(_UNSAFE_PATH), shown(c, "leads out of its folder"))
            for c in _PATHS
        ),
        Rule("out_of_range", pl.col("release_date") < params.earliest_release, shown("release_date", "too early")),
    ]
    once = without_repeats(sieve(rows, "tracks", rules), prefer=[~_OF_A_FILE_THAT_IS_GONE])
    sieved = with_withdrawn(one_row_per_track(once, aliases), earlier, aliases, rules)
    shared = pl.when(pl.col("audio_sha256").is_not_null()).then(pl.len().over("audio_sha256") > 1)
    return replace(sieved, kept=with_playable(sieved.kept.with_columns(audio_shared=shared), params.playable))


def check_users(delivered: pl.DataFrame, night: Night, newest: date, params: IngestParams) -> Sieved:
    """Listeners known by the end of ds, each with a valid time zone; of a city that is no name nobody knows where."""
    city = pl.col("city")
    rows = with_defaults(delivered, "users").with_columns(pl.when(city.str.strip_chars() != EVERYWHERE).then(city))
    zones = known_zones(rows.get_column("timezone"))
    rules = [
        *dated("created_on", night.ds, newest + timedelta(days=params.catalogue_days_ahead)),
        *contract_rules("users"),
        Rule("bad_value", ~pl.col("timezone").is_in(zones), shown("timezone", "is no IANA time zone")),
    ]
    return without_repeats(sieve(rows, "users", rules))


def check_contexts(delivered: pl.DataFrame, night: Night, newest: date, params: IngestParams) -> Sieved:
    """Weather and festivals up to the day after ds, which is a forecast."""
    rows = with_defaults(delivered, "contexts")
    horizon = newest + timedelta(days=params.catalogue_days_ahead)
    rules = [
        *dated("local_date", night.serves_on, horizon),
        *contract_rules("contexts"),
        Rule("bad_value", pl.col("city").str.strip_chars() == EVERYWHERE, shown("city", "is no city")),
    ]
    return without_repeats(sieve(rows, "contexts", rules))


def check_lyrics(delivered: pl.DataFrame, aliases: pl.DataFrame, tracks: Sieved) -> Sieved:
    """Lyrics of known tracks and their aliases; of two files of a track the one with words, then the timed one.

    A row without a line is kept where it says that the track is instrumental.
    """
    rows = renamed(with_defaults(delivered, "lyrics"), "track_id", aliases).with_columns(
        _later=pl.col("track_id").is_in(tracks.later.get_column("track_id").implode()),
        _known=pl.col("track_id").is_in(tracks.kept.get_column("track_id").implode()),
    )
    timed, starts = pl.col("line_start_s").list.len(), pl.col("line_start_s")
    worded = pl.col("lines").list.len() > 0
    beside = pl.col("translations").list.len()
    rules = [
        Rule(LATER, pl.col("_later") & ~pl.col("_known")),
        *contract_rules("lyrics"),
        Rule("missing_value", ~worded & pl.col("language").ne_missing("instrumental"), pl.lit("no line of words")),
        Rule("bad_value", (timed > 0) & (timed != pl.col("lines").list.len()), pl.lit("not every line has a start")),
        Rule("bad_value", (beside > 0) & (beside != pl.col("lines").list.len()), pl.lit("translations of other lines")),
        Rule("bad_value", starts.list.diff().list.min() < 0, pl.lit("starts are out of order")),
        Rule("unknown_track", ~pl.col("_known"), pl.format("no track '{}' is known", "track_id")),
    ]
    return without_repeats(sieve(rows, "lyrics", rules), prefer=[worded, timed > 0])


def with_sung_language(tracks: pl.DataFrame, lyrics: pl.DataFrame) -> pl.DataFrame:
    """Tracks; a language that the catalogue does not know is that of the track's words, or instrumental.

    Args:
        lyrics: kept rows, at most one per track.
    """
    told = lyrics.select("track_id", pl.col("language").alias("_told"))
    joined = tracks.join(told, on="track_id", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("language", "_told").alias("language")).drop("_told")


def dated(column: str, last: date, horizon: date) -> list[Rule]:
    """Rows of days after ``last`` are later; those beyond ``horizon`` as well as ``last`` are mistakes."""
    limit = max(last, horizon)
    return [
        Rule("future_date", pl.col(column) > limit, shown(column, f"beyond {limit}, the newest plausible day")),
        Rule(LATER, pl.col(column) > last),
    ]


def without_repeats(first: Sieved, prefer: list[pl.Expr] | None = None) -> Sieved:
    marked, rules = repeat_rules(first.kept, first.table, prefer or [])
    return then(replace(first, kept=marked), rules) if rules else first
