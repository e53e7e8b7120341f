"""Judge past nights of a log of listening: each made from what was known, held against what was played after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.commands.kept import Kept, keep_rows, kept_rows
from jobs.commands.night_systems import PUBLISHED, Systems, systems
from jobs.commands.replay import Tables, as_known, looked_back, replay, stages
from jobs.pipeline import STAGES
from jobs.run.body import call, load
from jobs.run.progress import Progress
from jobs.run.stage import LOOKBACKS
from jobs.tools.registry import REGISTRY
from schemas import TABLES
from schemas.errors import Daily30Error, UsageError

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from features.evaluation.afterwards import Afterwards
    from features.evaluation.standing import BeyondAccuracy, Standing
    from features.night import Night
    from jobs.run.settings import Settings

RIVALS = {"new": "item-item cosine", "all": "own habits"}
WEEK = 7
_ONCE = ("ingest", "emotions", "embeddings")
"""Stages run once: what they say of a song does not change with the night."""
_NIGHTLY = (STAGES["recordings"], *stages("similarity"))
_OF_SONGS = ("audio_features", "emotions", "text_vectors")
_SLOW = ("similarity", "collaborative", "choice")
_LOOKED_BACK = {LOOKBACKS[name].table for stage in _NIGHTLY for name in stage.reads if name in LOOKBACKS}


@dataclass(frozen=True, slots=True)
class NightsEvaluation:
    """What to judge.

    Args:
        nights: how many; every: days from one to the next.
        until: last day whose plays are looked at; the newest of the log if None.
        users: most listeners judged each night, drawn by the home's seed; the models learn from all.
    """

    home: Path
    nights: int = 5
    every: int = 7
    until: date | None = None
    users: int = 5000


@dataclass(frozen=True, slots=True)
class JudgedNights:
    """What came of it.

    Args:
        nights: listening days the lists were made on, oldest first; listeners: judged, over all nights.
        rivals: by songs, the baseline that ``over`` of a standing means.
    """

    nights: tuple[date, ...]
    until: date
    listeners: int
    rivals: Mapping[str, str]
    standings: tuple[Standing, ...]
    beyond: tuple[BeyondAccuracy, ...]


def judge_nights(asked: NightsEvaluation, watcher: Progress) -> JudgedNights:
    """Make every night and judge it.

    Raises:
        UsageError: there is no log, or it is too short for these nights.
    """
    import polars as pl

    from features.evaluation.afterwards import scored
    from features.evaluation.standing import beyond_accuracy, standings
    from features.seeds import Seeds
    from jobs.run.settings import load_settings

    settings = load_settings(asked.home)
    until = _last_day(asked)
    watcher.start("songs", len(_ONCE))
    known = _songs(asked.home, until, settings, watcher)
    watcher.finish("songs", f"{known['tracks'].height:,}")
    nights = _nights(asked, until, known["plays"])
    parts, judged = [], []
    for night, (on, found, own) in zip(nights, _made(asked, nights, known, settings, watcher), strict=True):
        figures = scored(on, found, own).with_columns(night=pl.lit(night.ds))
        parts.append(figures.join(on.groups, on="user_id", how="left"))
        judged.append((on, found))
    rows = pl.concat(parts)
    if rows.is_empty():
        raise UsageError("nobody played anything in the weeks after these nights", fix="name other nights by --until.")
    return JudgedNights(
        tuple(night.ds for night in nights),
        until,
        rows["user_id"].n_unique(),
        RIVALS,
        tuple(standings(rows, RIVALS, Seeds(settings.seed))),
        tuple(beyond_accuracy(judged)),
    )


def _last_day(asked: NightsEvaluation) -> date:
    from jobs.run.landing import newest_day, open_home

    if not (asked.home / "landing").is_dir() or not open_home(asked.home).files("plays"):
        raise UsageError(
            f"{asked.home} holds no plays", fix="bring a log with `daily30 ingest log FILE`, or name another --home."
        )
    newest = newest_day(asked.home)
    if asked.until is not None and asked.until > newest:
        raise UsageError(f"the log ends on {newest}", fix=f"give a day up to {newest} for --until, or none.")
    return asked.until or newest


def _nights(asked: NightsEvaluation, until: date, plays: pl.DataFrame) -> list[Night]:
    from features.night import Night

    last = until - timedelta(days=WEEK)
    found = [Night(last - timedelta(days=asked.every * ago)) for ago in range(asked.nights - 1, -1, -1)]
    first: Any = plays["local_date"].min()
    if first is None or found[0].ds < first:
        most = max(0, ((last - first).days // asked.every) + 1) if first else 0
        raise UsageError(
            f"the first of these nights would be {found[0].ds}; plays are known from {first or 'no day'} to {until}",
            fix=f"ask for at most {most} --nights with --every {asked.every}, or a shorter --every."
            if most
            else "a night needs a day of plays before it and a week after: bring more days, or give a later --until.",
        )
    return found


def _songs(home: Path, until: date, settings: Settings, watcher: Progress) -> Tables:
    """Everything known by ``until``, and what is said of its songs; sound only as far as a finished night heard it."""
    from features.night import Night
    from jobs.run.landing import open_home

    landing = open_home(home)
    names = {name for stage in _ONCE for name in STAGES[stage].reads}
    tables = {name: landing.frame(name) for name in sorted(names) if name.startswith("landing_")}
    tables |= {"last_tracks": TABLES["last_tracks"].empty(), "audio_features": _of_lake(home, "audio_features")}
    for name in _ONCE:
        stage = STAGES[name]
        extras: dict[str, Any] = {**settings.params_of(stage), "night": Night(until)}
        for tool in stage.tools:
            factory, section = REGISTRY[tool]
            extras[tool] = load(factory)(
                home=home, settings=settings.section(section), ds=until, lease_check=lambda: None
            )
        if stage.carries:
            extras["carried"] = _carried(home, stage.carries, stage.version)
        tables |= call(stage, stage.run, {**tables, **extras})
        if stage.carries:
            _keep(home, stage.carries, stage.version, tables[stage.carries])
        watcher.advance("songs", 1, name)
    return tables


def _of_lake(home: Path, table: str) -> pl.DataFrame:
    from warehouse.lake.reader import Lake

    lake = Lake(home)
    return lake.night().frame(table) if lake.nights() else TABLES[table].empty()


def _carried(home: Path, table: str, version: int) -> pl.DataFrame:
    """Rows kept by an earlier evaluation, those of the lake else; the stage reuses what has the content it needs."""
    kept = kept_rows(_keeping(home, table, version))
    return _of_lake(home, table) if kept is None else TABLES[table].frame(kept)


def _keep(home: Path, table: str, version: int, rows: pl.DataFrame) -> None:
    """Spare the next evaluation the minutes; a home that may not be written is judged as well."""
    with suppress(Daily30Error):
        keep_rows(_keeping(home, table, version), rows)


def _keeping(home: Path, table: str, version: int) -> Path:
    return home / "runs" / "evaluate" / f"{table}-{version}.kept"


def _made(
    asked: NightsEvaluation, nights: Sequence[Night], known: Tables, settings: Settings, watcher: Progress
) -> Iterator[tuple[Afterwards, Systems, np.ndarray]]:
    """Each night with what was played after it, every system's lists, and its places for songs never heard."""
    import polars as pl

    from features.evaluation.afterwards import afterwards
    from features.evaluation.baselines import NO_REPEATS
    from jobs.commands.evaluate import drawn

    earlier: list[tuple[Night, Tables]] = []
    offered: list[pl.DataFrame] = []
    kept = Kept(asked.home / "runs" / "evaluate", {table for stage in _NIGHTLY for table in stage.reads}, _SLOW)
    for night in nights:
        name = f"night {night.ds}"
        watcher.start(name, len(_NIGHTLY) + 1)
        week = known["plays"].filter(pl.col("local_date").is_between(night.serves_on, night.ds + timedelta(days=WEEK)))
        tables = _known_by(night, known)
        chosen = tables["users"].join(drawn(week, asked.users, settings), on="user_id", how="semi")
        tables |= {n: looked_back(n, night, earlier) for stage in _NIGHTLY for n in stage.reads if n in LOOKBACKS}
        tell = partial(watcher.advance, name, 1)
        made = replay(_NIGHTLY, tables, night, settings, chosen["user_id"], tell, kept)
        earlier.append((night, {table: made[table] for table in _LOOKED_BACK}))
        on = afterwards(known["plays"], tables["tracks"], chosen, night)
        found = systems(on, made, tables["users"], night, settings, _lately(offered, night))
        own = (found[PUBLISHED]["own"] >= 0).sum(axis=1)
        offered.append(_first_of(on, found[NO_REPEATS]["new"], own, night))
        watcher.finish(name, f"{len(on.users):,} listeners")
        yield on, found, own


def _known_by(night: Night, known: Tables) -> Tables:
    """What the night knew; nothing of songs that came later, not even how they are called."""
    read = {table for stage in _NIGHTLY for table in stage.reads} & set(known)
    tables = {table: as_known(table, known[table], night) for table in sorted(read)}
    ids = tables["tracks"].select("track_id")
    return tables | {
        table: tables[table].join(ids, on="track_id", how="semi", maintain_order="left") for table in _OF_SONGS
    }


def _first_of(on: Afterwards, lists: np.ndarray, count: np.ndarray, night: Night) -> pl.DataFrame:
    """``user_id``, ``track_id``, ``ds`` of the first ``count`` songs of each list."""
    import numpy as np
    import polars as pl

    user, place = np.nonzero((lists >= 0) & (np.arange(lists.shape[1]) < count[:, None]))
    return pl.DataFrame(
        {"user_id": on.users.gather(user), "track_id": on.tracks.gather(lists[user, place])}
    ).with_columns(ds=pl.lit(night.ds))


def _lately(offered: Sequence[pl.DataFrame], night: Night) -> pl.DataFrame:
    """What was offered in the nights in which lists do not repeat."""
    import polars as pl

    empty = pl.DataFrame(schema={"user_id": pl.String, "track_id": pl.String, "ds": pl.Date})
    return pl.concat([empty, *offered]).filter(pl.col("ds") >= night.days_before(LOOKBACKS["history"].nights))
