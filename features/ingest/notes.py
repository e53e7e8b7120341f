"""Checks of notes: texts about artists and songs that may be quoted, with their source and licence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from features.ingest.aliases import renamed
from features.ingest.catalogue import dated, without_repeats
from features.ingest.gates import IngestParams
from features.ingest.sieve import LATER, Rule, Sieved, contract_rules, shown, sieve, with_defaults
from features.night import Night
from features.words.terms import forms, snippets
from features.words.terms.commands import speaks_to_machine

_TOLD = ("text", "source", "licence")  # what is shown to readers, and to a model that writes
_URL = r"^https?://[^\s<>\"'\\]{1,500}$"
_INVISIBLE = r"[\p{Cf}\p{Co}\p{Zl}\p{Zp}]"
_LICENCE_CHARS = 60


def check_notes(
    delivered: pl.DataFrame,
    aliases: pl.DataFrame,
    tracks: Sieved,
    artists: pl.DataFrame,
    night: Night,
    newest: date,
    params: IngestParams,
) -> Sieved:
    """Notes on known songs and artists, known by the end of ds, in plain words of the language they name.

    Args:
        aliases: ``alias_id`` and ``track_id``; a note on an alias is one on its track.
        artists: ``delivered_id`` and ``artist_id``; a note by any id of an artist is one on that artist.
        newest: newest plausible day of the landing.
    """
    rows = _marked(renamed(with_defaults(delivered, "notes"), "track_id", aliases), tracks, artists)
    both = pl.col("artist_id").is_not_null() & pl.col("track_id").is_not_null()
    neither = pl.col("artist_id").is_null() & pl.col("track_id").is_null()
    rules = [
        Rule(LATER, pl.col("_later")),
        *dated("published", night.ds, newest + timedelta(days=params.catalogue_days_ahead)),
        *contract_rules("notes"),
        *(Rule("bad_value", pl.col(c).str.contains(_INVISIBLE), _holds(c, "invisible signs")) for c in _TOLD),
        Rule("bad_value", both, pl.lit("names an artist and a song; a note is about one of them")),
        Rule("missing_value", neither, pl.lit("names neither artist_id nor track_id")),
        Rule("markup", pl.col("_marked_up"), pl.lit("holds markup or an address")),
        Rule("speaks_to_machine", pl.col("_speaks"), pl.lit("reads like instructions to a machine")),
        Rule("bad_value", ~pl.col("url").str.contains(_URL), shown("url", "is no http address")),
        Rule("bad_value", ~pl.col("_named"), shown("source", f"is no name of up to {forms.NAME_CAP} characters")),
        Rule("bad_value", pl.col("licence").str.len_chars() > _LICENCE_CHARS, _holds("licence", "too many characters")),
        Rule("other_language", ~pl.col("_written"), pl.format("does not read as '{}'", "language")),
        Rule("unknown_track", ~pl.col("_track_known"), pl.format("no track '{}' is known", "track_id")),
        Rule("unknown_artist", ~pl.col("_artist_known"), pl.format("no artist '{}' is known", "artist_id")),
    ]
    sieved = without_repeats(sieve(rows, "notes", rules))
    one_id = pl.when(pl.col("artist_id").is_not_null()).then("_artist").alias("artist_id")
    return replace(sieved, kept=sieved.kept.with_columns(one_id))


def _marked(rows: pl.DataFrame, tracks: Sieved, artists: pl.DataFrame) -> pl.DataFrame:
    """Rows with what the rules ask: null where the cell they look at is empty."""
    ids = artists.select(artist_id="delivered_id", _artist="artist_id")
    known = pl.col("track_id").is_in(tracks.kept.get_column("track_id").implode())
    comes = pl.col("track_id").is_in(tracks.later.get_column("track_id").implode())
    to_come = pl.col("artist_id").is_in(tracks.later.get_column("artist_id").drop_nulls().implode())
    joined = rows.join(ids, on="artist_id", how="left", maintain_order="left")
    unknown = pl.col("artist_id").is_not_null() & pl.col("_artist").is_null()
    told = joined.select(pl.concat_str([pl.col(c).fill_null("") for c in _TOLD], separator="\n")).to_series()
    return joined.with_columns(
        _later=(comes & ~known) | (to_come & unknown),
        _track_known=known,
        _artist_known=pl.when(pl.col("artist_id").is_not_null()).then(~unknown),
        _named=_each(joined["source"], lambda s: forms.speakable(s) is not None and forms.whole(s)),
        _speaks=_each(told, speaks_to_machine),
        _marked_up=_each(told, snippets.marked_up),
        _written=pl.Series(
            [
                snippets.written_in(text, language) if text and language in ("zh", "en") else None
                for text, language in joined.select("text", "language").iter_rows()
            ],
            dtype=pl.Boolean,
        ),
    )


def _each(texts: pl.Series, test: Callable[[str], bool]) -> pl.Series:
    """What a test says of each text; null of none."""
    return pl.Series([None if text is None else test(text) for text in texts], dtype=pl.Boolean)


def _holds(column: str, what: str) -> pl.Expr:
    return pl.lit(f"{column} holds {what}")
