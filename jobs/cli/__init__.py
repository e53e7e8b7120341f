"""The ``daily30`` command: one app, one module per group of commands, errors as exit codes."""

from __future__ import annotations

import errno
import json
import os
import sys
import traceback
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import Any, NoReturn

import typer
from typer.exceptions import TyperException

from schemas.credentials import redacted
from schemas.errors import Daily30Error
from schemas.terminal import safe, safe_json

COMMAND_MODULES: tuple[str, ...] = (
    "night",
    "lake",
    "erasing",
    "sample",
    "ingest",
    "match",
    "people",
    "copy_text",
    "publishing",
    "tokens",
    "analysts",
    "evaluate",
    "search",
    "facts",
    "identity",
    "analyse",
    "train",
)

_PATH_SHOWN = 80
_NOT_OURS = ("may not be read or written by this user", "run daily30 as the user whom it belongs to, or let this one.")
_PATHS = {
    errno.ENAMETOOLONG: ("a path is too long", "use shorter names."),
    errno.EACCES: _NOT_OURS,
    errno.EPERM: _NOT_OURS,
    errno.ELOOP: ("links lead back to themselves", "remove them, or put the files in their place."),
}

app = typer.Typer(
    name="daily30",
    help="Turn a music catalogue and its listening into a Daily 30 for everyone, night by night.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"daily30 {version('daily30')}")
        raise typer.Exit


@app.callback()
def _options(
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an unexpected error."),
    shown: bool = typer.Option(False, "--version", help="Show the version and exit.", callback=_version, is_eager=True),
) -> None:
    del debug, shown  # main() reads --debug, which it must know even when parsing fails; --version ends the command


for _module in COMMAND_MODULES:
    import_module(f"jobs.cli.{_module}").register(app)


@cache
def _command() -> Any:
    """All commands with their options, as typer makes them of our functions' signatures: it would at every call."""
    return typer.main.get_command(app)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 2 usage, 3 data, 4 audit, 5 locked, 6 outside, 1 a bug of ours."""
    args = list(sys.argv[1:] if argv is None else argv)
    umask = os.umask(0o077)
    os.umask(umask)  # there is no other way to read it
    try:
        _run(args)
    finally:
        os.umask(umask)  # a command takes its home's, and does not close when its other words turn out to be wrong


def _run(args: Sequence[str]) -> NoReturn:
    """Run the command that the words say and exit with its code."""
    as_json = "--json" in args
    # On its own typer prints wrong usage as a box, words as they were given; with --json that has to be JSON too.
    boxed = not as_json and all(safe(redacted(word)) == word for word in args)
    try:
        code = _command()(list(args), prog_name="daily30", standalone_mode=boxed)
        sys.exit(code if isinstance(code, int) else 0)
    except TyperException as error:
        _tell(error.format_message(), "`daily30 COMMAND --help` shows what it takes.", error.exit_code, as_json=as_json)
        sys.exit(error.exit_code)
    except Daily30Error as error:
        _tell(error.message, error.fix, error.exit_code, as_json=as_json)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left, e.g. `| head`
        sys.exit(0)
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - the last line of defence: say it shortly; a panic of Polars is no Exception
        _unexpected(error, args)


def _unexpected(error: BaseException, args: Sequence[str]) -> NoReturn:
    """Say shortly what nobody foresaw; a path that no system takes, or that is not ours to read, is not our doing."""
    as_json = "--json" in args
    if isinstance(error, OSError) and error.errno in _PATHS:
        what, fix = _PATHS[error.errno]
        path = str(error.filename)
        _tell(f"{what}: {path[:_PATH_SHOWN]}{'…' * (len(path) > _PATH_SHOWN)}", fix, 2, as_json=as_json)
        sys.exit(2)
    if "--debug" in args:
        sys.excepthook = _traceback
        raise error
    fix = "this is a bug of ours; run again as `daily30 --debug ...` for the traceback and report it."
    _tell(f"{type(error).__name__}: {error}", fix, 1, as_json=as_json)
    sys.exit(1)


def _traceback(_: object, error: BaseException, __: object) -> None:
    """The traceback, which quotes what the error does, without passwords."""
    sys.stderr.write(safe(redacted("".join(traceback.format_exception(error)))))


def _tell(message: str, fix: str, code: int, *, as_json: bool) -> None:
    """Say on stderr what is wrong and what to do; an error may quote an address with its password."""
    message, fix = redacted(message), redacted(fix)
    if as_json:
        told = json.dumps({"error": message, "fix": fix, "exit_code": code}, ensure_ascii=False)
        typer.echo(safe_json(told), err=True)
        return
    from rich.text import Text

    from jobs.cli.common import err_console

    err_console.print(Text("error: ", style="bold red"), Text(message), sep="", soft_wrap=True)
    if fix:
        err_console.print(Text("  fix: ", style="bold"), Text(fix), sep="", soft_wrap=True)
