"""No stage's outputs change without a new version; see :mod:`tests.contracts.golden`."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from jobs.pipeline import PIPELINE, STAGES
from jobs.run.stage import Stage
from tests.contracts import golden

LINKS = STAGES["links"]


@pytest.fixture(scope="module")
def tables() -> golden.Frames:
    return golden.read()


@pytest.mark.parametrize("stage", PIPELINE, ids=lambda stage: stage.name)
def test_a_stage_makes_what_it_made_before(stage: Stage, tables: golden.Frames) -> None:
    found = golden.judged(stage, tables, golden.versions())
    assert found is None, str(found)


def test_every_table_is_there_and_says_something(tables: golden.Frames) -> None:
    """But for what only a language model, a broken delivery or a first night of many plays makes."""
    empty = {name for name, frame in tables.items() if frame.is_empty()}
    assert empty <= {"landing_unreadable", "list_asks", "list_plan", "ranking_replay", "review_asks", "review_plan"}
    assert set(golden.versions()) == set(STAGES)


def test_other_outputs_of_the_same_version_are_refused(tables: golden.Frames) -> None:
    """The committed outputs stand for what the code made before: one text of them is another."""
    other = tables | {"song_links": tables["song_links"].with_columns(kind=pl.lit("label"))}
    found = golden.judged(LINKS, other, golden.versions())
    assert found is not None
    assert not found.excused
    assert "raise its version" in str(found)
    assert "song_links" in str(found)


def test_a_raised_version_asks_for_the_tables_to_be_written(tables: golden.Frames) -> None:
    raised = replace(LINKS, version=LINKS.version + 1)
    found = golden.judged(raised, tables, golden.versions())
    assert found is not None
    assert found.excused
    assert "golden --write" in str(found)


def test_a_float_may_differ_as_much_as_another_processor_rounds(tables: golden.Frames) -> None:
    similarity = STAGES["similarity"]
    near, far = (tables["neighbours"].with_columns(pl.col("similarity") + by) for by in (1e-5, 0.02))
    assert golden.judged(similarity, tables | {"neighbours": near}, golden.versions()) is None
    assert golden.judged(similarity, tables | {"neighbours": far}, golden.versions()) is not None
