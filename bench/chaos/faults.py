"""What may happen to a home. Each fault takes the home and a source of chance, does it, and says what it did."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

Fault = Callable[[Path, Random], str]
_PLACES = (
    "lake/*/ds=*/**/*.parquet",
    "lake/*/ds=*/**/*.parquet",
    "lake/_tasks/*/*.json",
    "lake/_manifests/*/*.json",
    "lake/_nights/*/*",
    "lake/CURRENT",
    "serving/*",
    "media/*/*",
    "report/**/*",
    "warehouse.duckdb",
    "runs/**/*.json",
    "locks/*",
    "shared_audio/*",
)
_YEAR_S = 365 * 86400


def _file(home: Path, chance: Random, places: Sequence[str] = _PLACES) -> Path:
    """Some file, each kind of place as likely as another."""
    for place in chance.sample(list(places), len(places)):
        found = sorted(p for p in home.glob(place) if p.is_file())
        if found:
            return chance.choice(found)
    return home / "daily30.toml"


def _said(home: Path, what: str, path: Path) -> str:
    return f"{what} {path.relative_to(home)}"


def flipped(home: Path, chance: Random) -> str:
    """One bit of one byte, in place."""
    path = _file(home, chance)
    data = bytearray(path.read_bytes() or b"\0")
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return _said(home, f"byte {at} flipped of", path)


def truncated(home: Path, chance: Random) -> str:
    path = _file(home, chance)
    os.truncate(path, chance.randrange(path.stat().st_size + 1))
    return _said(home, "cut short", path)


def emptied(home: Path, chance: Random) -> str:
    path = _file(home, chance)
    os.truncate(path, 0)
    return _said(home, "emptied", path)


def removed(home: Path, chance: Random) -> str:
    path = _file(home, chance)
    path.unlink()
    return _said(home, "removed", path)


def grown(home: Path, chance: Random) -> str:
    """Bytes added at the end."""
    path = _file(home, chance)
    with path.open("ab") as file:
        file.write(chance.randbytes(64))
    return _said(home, "grown", path)


def folder_gone(home: Path, chance: Random) -> str:
    tables = [p for p in sorted((home / "lake").iterdir()) if p.is_dir()]
    folders = [home / name for name in ("serving", "media", "report", "locks", "runs", "shared_audio")]
    path = chance.choice([chance.choice(tables), chance.choice([f for f in folders if f.is_dir()])])
    shutil.rmtree(path)
    return _said(home, "folder removed", path)


def swapped(home: Path, chance: Random) -> str:
    """The bytes of two parts of a table, or of any two files of a kind, exchanged."""
    one = _file(home, chance, _PLACES[:6])
    other = chance.choice(sorted(p for p in one.parents[2].rglob(f"*{one.suffix}") if p.is_file()))
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    return _said(home, f"swapped with {other.relative_to(home)}", one)


def doubled(home: Path, chance: Random) -> str:
    """A file put where another of its kind lies."""
    one = _file(home, chance, _PLACES[:6])
    other = chance.choice(sorted(p for p in one.parents[2].rglob(f"*{one.suffix}") if p.is_file()))
    shutil.copyfile(other, one.with_name("copy"))
    one.with_name("copy").replace(one)
    return _said(home, f"replaced by {other.relative_to(home)}", one)


def became_folder(home: Path, chance: Random) -> str:
    path = _file(home, chance)
    path.unlink()
    path.mkdir()
    return _said(home, "became a folder", path)


def became_link(home: Path, chance: Random) -> str:
    """A link to nothing, or to a file of another place."""
    path = _file(home, chance)
    target = chance.choice([home / "nowhere", home / "landing" / "README.txt"])
    path.unlink()
    path.symlink_to(target)
    return _said(home, f"became a link to {target.name}", path)


def shut(home: Path, chance: Random) -> str:
    """Permissions lost; of root, who needs none, this asks nothing."""
    path = _file(home, chance)
    path.chmod(0)
    return _said(home, "permissions lost of", path)


def leftovers(home: Path, chance: Random) -> str:
    """What ended runs and copying programs leave."""
    path = _file(home, chance)
    for name in (f".{path.name}.Xa81kc", f"{path.name}~", f"{path.name}.tmp", f"{path.name}.99999.deadbeef"):
        path.with_name(name).write_bytes(chance.randbytes(100))
    (home / "lake" / "_aside").mkdir(exist_ok=True)
    (home / "lake" / "_aside" / f"{path.name}.1.00").write_bytes(b"half")
    (home / "warehouse.1-dead.building").write_bytes(b"half")
    return _said(home, "leftovers beside", path)


def log_left(home: Path, chance: Random) -> str:
    """SQLite's own files beside the store: of nothing, or of another database."""
    for ending in ("-wal", "-shm"):
        (home / "serving").mkdir(exist_ok=True)
        (home / "serving" / f"serving.sqlite{ending}").write_bytes(chance.randbytes(chance.choice([0, 32, 4096])))
    return "foreign -wal and -shm beside the store"


def store_header(home: Path, chance: Random) -> str:
    """Nonsense in the header of the store's file."""
    path = home / "serving" / "serving.sqlite"
    if not path.is_file():
        return emptied(home, chance)
    data = bytearray(path.read_bytes())
    at = chance.randrange(16, 100)
    data[at : at + 4] = data[at : at + 4][::-1] if chance.random() < 0.5 else chance.randbytes(4)
    path.write_bytes(data)
    return f"header of the store, bytes {at} to {at + 3}"


def clock_jumped(home: Path, chance: Random) -> str:
    """What a wrong clock leaves: times of files and of locks years ahead or behind."""
    years = chance.choice([-30, -1, 1, 12])
    paths = [p for p in home.rglob("*") if p.is_file() and chance.random() < 0.5]
    for path in paths:
        then = path.stat().st_mtime + years * _YEAR_S
        os.utime(path, (then, then))
    for lock in home.glob("locks/ds=*"):
        lock.write_text(
            json.dumps({"token": 7, "pid": 1, "host": "x", "since": "2090-01-01T00:00:00+00:00"}).ljust(512)
        )
    return f"clock off by {years} years: times of {len(paths)} files and what locks say"


def lock_left(home: Path, chance: Random) -> str:
    """A lock of a process that is gone, its number taken by another."""
    pid = chance.choice([1, os.getppid(), 2**22 + 1])
    for lock in sorted(home.glob("locks/*")):
        lock.write_text(
            chance.choice([json.dumps({"token": "x", "pid": pid}), "[]", "{", '"a"', json.dumps({"pid": pid})])
        )
    return f"stale locks of process {pid}"


def half_a_copy(home: Path, chance: Random) -> str:
    """A copy of a home that was broken off: a random tenth of its files is missing."""
    files = [p for below in ("lake", "media", "report") for p in sorted((home / below).rglob("*")) if p.is_file()]
    gone = chance.sample(files, len(files) // 10)
    for path in gone:
        path.unlink()
    return f"{len(gone)} files missing"


def store_of_before(home: Path, chance: Random) -> str:
    """The store as an older backup had it: without its newest version."""
    from warehouse.serving import open_serving_store

    store = open_serving_store(home)
    known = store.versions()
    if len(known) < 2 or chance.random() < 0.3:
        store.close()
        shutil.rmtree(home / "serving", ignore_errors=True)
        return "the store from a backup before there was one"
    store.drop(max(known, key=lambda v: v.ds).version)
    store.close()
    return "the store from a backup before the newest night"


def lake_of_before(home: Path, chance: Random) -> str:
    """The lake as an older backup had it, beside a newer store; the files of tonight there or not."""
    newest = max((home / "lake" / "_nights").glob("ds=*"))
    for path in sorted(newest.iterdir()):
        path.unlink()
    newest.rmdir()
    if chance.random() < 0.5:
        for folder in (home / "lake").glob(f"*/{newest.name}"):
            shutil.rmtree(folder)
    return "the lake from a backup before the newest night, the store is newer"


def warehouse_damaged(home: Path, chance: Random) -> str:
    path = home / "warehouse.duckdb"
    if not path.is_file():
        return emptied(home, chance)
    data = bytearray(path.read_bytes())
    for _ in range(200):
        data[chance.randrange(len(data))] ^= 0xFF
    path.write_bytes(data)
    return "200 bytes of warehouse.duckdb"


def disk_full(home: Path, _: Random) -> str:
    """From now on nothing of the home can be opened for writing, in this process."""
    sys.addaudithook(_Full(home))
    return "the disk is full"


class _Full:
    def __init__(self, home: Path) -> None:
        self._home = str(home)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        written = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if written and self._home in str(args[0]) and not str(args[0]).endswith(".lock"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(args[0]))


FILES: dict[str, Fault] = {
    f.__name__: f
    for f in (
        flipped, truncated, emptied, removed, grown, folder_gone, swapped, doubled, became_folder, became_link, shut,
        leftovers, log_left, store_header, clock_jumped, lock_left, half_a_copy, store_of_before, lake_of_before,
        warehouse_damaged,
    )
}  # fmt: skip
"""Faults of a home's files, which may happen at any moment, also to a home at rest."""
RUNNING = ("killed", "killed_by_clock", "disk_full", "second_run")
"""Faults that only a run can meet."""
