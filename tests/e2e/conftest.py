"""Homes made once by the command line; a test that changes anything works on a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.e2e.command import well
from tests.e2e.shelf import stock

LAST = date(2026, 11, 21)
FIRST_NIGHT, SECOND_NIGHT, THIRD_NIGHT = "2026-11-19", "2026-11-20", "2026-11-21"
# Few buckets and few, short videos: the rules are the same, a minute of drawing is not needed.
SETTINGS = """\
user_buckets = 3
track_buckets = 3
workers = 2

[headers]
ceiling = 2
fps = 12
max_s = 8.4
"""
CopyHome = Callable[[Path], Path]


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where nothing ran yet: the tiny sample, the shelf, the settings."""
    home = tmp_path_factory.mktemp("delivered") / "home"
    well("sample", "--users", 24, "--songs", 36, "--days", 20, "--until", LAST, "--home", home)
    stock(home / "landing", LAST)
    (home / "daily30.toml").write_text(SETTINGS)
    return home


@pytest.fixture(scope="session")
def finished(delivered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same home after an undisturbed first night."""
    home = copy_home(delivered, tmp_path_factory.mktemp("finished") / "home")
    well("nightly", "--home", home, "--ds", FIRST_NIGHT)
    return home


@pytest.fixture(scope="session")
def three_nights(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished home, backfilled by two more nights."""
    home = copy_home(finished, tmp_path_factory.mktemp("three") / "home")
    well("backfill", "--home", home, "--start", SECOND_NIGHT, "--end", THIRD_NIGHT)
    return home


@pytest.fixture
def copied(tmp_path: Path) -> CopyHome:
    """Copies a home into this test's own folder."""
    return lambda home: copy_home(home, tmp_path / "home")


def copy_home(home: Path, to: Path) -> Path:
    """A full copy: no file is shared with the original; what may not differ keeps its time."""
    shutil.copytree(home, to, symlinks=True, copy_function=shutil.copy2)
    return to
