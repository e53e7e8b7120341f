"""One decoding process as its parent sees it: asked, listened to with a deadline, ended."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
import weakref
from pathlib import Path
from typing import Any

from warehouse.media.probe import MediaError

_WORKER = Path(__file__).with_name("decode_worker.py")
_PIPE_BYTES = 1 << 20
_READ_BYTES = 1 << 18


class Child:
    """A running decoder.

    Args:
        memory_bytes: its address space.
    """

    def __init__(self, memory_bytes: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(_WORKER), str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={"PATH": os.environ.get("PATH", ""), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        _widen(self.process)
        self._timeout_s = 0.0
        self._left_s = 0.0
        self._buffer = bytearray()
        self.end = weakref.finalize(self, _end, self.process)

    def ask(self, request: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """The first line of the answer; MediaError ``timeout`` or ``crashed`` when there is none.

        Args:
            timeout_s: seconds that the file's decoding may keep the parent waiting, all waits together.
        """
        assert self.process.stdin is not None
        self._timeout_s = self._left_s = timeout_s
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
        except BrokenPipeError:
            raise _death(self.process) from None
        return self.line()

    def line(self) -> dict[str, Any]:
        """The next line."""
        while (end := self._buffer.find(b"\n")) < 0:
            self._fill()
        answer: dict[str, Any] = json.loads(self._buffer[:end])
        del self._buffer[: end + 1]
        return answer

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes."""
        while len(self._buffer) < count:
            self._fill()
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _fill(self) -> None:
        assert self.process.stdout is not None
        started = time.monotonic()
        ready = select.select([self.process.stdout], [], [], max(self._left_s, 0))[0]
        self._left_s -= time.monotonic() - started
        if not ready:
            raise MediaError("timeout", f"decoding took longer than {self._timeout_s:g} s")
        data = os.read(self.process.stdout.fileno(), _READ_BYTES)
        if not data:
            raise _death(self.process)
        self._buffer += data


def _widen(process: subprocess.Popen[bytes]) -> None:
    """A pipe of a megabyte lets the decoder run ahead of the listener (Linux)."""
    import fcntl

    assert process.stdout is not None
    resize = getattr(fcntl, "F_SETPIPE_SZ", None)
    if resize is None:
        return
    try:
        fcntl.fcntl(process.stdout, resize, _PIPE_BYTES)
    except OSError:  # the user's share of pipe memory is used up; slower, no worse
        return


def _death(process: subprocess.Popen[bytes]) -> MediaError:
    """How the child ended, the signal by name."""
    try:
        code = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return MediaError("crashed", "the decoder stopped answering")
    if code < 0:
        name = signal.Signals(-code).name
        return MediaError("crashed", f"the decoder died of {name}", name)
    return MediaError("crashed", f"the decoder ended with status {code}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
