"""Lock files that are not what a run left: taken as new where they say nothing, else told with what to do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from jobs.run.lease import Lease
from schemas.errors import Locked, UsageError
from warehouse.lake.guard import LakeGuard

DAY = date(2026, 3, 1)
NOBODY = 65534


@pytest.fixture(params=["ds=2026-03-01.lock", "lake.lock"])
def lock(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "locks" / str(request.param)
    path.parent.mkdir()
    return path


def take(home: Path) -> None:
    guard, lease = LakeGuard(home), Lease(home, DAY)
    try:
        guard.enter()
        lease.acquire().check()()
    finally:
        lease.release()
        guard.leave()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 512,
        b"\xff\xfe\x80",
        b"[]",
        b"null",
        b'{"token": "x"}',
        b'{"token": null}',
        b"x" * 5_000,
        b'{"tok',
    ],
)
def test_a_lock_that_says_nothing_is_taken_as_new(lock: Path, content: bytes) -> None:
    lock.write_bytes(content)
    take(lock.parent.parent)
    take(lock.parent.parent)
    if lock.name != "lake.lock":
        assert json.loads(lock.read_text())["token"] == 2


def test_the_holder_is_named_whatever_the_lock_says(tmp_path: Path) -> None:
    held = Lease(tmp_path, DAY).acquire()
    held.path.write_bytes(b"\xff[]")
    with pytest.raises(Locked, match="pid \\? on"):
        Lease(tmp_path, DAY).acquire()
    held.release()


OTHERS: list[Callable[[Path], object]] = [
    Path.mkdir,
    os.mkfifo,
    lambda path: path.symlink_to(path),
    lambda path: path.symlink_to("/etc/hostname"),
]


@pytest.mark.parametrize("make", OTHERS)
def test_what_is_no_file_is_told_with_what_to_do(lock: Path, make: Callable[[Path], object]) -> None:
    make(lock)
    with pytest.raises(UsageError) as caught:
        take(lock.parent.parent)
    assert str(lock) in caught.value.message
    assert "remove it" in caught.value.fix


@pytest.mark.parametrize("there", ["a file", "a link to nowhere"])
def test_a_folder_of_locks_that_is_none_is_told(tmp_path: Path, there: str) -> None:
    locks = tmp_path / "locks"
    locks.write_text("") if there == "a file" else locks.symlink_to("nowhere")
    with pytest.raises(UsageError, match="locks"):
        take(tmp_path)


@contextmanager
def as_nobody() -> Iterator[None]:
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_a_lock_of_somebody_else_is_told_with_what_to_do(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = lock.parent.parent
    lock.write_text("")
    lock.chmod(0o600)
    monkeypatch.chdir(home)
    for path in (home, lock.parent):
        path.chmod(0o777)
    with as_nobody(), pytest.raises(UsageError) as caught:
        take(Path())
    assert f"{lock.name}: the file belongs to user 0, this is user {NOBODY}" in caught.value.message
    assert "run daily30 as that user" in caught.value.fix


@pytest.mark.parametrize("gone", [Path.unlink, lambda path: path.write_bytes(b"\xff")])
def test_a_run_whose_lock_is_taken_away_flips_nothing(tmp_path: Path, gone: Callable[[Path], object]) -> None:
    lease = Lease(tmp_path, DAY).acquire()
    check = lease.check()
    check()
    gone(lease.path)
    with pytest.raises(Locked):
        check()
    lease.release()
