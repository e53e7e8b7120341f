"""Ingest: what was delivered, checked; bad rows to quarantine; too bad a delivery stops the night."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from features.ingest import catalogue, gates, listening
from features.ingest.gates import IngestParams
from features.ingest.horizon import newest_plausible_day
from features.ingest.sieve import Sieved, accounts
from features.night import Night
from schemas import TABLES
from schemas.catalogue import QUARANTINE
from schemas.expectations import require_expectations, validate_with_gx


def run(
    landing_tracks: pl.DataFrame,
    landing_users: pl.DataFrame,
    landing_plays: pl.DataFrame,
    landing_feedback: pl.DataFrame,
    landing_contexts: pl.DataFrame,
    landing_lyrics: pl.DataFrame,
    landing_unreadable: pl.DataFrame,
    *,
    params: IngestParams,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """Clean tables known by the end of ds, the quarantine and the accounts of the ingest.

    Raises:
        ContractError: a gate is broken; figures and first offenders are in the message.
    """
    newest = newest_plausible_day(
        landing_plays.get_column("played_at").dt.date(),
        night.ds,
        share=params.newest_day_share,
        max_gap_days=params.max_gap_days,
    )
    users = catalogue.check_users(landing_users, night, newest, params)
    every_user = pl.concat([users.kept, users.later], how="diagonal").unique(
        "user_id", keep="first", maintain_order=True
    )
    plays_at = listening.locate(landing_plays, "plays", "played_at", every_user)
    tracks = catalogue.check_tracks(landing_tracks, night, newest, params)
    marked = listening.mark_known(plays_at, users.kept, tracks.kept)
    signals = listening.locate(landing_feedback, "feedback", "event_at", every_user)
    outcomes = [
        tracks,
        users,
        listening.check_plays(marked, night, newest, params),
        listening.check_feedback(signals, night, newest, users.kept, tracks.kept, params),
        catalogue.check_contexts(landing_contexts, night, newest, params),
        catalogue.check_lyrics(landing_lyrics, tracks),
    ]
    delivered = (landing_tracks, landing_users, landing_plays, landing_feedback, landing_contexts, landing_lyrics)
    outcomes = [_with_unreadable(o, landing_unreadable) for o in outcomes]
    torn = landing_unreadable.get_column("table_name")
    read = {o.table: d.height + int((torn == o.table).sum()) for o, d in zip(outcomes, delivered, strict=True)}
    gates.require_rows(outcomes, night)
    gates.require_joins(listening.known_by(marked, night, params), params)
    gates.require_sound(outcomes, read, params)
    gates.require_volume(outcomes[2].kept.get_column("local_date"), night, params)
    tables = {o.table: TABLES[o.table].frame(o.kept).sort(TABLES[o.table].key) for o in outcomes}
    if params.expectations:
        require_expectations([validate_with_gx(t, TABLES[n]) for n, t in tables.items()], where="ingest")
    quarantine = pl.concat([o.quarantine for o in outcomes]).sort(QUARANTINE.key)
    return {**tables, "quarantine": quarantine, "ingest_counts": accounts(outcomes, read)}


def _with_unreadable(outcome: Sieved, unreadable: pl.DataFrame) -> Sieved:
    """The outcome with rows no reader could read, as refused rows."""
    mine = QUARANTINE.frame(unreadable.filter(pl.col("table_name") == outcome.table))
    return replace(outcome, quarantine=pl.concat([outcome.quarantine, mine]))
