"""Which listening day a run closes, whatever started it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo


def resolve_ds(
    *,
    conf: Mapping[str, Any] | None,
    run_type: str,
    logical_date: datetime | None,
    data_interval_start: datetime | None,
    run_after: datetime | None,
    timezone: str,
) -> str:
    """The listening day of a DAG run, ``YYYY-MM-DD``.

    In this order:

    1. ``ds`` in the run's conf: the operator said so;
    2. a scheduled or backfilled run: the day its data interval starts on, in the house's time zone
       (Airflow's own ``{{ ds }}`` is that moment in UTC, another day east of Greenwich);
    3. a manual run with a logical date (``airflow dags test D``): the date that was typed;
    4. anything else (asset-triggered runs have no logical date): the day before the run became due.

    Raises:
        ValueError: when ``conf["ds"]`` is no date, or nothing tells the day.
    """
    if conf and conf.get("ds"):
        return date.fromisoformat(str(conf["ds"])).isoformat()
    zone = ZoneInfo(timezone)
    if run_type in ("scheduled", "backfill") and data_interval_start is not None:
        return data_interval_start.astimezone(zone).date().isoformat()
    if run_type == "manual" and logical_date is not None:
        return logical_date.date().isoformat()
    if run_after is not None:
        return (run_after.astimezone(zone).date() - timedelta(days=1)).isoformat()
    raise ValueError('nothing tells which day to close: trigger with conf {"ds": "YYYY-MM-DD"}')
