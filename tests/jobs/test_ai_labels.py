"""What a model wrote says so wherever it leaves us; what the built-in writer wrote says that, too."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from features.audit.checks import AuditRules, audit
from features.audit.findings import NightTables
from features.audit.inputs import AuditInputs
from features.measurement import MeasurementPolicy
from features.words import labels
from jobs import publish, report
from jobs.cli import main
from jobs.run.body import apply, gather
from jobs.tools.report_writer import open_report_writer
from schemas import TABLES
from tests.finished_home import audited, lake_night
from tests.published_night import NIGHT, night_tables
from warehouse.duck import query
from warehouse.serving import open_serving_store

BY_MODEL, BY_US = "u-lin", "u-emma"


def _labelled(frame: pl.DataFrame, mine: pl.Expr, table: str) -> pl.DataFrame:
    """These rows as a model's."""
    rows = []
    for row, model in zip(frame.iter_rows(named=True), frame.select(mine).to_series(), strict=True):
        texts = row.get("paragraphs") or [row["opener"], row["intro"]]
        label = labels.model("tiny", "p_v1", row["language"], *texts) if model else labels.builtin(*texts)
        rows.append(row | label)
    return TABLES[table].frame(rows)


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    made = night_tables()
    made["list_copy"] = _labelled(made["list_copy"], pl.col("user_id") == BY_MODEL, "list_copy")
    made["reviews"] = _labelled(made["reviews"], pl.col("language") == "zh", "reviews")
    return made


@pytest.fixture(scope="module")
def home(tables: dict[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("labels")
    given = tables | audited(tables)
    store = open_serving_store(home, lease_check=lambda: None)
    given |= apply(publish.run, given, policy=MeasurementPolicy(), serving_store=store, night=NIGHT)
    lake_night(home, {name: frame for name, frame in given.items() if name != "history"})
    apply(
        report.run, given, policy=MeasurementPolicy(), report_writer=open_report_writer(home, ds=NIGHT.ds), night=NIGHT
    )
    return home


def _cli(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    with pytest.raises(SystemExit):
        main([*args])
    return capsys.readouterr().out


def test_the_store_serves_notice_number_and_metadata(home: Path) -> None:
    with open_serving_store(home, {}).reading() as served:
        made, own = served.user_list(BY_MODEL), served.user_list(BY_US)
        review, plain = served.review("t000", "zh"), served.review("t001", "en")
    assert made is not None
    assert own is not None
    assert review is not None
    assert plain is not None
    for payload in (made, review):
        assert payload["notice"] == labels.NOTICES["zh"]
        assert payload["writer"] == "model"
        assert payload["label"] == labels.implicit(payload)
        assert payload["label"]["ProduceID"] == payload["content_id"]
        assert payload["label"]["ContentProducer"]
    for payload in (own, plain):
        assert payload["writer"] == "builtin"
        assert payload["notice"] is None
        assert payload["label"] is None


def test_show_prints_the_notice_and_json_carries_the_metadata(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert labels.NOTICES["zh"] in _cli(capsys, "show", BY_MODEL, "--home", str(home))
    assert labels.NOTICES["zh"] in _cli(capsys, "show", BY_MODEL, "--review", "1", "--home", str(home))
    payload = json.loads(_cli(capsys, "show", BY_MODEL, "--home", str(home), "--json"))
    assert payload["label"]["Label"] == "1"
    assert payload["notice"]
    own = _cli(capsys, "show", BY_US, "--home", str(home))
    assert "no model" in own
    assert labels.NOTICES["en"] not in own


def test_the_page_shows_the_notice_beside_each_text(home: Path, tables: dict[str, pl.DataFrame]) -> None:
    page = (home / "report" / f"ds={NIGHT.ds}" / "index.html").read_text("utf-8")
    number = tables["list_copy"].filter(pl.col("user_id") == BY_MODEL)["content_id"].item()
    assert page.count(labels.NOTICES["zh"]) == 31  # a list and its thirty reviews
    assert page.count("data-aigc=") == 31
    assert number in page
    assert labels.NOTICES["en"] not in page


def test_analysts_meet_an_opener_with_its_label(home: Path) -> None:
    found = query(home, "SELECT user_id, writer, notice FROM v_user")
    told = {user: (writer, notice) for user, writer, notice in found.rows}
    assert told[BY_MODEL] == ("model", labels.NOTICES["zh"])
    assert told[BY_US] == ("builtin", None)


def test_a_text_that_lost_its_label_is_not_published(tables: dict[str, pl.DataFrame]) -> None:
    bare = tables | {"reviews": tables["reviews"].with_columns(notice=pl.lit(None, dtype=pl.String))}
    night = NightTables.of(gather(AuditInputs, bare), NIGHT)
    findings = {finding.check: finding for finding in audit(night, AuditRules())}
    assert not findings["ai_labels"].passed
    assert findings["ai_labels"].severity == "stop"
