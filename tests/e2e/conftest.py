"""Homes made once by the command line; a test that changes anything works on a copy of its own."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from tests.e2e.command import well
from tests.e2e.here import here
from tests.e2e.real_library import make_real_library
from tests.e2e.shelf import stock
from warehouse.landing.write import MARKER, UNFINISHED

LAST = date(2026, 11, 21)
FIRST_NIGHT, SECOND_NIGHT, THIRD_NIGHT = "2026-11-19", "2026-11-20", "2026-11-21"
# Few buckets and one short video: the rules are the same, a minute of drawing is not needed.
SETTINGS = """\
user_buckets = 3
track_buckets = 3
workers = 2

[headers]
ceiling = 1
fps = 12
max_s = 8.4
"""
SampleLike = Callable[..., Path]
CopyHome = Callable[[Path], Path]
MakeOnce = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> MakeOnce:
    """Makes a home that every worker of the session shares: the first makes it, the others wait."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base

    def made(name: str, make: Callable[[Path], object]) -> Path:
        home, whole = shared / f"{name}-home", shared / f"{name}.made"
        with FileLock(shared / f"{name}.lock"):
            if not whole.exists():
                shutil.rmtree(home, ignore_errors=True)
                make(home)
                whole.touch()
        return home

    return made


@pytest.fixture(scope="session")
def delivered(make_once: MakeOnce) -> Path:
    """A home where nothing ran yet: the tiny sample, the shelf, the settings."""
    return make_once("delivered", _deliver)


@pytest.fixture(scope="session")
def finished(make_once: MakeOnce, delivered: Path) -> Path:
    """The same home after an undisturbed first night."""

    def make(home: Path) -> None:
        copy_home(delivered, home)
        well("nightly", "--home", home, "--ds", FIRST_NIGHT)

    return make_once("finished", make)


@pytest.fixture(scope="session")
def three_nights(make_once: MakeOnce, finished: Path) -> Path:
    """The finished home, backfilled by two more nights in this process: workers of their own would write the same."""

    def make(home: Path) -> None:
        copy_home(finished, home)
        here("backfill", "--home", home, "--start", SECOND_NIGHT, "--end", THIRD_NIGHT)

    return make_once("three_nights", make)


@pytest.fixture(scope="session")
def real_library(make_once: MakeOnce) -> Path:
    """A home with real recordings, and a night up to its lists."""
    return make_once("real_library", make_real_library)


def _deliver(home: Path) -> None:
    well("sample", "--users", 24, "--songs", 36, "--days", 20, "--until", LAST, "--home", home)
    stock(home / "landing", LAST)
    (home / "daily30.toml").write_text(SETTINGS)


@pytest.fixture
def sounding(delivered: Path) -> SampleLike:
    """Fills a home with a sample of the same songs and other people: what it would play again is taken over."""

    def make(home: Path, **other: int) -> Path:
        landing = home / "landing"
        shutil.copytree(delivered / "landing" / "audio", landing / "audio")
        made = json.loads((delivered / "landing" / MARKER).read_text()) | other
        (landing / UNFINISHED).write_text(json.dumps(made))
        sizes = [word for name in ("users", "songs", "days", "until") for word in (f"--{name}", made[name])]
        here("sample", *sizes, "--home", home)
        return home

    return make


@pytest.fixture
def copied(tmp_path: Path) -> CopyHome:
    """Copies a home into this test's own folder."""
    return lambda home: copy_home(home, tmp_path / "home")


def copy_home(home: Path, to: Path) -> Path:
    """A full copy: no file is shared with the original; what may not differ keeps its time."""
    shutil.copytree(home, to, symlinks=True, copy_function=shutil.copy2)
    return to
