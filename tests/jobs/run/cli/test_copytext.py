"""``daily30 copy``: one text from fact sheet to final text; nothing is sent unasked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jobs.run.cli import app
from tests.askers import well_written
from tests.finished_home import USERS, finished_home

RUN = CliRunner()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_home(tmp_path_factory.mktemp("copytext"))
