"""Listens of many files as frames: small rows of plays, each song's names once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from features.ingest.listens.moments import SECONDS, US_PER
from features.ingest.listens.rows import LeftOut, Listen, Love
from features.ingest.listens.songs import song_ids

_BATCH = 50_000
_SHOWN = 5
_MOST_REASONS = 100
_VALUES = re.compile(r"'[^']*'|[-\d][\d.,:-]*")
_LISTEN: Mapping[str, Any] = {
    "row": pl.Int64,
    "at_us": pl.Int64,
    "unit": pl.String,
    "title": pl.String,
    "artist": pl.String,
    "album": pl.String,
    "length_s": pl.Float32,
    "heard_s": pl.Float32,
    "skipped": pl.Boolean,
    "recording": pl.String,
    "artists": pl.List(pl.String),
    "user": pl.String,
}
_LOVE: Mapping[str, Any] = {
    "at_us": pl.Int64,
    "unit": pl.String,
    "kind": pl.String,
    "title": pl.String,
    "artist": pl.String,
    "recording": pl.String,
    "user": pl.String,
}
_SONG = ("track_id", "names_id", "title", "artist", "album", "length_s", "artists")
_PLAY = ("row", "at_us", "unit", "track_id", "names_id", "heard_s", "skipped", "user")
_NONE = pl.DataFrame(schema={**_LISTEN, "track_id": pl.String, "names_id": pl.String, "source": pl.Int32})


@dataclass(slots=True)
class Gathered:
    """What was read so far; memory grows with plays (some 60 bytes each) and different songs.

    Args:
        read: rows looked at, left out ones not among them.
        refused: rows that could not be used.
        first_refused: the first of them, with file and row.
        left_out: rows left out on purpose, by kind.
        notes: what a reader should know, e.g. that times were milliseconds.
        loves: loves and hates, with the file's listener filled in.
    """

    read: int = 0
    refused: int = 0
    first_refused: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    loves: list[Love] = field(default_factory=list)
    _why: dict[str, tuple[str, int]] = field(default_factory=dict)
    _rows: list[tuple[object, ...]] = field(default_factory=list)
    _plays: list[pl.DataFrame] = field(default_factory=list)
    _songs: list[pl.DataFrame] = field(default_factory=list)
    _of_file: list[pl.DataFrame] = field(default_factory=list)
    _loves_of_file: list[tuple[int, Love]] = field(default_factory=list)

    def take(self, row: int, found: Listen | Love) -> None:
        """A listen or a love of the current file."""
        self.read += 1
        if isinstance(found, Love):
            self._loves_of_file.append((row, found))
            return
        self._rows.append((row, *found))
        if len(self._rows) >= _BATCH:
            self._pack()

    def refuse(self, file: str, row: int, why: str) -> None:
        """A row that cannot be used."""
        self.read += 1
        self._refused(file, row, why)

    def leave_out(self, why: LeftOut) -> None:
        """A row that is left out on purpose."""
        self.left_out[str(why)] += 1

    def end_file(self, file: str, user: str | None) -> None:
        """The current file is read.

        Numbers that look like milliseconds are believed where the whole file is so; some of them among
        seconds are refused.

        Args:
            user: whose the rows are that do not say so.
        """
        self._pack()
        plays = pl.concat(self._of_file) if self._of_file else None
        units = set(plays.get_column("unit").unique()) if plays is not None else set()
        units |= {love.unit for _, love in self._loves_of_file}
        if len(units) == 1 and (unit := units.pop()) != SECONDS:
            self.notes.append(f"{file}: all its times are {unit}, not seconds, and were read as such")
            units = {SECONDS}
        elif len(units) > 1:
            plays = self._only_seconds(file, plays)
        if plays is not None:
            theirs, source = pl.lit(user, pl.String), pl.lit(len(self._plays), pl.Int32)
            whole = plays.with_columns(pl.col("user").fill_null(theirs), source=source)
            self._plays.append(whole.drop("row", "unit"))
        self.loves += [love._replace(user=love.user or user) for _, love in self._loves_of_file]
        self._of_file, self._loves_of_file = [], []

    @property
    def holds_any(self) -> bool:
        """Whether any listen or love was taken."""
        return bool(self._plays or self.loves)

    def plays(self) -> pl.DataFrame:
        """Every listen: at_us, track_id, names_id, heard_s (null: not told), skipped, user (null: nobody says)
        and source, the number of its file.
        """
        return pl.concat([_NONE.select(*_PLAY, "source").drop("row", "unit"), *self._plays])

    def loved(self) -> pl.DataFrame:
        """Every love and hate: at_us, kind, title, artist, recording, user, track_id, names_id."""
        rows = pl.DataFrame(self.loves, schema=_LOVE, orient="row").with_columns(
            pl.col("title", "artist").fill_null("")
        )
        return song_ids(rows).with_columns(
            pl.when(pl.col("title") != "").then("names_id").alias("names_id")  # a recording alone names no song
        )

    def songs(self) -> pl.DataFrame:
        """Every song that is named, once: track_id, names_id, title, artist, album, artists and its usual length_s."""
        said = self._said()
        length = (
            said.drop_nulls("length_s")
            .group_by("track_id", "length_s")
            .agg(pl.col("times").sum())
            .sort("times", "length_s", descending=True)
            .unique("track_id", keep="first", maintain_order=True)
        )
        main = said.sort("times", "title", "artist", descending=[True, False, False], maintain_order=True)
        named = main.group_by("track_id", maintain_order=True).agg(
            pl.col("names_id", "title", "artist").first(),
            pl.col("album").drop_nulls().first(),
            pl.col("artists").filter(pl.col("artists").list.len() > 0).first(),
        )
        return named.join(length.select("track_id", "length_s"), on="track_id", how="left").select(_SONG)

    def names(self) -> pl.DataFrame:
        """track_id and names_id of all names that a song is told under, most listened to first."""
        told = self._said().group_by("track_id", "names_id").agg(pl.col("times").sum())
        return told.sort("times", "track_id", "names_id", descending=[True, False, False]).drop("times")

    def _said(self) -> pl.DataFrame:
        """What was said of songs, and how many times."""
        loved = self.loved().drop_nulls("names_id").with_columns(times=pl.lit(1, pl.UInt32))
        missing = (pl.lit(None, _LISTEN[name]).alias(name) for name in ("album", "length_s", "artists"))
        return pl.concat([*self._songs, loved.with_columns(*missing).select(*_SONG, "times")])

    def reasons(self) -> list[str]:
        """Why rows were refused, most frequent first; reasons that differ in values only are one."""
        ordered = sorted(self._why.values(), key=lambda told: -told[1])
        return [why if times == 1 else f"{why} ({times:,} rows like it)" for why, times in ordered[:_SHOWN]]

    def _refused(self, file: str, row: int, why: str) -> None:
        self.refused += 1
        alike = _VALUES.sub("", why)
        if alike in self._why or len(self._why) < _MOST_REASONS:
            first, times = self._why.get(alike, (why, 0))
            self._why[alike] = first, times + 1
        if len(self.first_refused) < _SHOWN:
            self.first_refused.append(f"{file} row {row:,}: {why}")

    def _only_seconds(self, file: str, plays: pl.DataFrame | None) -> pl.DataFrame | None:
        """The rows of the file in seconds; others are refused by name."""
        odd = [(row, love.at_us, love.unit) for row, love in self._loves_of_file if love.unit != SECONDS]
        self._loves_of_file = [(row, love) for row, love in self._loves_of_file if love.unit == SECONDS]
        if plays is not None:
            odd += plays.filter(pl.col("unit") != SECONDS).select("row", "at_us", "unit").rows()
            plays = plays.filter(pl.col("unit") == SECONDS)
        for row, _, unit in odd:
            shown = f"its time looks like {unit}; divide it by {int(US_PER[SECONDS] / US_PER[unit]):,}"
            self._refused(file, row, f"{shown}, as other rows of the file are in seconds")
        return plays

    def _pack(self) -> None:
        """Rows so far as frames: names leave the plays."""
        if not self._rows:
            return
        batch = song_ids(pl.DataFrame(self._rows, schema=_LISTEN, orient="row"))
        self._rows = []
        self._of_file.append(batch.select(_PLAY))
        self._songs.append(batch.group_by(_SONG).agg(pl.len().alias("times")))
        if len(self._songs) > 40:
            self._songs = [pl.concat(self._songs).group_by(_SONG).agg(pl.col("times").sum())]
