"""Rules over the real pipeline: names, producers, order, signatures."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

import pytest

from jobs.pipeline import PIPELINE
from jobs.run.body import MOST_BY_KEYWORD, asked_by, asks_for, load, record_of
from jobs.run.stage import LOOKBACKS, Stage
from jobs.tools.registry import REGISTRY
from schemas import TABLES

IDS = [s.name for s in PIPELINE]


def test_each_table_has_one_producer_and_each_stage_one_name() -> None:
    made = [table for stage in PIPELINE for table in stage.writes]
    assert len(set(made)) == len(made)
    assert len(set(IDS)) == len(IDS)


@pytest.mark.parametrize("stage", PIPELINE, ids=IDS)
def test_a_stage_reads_only_what_is_made_before_it(stage: Stage) -> None:
    before = {t for s in PIPELINE[: PIPELINE.index(stage)] for t in s.writes}
    for name in stage.reads:
        assert name in TABLES
        assert name.startswith("landing_") or name in LOOKBACKS or name in before, name
    assert set(stage.writes) <= set(TABLES)


@pytest.mark.parametrize("stage", PIPELINE, ids=IDS)
def test_a_split_stage_writes_tables_of_the_same_split(stage: Stage) -> None:
    if stage.split is not None:
        assert {TABLES[t].split for t in stage.writes} == {stage.split}


@pytest.mark.parametrize("stage", PIPELINE, ids=IDS)
def test_the_signature_covers_reads_and_tools(stage: Stage) -> None:
    assert asks_for(stage) >= {*stage.reads, *stage.tools}
    if stage.spark is not None:
        assert "spark" in asks_for(stage, stage.spark)


@pytest.mark.parametrize("stage", PIPELINE, ids=IDS)
def test_a_stage_of_more_than_four_tables_takes_one_record(stage: Stage) -> None:
    for body in filter(None, (stage.run, stage.spark)):
        record = record_of(load(body))
        assert (record is not None) == (len(stage.reads) > MOST_BY_KEYWORD)
        if record is not None:
            assert {field.name: field.type for field in fields(record)} == dict.fromkeys(stage.reads, "pl.DataFrame")
            assert record.__module__.startswith("features.")
            assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]
            assert "__slots__" in vars(record)


@pytest.mark.parametrize("stage", PIPELINE, ids=IDS)
def test_declared_parameters_and_carried_rows_are_used(stage: Stage) -> None:
    asked = asks_for(stage)
    assert ("params" in asked) == (stage.params is not None)
    assert ("carried" in asked) == (stage.carries is not None)
    assert stage.carries is None or stage.carries in stage.writes
    assert ("ledger" in asked) == (stage.ledger is not None)
    assert stage.ledger is None or stage.ledger in stage.writes
    assert set(stage.tools) <= set(REGISTRY)
    assert stage.doc


@pytest.mark.parametrize("stage", PIPELINE, ids=IDS)
def test_what_is_left_outside_the_lake_is_looked_for(stage: Stage) -> None:
    writers = {"serving_store", "media", "report_writer"} & set(stage.tools)
    assert (stage.outside is not None) == bool(writers)
    if stage.outside is not None:
        assert asked_by(load(stage.outside)) == {*stage.writes, *writers}


def test_a_settings_section_has_one_class_and_a_keyword_one_section() -> None:
    sections: dict[str, str] = {}
    keywords: dict[str, str] = {}
    for parameters in [p for stage in PIPELINE for p in stage.parameters]:
        assert sections.setdefault(parameters.section, parameters.kind) == parameters.kind
        if parameters.keyword != "params":
            assert keywords.setdefault(parameters.keyword, parameters.section) == parameters.section


@pytest.mark.parametrize(("name", "lookback"), LOOKBACKS.items())
def test_look_backs_reach_tables_that_the_pipeline_makes(name: str, lookback) -> None:
    columns = set(TABLES[lookback.table].names) | {"ds"}
    assert set(TABLES[name].names) <= columns
    assert TABLES[name].may_be_empty


def test_the_pipeline_list_loads_without_polars() -> None:
    code = "import sys, jobs.pipeline; sys.exit(any(m in sys.modules for m in ('polars', 'numpy', 'pydantic', 'rich')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
