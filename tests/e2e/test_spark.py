"""The tiny night on Spark: the same bytes up to the collaborative stage, whose twin is another algorithm."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jobs.pipeline import PIPELINE
from tests.e2e import rules
from tests.e2e.command import well
from tests.e2e.conftest import FIRST_NIGHT, copy_home
from tests.e2e.night import Night, read_night, table_files

pytestmark = [
    pytest.mark.slow,
    pytest.mark.spark,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java"),
]
NAMES = [s.name for s in PIPELINE]
UPSTREAM = PIPELINE[: NAMES.index("collaborative")]


@pytest.fixture(scope="module")
def on_spark(delivered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copy_home(delivered, tmp_path_factory.mktemp("spark") / "home")
    report = well("nightly", "--home", home, "--ds", FIRST_NIGHT, "--engine", "spark", "--json", limit_s=900).json()
    assert report["complete"]
    assert all(s["ran"] == s["tasks"] for s in report["stages"]), "everything ran on Spark, nothing was taken over"
    return home


@pytest.mark.parametrize("stage", UPSTREAM, ids=lambda s: s.name)
def test_tables_before_the_twin_have_the_same_bytes(on_spark: Path, finished: Path, stage: object) -> None:
    for table in stage.writes:  # type: ignore[attr-defined]
        spark, local = (list(table_files(home, FIRST_NIGHT, table).values()) for home in (on_spark, finished))
        assert spark == local, table


@pytest.fixture(scope="module")
def night(on_spark: Path) -> Night:
    return read_night(on_spark, FIRST_NIGHT)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_no_rule_is_broken_on_spark(night: Night, rule: rules.Rule) -> None:
    assert list(rule(night)) == []


def test_the_twin_made_the_collaborative_tables(night: Night, finished: Path) -> None:
    mine = {row["track_id"] for row in night.tables["cf_track_factors"]}
    theirs = {row["track_id"] for row in read_night(finished, FIRST_NIGHT).tables["cf_track_factors"]}
    assert mine == theirs
    assert table_files(finished, FIRST_NIGHT, "popularity").values()
    assert list(table_files(night.home, FIRST_NIGHT, "popularity").values()) == list(
        table_files(finished, FIRST_NIGHT, "popularity").values()
    ), "popularity is counted, not learned: it is the same on every engine"


def test_what_executors_write_is_the_owners_alone(on_spark: Path) -> None:
    """The test's own umask lets everybody read; JVM and Python workers have that of the command."""
    made = [p for folder in ("lake", "serving", "runs", "report") for p in (on_spark / folder).rglob("*")]
    parts = [p for p in made if p.suffix == ".parquet"]
    assert len(parts) > 20
    assert {oct(p.stat().st_mode & 0o777) for p in made if p.is_file()} == {"0o600"}
    assert {oct(p.stat().st_mode & 0o777) for p in made if p.is_dir()} == {"0o700"}
