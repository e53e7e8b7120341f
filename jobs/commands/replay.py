"""A past night made again in memory, from what was known then, by the stages' own bodies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from features.ranker.replay import KNOWN_FROM
from jobs.commands.kept import Kept
from jobs.pipeline import PIPELINE
from jobs.run.body import call
from jobs.run.stage import LOOKBACKS, Stage
from schemas import TABLES

if TYPE_CHECKING:
    import polars as pl

    from features.night import Night
    from jobs.run.settings import Settings

Tables = dict[str, "pl.DataFrame"]
_NAMES = [stage.name for stage in PIPELINE]
_OF_EVERYBODY = ("taste", "choice_panel")
"""Stages split by user whose tables the models learn from."""


def stages(first: str, last: str = "lists") -> tuple[Stage, ...]:
    """The stages of the pipeline from one to another, both among them."""
    return PIPELINE[_NAMES.index(first) : _NAMES.index(last) + 1]


def as_known(table: str, frame: pl.DataFrame, night: Night) -> pl.DataFrame:
    """The rows that were known by the end of the night."""
    import polars as pl

    return frame.filter(pl.col(KNOWN_FROM[table]) <= night.ds) if table in KNOWN_FROM else frame


def replay(
    chosen: Sequence[Stage], tables: Mapping[str, pl.DataFrame], night: Night, settings: Settings, users: pl.Series,
    done: Callable[[str], None] | None = None,
    kept: Kept | None = None,
) -> Tables:  # fmt: skip
    """``tables`` with what the stages make of them.

    Args:
        users: the listeners who get lists; the models learn from everybody.
        done: told the name of each stage that is done.
        kept: where slow stages are kept from one replay to the next.
    """
    import polars as pl

    from features.seeds import Seeds

    made = dict(tables)
    for stage in chosen:
        if stage.split == "user_id" and stage.name not in _OF_EVERYBODY:  # the models have learned by now
            made["users"] = made["users"].filter(pl.col("user_id").is_in(users.implode()))
        extras: dict[str, Any] = {**settings.params_of(stage), "night": night, "seeds": Seeds(settings.seed)}
        if stage.carries:
            extras["carried"] = TABLES[stage.carries].empty()
        offered = {**made, **extras}
        made |= (
            kept.made(stage, offered, partial(call, stage, stage.run, offered))
            if kept
            else call(stage, stage.run, offered)
        )
        if done is not None:
            done(stage.name)
    return made


def looked_back(name: str, night: Night, earlier: Sequence[tuple[Night, Mapping[str, pl.DataFrame]]]) -> pl.DataFrame:
    """A look-back of LOOKBACKS on nights made before, oldest first, as the lake would give it."""
    import polars as pl

    back, table = LOOKBACKS[name], TABLES[name]
    near = [(n, made) for n, made in earlier if night.days_before(back.nights) <= n.ds < night.ds]
    parts = [
        table.frame(made[back.table].with_columns(ds=pl.lit(n.ds)))
        for n, made in (near[-1:] if back.newest else near)
        if back.table in made
    ]
    return pl.concat(parts) if parts else table.empty()
