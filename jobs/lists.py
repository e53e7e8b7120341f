"""Thirty songs per listener, in playing order, with evidence."""

from __future__ import annotations

import polars as pl

from features.audio.recordings import with_recordings
from features.evidence.choosing import evidence
from features.evidence.context import EvidenceTables
from features.lists import build
from features.lists.log import list_log
from features.lists.ranking_log import ranking_log
from features.lists.rules import ListParams
from features.night import Night
from features.seeds import Seeds
from schemas import TABLES


def run(
    *,
    users: pl.DataFrame,
    candidates: pl.DataFrame,
    tracks: pl.DataFrame,
    audio_features: pl.DataFrame,
    recordings: pl.DataFrame,
    emotions: pl.DataFrame,
    affinity: pl.DataFrame,
    taste: pl.DataFrame,
    contexts: pl.DataFrame,
    cf_user_factors: pl.DataFrame,
    cf_track_factors: pl.DataFrame,
    cf_neighbours: pl.DataFrame,
    neighbours: pl.DataFrame,
    popularity: pl.DataFrame,
    choice_users: pl.DataFrame,
    choice_tracks: pl.DataFrame,
    satiation: pl.DataFrame,
    ranker: pl.DataFrame,
    history: pl.DataFrame,
    params: ListParams,
    night: Night,
    seeds: Seeds,
) -> dict[str, pl.DataFrame]:
    """``daily_lists``: one row per user and rank 1..30 without a gap; ``list_summaries``: one
    row per user; ``list_log``: how each song came in; ``evidence``: at least one row per song.
    """
    tables = {
        "users": users, "candidates": candidates, "tracks": tracks, "emotions": emotions, "affinity": affinity,
        "audio_features": with_recordings(audio_features, recordings), "taste": taste, "contexts": contexts,
        "history": history, "cf_user_factors": cf_user_factors, "cf_track_factors": cf_track_factors,
        "choice_users": choice_users, "choice_tracks": choice_tracks, "satiation": satiation, "ranker": ranker,
    }  # fmt: skip
    made = build.bucket(tables, params, night)
    found = build.assemble(made, params, seeds)
    chosen = build.daily_lists(found, made)
    known = EvidenceTables(
        tracks=tracks, audio_features=tables["audio_features"], emotions=emotions, affinity=affinity,
        candidates=candidates, cf_neighbours=cf_neighbours, neighbours=neighbours, popularity=popularity,
    )  # fmt: skip
    return {
        "daily_lists": TABLES["daily_lists"].frame(chosen),
        "list_summaries": build.summaries(found, made, params),
        "evidence": evidence(chosen, made.songs, made.listeners, known, params, night),
        "list_log": list_log(chosen, found, made, params),
        "ranking_log": ranking_log(made, params),
    }
