"""Processor seconds and memory of this process and all that it starts."""

from __future__ import annotations

import os
import resource
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_EVERY_S = 0.2


@dataclass(frozen=True)
class Cost:
    """Of one stage: seconds by the clock and of processors, highest memory of all processes in MB (10^6 bytes)."""

    wall_s: float
    cpu_s: float
    peak_mb: float


class Meter:
    """Measures this process and all it starts, between entering and leaving."""

    def __enter__(self) -> Meter:
        self._peak_kb, self._stop = 0, threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._wall, self._cpu = time.perf_counter(), _cpu_s()
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._watcher.join()
        self.cost = Cost(time.perf_counter() - self._wall, _cpu_s() - self._cpu, self._peak_kb * 1024 / 1e6)

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY_S):
            self._peak_kb = max(self._peak_kb, sum(_resident_kb(pid) for pid in _family(os.getpid())))


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def _family(pid: int) -> list[int]:
    """A process and all its descendants."""
    children: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            children += [int(child) for child in listed.read_text().split()]
    return [pid, *(one for child in children for one in _family(child))]


def _resident_kb(pid: int) -> int:
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return 0
