"""Checks that nothing was lost or came in oddly: ingest accounts, audio coverage, quarantine, volume."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from features.audit.findings import Finding, NightTables, Severity, at_least, at_most, none_of, share
from features.audit.params import AuditRules

_WEEK = 7


def ingest_adds_up(night: NightTables, _: AuditRules) -> Finding:
    """rows_read = kept + duplicate + alias + quarantined + later, and quarantine holds what it says."""
    held = (
        night.quarantine.select(pl.col("table_name").str.strip_prefix("landing_"), "source_file", "source_row")
        .unique()
        .group_by("table_name")
        .len("held")
    )
    accounts = night.ingest_counts.with_columns(pl.col("table_name").str.strip_prefix("landing_")).join(
        held, on="table_name", how="left"
    )
    gone_on = pl.sum_horizontal("rows_kept", "rows_duplicate", "rows_alias", "rows_quarantined", "rows_later")
    bad = accounts.filter(
        (pl.col("rows_read") != gone_on) | (pl.col("rows_quarantined") != pl.col("held").fill_null(0))
    )
    return none_of("ingest_adds_up", bad.select("table_name", "rows_read"), "delivered tables whose accounts differ")


def kept_rows_arrived(night: NightTables, _: AuditRules) -> Finding:
    """What ingest kept is what the later stages read."""
    arrived = pl.DataFrame(
        {
            "table_name": ["tracks", "users", "plays"],
            "arrived": [night.tracks.height, night.users.height, night.plays.height],
        }
    )
    kept = night.ingest_counts.select(
        pl.col("table_name").str.strip_prefix("landing_"), rows_kept=pl.sum_horizontal("rows_kept", "rows_withdrawn")
    )
    bad = kept.join(arrived, on="table_name").filter(pl.col("rows_kept") != pl.col("arrived"))
    return none_of("kept_rows_arrived", bad, "tables that lost rows after ingest")


def every_track_accounted(night: NightTables, _: AuditRules) -> Finding:
    """Each track is in audio_features or in audio_failures, and in one only."""
    seen = pl.concat([night.audio_features.select("track_id"), night.audio_failures.select("track_id")])
    lost = night.tracks.select("track_id").join(seen, on="track_id", how="anti")
    double = seen.filter(pl.col("track_id").is_duplicated()).unique()
    return none_of("every_track_accounted", pl.concat([lost, double]), "tracks neither analysed nor explained")


def audio_failures(night: NightTables, rules: AuditRules) -> Finding:
    with_audio = night.tracks.filter(pl.col("audio_path").is_not_null()).select("track_id")
    failed = with_audio.join(night.audio_failures, on="track_id", how="semi").height
    detail = f"{failed} of {with_audio.height} tracks with audio could not be analysed"
    bound = rules.own.max_audio_failure_share
    return at_most("audio_failures", share(failed, with_audio.height), bound, detail, severity="warn")


def _quarantine(check: str, night: NightTables, bound: float, severity: Severity) -> Finding:
    """The largest share of refused rows; lists rest on neither lyrics nor notes, so that these stop no night."""
    shares = [
        (share(refused, read), f"{refused} of {read} rows of {name} refused")
        for name, read, refused in night.ingest_counts.select("table_name", "rows_read", "rows_quarantined").rows()
        if severity == "warn" or name not in ("lyrics", "notes")
    ]
    observed, detail = max(shares, default=(0.0, "nothing was delivered"))
    return at_most(check, observed, bound, detail, severity=severity)


def quarantine_share(night: NightTables, rules: AuditRules) -> Finding:
    return _quarantine("quarantine_share", night, rules.own.max_quarantine_share, "stop")


def quarantine_noticeable(night: NightTables, rules: AuditRules) -> Finding:
    return _quarantine("quarantine_noticeable", night, rules.own.warn_quarantine_share, "warn")


def _volume(check: str, night: NightTables, bound: float, severity: Severity) -> Finding:
    """Plays on ds over the median of the days of the week before that have any.

    Where nobody ever played anything there is nothing to miss: how many may begin so is a gate of the ingest.
    """
    if night.plays.is_empty():
        return at_least(check, 1.0, bound, "nobody has played anything yet", severity=severity)
    day = pl.col("local_date")
    daily = night.plays.group_by("local_date").len("plays")
    today = int(daily.filter(day == night.ds)["plays"].sum())
    before = daily.filter((day < night.ds) & (day >= night.ds - timedelta(days=_WEEK)))["plays"].median()
    usual = float(before) if isinstance(before, int | float) else 0.0
    observed = today / usual if usual else float(today > 0)
    detail = f"{today} plays on {night.ds}; {usual:g} on a usual day of the week before"
    return at_least(check, observed, bound, detail, severity=severity)


def plays_arrived(night: NightTables, rules: AuditRules) -> Finding:
    return _volume("plays_arrived", night, rules.own.min_volume, "stop")


def plays_as_usual(night: NightTables, rules: AuditRules) -> Finding:
    return _volume("plays_as_usual", night, rules.own.warn_volume, "warn")


ACCOUNT_CHECKS = (
    ingest_adds_up,
    kept_rows_arrived,
    every_track_accounted,
    audio_failures,
    quarantine_share,
    quarantine_noticeable,
    plays_arrived,
    plays_as_usual,
)
