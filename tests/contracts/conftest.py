"""The night that the contract suite looks at, made once per session."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.contracts.night import SmallNight, make
from tests.e2e.conftest import delivered, finished, make_once

__all__ = ["delivered", "finished", "make_once", "small_night"]


@pytest.fixture(scope="session")
def small_night(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> SmallNight:
    """A small night; DAILY30_TEST_CONTRACT_HOME keeps it between sessions."""
    kept = os.environ.get("DAILY30_TEST_CONTRACT_HOME")
    return make(Path(kept) if kept else tmp_path_factory.mktemp("contracts") / "home", finished)
