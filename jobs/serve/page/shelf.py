"""What lies in a home beside its serving store: recordings, pictures, whose lists a night made."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.serve.hosts import own
from jobs.serve.settings import ServeSettings
from schemas.errors import ContractError, UsageError
from warehouse.lake.reader import Lake, NightView
from warehouse.landing.audio import inside
from warehouse.landing.write import MARKER
from warehouse.media.probe import MediaError, locate

if TYPE_CHECKING:
    import polars as pl


class Shelf:
    """A home's landing and lake, as far as the server may show them.

    Args:
        shows: whether recordings are played and listeners listed to everyone who asks.
    """

    def __init__(self, home: Path, *, shows: bool) -> None:
        self.home, self.shows = home, shows
        self._recordings: tuple[str, Any] = ("", None)

    def recording(self, track_id: str, ds: date) -> Path | None:
        """The audio file of a track as the night of ``ds`` knew it; None where there is none."""
        if not self.shows or (night := self.night(ds)) is None:
            return None
        version, tracks = self._recordings
        if version == "" or version != night.table_version("tracks"):
            if (rows := rows_of(night, "tracks")) is None:
                return None
            tracks = rows["tracks"].select("track_id", "audio_path").drop_nulls()
            self._recordings = (night.table_version("tracks"), tracks)
        found = tracks.filter(tracks["track_id"] == track_id)["audio_path"]
        try:
            return locate(self.home / "landing" / "audio", found[0]) if len(found) else None
        except MediaError:
            return None

    def picture(self, name: str) -> Path | None:
        """The picture that a song's ``cover`` names; None where it is gone, or of no name that a disk takes."""
        try:
            path = inside(self.home / "landing" / "covers", name)
            return path if path is not None and path.is_file() else None
        except OSError:
            return None

    def listeners(self, ds: date, at_most: int, after: str | None = None) -> list[dict[str, Any]]:
        """Whose lists the night of ``ds`` made: ``user_id``, ``language``, ``history_class``; in order of user_id.

        Args:
            after: the user after whom they begin.
        """
        night = self.night(ds) if self.shows else None
        rows = rows_of(night, "list_summaries", "list_copy")
        if rows is None:
            return []
        lists = rows["list_summaries"].select("user_id", "history_class")
        if after is not None:
            lists = lists.filter(lists["user_id"] > after)
        words = rows["list_copy"].select("user_id", "language")
        return lists.join(words, on="user_id").sort("user_id").head(at_most).to_dicts()

    def night(self, ds: date) -> NightView | None:
        """The finished night of ``ds``; None where the lake has none that can be read."""
        try:
            return Lake(self.home).night(ds)
        except (UsageError, ContractError):
            return None


def rows_of(night: NightView | None, *tables: str) -> dict[str, pl.DataFrame] | None:
    """Rows of these tables of a night; None where it lacks one of them, or a file of it is damaged."""
    if night is None or not set(tables) <= set(night.tables):
        return None
    try:
        return {table: night.frame(table) for table in tables}
    except ContractError:  # `daily30 verify` tells, `repair` mends; who serves goes on
        return None


def open_shelf(home: Path, settings: ServeSettings) -> Shelf:
    """The shelf of a home; by default it shows what `daily30 sample` made up, on this machine alone."""
    made_up = (home / "landing" / MARKER).is_file() and own(settings.host)
    return Shelf(home, shows=settings.demo == "always" or (settings.demo == "sample" and made_up))
