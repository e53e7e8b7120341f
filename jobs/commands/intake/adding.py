"""What a delivery of listens adds to a landing: rows in files of their own, and days that turn out earlier."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from features.ingest.listens import songs
from features.ingest.localtime import known_zones
from features.matching.listened import MATCHED
from schemas.catalogue import USERS
from schemas.delivery import PROVENANCE
from warehouse.landing.landing_writer import LandingWriter, slug

_OWN = "listens-"  # files that `daily30 ingest listens` writes
_OURS = "(listens|listenbrainz)-"  # the same, and what it was called before
_NOT_DELIVERED = ("audio_path", "audio_sha256", "audio_shared", "lyrics_path")
_SLICE = 100_000


class Newcomer(Protocol):
    """What a listener who is new here gets."""

    @property
    def timezone(self) -> str: ...

    def row(self, user_id: str, created_on: date) -> dict[str, Any]: ...


class Adding:
    """Adds to one landing.

    Args:
        catalogue: rows of ``landing_tracks`` before.
    """

    def __init__(self, landing: LandingWriter, catalogue: pl.DataFrame, newcomer: Newcomer) -> None:
        self._landing, self._catalogue, self._newcomer = landing, catalogue, newcomer
        elsewhere = catalogue.filter(~pl.col("source_file").str.contains(f"^tracks/{_OURS}"))
        self._elsewhere = songs.by_names(elsewhere)

    def rows(self, table: str, rows: pl.DataFrame) -> Path | None:
        """Rows as a file named after what it holds; None, and no file, without rows."""
        if rows.is_empty():
            return None
        return self._landing.put_rows(f"{table}/{_OWN}{_digest(rows)}.parquet", rows)

    def tracks(self, found: pl.DataFrame, moments: pl.DataFrame) -> int:
        """How many songs are new: heard or loved, and not in the catalogue.

        Those it has from other listens get an earlier day, a length and an album where these listens know them.

        Args:
            found: as ``Gathered.songs``.
            moments: track_id, user_id and at_us of everything that was done with them.
        """
        heard = found.join(self._first_days(moments, "track_id"), on="track_id", maintain_order="left")
        tracks = songs.tracks_of(heard)
        new = heard.join(self._catalogue, on="track_id", how="anti", maintain_order="left")
        self.rows("tracks", songs.tracks_of(new).drop(_NOT_DELIVERED))
        self._told_more("tracks", "track_id", "added_on", tracks, also=("duration_s", "album_id", "album_title"))
        return new.join(self._elsewhere, on="names_id", how="anti").height

    def aliases(self, names: pl.DataFrame) -> None:
        """Names whose recording is known by now are that recording's; what was said before stays.

        Args:
            names: as ``Gathered.names``.
        """
        known = self._landing.known("aliases").filter(pl.col("method") != MATCHED)  # those are made anew after this
        told = songs.names_aliases(names, known)
        self.rows("aliases", told.with_columns(method=pl.lit("delivered"), score=pl.lit(None, pl.Float32)))

    def of_known(self, listens: pl.DataFrame) -> int:
        """How many listens are of songs that the catalogue has from elsewhere."""
        return listens.join(self._elsewhere, on="names_id", how="semi").height

    def listeners(self, moments: pl.DataFrame) -> list[str]:
        """New listeners, each in a file of their own; settings of the others are left alone.

        Args:
            moments: user_id and at_us of everything they did.
        """
        known = self._landing.known("users")
        first = self._first_days(moments, "user_id").sort("user_id")
        new = first.join(known, on="user_id", how="anti", maintain_order="left")
        for user_id, day in new.iter_rows():
            rows = USERS.frame([self._newcomer.row(user_id, day)])
            self._landing.put_rows(f"users/{_OWN}{slug(user_id)}-{songs.digest(user_id)}.jsonl", rows)
        self._told_more("users", "user_id", "created_on", first.rename({"first_day": "created_on"}))
        return new.get_column("user_id").to_list()

    def _first_days(self, moments: pl.DataFrame, by: str) -> pl.DataFrame:
        """The first day of each; listeners who are known have their own time zone."""
        known = self._landing.known("users").drop_nulls("user_id").unique("user_id", keep="last")
        lawful = pl.col("timezone").is_in(known_zones(known.get_column("timezone")))
        zones = known.select("user_id", timezone=pl.when(lawful).then("timezone").otherwise(pl.lit("UTC")))
        people = moments.select("user_id").unique().join(zones, on="user_id", how="left")
        return songs.first_days(moments, by, people.with_columns(pl.col("timezone").fill_null(self._newcomer.timezone)))

    def _told_more(self, table: str, key: str, day: str, rows: pl.DataFrame, also: Sequence[str] = ()) -> None:
        """Our own rows get the earlier day that ``rows`` know, and cells of ``also`` where they have none.

        Nothing else of them changes.
        """
        known = self._landing.known(table, where=pl.col("source_file").str.contains(f"^{table}/{_OURS}"))
        told = rows.select(key, pl.struct(day, *also).alias("_told"))
        joined = known.join(told, on=key, how="left", maintain_order="left")
        new = {name: pl.col("_told").struct.field(name) for name in (day, *also)}
        filled = [pl.min_horizontal(day, new[day]).alias(day), *(pl.coalesce(name, new[name]) for name in also)]
        better = joined.with_columns(filled)
        changed = pl.any_horizontal(~pl.col(name).eq_missing(better.get_column(name)) for name in new)
        for file in joined.filter(changed).get_column("source_file").unique().sort():
            whole = better.filter(pl.col("source_file") == file)
            self._landing.put_rows(file, whole.drop("_told", *PROVENANCE, *_NOT_DELIVERED, strict=False))


def _digest(rows: pl.DataFrame) -> str:
    """Twelve hexadecimal digits of rows."""
    whole = hashlib.sha256()
    for part in rows.iter_slices(_SLICE):
        whole.update(part.write_ndjson().encode())
    return whole.hexdigest()[:12]
