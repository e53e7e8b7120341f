"""For all tests: a property is not wrong because a busy machine was slow to try it."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.worlds import postgres_server

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


# Minutes each, and no home that others make is waited for: meanwhile the next file makes it.
_FIRST = ("test_real_data.py", "test_wheel.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what keeps the processes at work; all else in the order of its folders."""
    items.sort(key=lambda item: item.path.name not in _FIRST)


def pytest_collection_finish() -> None:
    """Leave torch, Spark and all tests out of every later garbage collection: they stay to the end anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_configure() -> None:
    """No disk is waited for: a write waits 2 ms twice, and what is left after a power cut no test can see."""
    os.fsync = lambda _: None  # type: ignore[assignment]


def pytest_unconfigure() -> None:
    """Let the end of Python clear away what was left out: libraries that count their objects complain otherwise."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _umask_is_as_before() -> Iterator[None]:
    """A test that left another umask behind would fail tests after it that look at rights."""
    before = _umask()
    yield
    after = _umask()
    os.umask(before)
    assert after == before, f"the test left umask {after:03o}, not {before:03o}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    """A PostgreSQL server of this session, started when a test first asks for it."""
    if postgres_server.binaries() is None:
        pytest.skip("needs Debian's package postgresql")
    with postgres_server.running() as server:
        yield server


def _umask() -> int:
    now = os.umask(0o077)
    os.umask(now)
    return now
