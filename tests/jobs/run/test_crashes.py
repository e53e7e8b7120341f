"""What happens when processes die, run twice, or cannot write."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobs.run.lease import Lease, LeaseCheck
from schemas.errors import Locked, OutsideServiceError, UsageError
from tests.jobs.run import toys

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Path:
    toys.deliver(tmp_path)
    return tmp_path


def trap(home: Path, stage: str, user: str, do: str) -> None:
    (home / "trap.json").write_text(json.dumps({"stage": stage, "user": user, "do": do}))


def wait_for(path: Path, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.02)


def start(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.jobs.run.toys", str(home)])


_KILLED = [
    ("measure", "u11"),
    ("count", "*"),
    pytest.param("rank", "u1", marks=pytest.mark.slow),
    pytest.param("cherish", "u2", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("stage", "user"), _KILLED)
def test_kill_9_in_any_stage_then_the_same_command_ends_with_equal_hashes(
    home: Path, tmp_path_factory: pytest.TempPathFactory, stage: str, user: str
) -> None:
    undisturbed = tmp_path_factory.mktemp("undisturbed")
    toys.deliver(undisturbed)
    toys.run(undisturbed)
    trap(home, stage, user, "sleep")
    process = start(home)
    wait_for(home / "asleep")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (home / "lake" / "CURRENT").exists()
    (home / "trap.json").unlink()
    done_before = {c for c in toys.calls(home) if not c.startswith(stage)}
    toys.run(home)
    assert done_before.isdisjoint(toys.calls(home)), "finished buckets are not run again"
    assert toys.files(home) == toys.files(undisturbed)


def test_workers_leave_when_their_run_is_killed(home: Path) -> None:
    trap(home, "measure", "u11", "sleep")
    process = start(home)
    wait_for(home / "asleep")
    import psutil

    workers = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert workers
    assert alive == []


def test_a_second_run_of_the_same_night_is_refused_at_once(home: Path) -> None:
    trap(home, "measure", "u11", "sleep")
    process = start(home)
    try:
        wait_for(home / "asleep")
        with pytest.raises(Locked, match=f"pid {process.pid} on") as caught:
            toys.run(home)
        assert caught.value.exit_code == 5
        assert process.poll() is None  # refused while the first still sleeps
    finally:
        process.kill()
        process.wait()


def test_a_worker_that_dies_once_is_replaced(home: Path) -> None:
    trap(home, "measure", "u11", "kill once")
    report = toys.run(home, spawn=True)
    assert report.complete


def test_a_worker_that_dies_twice_fails_the_stage_and_names_the_bucket(home: Path) -> None:
    trap(home, "measure", "u11", "kill")
    with pytest.raises(OutsideServiceError, match=r"measure, bucket \d+: its worker died 2 times \(SIGKILL") as caught:
        toys.run(home, spawn=True)
    assert caught.value.exit_code == 6
    (home / "trap.json").unlink()
    assert toys.run(home, spawn=True).complete


def test_a_tool_may_ask_whether_the_run_still_holds_its_night(home: Path) -> None:
    trap(home, "count", "*", "check")
    assert toys.run(home, spawn=True).complete


def test_the_lease_check_refuses_after_release_and_after_another_took_over(tmp_path: Path) -> None:
    first = Lease(tmp_path, toys.NIGHT).acquire()
    check = first.check()
    check()
    with pytest.raises(Locked):
        Lease(tmp_path, toys.NIGHT).acquire()
    first.release()
    with pytest.raises(Locked, match="is gone"):
        check()
    second = Lease(tmp_path, toys.NIGHT).acquire()
    with pytest.raises(Locked, match="lost its night"):
        check()
    second.check()()
    assert second.token == first.token + 1
    second.release()


def test_a_torn_lock_file_does_not_stop_the_next_run(tmp_path: Path) -> None:
    lease = Lease(tmp_path, toys.NIGHT)
    lease.path.parent.mkdir(parents=True)
    lease.path.write_text('{"token": 4, "pi')
    lease.acquire()
    assert LeaseCheck(lease.path, lease.token)() is None
    lease.release()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount a tmpfs")
def test_a_full_disk_is_told_and_the_run_resumes_after_room_is_made(tmp_path: Path) -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", tmp_path], check=False).returncode != 0:
        pytest.skip("may not mount here")
    try:
        toys.deliver(tmp_path)
        ballast = tmp_path / "ballast"
        ballast.write_bytes(bytes(200 * 1024))
        with pytest.raises(OutsideServiceError, match="the disk is full") as caught:
            toys.run(tmp_path)
        assert caught.value.exit_code == 6
        ballast.unlink()
        subprocess.run(["mount", "-o", "remount,size=4m", tmp_path], check=True)
        assert toys.run(tmp_path).complete
    finally:
        subprocess.run(["umount", "-l", tmp_path], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount read-only")
def test_a_read_only_home_is_told_and_a_finished_night_still_answers(tmp_path: Path) -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", tmp_path], check=False).returncode != 0:
        pytest.skip("may not mount here")
    try:
        toys.deliver(tmp_path)
        toys.run(tmp_path)
        subprocess.run(["mount", "-o", "remount,ro", tmp_path], check=True)
        assert toys.run(tmp_path).ran == 0
        with pytest.raises(UsageError, match="may not write") as caught:
            toys.run(tmp_path, seed=99)
        assert caught.value.exit_code == 2
    finally:
        subprocess.run(["umount", "-l", tmp_path], check=True)
