"""A Redis server of one's own: on a socket in a folder of its own, keeping nothing on disk."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

ABSENT = "needs redis-server (Debian: apt-get install redis-server)"
_STARTS_S = 20.0


def installed() -> bool:
    return shutil.which("redis-server") is not None


@contextmanager
def serving(*settings: str) -> Iterator[str]:
    """A server that ends with the block; gives its URL.

    Args:
        settings: words of its command line, e.g. ``--maxmemory 10mb``.
    """
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:  # a socket's path has at most 107 bytes
        url = f"unix://{folder}/redis.sock"
        child = started(Path(folder), *settings)
        try:
            yield url
        finally:
            child.kill()
            child.wait()


def started(folder: Path, *settings: str) -> subprocess.Popen[bytes]:
    """A server on ``redis.sock`` in a folder, once it answers."""
    path = folder / "redis.sock"
    command = ["redis-server", "--port", "0", "--unixsocket", str(path), "--dir", str(folder)]
    child = subprocess.Popen(
        [*command, "--save", "", "--appendonly", "no", "--loglevel", "warning", *settings],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + _STARTS_S
    with redis.Redis(unix_socket_path=str(path)) as client:
        while time.monotonic() < until:
            try:
                client.ping()
            except redis.ConnectionError:
                time.sleep(0.01)
            else:
                return child
    child.kill()
    raise AssertionError(f"redis-server did not answer within {_STARTS_S:g} s")
