"""What every command shares: options, the consoles, JSON output and progress.

A command module holds ``register(app)`` and imports heavy libraries inside its functions::

    def show(user: str, home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
        lists = ...
        emit(lists, as_json, lambda: draw(lists))

Results go to stdout, progress and errors to stderr, so that ``--json`` can be piped.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from jobs.run.progress import Progress
from schemas.terminal import safe, safe_json

if TYPE_CHECKING:
    from rich.progress import TaskID

DEFAULT_HOME = Path("home")
_PRIVATE = 0o077
_UMASK = "0?0[0-7]{2}"
_YEARS = range(1900, 3000)
"""Of a night: dates before and after it have to be dates too."""


class _SafeConsole(Console):
    """A console to which text is text: no markup, no emoji names, nothing that a terminal would obey."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for part in super().render(renderable, options):
            yield part if part.control else Segment(safe(part.text), part.style)


console = _SafeConsole()
err_console = _SafeConsole(stderr=True)


def parse_day(text: str) -> date:
    """A day written ``YYYY-MM-DD``; anything else is a usage error (exit 2)."""
    wrong = typer.BadParameter(f"{text!r} is not a day; write it as YYYY-MM-DD, e.g. 2026-03-01")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise wrong from None
    if day.isoformat() != text:  # fromisoformat also takes 20260301 and 2026-W09-7
        raise wrong
    if day.year not in _YEARS:
        raise typer.BadParameter(f"{text} is no day of ours; a night lies between {_YEARS[0]} and {_YEARS[-1]}")
    return day


def _home(context: typer.Context, home: Path) -> Path:
    """The home, unless its path is not UTF-8: no table could be written there. Until the command ends, what is written
    is for whom the home's settings allow it."""
    try:
        str(home).encode()
    except UnicodeEncodeError:
        raise typer.BadParameter("the path is not UTF-8; rename the folder") from None
    before = os.umask(_umask(home))
    context.call_on_close(lambda: os.umask(before))
    return home


def _umask(home: Path) -> int:
    """Rights that what is written in a home does not have, as its settings say; all but the owner's where they are no
    settings, which whoever reads them tells. Workers, decoders and encoders inherit it."""
    try:
        file = tomllib.loads((home / "daily30.toml").read_text("utf-8"))
    except (OSError, ValueError):
        file = {}
    said = str(os.environ.get("DAILY30_UMASK", file.get("umask", "")))
    return int(said, 8) if re.fullmatch(_UMASK, said) else _PRIVATE


HomeOption = Annotated[
    Path,
    typer.Option(
        "--home",
        envvar="DAILY30_HOME",
        help="The folder that holds landing, lake and results.",
        metavar="DIR",
        callback=_home,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]
DsOption = Annotated[
    date | None,
    typer.Option("--ds", parser=parse_day, metavar="YYYY-MM-DD", help="The listening day; the newest when not given."),
]


def jsonable(value: Any) -> Any:
    """``json.dumps`` fallback: dataclasses as objects, everything else as its text."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def json_text(data: Any, **more: Any) -> str:
    """``data`` as JSON that a terminal shows as it is."""
    return safe_json(json.dumps(data, ensure_ascii=False, default=jsonable, **more))


def emit(data: Any, as_json: bool, render: Callable[[], Any]) -> None:
    """Print ``data`` as JSON, or what ``render`` returns (a rich renderable; None when it printed itself)."""
    if as_json:
        typer.echo(json_text(data, indent=2))
        return
    drawn = render()
    if isinstance(drawn, str):
        console.print(drawn, soft_wrap=True)
    elif drawn is not None:
        console.print(drawn, crop=False)


class _Lines:
    """One plain line per finished piece, for logs and pipes."""

    def start(self, name: str, total: int | None = None) -> None:
        del name, total

    def advance(self, name: str, steps: int = 1, detail: str = "") -> None:
        del name, steps, detail

    def finish(self, name: str, detail: str = "") -> None:
        err_console.print(f"{name}: {detail or 'done'}", soft_wrap=True)


class _Bars:
    """Live bars on a terminal."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self.rich = RichProgress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description:<16}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[detail]}", style="dim", markup=False),
            console=err_console,
        )
        self._tasks: dict[str, TaskID] = {}

    def start(self, name: str, total: int | None = None) -> None:
        self._tasks[name] = self.rich.add_task(name, total=total, detail="")

    def advance(self, name: str, steps: int = 1, detail: str = "") -> None:
        self.rich.update(self._tasks[name], advance=steps, detail=detail)

    def finish(self, name: str, detail: str = "") -> None:
        task = self._tasks[name]
        total = next(t.total for t in self.rich.tasks if t.id == task) or 1
        self.rich.update(task, total=total, completed=total, detail=detail)


@contextmanager
def progress(quiet: bool = False) -> Iterator[Progress]:
    """Bars on a terminal, one line per finished piece otherwise (or when ``quiet``)."""
    if quiet or not err_console.is_terminal:
        yield _Lines()
        return
    bars = _Bars()
    with bars.rich:
        yield bars
