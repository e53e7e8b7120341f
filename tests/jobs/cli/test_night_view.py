"""What a night says when it is done: whose list to look at, and which lists are shorter than thirty."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from jobs.cli.views.night import draw_report, report_data
from jobs.commands.repair import Finding
from jobs.run.runner import NightReport
from schemas import TABLES
from tests.finished_home import lake_night
from tests.published_night import NIGHT, night_tables
from warehouse.serving import open_serving_store


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


def test_what_became_of_other_nights_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake_night(tmp_path, {"list_summaries": night_tables()["list_summaries"]})
    others = [
        Finding("lake", "a", "a is gone", True),
        Finding("lake", "b", "b is gone", True),
        Finding("lake", "c", "c is gone", False, "run that night again."),
    ]
    report = NightReport(NIGHT.ds, "v", complete=True)
    Console(width=200).print(draw_report(report, tmp_path, others))
    said = capsys.readouterr().out
    assert "other nights           2 damaged or gone, made again" in said
    assert "other nights           c is gone: run that night again." in said
    assert [f["mended"] for f in report_data(report, tmp_path, others)["other_nights"]] == [True, True, False]


@pytest.mark.parametrize("rolled_back", [False, True])
def test_what_is_not_announced_after_a_rollback_is_said(
    tmp_path: Path, rolled_back: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    for version in ("first", "second", "third"):
        store.begin(version, NIGHT.ds)
        store.seal(version, lists=0, songs=0, reviews=0)
        store.flip(version)
        if version == "second" and rolled_back:
            store.rollback()
    row = {"version": "third", "ds": NIGHT.ds, "users": 0, "songs": 0}
    made = {"list_summaries": night_tables()["list_summaries"], "publication": TABLES["publication"].frame([row])}
    lake_night(tmp_path, made)
    report = NightReport(NIGHT.ds, "v", complete=True)
    assert report_data(report, tmp_path)["withheld"] == ("third" if rolled_back else None)
    told = f"not announced          third: the night was rolled back; `daily30 publish --again --ds {NIGHT.ds}"
    assert (told in _said(tmp_path, capsys)) == rolled_back
