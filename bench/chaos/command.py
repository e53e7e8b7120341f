"""A command of the house in a forked child: everything is imported once, by the parent, which stays a single thread."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from threadpoolctl import threadpool_limits

from jobs.cli import app
from jobs.pipeline import PIPELINE
from jobs.run.execute import Worker
from jobs.run.task import Task, TaskResult
from schemas.errors import Daily30Error

_LATE = (
    "torch", "duckdb", "great_expectations", "sklearn", "transformers", "altair", "av", "implicit", "faiss",
    "rich.table", "rich.progress", "pydantic_settings", "jobs.run.just_me", "jobs.run.night", "jobs.cli.views.night",
    "jobs.commands.repair", "warehouse.serving.sqlite", "warehouse.duck",
)  # fmt: skip
Blow = Callable[[], None]


@dataclass(frozen=True)
class Said:
    """How a command ended.

    Args:
        kind: ``done``, ``told`` (an error of ours), ``bug`` (any other) or ``killed``.
        words: of the error.
        fix: what it says to do.
        moments: how often the command touched a file of its home.
    """

    kind: str
    words: str = ""
    fix: str = ""
    moments: int = 0


class Inline:
    """Runs tasks in this process."""

    name = "inline"

    def __init__(self) -> None:
        self._worker = Worker()

    def run(self, tasks: Sequence[Task], done: Callable[[Task, TaskResult], None]) -> None:
        for task in tasks:
            done(task, self._worker.execute(task))

    def close(self) -> None:
        self._worker.close()


def warm() -> None:
    """Import what nights import. Nothing may be computed here: Polars and torch hang when forked after use."""
    for name in [*(stage.run.split(":")[0] for stage in PIPELINE), *_LATE]:
        import_module(name)


def started(
    home: Path, words: Sequence[str], told: Path, *, at: int = 0, blow: Blow | None = None, pause: float = 0.0
) -> int:
    """Fork a child that runs a command; its process id.

    Args:
        told: file that the child leaves its end in.
        at: the touch of a file below ``home`` before which ``blow`` happens.
        pause: seconds after which it is ended, wherever it is; 0 for never.
    """
    child = os.fork()
    if child:
        return child
    try:
        with told.with_suffix(".log").open("a") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        if pause:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, pause)
        counted = Moments(home, at, blow)
        sys.addaudithook(counted)
        said = _run([*words, "--home", str(home)])
        counted.over = True
        told.write_text(json.dumps([*said, counted.seen]))
    finally:
        os._exit(0)


def ended(child: int, told: Path) -> Said:
    """How the command of a child ended, waited for."""
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return Said("killed", signal.Signals(os.WTERMSIG(status)).name)
    return Said(*json.loads(told.read_text()))


class Moments:
    """An audit hook that counts how often Python opens or renames a file below a home, and does something then."""

    def __init__(self, home: Path, at: int, blow: Blow | None) -> None:
        self._home, self._at, self._blow = str(home), at, blow
        self.seen = 0
        self.over = False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if self.over or event not in ("open", "os.rename", "sqlite3.connect") or self._home not in str(args[0]):
            return
        self.seen += 1
        if self._blow is not None and self.seen == self._at:
            self.over = True
            self._blow()
            self.over = False


def _run(words: list[str]) -> tuple[str, str, str]:
    from jobs.run import pool

    os.environ.update(pool.ONE_THREAD)
    with patch("jobs.run.night.open_engine", lambda _: Inline()), threadpool_limits(1):
        try:
            code = app(words, standalone_mode=False)
        except Daily30Error as error:
            return "told", f"{type(error).__name__}: {error.message}", error.fix
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is what the bench looks for
            traceback.print_exc()
            return "bug", f"{type(error).__name__}: {error}", ""
    return ("done", "", "") if not code else ("told", f"exit {code}", "what it printed")
