"""ListenBrainz exports (JSON lines of listens) as plays and catalogue rows.

A listen: ``listened_at`` (Unix seconds) and ``track_metadata`` with ``track_name``,
``artist_name``, ``release_name``, ``additional_info`` (``duration_ms`` or ``duration``,
``recording_mbid``) and, where ListenBrainz found the recording, ``mbid_mapping``.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from schemas.catalogue import LANDING_PLAYS, TRACKS

_LISTEN = {
    "line": pl.Int64,
    "listened_at": pl.Int64,
    "title": pl.String,
    "artist": pl.String,
    "album": pl.String,
    "duration_s": pl.Float32,
    "recording": pl.String,
    "artist_mbid": pl.String,
    "user_name": pl.String,
}
_PAIR = ("artist_fold", "title_fold")


@dataclass(frozen=True, slots=True)
class Listens:
    """A parsed export.

    Args:
        frame: one row per listen, columns of the export flattened.
        refused: (line number, why) of lines that are no listens.
    """

    frame: pl.DataFrame
    refused: list[tuple[int, str]]


def parse(lines: Iterable[str]) -> Listens:
    """Listens of an export; a line that is none is refused with its reason, never skipped silently."""
    rows: list[dict[str, Any]] = []
    refused: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append({"line": number, **_listen(json.loads(line))})
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            refused.append((number, f"{type(error).__name__}: {error}"[:160]))
    return Listens(pl.DataFrame(rows, schema=_LISTEN), refused)


def _listen(listen: dict[str, Any]) -> dict[str, Any]:
    metadata = listen["track_metadata"]
    info = metadata.get("additional_info") or {}
    mapping = metadata.get("mbid_mapping") or {}
    artists = mapping.get("artist_mbids") or info.get("artist_mbids") or []
    title, artist = _text(metadata["track_name"]), _text(metadata["artist_name"])
    moment = int(listen["listened_at"])
    if not title or not artist or not 0 < moment < 2**33:
        raise ValueError("a listen needs listened_at, track_name and artist_name")
    return {
        "listened_at": moment,
        "title": title,
        "artist": artist,
        "album": _text(metadata.get("release_name")) or None,
        "duration_s": _duration_s(info),
        "recording": _text(mapping.get("recording_mbid") or info.get("recording_mbid")) or None,
        "artist_mbid": _text(artists[0]) or None if artists else None,
        "user_name": _text(listen.get("user_name")) or None,
    }


def _text(value: Any) -> str:
    """One printable line of a value."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(value or "")).split())


def _duration_s(info: dict[str, Any]) -> float | None:
    for key, per_second in (("duration_ms", 1000), ("duration", 1)):
        try:
            seconds = float(info.get(key) or 0) / per_second
        except (TypeError, ValueError):
            continue
        if 0 < seconds <= 86400:
            return seconds
    return None


def fold(text: str) -> str:
    """Text for comparing names: compatible forms, lower case."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def with_track_ids(listens: pl.DataFrame, catalogue: pl.DataFrame) -> pl.DataFrame:
    """Add ``track_id``, ``known`` and ``heard_s``.

    The id is the catalogue's for the same artist and title, else one of ListenBrainz's recording,
    else one of the names; ``heard_s`` is the track's length, null when nobody knows it.

    Args:
        catalogue: track_id, title, artist_name, duration_s.
    """
    folded = listens.with_columns(
        artist_fold=pl.col("artist").map_elements(fold, pl.String),
        title_fold=pl.col("title").map_elements(fold, pl.String),
    )
    ours = _by_name(catalogue)
    recording = (
        folded.drop_nulls("recording")
        .group_by(*_PAIR, "recording")
        .len()
        .sort("len", "recording", descending=[True, False])
        .unique(_PAIR, keep="first", maintain_order=True)
        .select(*_PAIR, pl.col("recording").alias("main_recording"))
    )
    named = pl.struct(_PAIR).map_elements(lambda pair: "ls" + _digest(*pair.values()), pl.String)
    joined = folded.join(ours, on=_PAIR, how="left", maintain_order="left")
    joined = joined.join(recording, on=_PAIR, how="left", maintain_order="left")
    own = pl.coalesce(pl.lit("mb") + pl.col("main_recording"), named)
    found = joined.with_columns(track_id=pl.coalesce("known_id", own), known=pl.col("known_id").is_not_null())
    usual = pl.col("duration_s").median().over("track_id")
    return found.with_columns(heard_s=pl.coalesce("known_s", usual)).drop(
        "known_id", "known_s", "main_recording", *_PAIR
    )


def _by_name(catalogue: pl.DataFrame) -> pl.DataFrame:
    """known_id and known_s by folded artist and title, the first of each."""
    return (
        catalogue.drop_nulls(["track_id", "title", "artist_name"])
        .select(
            pl.col("track_id").alias("known_id"),
            pl.col("duration_s").alias("known_s"),
            artist_fold=pl.col("artist_name").map_elements(fold, pl.String),
            title_fold=pl.col("title").map_elements(fold, pl.String),
        )
        .sort("known_id")
        .unique(_PAIR, keep="first", maintain_order=True)
    )


def _digest(*names: str) -> str:
    return hashlib.blake2b("\x1f".join(names).encode(), digest_size=8).hexdigest()


def first_day(listens: pl.DataFrame) -> date:
    """The day before the first listen in UTC: early enough for every time zone."""
    first = pl.from_epoch(listens.get_column("listened_at"), time_unit="s").dt.date().min()
    assert isinstance(first, date)
    return first - timedelta(days=1)


def plays_of(listens: pl.DataFrame, user_id: str) -> pl.DataFrame:
    """Delivered plays (columns of ``landing_plays``). How long one listened is not in an export:
    a listen counts as heard to its end, for ListenBrainz takes half a track or four minutes as one.
    """
    rows = listens.select(
        pl.lit(user_id).alias("user_id"),
        pl.from_epoch("listened_at", time_unit="s").dt.replace_time_zone("UTC").alias("played_at"),
        "track_id",
        pl.col("heard_s").fill_null(0.0).alias("listened_s"),
        pl.lit(False).alias("skipped"),
        pl.lit("organic").alias("origin"),
    )
    return LANDING_PLAYS.frame(rows).drop("source_file", "source_row").unique(maintain_order=True)


def tracks_of(listens: pl.DataFrame) -> pl.DataFrame:
    """Catalogue rows, without audio, of the listens whose track the catalogue does not know."""
    added_on = first_day(listens) if listens.height else None
    one = listens.filter(~pl.col("known")).sort("line").group_by("track_id", maintain_order=True)
    found = one.agg(
        pl.col("title").first(),
        pl.col("artist").first().alias("artist_name"),
        pl.col("album").drop_nulls().first().alias("album_title"),
        pl.col("heard_s").first().alias("duration_s"),
        pl.col("artist_mbid").drop_nulls().first(),
    )
    artist = pl.col("artist_name").map_elements(lambda name: "la" + _digest(fold(name)), pl.String)
    full_title = pl.col("artist_name") + "\x1f" + pl.col("album_title")
    album = full_title.map_elements(lambda title: "lb" + _digest(fold(title)), pl.String)
    return TRACKS.frame(
        found.with_columns(
            pl.coalesce("artist_mbid", artist).alias("artist_id"),
            album.alias("album_id"),
            pl.lit(added_on, pl.Date).alias("added_on"),
            pl.lit(False).alias("explicit"),
            pl.lit(True).alias("available"),
            *(pl.lit([], pl.List(pl.String)).alias(n) for n in ("featured_artist_ids", "listener_tags", "regions")),
        )
    )
