"""Gates of the ingest: a delivery too thin or too broken stops the night, with figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from features.ingest.playable import Playable
from features.ingest.sieve import Sieved
from features.ingest.withdrawn import WAS_AVAILABLE
from features.night import Night
from schemas.errors import ContractError

_SHOWN = 5
_EXTRA = ("lyrics", "notes")  # a song without them is a song; what nobody can use stops no night, it is counted


@dataclass(frozen=True, slots=True)
class IngestParams:
    """What the ingest takes for true and how much it forgives.

    Args:
        min_join_share: least share (0..1) of plays whose user, and whose track, is known.
        max_quarantined_share: greatest share (0..1) of a table's rows that may be refused.
        quarantine_floor_rows: so many refused rows never stop a night, however small the table.
        max_withdrawn_share: greatest share (0..1) of the tracks of the night before that may be missing today.
        withdrawn_floor_rows: so many missing tracks never stop a night, however small the catalogue.
        min_volume_share: least plays on ds, as a share of the median of the trailing 7 days; not of a sole listener.
        max_listeners_without_plays: so many listeners may begin without a single play delivered; of more, plays are
            missing by mistake.
        near_duplicate_s: plays of one user and track from two deliveries closer than this are one, seconds.
        same_listen_s: two services' listens of one song closer than this are one play, seconds; some tell minutes only.
        least_listen_s: how long a listen lasts at least where neither its seconds nor its song's are known, seconds.
        max_refused_share: greatest share (0..1) of an export's rows that `daily30 ingest listens` may refuse.
        newest_day_share: a day is real when it has this share of the median daily plays.
        max_gap_days: longest silence, in days, after which later plays are no longer believed.
        max_days_ahead: days a play or signal may lie beyond the newest plausible day.
        catalogue_days_ahead: the same for days on which tracks were added, accounts made, and for contexts.
        earliest_play: plays before this day are mistakes (an epoch of zero, a dead clock battery).
        playable: which songs may be recommended: "all"; those with "audio"; "auto": those with audio or delivered as a
            catalogue, and all where songs are known from listens alone.
        match_score: least score (0..1) at which a listened song counts for a song of the catalogue.
        match_other_versions: whether a listened version that the catalogue lacks (a live take, a remix) counts for
            another version of the song; without, it stays a song of its own.
        earliest_release: releases before this day are mistakes; the first recordings are of 1860.
        expectations: also run the Great Expectations suites on what ingest writes.
    """

    min_join_share: float = 0.9
    max_quarantined_share: float = 0.1
    quarantine_floor_rows: int = 10
    max_withdrawn_share: float = 0.3
    withdrawn_floor_rows: int = 5
    min_volume_share: float = 0.2
    max_listeners_without_plays: int = 10
    near_duplicate_s: float = 1.0
    same_listen_s: float = 60.0
    least_listen_s: float = 30.0
    max_refused_share: float = 0.2
    newest_day_share: float = 0.1
    max_gap_days: int = 31
    max_days_ahead: int = 1
    catalogue_days_ahead: int = 31
    playable: Playable = "auto"
    match_score: float = 0.8
    match_other_versions: bool = False
    earliest_play: date = date(2000, 1, 1)
    earliest_release: date = date(1860, 1, 1)
    expectations: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules made of everything delivered; the gates judge it as a whole.

    Args:
        outcomes: by delivered table, rows that no reader could read among the refused.
        read: rows delivered per table, unreadable ones among them.
        known: plays of days up to ds with ``_user_known`` and ``_track_known``, and their keys.
        unseen: plays that lie in the landing but were not read now; they count as sound and known.
    """

    outcomes: Mapping[str, Sieved]
    read: Mapping[str, int]
    known: pl.DataFrame
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """One gate that one table does not pass, and what it says."""

    gate: str
    table: str
    error: ContractError


def stops(judged: Judged, night: Night, params: IngestParams) -> list[Stop]:
    """The gates that stop this night, in the order in which they are asked; none for a delivery that may go on."""
    every = judged.outcomes.values()
    read = {**judged.read, "plays": judged.read["plays"] + judged.unseen}
    gates: list[tuple[str, str, Callable[[], None]]] = [
        *(("rows", o.table, partial(require_rows, [o], night)) for o in every),
        ("catalogue", "tracks", partial(require_catalogue, judged.outcomes["tracks"], params)),
        ("joins", "plays", partial(require_joins, judged.known, params, unseen=judged.unseen)),
        *(("sound", o.table, partial(require_sound, [o], read, params)) for o in every if o.table not in _EXTRA),
    ]
    beginners = judged.outcomes["users"].kept.height <= params.max_listeners_without_plays
    if not judged.unseen and (read["plays"] or not beginners):
        days = judged.outcomes["plays"].kept.get_column("local_date")
        alone = judged.outcomes["users"].kept.height == 1  # one person may well have a quiet day
        least = 0.0 if alone else params.min_volume_share
        gates.append(("volume", "plays", partial(require_volume, days, night, least)))
    found = []
    for gate, table, ask in gates:
        try:
            ask()
        except ContractError as error:
            found.append(Stop(gate, table, error))
    return found


def require_joins(plays: pl.DataFrame, params: IngestParams, unseen: int = 0) -> None:
    """Stop when too few plays have a known user or a known track: a wrong key makes silent nights.

    Args:
        plays: plays of days up to ds with ``_user_known`` and ``_track_known``, and their keys.
        unseen: further plays, all of known users and tracks.
    """
    if plays.is_empty():
        return
    for mark, key, table in (("_user_known", "user_id", "users"), ("_track_known", "track_id", "tracks")):
        rows = plays.height + unseen
        known = int(plays.get_column(mark).sum()) + unseen
        share = known / rows
        if share < params.min_join_share:
            unknown = plays.filter(~pl.col(mark)).get_column(key).unique().sort().head(_SHOWN).to_list()
            raise ContractError(
                f"plays: only {known:,} of {rows:,} plays ({share:.1%}) have a {key} that {table} knows; "
                f"at least {params.min_join_share:.0%} must. First unknown: {', '.join(map(repr, unknown))}",
                fix=f"deliver the {table} they belong to, with the same {key}s (and known by the night's date).",
            )


def require_sound(outcomes: Iterable[Sieved], read: Mapping[str, int], params: IngestParams) -> None:
    """Stop when too large a share of a table was refused.

    Lyrics never stop a night: no list rests on them, and folders hold many files that call themselves lyrics. Nor do
    notes.
    """
    for outcome in outcomes:
        if outcome.table in _EXTRA:
            continue
        refused, rows = outcome.quarantine.height, read[outcome.table]
        if refused > params.quarantine_floor_rows and refused > params.max_quarantined_share * rows:
            raise ContractError(
                f"{outcome.table}: {refused:,} of {rows:,} delivered rows ({refused / rows:.1%}) were refused; at most "
                f"{params.max_quarantined_share:.0%} may be. {reasons(outcome.quarantine)}",
                fix=f"mend the delivery of {outcome.table}; settings [ingest] max_quarantined_share sets the limit.",
            )


def require_rows(outcomes: Iterable[Sieved], night: Night) -> None:
    """Stop when no track or no user is known by the end of ds."""
    for outcome in outcomes:
        if outcome.table in ("tracks", "users") and outcome.kept.is_empty():
            raise ContractError(
                f"{outcome.table}: not one row is known by {night.ds} ({outcome.later.height:,} are of later days, "
                f"{outcome.quarantine.height:,} were refused). {reasons(outcome.quarantine)}",
                fix=f"deliver {outcome.table}, or run a night that they reach.",
            )


def require_catalogue(tracks: Sieved, params: IngestParams) -> None:
    """Stop when too many of the tracks that the night before had are missing: a delivery was cut short."""
    if tracks.withdrawn is None:
        return
    gone = tracks.withdrawn.filter(WAS_AVAILABLE).get_column("track_id").sort()
    known = gone.len() + int(tracks.kept.get_column("available").sum())
    if gone.len() > params.withdrawn_floor_rows and gone.len() > params.max_withdrawn_share * known:
        raise ContractError(
            f"tracks: {gone.len():,} tracks that the night before had are missing today, beside {known - gone.len():,} "
            f"that are there; at most {params.max_withdrawn_share:.0%} may be. "
            f"First missing: {', '.join(map(repr, gone.head(_SHOWN)))}",
            fix="deliver the whole catalogue; tracks that are gone may be said with available = false. Settings "
            "[ingest] max_withdrawn_share sets the limit.",
        )


def require_volume(kept_days: pl.Series, night: Night, least_share: float) -> None:
    """Stop when ds has no plays, or far fewer than the week before.

    Args:
        kept_days: local_date of every kept play.
        least_share: least plays on ds, as a share of the median of the trailing 7 days.
    """
    name = kept_days.name
    daily = dict(kept_days.value_counts(name="plays").select(name, "plays").iter_rows())
    tonight = daily.get(night.ds, 0)
    first = min(daily, default=None)
    newest = f"the newest day with plays is {max(daily)}" if daily else "there are no plays at all"
    if tonight == 0:
        raise ContractError(
            f"plays: none on {night.ds}; {newest}", fix="deliver the plays of that day, or run a night that has some."
        )
    week = [night.days_before(n) for n in range(7, 0, -1)]
    before = [daily.get(day, 0) for day in week if first is not None and day >= first]
    median = sorted(before)[len(before) // 2] if before else 0
    if tonight < least_share * median:
        days = ", ".join(f"{d} {daily.get(d, 0):,}" for d in week)
        raise ContractError(
            f"plays: {tonight:,} on {night.ds}, below {least_share:.0%} of the median of the 7 days "
            f"before ({median:,}): {days}",
            fix="the day's delivery is probably incomplete; deliver the rest, or lower [ingest] min_volume_share.",
        )


def reasons(quarantine: pl.DataFrame) -> str:
    """How many rows each reason took, most frequent first, and the first row of each."""
    if quarantine.is_empty():
        return ""
    found = (
        quarantine.sort("source_file", "source_row")
        .group_by("reason", maintain_order=True)
        .agg(pl.len().alias("rows"), pl.col("source_file", "source_row", "detail").first())
        .sort("rows", "reason", descending=[True, False])
    )
    reasons = ", ".join(f"{reason} {rows:,}" for reason, rows in found.select("reason", "rows").iter_rows())
    first = found.select("source_file", "source_row", "detail").head(_SHOWN).iter_rows()
    return f"Reasons: {reasons}. First of each: " + "; ".join(
        f"{file} row {row}: {detail}" for file, row, detail in first
    )
