"""`daily30 explain` proves what was published, not only the rows behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from features.measurement import MeasurementPolicy
from features.serving.inputs import ServedTables
from features.serving.payload import list_payloads, review_payloads
from jobs.cli import people
from jobs.run.body import gather
from schemas import TABLES
from tests.finished_home import lake_night
from tests.worlds.night import night
from warehouse.serving import open_serving_store

pytestmark = pytest.mark.slow

Tables = dict[str, pl.DataFrame]
Payload = dict[str, Any]


@pytest.fixture(scope="module")
def tables() -> Tables:
    made, _ = night(11, users=16, songs=60)
    return {**{name: TABLES[name].empty() for name in ("headers", "song_links")}, **made}


@pytest.fixture(scope="module")
def reader(tables: Tables) -> str:
    """A listener whose list is made for them, in English."""
    own = tables["list_summaries"].filter(pl.col("personalised") & (pl.col("history_class") != "new"))
    return str(tables["users"].filter(language="en").join(own, on="user_id")["user_id"].min())


def home(path: Path, tables: Tables) -> Path:
    lake_night(path, {n: t for n, t in tables.items() if n not in ("history", "ranker")}, _ds())
    return path


def _ds() -> str:
    return str(night(11, users=16, songs=60)[1].ds)


def publish(path: Path, tables: Tables, change: Callable[[Payload], None]) -> None:
    """Serve the night with its payloads changed on the way."""
    given, ds = gather(ServedTables, tables), night(11, users=16, songs=60)[1]
    store = open_serving_store(path, lease_check=lambda: None)
    store.begin("v1", ds.ds)
    payloads = list(list_payloads(given, MeasurementPolicy(), ds))
    for _, payload in payloads:
        change(payload)
    lists, reviews = store.write_lists("v1", payloads), store.write_reviews("v1", review_payloads(given))
    store.seal("v1", lists=lists, songs=tables["daily_lists"].height, reviews=reviews)
    store.flip("v1")


def explain(path: Path, user: str, track: int = 1, code: int = 0, *, drawn: bool = False) -> Any:
    app = typer.Typer()
    app.command()(people.explain)
    asked = [user, str(track), "--home", str(path), *([] if drawn else ["--json"])]
    result = CliRunner().invoke(app, asked, catch_exceptions=False, env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return result.stdout if drawn else json.loads(result.stdout)["sentences"]


def false(sentences: list[Payload]) -> list[Payload]:
    return [one for one in sentences if one["verdict"] == "false"]


def test_every_sentence_is_proved(tables: Tables, reader: str, tmp_path: Path) -> None:
    said = explain(home(tmp_path, tables), reader, 2)
    assert {one["where"] for one in said} == {"opener", "intro", "reason", "paragraph", "review"}
    assert {one["verdict"] for one in said} == {"proved"}


def _number(text: str) -> str:
    return re.sub(r"\d+", lambda m: str(int(m[0]) + 400), text, count=1)


@pytest.mark.parametrize("where", ["opener", "intro", "reason", "paragraph"])
def test_a_served_text_with_a_wrong_number_is_false(tables: Tables, reader: str, tmp_path: Path, where: str) -> None:
    """The rows of evidence, and all tables of the lake, are right."""
    lake = home(tmp_path, tables | {"publication": _publication()})

    def change(payload: Payload) -> None:
        for text in [payload, *payload["songs"]]:
            if where in text and re.search(r"\d", text[where]):
                text[where] = _number(text[where])

    publish(tmp_path, tables, change)
    readers = [reader, *sorted(set(tables["list_copy"]["user_id"]) - {reader})]  # not every text tells a number
    reader, rank = next(
        (user, song["rank"])
        for user in readers
        for song in _served(tmp_path, user)["songs"]
        if re.search(r"\d", (_served(tmp_path, user) | song)[where])
    )
    wrong = false(explain(lake, reader, rank, 3))
    assert {one["where"] for one in wrong} == {where}
    assert all(one["why"] for one in wrong)
    assert "✗ FALSE" in explain(lake, reader, rank, 3, drawn=True)


def _publication() -> pl.DataFrame:
    return TABLES["publication"].frame(
        [{"version": "v1", "ds": night(11, users=16, songs=60)[1].ds, "users": 16, "songs": 480}]
    )


def _served(path: Path, user: str) -> Payload:
    with open_serving_store(path).reading() as served:
        return served.user_list(user) or {}


def test_another_artist_in_the_stored_reason_is_false(tables: Tables, reader: str, tmp_path: Path) -> None:
    named = tables["song_reasons"].filter(pl.col("user_id") == reader).join(tables["tracks"], on="track_id")
    row = next(row for row in named.to_dicts() if row["artist_name"] in row["reason"])
    other = next(name for name in tables["tracks"]["artist_name"].unique().sort() if name not in row["reason"])
    changed = row["reason"].replace(row["artist_name"], other)
    at = (pl.col("user_id") == reader) & (pl.col("track_id") == row["track_id"])
    reasons = tables["song_reasons"].with_columns(reason=pl.when(at).then(pl.lit(changed)).otherwise("reason"))
    rank = tables["daily_lists"].filter(at)["rank"][0]
    (wrong,) = false(explain(home(tmp_path, tables | {"song_reasons": reasons}), reader, rank, 3))
    assert (wrong["where"], wrong["text"]) == ("reason", changed)
    assert [other, row["artist_name"]] in wrong["figures"].values()


def test_a_wrong_tempo_in_a_review_is_false(tables: Tables, reader: str, tmp_path: Path) -> None:
    said = pl.col("paragraphs").list.eval(pl.element().str.replace(r"\d+ BPM", "977 BPM"))
    reviews = tables["reviews"].with_columns(paragraphs=said)
    lake = home(tmp_path, tables | {"reviews": reviews})
    told = tables["daily_lists"].filter(pl.col("user_id") == reader).join(reviews.filter(language="en"), on="track_id")
    rank = told.filter(pl.col("paragraphs").list.join(" ").str.contains("977 BPM"))["rank"].min()
    found = false(explain(lake, reader, rank, 3))
    assert {one["where"] for one in found} == {"review"}
    assert any("977" in str(one["figures"]) for one in found)


def test_habits_are_counted_from_the_plays_themselves(tables: Tables, reader: str, tmp_path: Path) -> None:
    """Texts, evidence and the tables behind them agree, but the plays say otherwise."""
    theirs = pl.col("user_id") == reader
    plays = tables["plays"].filter(~theirs | (pl.col("local_date").dt.day() % 2 == 0))
    wrong = false(explain(home(tmp_path, tables | {"plays": plays}), reader, 1, 3))
    assert wrong
    assert any(None not in pair and pair[0] != pair[1] for one in wrong for pair in one["figures"].values())


def test_a_model_s_texts_are_held_against_the_checks_that_let_them_in(
    tables: Tables, reader: str, tmp_path: Path
) -> None:
    text = pl.lit("There are 30 songs today, to take slowly.")
    more = pl.lit(
        " Put them on while you do something else, or sit down with them for a while; begin anywhere, stay where a"
        " song keeps you, and leave the others for another day."
    )
    copy = tables["list_copy"].with_columns(
        writer=pl.lit("model"), frame_ids=pl.lit([], pl.List(pl.String)), opener=text, intro=text + more
    )
    said = explain(home(tmp_path / "right", tables | {"list_copy": copy}), reader)
    assert {(one["where"], one["verdict"]) for one in said if one["section"] == "model"} == {
        ("opener", "proved"), ("intro", "proved"),
    }  # fmt: skip
    lied = copy.with_columns(intro=pl.col("intro").str.replace(r"\d+", "977"))
    (wrong,) = false(explain(home(tmp_path / "wrong", tables | {"list_copy": lied}), reader, 1, 3))
    assert (wrong["where"], wrong["section"]) == ("intro", "model")
    assert "977" in wrong["why"]


def test_a_night_that_keeps_too_little_says_so(tables: Tables, reader: str, tmp_path: Path) -> None:
    kept = {name: frame for name, frame in tables.items() if name != "feedback"}
    (one,) = explain(home(tmp_path, kept), reader)
    assert (one["verdict"], one["where"]) == ("unproved", "all texts")
    assert "feedback" in one["why"]
