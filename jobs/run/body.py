"""A stage's body: loading it by name and handing it its tables, tools and parameters.

A body of few tables takes each by its own keyword; one of more than :data:`MOST_BY_KEYWORD` takes them
as one record, ``inputs``: a frozen dataclass whose fields are the tables of the stage's ``reads``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from jobs.run.stage import Stage

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")

EXTRAS = frozenset({"params", "seeds", "night", "carried", "ledger"})
RECORD = "inputs"
MOST_BY_KEYWORD = 4


class BindingError(Exception):
    """A body's signature does not fit its stage record: a bug of ours, found before anything runs."""


def load(path: str) -> Any:
    """The object that ``"module:name"`` names."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


@cache
def asks_for(stage: Stage, body: str | None = None) -> frozenset[str]:
    """Names of all that the body takes (tables, tools, parameters, ...), once they are known to fit the stage record.

    Raises:
        BindingError: a table, tool or section's parameters are missing, or something else is asked for.
    """
    path = body or stage.run
    asked = asked_by(load(path))
    given = {*stage.reads, *stage.tools, *(p.keyword for p in stage.with_params)}
    lawful = given | EXTRAS | ({"spark"} if path == stage.spark else set())
    if not stage.params:
        lawful -= {"params"}
    if not stage.carries:
        lawful -= {"carried"}
    if not stage.ledger:
        lawful -= {"ledger"}
    wrong = []
    if missing := given - asked:
        wrong.append(f"does not take {', '.join(sorted(missing))}")
    if unknown := asked - lawful:
        wrong.append(f"asks for {', '.join(sorted(unknown))}, which the stage does not declare")
    if wrong:
        raise BindingError(f"stage {stage.name!r}: {path} {' and '.join(wrong)}")
    return asked


def asked_by(function: Callable[..., Any]) -> frozenset[str]:
    """Names of everything a body takes: its keywords, with the tables of its record in the record's place."""
    parameters = inspect.signature(function).parameters
    by_position = [p.name for p in parameters.values() if p.kind not in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if by_position:
        raise BindingError(f"{_named(function)}: {', '.join(by_position)} cannot be bound by keyword")
    record = record_of(function)
    tables = {field.name for field in fields(record)} if record else set()
    return frozenset(tables | (set(parameters) - {RECORD}))


def record_of(function: Callable[..., Any]) -> type[DataclassInstance] | None:
    """The record in which a body takes its tables; None where it takes them by keyword.

    Its name is looked up in the body's module, so that other annotations may be known to type checkers only.
    """
    parameter = inspect.signature(function).parameters.get(RECORD)
    if parameter is None:
        return None
    named = parameter.annotation
    record = getattr(inspect.getmodule(function), named, None) if isinstance(named, str) else named
    if not (isinstance(record, type) and is_dataclass(record)):
        raise BindingError(f"{_named(function)}: {RECORD} must be annotated with a dataclass that its module imports")
    return record


def gather(record: type[R], tables: Mapping[str, Any]) -> R:
    """The record with its fields taken from ``tables`` by name."""
    return record(**{field.name: tables[field.name] for field in fields(record)})


def apply(function: Callable[..., dict[str, Any]], tables: Mapping[str, Any], /, **given: Any) -> dict[str, Any]:
    """Call a body with what it takes of ``tables`` and ``given``; tables, tools and extras go by their names."""
    offered = {**tables, **given}
    record = record_of(function)
    own = {field.name for field in fields(record)} if record else set()
    taken = {name: offered[name] for name in asked_by(function) - own}
    return function(**taken, **({RECORD: gather(record, offered)} if record else {}))


def call(stage: Stage, body: str, offered: Mapping[str, Any]) -> dict[str, Any]:
    """Call the body of a stage; its result has exactly the declared tables."""
    asks_for(stage, body)
    made = apply(load(body), offered)
    if not isinstance(made, dict) or set(made) != set(stage.writes):
        have = sorted(made) if isinstance(made, dict) else type(made).__name__
        raise BindingError(f"stage {stage.name!r}: {body} returned {have}, not the tables {sorted(stage.writes)}")
    return made


def _named(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__qualname__}"
