"""A PostgreSQL server of the tests' own, on a socket in a folder of its own, and a schema of it for each test."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

_BINARIES = Path("/usr/lib/postgresql")
# What is lost in a power cut is of no worth here.
_CONFIG = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
full_page_writes = off
max_connections = 60
shared_buffers = '64MB'
max_wal_size = '1GB'
"""


def binaries() -> Path | None:
    """Where Debian's package put the newest server; None without it."""
    found = sorted(_BINARIES.glob("*/bin/initdb"), key=lambda p: int(p.parent.parent.name))
    return found[-1].parent if found else None


class Server:
    """A running server; its user is its superuser and needs no password on the socket."""

    def __init__(self, bin_folder: Path, folder: Path) -> None:
        self._bin, self.folder = bin_folder, folder
        self._schemas = count()
        # initdb refuses root
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name

    def make(self) -> None:
        """The server's files, owned by who runs it."""
        self.give(self.folder)
        self._run("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username=tests")
        with (self.folder / "data" / "postgresql.conf").open("a") as config:
            config.write(_CONFIG.format(folder=self.folder))

    def give(self, folder: Path) -> None:
        """A folder to the server's user."""
        if os.geteuid() == 0:
            shutil.chown(folder, self._user)

    def start(self) -> None:
        """Until it answers."""
        self._run("pg_ctl", "start", "--wait", "--silent", "--timeout=60", f"--log={self.folder / 'log'}")

    def stop(self) -> None:
        """At once, as if it had crashed: connections are lost."""
        self._run("pg_ctl", "stop", "--mode=immediate", "--silent", "--wait", "--timeout=60")

    def url(self, schema: str | None = None) -> str:
        """The address of a schema nobody has used, or of the one named."""
        name = schema or f"t{next(self._schemas)}_{os.getpid()}"
        return f"postgresql://tests@/postgres?host={quote(str(self.folder), safe='')}&schema={name}"

    def _run(self, program: str, *more: str) -> None:
        command = [str(self._bin / program), *more, f"--pgdata={self.folder / 'data'}"]
        who: dict[str, Any] = {"user": self._user, "group": self._user, "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, **who
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def running() -> Iterator[Server]:
    """A server with nothing in it, for as long as this lasts."""
    found = binaries()
    assert found is not None, "ask binaries() first"
    with tempfile.TemporaryDirectory(prefix="daily30-pg-") as name:  # short: a socket's path has 107 bytes at most
        server = Server(found, Path(name))
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
