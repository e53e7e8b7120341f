"""The worked examples of CONTRIBUTING run as they are printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jobs.pipeline import PIPELINE
from jobs.run.body import asks_for
from jobs.run.planner import Pipeline
from jobs.run.stage import LOOKBACKS, Stage
from schemas import TABLES
from schemas.contract import Table
from tests.contracts.serving_store import Lease, ServingStoreContract
from tests.deliveries import DS, write_landing
from tests.docs.examples import added_to as added
from tests.docs.examples import example, new_module
from tests.jobs.run import toys
from warehouse.lake import Lake
from warehouse.serving import ServingStore, factory, open_serving_store


def the_stage(patch: pytest.MonkeyPatch) -> tuple[Stage, Table]:
    """The example's stage and contract; its body can be loaded by name."""
    table = added("schemas/listeners.py", patch)["VARIETY"]
    new_module("jobs/variety.py", patch)
    stage = eval(example("jobs/pipeline.py"), {"Stage": Stage})
    assert isinstance(stage, Stage)
    assert isinstance(table, Table)
    return stage, table


@pytest.mark.slow
def test_add_a_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage at the end of the real list; run after ingest on a delivery of four listeners and three artists."""
    stage, table = the_stage(monkeypatch)
    assert asks_for(stage) == {"plays", "tracks"}
    write_landing(tmp_path)
    pipeline = Pipeline((*PIPELINE, stage), {**TABLES, "variety": table}, LOOKBACKS)
    toys.runner(tmp_path, DS, pipeline).run((PIPELINE[0], stage))
    made = Lake(tmp_path, pipeline.contracts).open_night(DS).frame("variety").sort("user_id").to_dicts()
    assert made == [
        {"user_id": user, "songs": 3, "artists": artists}
        for user, artists in (("u1", 3), ("u2", 3), ("u3", 3), ("名字", 2))
    ]


@pytest.fixture
def folder_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example's store, registered by the example's line."""
    new_module("warehouse/serving/folder.py", monkeypatch)
    line = example("warehouse/serving/factory.py")
    kept = dict(factory.STORES)
    monkeypatch.setattr(factory, "STORES", kept)
    exec(line, {"STORES": kept})


@pytest.mark.usefixtures("folder_kind")
class TestAddAStore(ServingStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path, lease: Lease, folder_kind: None) -> ServingStore:
        return open_serving_store(tmp_path, {"url": "folder:///served"}, lease_check=lease)

    def test_it_is_the_example(self, store: ServingStore) -> None:
        assert type(store).__name__ == "FolderStore"
        assert "test_folder" not in sys.modules
        assert "class TestFolderStore(ServingStoreContract)" in example("tests/warehouse/serving/test_folder.py")


def test_examples_are_written_as_the_house_writes(tmp_path: Path) -> None:
    """ruff passes the example modules, as it would in their places."""
    for path in ("jobs/variety.py", "warehouse/serving/folder.py"):
        file = tmp_path / Path(path).name
        file.write_text(example(path), encoding="utf-8")
        for command in (
            ["ruff", "check", "--config", "pyproject.toml"],
            ["ruff", "format", "--check", "--config", "pyproject.toml"],
        ):
            done = subprocess.run(
                [sys.executable, "-m", *command, str(file)], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout
