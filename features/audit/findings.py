"""What the checks look at, and what one check found."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import Literal, Self

import polars as pl

from features.audit.inputs import AuditInputs
from features.lists.params import RELAXATIONS
from features.night import Night

_EXAMPLES = 3
Severity = Literal["stop", "warn"]


@dataclass(frozen=True)
class NightTables(AuditInputs):
    """The tables of one night that the audit reads, and the day its lists are served."""

    ds: date
    serves_on: date

    @classmethod
    def of(cls, inputs: AuditInputs, night: Night) -> Self:
        """These tables, with the dates of their night."""
        tables = {field.name: getattr(inputs, field.name) for field in fields(AuditInputs)}
        return cls(**tables, ds=night.ds, serves_on=night.serves_on)

    @cached_property
    def songs(self) -> pl.DataFrame:
        """One row per user and rank, with the track's rights, the user's wishes and the list's relaxations."""
        track = self.tracks.select(
            "track_id",
            "work_id",
            "featured_artist_ids",
            "album_id",
            "release_date",
            "explicit",
            "regions",
            "available",
            "playable",
        )
        user = self.users.select("user_id", "country", "explicit_ok", "language")
        summary = self.list_summaries.select("user_id", "relaxations", "shortfall_reason", "personalised")
        return (
            self.daily_lists.join(track, on="track_id", how="left")
            .join(user, on="user_id", how="left")
            .join(summary, on="user_id", how="left")
            .with_columns(pl.col("relaxations").fill_null([]))
            .sort("user_id", "rank")
        )

    def strict_songs(self, *relaxations: str) -> pl.DataFrame:
        """Songs of the lists that relaxed none of ``relaxations`` (names of features.lists.params)."""
        if unknown := set(relaxations) - set(RELAXATIONS):
            raise ValueError(f"no such relaxation: {sorted(unknown)}")
        excused = pl.col("relaxations").list.set_intersection(pl.lit(list(relaxations))).list.len() > 0
        return self.songs.filter(~excused)

    def relaxed_in(self, relaxation: str) -> int:
        """In how many lists a rule gave way."""
        return self.list_summaries.filter(pl.col("relaxations").list.contains(relaxation)).height


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the table ``audit``."""

    check: str
    severity: Severity
    passed: bool
    observed: float
    bound: float
    detail: str


def none_of(check: str, offenders: pl.DataFrame, what: str, *, severity: Severity = "stop") -> Finding:
    """A rule that no row may break; the first offenders are named."""
    count = offenders.height
    if not count:
        return Finding(check, severity, True, 0.0, 0.0, f"no {what}")
    shown = "; ".join(", ".join(str(v) for v in row) for row in offenders.sort(pl.all()).head(_EXAMPLES).rows())
    return Finding(check, severity, False, float(count), 0.0, f"{count} {what} (first: {shown})")


def but_relaxed(finding: Finding, **lists: int) -> Finding:
    """The finding with the lists for which its rule gave way, for want of songs, said first: there it does not hold.

    Args:
        lists: name of the relaxation -> for how many users; 0 is not told.
    """
    told = [f"{count} user{'s' * (count != 1)}: {what}" for what, count in lists.items() if count]
    if not told:
        return finding
    return replace(finding, detail=f"relaxed for {', for '.join(told)}; beyond that {finding.detail}")


def at_most(check: str, observed: float, bound: float, detail: str, *, severity: Severity = "stop") -> Finding:
    """A measure with an upper bound."""
    return Finding(check, severity, observed <= bound, observed, bound, detail)


def at_least(check: str, observed: float, bound: float, detail: str, *, severity: Severity = "stop") -> Finding:
    """A measure with a lower bound."""
    return Finding(check, severity, observed >= bound, observed, bound, detail)


def share(part: int, whole: int) -> float:
    """``part / whole``; 0 of nothing."""
    return part / whole if whole else 0.0
