"""Judge a home by the plays that came after: a past day replayed, and the lists of past nights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.commands.replay import as_known, replay, stages
from jobs.pipeline import STAGES
from jobs.run.body import gather
from schemas import TABLES
from schemas.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from features.evaluation.accounting import SourceAccount
    from features.evaluation.comparison import SystemResult
    from features.evaluation.ground_truth import GroundTruth
    from features.night import Night
    from jobs.run.settings import Settings
    from warehouse.lake.reader import Lake, NightView

LISTS = "daily lists"
REPLAYED = stages("taste")
"""Stages from listening to finished lists: those that a shorter history changes."""


@dataclass(frozen=True, slots=True)
class HomeEvaluation:
    """What to judge.

    Args:
        ds: the night whose plays are known; None for the newest.
        test_days: days after the split, at the end of those plays.
        k: length of the lists; models: names of MODELS judged beside the sources.
        users: most listeners judged, drawn by the home's seed; the models learn from all.
    """

    home: Path
    ds: date | None = None
    test_days: int = 1
    k: int = 30
    models: tuple[str, ...] = ("blend", "popularity")
    users: int = 5000


@dataclass(frozen=True, slots=True)
class Trial:
    """One split and how everything stood in it.

    Args:
        train_until: last day learned from; tested: first and last day predicted.
        served: whether the lists were served that night, or are replayed now.
    """

    train_until: date
    tested: tuple[date, date]
    served: bool
    users: int
    results_by_group: tuple[SystemResult, ...]
    sources: tuple[SourceAccount, ...]


def judge_home(asked: HomeEvaluation) -> list[Trial]:
    """The replayed split first, then every past night whose next day is known, oldest first."""
    from jobs.run.settings import load_settings
    from warehouse.lake.reader import Lake

    lake = Lake(asked.home)
    view = lake.night(asked.ds)
    settings = load_settings(asked.home)
    earlier = [ds for ds in lake.nights() if ds < view.ds]
    trials = [_replayed(asked, lake, view, settings)]
    trials += [_of_night(asked, lake, lake.night(ds), view, settings) for ds in earlier]
    return [trial for trial in trials if trial.users]


def _replayed(asked: HomeEvaluation, lake: Lake, view: NightView, settings: Settings) -> Trial:
    """The night ``test_days`` before, made now from what was known then."""
    from features.night import Night

    night = Night(view.ds - timedelta(days=asked.test_days))
    plays = view.frame("plays")
    test = drawn(_between(plays, night.serves_on, view.ds), asked.users, settings)
    tables = _as_of(lake, view, night, test)
    if not tables["plays"].height:
        raise UsageError(
            f"no plays are known up to {night.ds}", fix="ask for fewer --test-days, or deliver more days of plays."
        )
    tables = replay(REPLAYED, tables, night, settings, test["user_id"].unique())
    return _trial(asked, tables, test, night, settings, (night.serves_on, view.ds), served=False)


def _as_of(lake: Lake, view: NightView, night: Night, test: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Tables that the replay starts from; look-backs come from the lake, what was not kept yet is empty."""
    made = {table for stage in REPLAYED for table in stage.writes}
    wanted = {table for stage in REPLAYED for table in stage.reads} - made | {"plays", "text_vectors", "audio_vectors"}
    tables = {}
    for name in sorted(wanted):
        if name == "history":
            tables[name] = _history(lake, night, test)
        elif name in view.tables:
            tables[name] = as_known(name, view.frame(name), night)
        else:
            tables[name] = TABLES[name].empty()
    return tables


def _history(lake: Lake, night: Night, test: pl.DataFrame) -> pl.DataFrame:
    """Lists of the 14 nights before, as far as the lake holds them."""
    import polars as pl

    columns = TABLES["history"].schema()
    parts = [
        _of_users(lake.night(ds), "daily_lists", test).with_columns(ds=pl.lit(ds)).select(*columns)
        for ds in lake.nights()
        if night.days_before(14) <= ds < night.ds
    ]
    return TABLES["history"].frame(pl.concat(parts)) if parts else TABLES["history"].empty()


def _of_night(asked: HomeEvaluation, lake: Lake, past: NightView, view: NightView, settings: Settings) -> Trial:
    """The lists that a night served, against the plays of the day they were served on."""
    import polars as pl

    from features.night import Night

    night = Night(past.ds)
    plays = view.frame("plays")
    day = night.serves_on
    test = drawn(_between(plays, day, day), asked.users, settings)
    tables = {name: past.frame(name) for name in ("tracks", "text_vectors", "audio_vectors")}
    tables |= {name: _of_users(past, name, test) for name in ("taste", "candidates", "daily_lists")}
    tables |= {"plays": plays.filter(pl.col("local_date") <= night.ds), "history": _history(lake, night, test)}
    return _trial(asked, tables, test, night, settings, (day, day), served=True)


def _of_users(view: NightView, table: str, test: pl.DataFrame) -> pl.DataFrame:
    """Rows of the listeners of a test, bucket by bucket."""
    import polars as pl

    kept = test.select("user_id").unique()
    buckets = sorted({part.bucket for part in view.manifest(table).parts}, key=lambda bucket: bucket or 0)
    parts = [view.frame(table, bucket).join(kept, on="user_id", how="semi") for bucket in buckets]
    return pl.concat(parts) if parts else view.frame(table)


def _between(plays: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    import polars as pl

    return plays.filter(pl.col("local_date").is_between(first, last))


def drawn(test: pl.DataFrame, most: int, settings: Settings) -> pl.DataFrame:
    """Plays of at most so many listeners."""
    import polars as pl

    from features.seeds import Seeds

    users = test["user_id"].unique().sort()
    if len(users) <= most:
        return test
    kept = Seeds(settings.seed).rng("evaluate", "users").choice(len(users), most, replace=False)
    return test.filter(pl.col("user_id").is_in(users.gather(sorted(kept.tolist())).implode()))


def _trial(
    asked: HomeEvaluation, tables: Mapping[str, pl.DataFrame], test: pl.DataFrame, night: Night, settings: Settings,
    tested: tuple[date, date], *, served: bool,
) -> Trial:  # fmt: skip
    from features.evaluation.accounting import accounts
    from features.evaluation.comparison import results_by_group
    from features.evaluation.ground_truth import KnownTables, ground_truth
    from features.seeds import Seeds

    on = ground_truth(gather(KnownTables, tables), test, night)
    if not len(on.users):
        return Trial(night.ds, tested, served, 0, (), ())
    systems = {LISTS: on.lists(tables["daily_lists"], asked.k), **_sources(on, tables["candidates"], asked.k)}
    if not served:
        systems |= {f"model {name}": _model(on, name, tables["affinity"], asked.k, settings) for name in asked.models}
    found = results_by_group(on, systems, Seeds(settings.seed))
    return Trial(night.ds, tested, served, len(on.users), tuple(found), tuple(accounts(on, tables["candidates"])))


def _sources(on: GroundTruth, candidates: pl.DataFrame, k: int) -> dict[str, np.ndarray]:
    """Each source's own best."""
    import polars as pl

    from schemas.vocabulary import CANDIDATE_SOURCES

    ranked = candidates.select("user_id", "track_id", "source", rank="source_rank")
    return {f"source {name}": on.lists(ranked.filter(pl.col("source") == name), k) for name in CANDIDATE_SOURCES}


def _model(on: GroundTruth, name: str, affinity: pl.DataFrame, k: int, settings: Settings) -> np.ndarray:
    """Lists of a collaborative model by itself; songs heard before may come again, as they do in life."""
    import numpy as np
    import polars as pl

    from features.collaborative.blend import MODELS, Popularity
    from features.collaborative.interactions import interactions, positions
    from features.evaluation.holdout import histories, recommend

    liked = affinity.filter((pl.col("weight") > 0) & ~pl.col("blocked") & pl.col("track_id").is_in(on.tracks.implode()))
    known = interactions(liked.with_columns(pl.col("weight").log1p()), "user_id", "track_id", "weight")
    model = MODELS[name](settings.params_of(STAGES["collaborative"])["params"]).fit(known.matrix)
    lists = recommend(model, Popularity().fit(known.matrix), histories(known, on.users), k, again=True)
    numbers = np.append(positions(known.items, on.tracks), -1)
    found: Any = numbers[lists]
    return np.asarray(found)
