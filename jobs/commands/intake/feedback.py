"""Feedback that apps posted, handed to the landing before a night reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.vocabulary import PLAYED_KINDS
from warehouse.inbox import Event, Inbox
from warehouse.lake.reader import Lake
from warehouse.lake.store import LakeStore

if TYPE_CHECKING:
    import polars as pl

_ORIGIN = "recommended"  # of a list that the app showed


@dataclass(frozen=True, slots=True)
class Taken:
    """What a hand-over came to: rows of ``landing/feedback`` and ``landing/plays``, and events that wait.

    Those wait whose listener, track or artist the newest night does not know: one mistaken app must not stop a night.
    """

    feedback: int = 0
    plays: int = 0
    waiting: int = 0

    def __str__(self) -> str:
        waiting = f"; {self.waiting:,} wait: of listeners or songs that the newest night does not know"
        return f"feedback of apps: {self.feedback:,} signals and {self.plays:,} plays{waiting if self.waiting else ''}"


def take_feedback(home: Path, now: datetime) -> Taken | None:
    """Hand over what apps posted; None where nothing was.

    Args:
        now: with its time zone; what has long been handed over is forgotten by it.
    """
    inbox = Inbox(home)
    if not inbox.is_there:
        return None
    waiting = inbox.waiting()
    events = inbox.begin([e.event_id for e in _known(waiting, home)])
    signals = _put(home, "feedback", _signals(events))
    plays = _put(home, "plays", _plays(events))
    inbox.finish(events, now)
    left = len(inbox.waiting())
    return Taken(signals, plays, left) if events or left else None


def _known(events: list[Event], home: Path) -> list[Event]:
    """Events of listeners, tracks and artists of the newest night: of what apps can have been shown."""
    current = LakeStore(home).current() if events else None
    if current is None:
        return []
    night = Lake(home).night(date.fromisoformat(current[0]))
    users = set(night.frame("users").get_column("user_id"))
    tracks = night.frame("tracks")
    songs = set(tracks.get_column("track_id"))
    artists = {*tracks.get_column("artist_id"), *tracks.get_column("featured_artist_ids").explode()}
    return [
        e for e in events if e.user_id in users and e.subject_id in (artists if e.kind == "block_artist" else songs)
    ]


def _put(home: Path, table: str, rows: pl.DataFrame) -> int:
    """Write rows as a file that their content names; how many."""
    if rows.height:
        from jobs.run.landing import landing_writer

        text = rows.write_ndjson()
        name = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        landing_writer(home).put_text(f"{table}/api-{name}.jsonl", text)
    return rows.height


def _signals(events: Iterable[Event]) -> pl.DataFrame:
    """Rows as files of ``landing/feedback`` hold them."""
    rows = [(e.user_id, e.at_us, e.kind, e.subject_id) for e in events if e.kind not in PLAYED_KINDS]
    return _frame(rows, ["user_id", "event_at", "kind", "subject_id"], "event_at")


def _plays(events: Iterable[Event]) -> pl.DataFrame:
    """Rows as files of ``landing/plays`` hold them; where the app did not say how long, nothing was measured."""
    rows = [
        (e.user_id, e.at_us, e.subject_id, e.listened_s or 0.0, e.kind == "skip", e.listened_s is not None, _ORIGIN)
        for e in events
        if e.kind in PLAYED_KINDS
    ]  # fmt: skip
    columns = ["user_id", "played_at", "track_id", "listened_s", "skipped", "measured", "origin"]
    return _frame(rows, columns, "played_at")


def _frame(rows: Sequence[tuple[object, ...]], columns: list[str], moment: str) -> pl.DataFrame:
    import polars as pl

    at = pl.from_epoch(moment, time_unit="us").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(at) if rows else pl.DataFrame()
