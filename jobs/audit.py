"""Audit: the checks between the computation and the flip."""

from __future__ import annotations

import polars as pl

from features.audit.checks import AuditParams, AuditRules, as_table, audit
from features.audit.findings import NightTables
from features.audit.promises import PUBLISHED, keeps_contract
from features.lists.rules import ListParams
from features.night import Night
from features.taste.weights import TasteParams


def run(
    users: pl.DataFrame,
    tracks: pl.DataFrame,
    plays: pl.DataFrame,
    affinity: pl.DataFrame,
    taste: pl.DataFrame,
    history: pl.DataFrame,
    daily_lists: pl.DataFrame,
    list_summaries: pl.DataFrame,
    evidence: pl.DataFrame,
    list_copy: pl.DataFrame,
    song_reasons: pl.DataFrame,
    reviews: pl.DataFrame,
    headers: pl.DataFrame,
    ingest_counts: pl.DataFrame,
    quarantine: pl.DataFrame,
    audio_features: pl.DataFrame,
    audio_failures: pl.DataFrame,
    *,
    params: AuditParams,
    list_rules: ListParams,
    taste_rules: TasteParams,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """One row per check; refusing is left to publish, so that a refused night can be read."""
    tables = NightTables(
        ds=night.ds,
        serves_on=night.serves_on,
        users=users,
        tracks=tracks,
        plays=plays,
        affinity=affinity,
        taste=taste,
        history=history,
        daily_lists=daily_lists,
        list_summaries=list_summaries,
        evidence=evidence,
        list_copy=list_copy,
        song_reasons=song_reasons,
        reviews=reviews,
        headers=headers,
        ingest_counts=ingest_counts,
        quarantine=quarantine,
        audio_features=audio_features,
        audio_failures=audio_failures,
    )
    promises = [keeps_contract(name, getattr(tables, name)) for name in PUBLISHED]
    return {"audit": as_table([*audit(tables, AuditRules(params, list_rules, taste_rules)), *promises])}
