"""Feedback that apps posted, handed to the landing before a night reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from schemas.vocabulary import PLAYED_KINDS
from warehouse.inbox import Event, Inbox, InboxError
from warehouse.lake.reader import Lake
from warehouse.lake.store import LakeStore

if TYPE_CHECKING:
    import polars as pl

_OURS = "api-"  # begins the names of files written here
_ORIGIN = "recommended"  # of a list that the app showed


@dataclass(frozen=True, slots=True)
class Taken:
    """What a hand-over came to: rows of ``landing/feedback`` and ``landing/plays``, and events that wait.

    Those wait whose day the night does not close, and whose listener, track or artist the newest night does not know:
    one mistaken app must not stop a night.

    Args:
        fault: why nothing could be handed over; empty when it could.
    """

    feedback: int = 0
    plays: int = 0
    waiting: int = 0
    fault: str = ""

    def __str__(self) -> str:
        if self.fault:
            return f"feedback of apps waits: {self.fault}"
        waiting = f"; {self.waiting:,} wait: of later days, or of whom and what the newest night does not know"
        return f"feedback of apps: {self.feedback:,} signals and {self.plays:,} plays{waiting if self.waiting else ''}"


def take_feedback(home: Path, ds: date | None, now: datetime) -> Taken | None:
    """Hand over what apps posted; None where nothing was.

    Args:
        ds: the day that the night closes, to which events are handed over; None for the newest that deliveries reach,
            and where plays come from apps alone, for all days that are over where their listener lives.
        now: with its time zone.
    """
    inbox = Inbox(home)
    if not inbox.is_there:
        return None
    try:
        events = inbox.begin(_due(inbox.waiting(), home, ds or _delivered_until(home), now))
        signals = _put(home, "feedback", _signals(events))
        plays = _put(home, "plays", _plays(events))
        inbox.finish(events, now)
        left = inbox.waiting_count()
    except InboxError as error:  # a night without it is better than none
        return Taken(fault=f"{error.message}; {error.fix}")
    return Taken(signals, plays, left) if events or left else None


def _delivered_until(home: Path) -> date | None:
    """The newest day that deliveries reach; None where apps alone tell of plays."""
    from jobs.run.landing import newest_day, open_home

    names = [path.name for path in open_home(home).files("plays")]
    return newest_day(home) if any(not name.startswith(_OURS) for name in names) else None


def _due(events: Iterable[Event], home: Path, ds: date | None, now: datetime) -> list[str]:
    """Ids of events of listeners, tracks and artists of the newest night, which is what apps can have been shown, up to
    the day closed: later ones would move the night, or be taken for mistakes."""
    current = LakeStore(home).current()
    if current is None:
        return []
    night = Lake(home).night(date.fromisoformat(current[0]))
    zones = {user: ZoneInfo(zone) for user, zone in night.frame("users").select("user_id", "timezone").iter_rows()}
    tracks = night.frame("tracks")
    songs = set(tracks.get_column("track_id"))
    artists = {*tracks.get_column("artist_id"), *tracks.get_column("featured_artist_ids").explode()}

    def is_due(event: Event) -> bool:
        zone = zones.get(event.user_id)
        if zone is None or event.subject_id not in (artists if event.kind == "block_artist" else songs):
            return False
        last = ds or now.astimezone(zone).date() - timedelta(days=1)
        return datetime.fromtimestamp(event.at_us / 1_000_000, zone).date() <= last

    return [event.event_id for event in events if is_due(event)]


def _put(home: Path, table: str, rows: pl.DataFrame) -> int:
    """Write rows as a file that their content names; how many."""
    if rows.height:
        from jobs.run.landing import landing_writer

        text = rows.write_ndjson()
        name = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        landing_writer(home).put_text(f"{table}/{_OURS}{name}.jsonl", text)
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
