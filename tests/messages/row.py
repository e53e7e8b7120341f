"""One bad input: what lies there, and what is called."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jobs.cli import main
from tests.deliveries import write_landing

Make = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Row:
    """A bad input.

    Args:
        what: in words, as the page names it; unique.
        args: the command, without ``daily30``; its home is ``home``.
        files: name to content of files in the working folder.
        make: what else is done there, before.
        environ: variables that are set.
        empty_home: whether ``home`` has no lawful landing.
    """

    what: str
    args: Sequence[str]
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    make: Make = lambda folder: None
    environ: Mapping[str, str] = field(default_factory=dict)
    empty_home: bool = False


def said(row: Row, folder: Path) -> tuple[int, str]:
    """Exit code and message (with its fix) of a row, run in an empty folder; paths in it are relative."""
    (folder / "home").mkdir()
    if not row.empty_home:
        write_landing(folder / "home")
    for name, content in row.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    row.make(folder)
    code, out, err = _run([*row.args, "--json"], folder, {**row.environ, "DAILY30_HOME": "home"})
    told = json.loads(err.splitlines()[-1]) if code else {"error": _accepted(out), "fix": ""}
    words = " ".join(f"{told['error']} {told['fix'] and '→ ' + told['fix']}".split())
    return code, words.replace(str(folder) + "/", "").replace(str(folder), ".")


def _accepted(out: str) -> str:
    """What an answer says of rows that were not taken, and of what comes next."""
    told = json.loads(out)
    first = [*told.get("first_refused", ()), *told.get("lyrics", ())[:2], *told.get("beside_earlier", ())]
    return "; ".join([*first, *told.get("next", ())])


def _run(args: Sequence[str], folder: Path, environ: Mapping[str, str]) -> tuple[int, str, str]:
    """The command in this process, in a folder and an environment of its own."""
    before, here = dict(os.environ), Path.cwd()
    out, err = io.StringIO(), io.StringIO()
    os.environ.update(environ)
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main(list(args))
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue(), err.getvalue()
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
    return 0, out.getvalue(), err.getvalue()
