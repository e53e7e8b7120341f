"""Everything that is judged on a past night: its lists, the same without rules, each source, the baselines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jobs.commands.replay import Tables
from jobs.pipeline import STAGES
from jobs.run.body import call, gather
from schemas import TABLES
from schemas.daily import SONGS_PER_LIST

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from features.evaluation.afterwards import Afterwards
    from features.night import Night
    from jobs.run.settings import Settings

Systems = dict[str, dict[str, "np.ndarray"]]
"""Lists by name of the system and by what they are judged on: new, all, own (see features.evaluation.afterwards)."""
PUBLISHED, UNRULED = "lists", "ranking without rules"
ALONE, UNCAPPED = "lists, no earlier night", "lists, no earlier night, no caps"


def systems(
    on: Afterwards, made: Tables, everyone: pl.DataFrame, night: Night, settings: Settings, offered: pl.DataFrame
) -> Systems:
    """Lists by name: as published, with fewer rules, our ranking and each source of it without any, the baselines.

    Args:
        made: the night with all its tables.
        everyone: contract ``users``, whom the models learn from.
        offered: ``user_id``, ``track_id`` of what the baseline without repeats offered within the nights in
            which lists do not repeat.
    """
    import polars as pl

    from features.evaluation.baselines import baselines, taught
    from features.evaluation.ground_truth import numbered_lists, pair_counts
    from features.evaluation.standing import LONGEST

    found: Systems = {}
    for name, lists in {PUBLISHED: made["daily_lists"], **_with_fewer_rules(made, night, settings)}.items():
        numbered = numbered_lists(lists, on.users, on.tracks, LONGEST)
        found[name] = {"new": numbered, "all": numbered, "own": _only_new(numbered, on)}
    found[UNRULED] = _ordered(on, _ranked(made, night, settings))
    proposed = made["candidates"].with_columns(score=-pl.col("source_rank").cast(pl.Float64))
    for (source,), rows in proposed.sort("source").group_by("source", maintain_order=True):
        found[f"source {source}"] = _ordered(on, rows)
    plain = taught(made["plays"], everyone, on, night)
    barred = pair_counts(offered, on.users, on.tracks)
    return found | baselines(plain, settings.params_of(STAGES["collaborative"])["params"], LONGEST, barred)


def _with_fewer_rules(made: Tables, night: Night, settings: Settings) -> dict[str, pl.DataFrame]:
    """The night's lists as if none had been made before, with all other rules and without caps and kept places."""
    from features.seeds import Seeds

    candidates, lists = STAGES["candidates"], STAGES["lists"]
    extras: dict[str, Any] = {"night": night, "seeds": Seeds(settings.seed)}
    alone = {**made, "history": TABLES["history"].empty()}
    alone |= call(candidates, candidates.run, {**alone, **extras, **settings.params_of(candidates)})
    given = settings.params_of(lists)
    free = replace(
        given["params"], artist_cap=SONGS_PER_LIST, album_cap=SONGS_PER_LIST, discovery_least=0.0, discovery_most=1.0,
        new_songs=0, open_share=0.0,
    )  # fmt: skip
    return {
        name: call(lists, lists.run, {**alone, **extras, **given, "params": params})["daily_lists"]
        for name, params in ((ALONE, given["params"]), (UNCAPPED, free))
    }


def _only_new(lists: np.ndarray, on: Afterwards) -> np.ndarray:
    from features.evaluation.afterwards import only_new

    return only_new(lists, on.heard)


def _ranked(made: Tables, night: Night, settings: Settings) -> pl.DataFrame:
    """``user_id``, ``track_id``, ``score`` of every candidate, as stage ``lists`` scores them before it chooses."""
    import polars as pl

    from features.lists import build
    from features.lists.inputs import ListInputs

    params = settings.params_of(STAGES["lists"])
    bucket = build.bucket(gather(ListInputs, made), params["params"], params["policy"], night)
    return pl.DataFrame(
        {
            "user_id": bucket.listeners.frame["user_id"].gather(bucket.pool.user),
            "track_id": bucket.songs.frame["track_id"].gather(bucket.pool.track),
            "score": bucket.ranked.score,
        }
    )


def _ordered(on: Afterwards, scored: pl.DataFrame) -> dict[str, np.ndarray]:
    """The best of ``user_id``, ``track_id``, ``score`` among songs never heard, and among all; ties by track."""
    import polars as pl

    from features.evaluation.ground_truth import numbered_lists
    from features.evaluation.standing import LONGEST

    best = scored.sort("user_id", "score", "track_id", descending=[False, True, False])
    ranked = best.select("user_id", "track_id", rank=pl.int_range(1, pl.len() + 1).over("user_id"))
    whole = numbered_lists(ranked, on.users, on.tracks, max(ranked["rank"].to_list(), default=LONGEST))
    return {"new": _only_new(whole, on)[:, :LONGEST], "all": whole[:, :LONGEST]}
