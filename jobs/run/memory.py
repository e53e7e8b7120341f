"""Peak memory of this process, per task where the kernel allows it."""

from __future__ import annotations

import contextlib
import resource
from pathlib import Path

_CLEAR = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")


def reset_peak() -> None:
    """Start a new high-water mark (Linux); elsewhere the mark covers the process's whole life."""
    with contextlib.suppress(OSError):
        _CLEAR.write_text("5")


def resident_mb(pid: int) -> float:
    """Present resident memory of a process in MB; 0 where the kernel does not tell."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1e6
    return 0.0


def peak_mb() -> float:
    """Highest resident memory since the last reset, in MB (10^6 bytes)."""
    with contextlib.suppress(OSError, StopIteration):
        line = next(x for x in _STATUS.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
