"""Listens of any service into a landing: plays, loves, songs the catalogue lacks, listeners when new.

Nothing that is there is replaced: a delivery adds what is new in files named after what they hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from features.ingest.listens import plays
from features.ingest.listens.listeners import whose
from features.ingest.localtime import known_zones
from jobs.commands.intake.adding import Adding
from jobs.commands.intake.reading import Read, read_export
from jobs.run.landing import landing_writer, limits_of
from schemas.errors import ContractError, UsageError
from schemas.vocabulary import LANGUAGES
from warehouse.erasure import erased_of
from warehouse.landing.landing_writer import LandingWriter

if TYPE_CHECKING:
    from features.ingest.gates import IngestParams
    from features.ingest.listens.gathered import Gathered
    from jobs.run.progress import Progress

_SHOWN = 3
_FIX = (
    "listens of ListenBrainz, Last.fm, Spotify, Maloja and Subsonic are read, and tables with the columns artist, "
    "track and time; docs/guide/listening.md says how to export them."
)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What a listener who is new here gets."""

    timezone: str
    language: str

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES or not known_zones(pl.Series([self.timezone])):
            raise UsageError(
                f"--language {self.language!r} or --timezone {self.timezone!r} is not known",
                fix=f"languages are {', '.join(LANGUAGES)}; time zones are named like Asia/Shanghai.",
            )

    def row(self, user_id: str, created_on: date) -> dict[str, Any]:
        """A row of ``users``."""
        told = {"user_id": user_id, "timezone": self.timezone, "language": self.language, "created_on": created_on}
        return {**told, "personalised": True, "explicit_ok": False}


def take_listens(
    home: Path, path: Path, user: str | None, newcomer: Newcomer, params: IngestParams, shown: Progress
) -> dict[str, Any]:
    """Everything of ``path`` that the landing lacks; what was found and what was added.

    Args:
        user: what the listener is called here, or which of several is wanted.
    """
    read = read_export(path, shown, limits_of(home))
    _require_listens(path, read, params.max_refused_share)
    gathered = read.gathered
    listens, loves = gathered.plays(), gathered.loved()
    told = {*listens.get_column("user"), *loves.get_column("user")} - {None}
    of = whose(told, user, str(path), read.user_fault)
    erased = erased_of(home)
    mine, loved = erased.kept(of.rows(listens)), erased.kept(of.rows(loves))
    return {
        "kinds": dict(read.kinds.most_common()),
        "listens": listens.height,
        **_add(landing_writer(home), mine, loved, gathered, newcomer, params),
        "of_others": listens.height + loves.height - mine.height - loved.height,
        "left_out": dict(gathered.left_out.most_common()),
        "refused_lines": gathered.refused,
        "first_refused": gathered.first_refused,
        "notes": gathered.notes,
        "files": read.files,
        "other_files": read.others,
        "broken_files": [fault.message for fault in read.broken],
    }


def _add(
    landing: LandingWriter,
    listens: pl.DataFrame,
    loves: pl.DataFrame,
    gathered: Gathered,
    newcomer: Newcomer,
    params: IngestParams,
) -> dict[str, Any]:
    """What of the listens, loves and songs the landing lacks, added to it: songs first, what is of them last."""
    catalogue, found = landing.known("tracks"), gathered.songs()
    named = pl.concat([found.select("track_id"), catalogue.select("track_id")]).unique()
    sayable = loves.join(named, on="track_id", how="semi", maintain_order="left")
    moments = pl.concat([rows.select("track_id", "user_id", "at_us") for rows in (listens, sayable)])
    people = moments.get_column("user_id").unique().sort()
    before = landing.known("plays", where=pl.col("user_id").is_in(people.implode()))
    known = plays.known_plays(before, catalogue)
    new = plays.new_plays(listens, found, known, params.same_listen_s, params.least_listen_s)
    feedback = plays.delivered_feedback(sayable, landing.known("feedback"))
    adding = Adding(landing, catalogue, newcomer)
    tracks, new_users = adding.tracks(found, moments), adding.listeners(moments)
    adding.aliases(gathered.names())
    written = adding.rows("plays", plays.delivered_plays(new.rows))
    adding.rows("feedback", feedback)
    return {
        "user": people[0] if len(people) == 1 else None,
        "users": people.to_list(),
        "new_user": bool(new_users),
        "new_users": new_users,
        "plays": new.rows.height,
        "already_there": new.already_there,
        "told_twice": new.told_twice,
        "of_known_tracks": adding.of_known(listens),
        "new_tracks": tracks,
        "loves_and_hates": feedback.height,
        "loves_of_unknown_songs": loves.height - sayable.height,
        "written": str(written or ""),
    }


def _require_listens(path: Path, read: Read, limit: float) -> None:
    """Stop where nothing, or too little, of an export can be used."""
    gathered = read.gathered
    reasons = "; ".join(gathered.reasons()[:_SHOWN])
    first = f". First: {gathered.first_refused[0]}" if gathered.first_refused else ""
    if not gathered.holds_any:
        left = "; ".join(f"{n:,} rows left out, {kind}" for kind, n in gathered.left_out.most_common(_SHOWN))
        others = f"files in it: {', '.join(read.others[:_SHOWN])}" if read.others else ""
        why = "; ".join(filter(None, (reasons, left, others))) or "it is empty"
        raise ContractError(f"{path}: holds no listens: {why}{first}", fix=_FIX)
    if gathered.refused > limit * gathered.read:
        raise ContractError(
            f"{path}: {gathered.refused:,} of {gathered.read:,} rows ({gathered.refused / gathered.read:.0%}) are no "
            f"listens, at most {limit:.0%} may be; nothing was taken. {reasons}{first}",
            fix="mend the file; settings [ingest] max_refused_share sets the limit.",
        )
