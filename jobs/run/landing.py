"""The night to run when none is named: the newest day that was delivered."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jobs.run.settings import load_section
from schemas.errors import ContractError, Daily30Error
from warehouse.lake.atomic import canonical, write_bytes
from warehouse.lake.reader import Lake
from warehouse.lake.store import LakeStore
from warehouse.landing import Landing, open_landing
from warehouse.landing.landing_writer import LandingWriter
from warehouse.landing.limits import Limits

if TYPE_CHECKING:
    import polars as pl

_USUAL_SHARE = 0.1
_LONG_SILENCE, _LIVELY_SHARE = timedelta(days=366), 0.5


def open_home(home: Path) -> Landing:
    """The landing of a home, read within the limits that its settings set."""
    return open_landing(home, limits_of(home))


def landing_writer(home: Path) -> LandingWriter:
    """A writer of the landing of a home, reading within the limits that its settings set."""
    return LandingWriter(home, limits_of(home))


def limits_of(home: Path) -> Limits:
    """Section ``[limits]`` of a home's settings."""
    return Limits(**load_section(home, "limits"))


def newest_day(home: Path) -> date:
    """The newest day, in the listeners' own time zones, that delivered plays reach.

    A function of the landing, not of the clock, unless nobody ever played anything: then it is today. Remembered
    per delivery, so that asking again about the same files costs their hashes only.
    """
    landing = open_home(home)
    if not landing.files("plays"):
        require_no_listening(home)
        return _day_without_plays(landing)
    key = f"{landing.digest_of('plays')} {landing.digest_of('users')}"
    notes = home / "runs" / "newest-day.json"
    if (known := _noted(notes, key)) is not None:
        return known
    day = newest_local_date(landing.frame("landing_plays"), landing.frame("landing_users"))
    try:
        write_bytes(notes, canonical({"key": key, "day": str(day)}), aside=home / "runs")
    except Daily30Error:
        return day  # a read-only home answers too, only slower
    return day


def _noted(notes: Path, key: str) -> date | None:
    """The day noted for this delivery; None where none is, or the note cannot be read."""
    try:
        known = json.loads(notes.read_bytes())
        return date.fromisoformat(known["day"]) if known["key"] == key else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def require_no_listening(home: Path) -> None:
    """Refuse a landing whose plays are gone: a night without them would forget what everyone likes."""
    night = LakeStore(home).current()
    heard = Lake(home).night(date.fromisoformat(night[0])).manifest("plays").rows if night else 0
    if heard:
        raise ContractError(
            f"the landing holds no plays any more; the night of {night and night[0]} had {heard:,}",
            fix="put their files back (landing/plays), or start anew with another --home.",
        )


def today(zone: str | None) -> date:
    """The present date in a time zone."""
    return datetime.now(_zone(zone)).date()


def _day_without_plays(landing: Landing) -> date:
    """Today, where the newest day has begun for any listener; the day the catalogue came, if that is a day later."""
    zones = landing.frame("landing_users").get_column("timezone").drop_nulls().unique().to_list()
    day = max((today(zone) for zone in zones), default=today(None))
    added: list[date] = landing.frame("landing_tracks").get_column("added_on").drop_nulls().unique().to_list()
    return max([day, *(d for d in added if day < d <= day + timedelta(days=1))])


def newest_local_date(plays: pl.DataFrame, users: pl.DataFrame) -> date:
    """The newest local date with at least a tenth of a usual (median) day's plays.

    A handful of rows dated in the future must not move the night; ingest sets them aside. A user
    without a known zone counts in UTC.
    """
    import statistics

    import polars as pl

    zones = users.select("user_id", "timezone").drop_nulls().unique("user_id", keep="first", maintain_order=True)
    # Offsets are multiples of 15 minutes, so quarter hours suffice and are few.
    quarters = (
        plays.drop_nulls(["played_at"])
        .join(zones, on="user_id", how="left")
        .group_by("timezone", pl.col("played_at").dt.truncate("15m"))
        .len()
    )
    counts: Counter[date] = Counter()
    for zone, moment, plays_then in quarters.iter_rows():
        counts[moment.astimezone(_zone(zone)).date()] += plays_then
    if not counts:
        raise ContractError(
            "the landing holds no play with a readable time", fix="deliver plays, or name the night with --ds."
        )
    usual = statistics.median(counts.values())
    return _last_reached(sorted(day for day, number in counts.items() if number >= _USUAL_SHARE * usual), counts, usual)


def _last_reached(days: list[date], counts: Mapping[date, int], usual: float) -> date:
    """The last of the days; one after years of silence must look like a day, for a wrong clock writes few rows."""
    newest = days[0]
    for day in days:
        if day - newest <= _LONG_SILENCE or counts[day] >= _LIVELY_SHARE * usual:
            newest = day
    return newest


@cache
def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
