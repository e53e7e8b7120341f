"""What a night says when it is done: whose list to look at, and which lists are shorter than thirty."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from jobs.cli.night_view import draw_report
from jobs.run.runner import NightReport
from tests.finished_home import lake_night
from tests.published_night import NIGHT, night_tables


def _said(home: Path, capsys: pytest.CaptureFixture[str]) -> str:
    Console(width=200).print(draw_report(NightReport(NIGHT.ds, "v", complete=True), home))
    return capsys.readouterr().out


def test_a_listener_of_the_night_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = night_tables()
    lake_night(tmp_path, {"list_summaries": tables["list_summaries"].with_columns(songs=pl.lit(30, pl.Int32))})
    said = _said(tmp_path, capsys)
    assert f"daily30 show {min(tables['list_summaries']['user_id'])} --home {tmp_path}" in said
    assert "shorter lists" not in said


def test_shorter_lists_are_said_with_their_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = pl.col("user_id") == pl.col("user_id").min()
    summaries = night_tables()["list_summaries"].with_columns(
        songs=pl.when(short).then(3).otherwise(30).cast(pl.Int32),
        shortfall_reason=pl.when(short).then(pl.lit("too_few_songs")),
    )
    lake_night(tmp_path, {"list_summaries": summaries})
    assert f"1 of {summaries.height} have fewer than 30 songs: too_few_songs" in _said(tmp_path, capsys)
