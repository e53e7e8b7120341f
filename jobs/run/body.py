"""A stage's body: loading it by name and binding its inputs by keyword."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from jobs.run.stage import Stage

EXTRAS = frozenset({"params", "seeds", "night", "carried", "ledger"})


class BindingError(Exception):
    """A body's signature does not fit its stage record: a bug of ours, found before anything runs."""


def load(path: str) -> Any:
    """The object that ``"module:name"`` names."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


@cache
def asks_for(stage: Stage, body: str | None = None) -> frozenset[str]:
    """The keywords of the body, once they are known to fit the stage record.

    Raises:
        BindingError: a table or tool is missing, or something else is asked for.
    """
    path = body or stage.run
    asked = _keywords(load(path), path)
    given = {*stage.reads, *stage.tools}
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
    return frozenset(asked)


def _keywords(function: Callable[..., Any], path: str) -> set[str]:
    parameters = inspect.signature(function).parameters.values()
    by_position = [p.name for p in parameters if p.kind not in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if by_position:
        raise BindingError(f"{path}: {', '.join(by_position)} cannot be bound by keyword")
    return {p.name for p in parameters}


def call(stage: Stage, body: str, offered: Mapping[str, Any]) -> dict[str, Any]:
    """Call the body with what its signature asks for; its result has exactly the declared tables."""
    names = asks_for(stage, body)
    made = load(body)(**{name: offered[name] for name in names})
    if not isinstance(made, dict) or set(made) != set(stage.writes):
        have = sorted(made) if isinstance(made, dict) else type(made).__name__
        raise BindingError(f"stage {stage.name!r}: {body} returned {have}, not the tables {sorted(stage.writes)}")
    return made
