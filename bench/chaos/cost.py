"""What proving costs: of a night, of a read of the store, of a look at everything."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from unittest.mock import patch

from bench.chaos.command import Inline
from bench.chaos.twin import Twin

_READS = 300
_PROVING = (
    "warehouse.lake.parquet.read_verified",
    "warehouse.lake.verify.read_verified",
    "warehouse.lake.reader.read_verified",
    "warehouse.lake.store.digest",
    "warehouse.media.store._is",
    "warehouse.serving.sqlite.SqliteStore.damaged",
    "jobs.tools.report_writer.sound_warehouse",
    "jobs.tools.report_writer.FolderReportWriter.has",
)


def run(twin: Twin) -> dict[str, float]:
    """Figures of a home; its newest night is run again by force, so give it a copy.

    The share counts the reading of files in a night's proofs too, which without them would be read as well.
    """
    from jobs.cli import app
    from jobs.commands.repair import verify
    from jobs.run.night import planner

    spent = [0.0]
    with _counted(spent), patch("jobs.run.night.open_engine", lambda _: Inline()):
        before = time.process_time()
        app([*twin.command, "--force", "--home", str(twin.home)], standalone_mode=False)
        night_s = time.process_time() - before
    before = time.process_time()
    found = verify(planner(twin.home, date.fromisoformat(twin.ds), {}), deep=True)
    deep_s = time.process_time() - before
    with_ms, without_ms = _read_ms(twin), 0.0
    with (
        patch("warehouse.serving.snapshot.require_bytes", lambda *_, **__: None),
        patch("warehouse.serving.rows.require"),
    ):
        without_ms = _read_ms(twin)
    return {
        "night_cpu_s": night_s,
        "proving_cpu_s": spent[0],
        "share": spent[0] / night_s,
        "read_ms": with_ms,
        "read_without_sums_ms": without_ms,
        "verify_deep_cpu_s": deep_s,
        "found": len(found),
        "home_mb": sum(p.stat().st_size for p in twin.home.rglob("*") if p.is_file()) / 1e6,
    }


@contextmanager
def _counted(spent: list[float]) -> Iterator[None]:
    """Add up the processor time of every proof within; a proof inside a proof counts once."""
    from contextlib import ExitStack
    from importlib import import_module

    inside = [0]

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            inside[0] += 1
            before = time.process_time()
            try:
                return real(*args, **more)
            finally:
                inside[0] -= 1
                spent[0] += 0.0 if inside[0] else time.process_time() - before

        return call

    with ExitStack() as stack:
        for name in _PROVING:
            owner, _, attribute = name.rpartition(".")
            place: Any = _owner(owner, import_module)
            stack.enter_context(patch.object(place, attribute, watched(getattr(place, attribute))))
        yield


def _owner(name: str, load: Callable[[str], Any]) -> Any:
    """A module, or a class of one."""
    module, _, last = name.rpartition(".")
    return getattr(load(module), last) if last[0].isupper() else load(name)


def _read_ms(twin: Twin) -> float:
    """Milliseconds of processors per list read, a visit each."""
    from warehouse.serving import open_serving_store

    users = sorted({key for _, key in twin.served if " " not in key})
    before = time.process_time()
    for number in range(_READS):
        with open_serving_store(twin.home).reading() as served:
            served.user_list(users[number % len(users)])
    return (time.process_time() - before) / _READS * 1000
