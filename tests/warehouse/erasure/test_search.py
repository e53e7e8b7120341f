"""Whether an id is in a file: found in every form that we store, and never in another's."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.erasure.search import Wanted, named_in

_IDS = st.text(alphabet="u12-_.é", min_size=1, max_size=5).filter(lambda i: i[0] not in "-." and i[-1] not in "-.")


def parquet(ids: list[str]) -> bytes:
    file = io.BytesIO()
    pl.DataFrame({"user_id": ids, "row_key": [f"{i}|2026" for i in ids]}).write_parquet(file)
    return file.getvalue()


def sqlite(path: Path, ids: list[str]) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE IF NOT EXISTS lists (user_id TEXT, payload TEXT)")
        db.execute("DELETE FROM lists")
        db.executemany("INSERT INTO lists VALUES (?, ?)", [(i, json.dumps({"user_id": i})) for i in ids])
        db.commit()
        db.execute("VACUUM")
    db.close()


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "kept", "json", "sqlite"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ids=st.lists(_IDS, max_size=6), user=_IDS)
def test_an_id_is_found_where_it_is_and_only_there(tmp_path: Path, kind: str, ids: list[str], user: str) -> None:
    path = tmp_path / f"file.{kind}"
    if kind == "csv":
        path.write_text("track_id,user_id\n" + "".join(f"t,{i}\n" for i in ids), "utf-8")
    elif kind == "jsonl":
        path.write_text("".join(json.dumps({"user_id": i}) + "\n" for i in ids), "utf-8")
    elif kind == "json":
        path.write_text(json.dumps({"rows": [{"user_id": i} for i in ids]}), "utf-8")
    elif kind == "sqlite":
        sqlite(path, ids)
    else:
        data = parquet(ids)
        path.write_bytes(hashlib.sha256(data).digest() + data if kind == "kept" else data)
    assert named_in(path, Wanted(user)) == (user in ids)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("user u-17.", True), ("(u-17, u-18)", True), ("u-17|2026-03-01", True), ('{"of": "u-17"}', True),
        ("u-17", True), ("u-170", False), ("u-17-x", False), ("xu-17", False), ("a.u-17", False), ("a..u-17", False),
        ("user:u-17", True), ("u-17@b", False),
    ],
)  # fmt: skip
def test_a_word_of_a_text(tmp_path: Path, text: str, named: bool) -> None:
    path = tmp_path / "log.txt"
    path.write_text(text, "utf-8")
    assert named_in(path, Wanted("u-17")) is named


def test_an_id_that_is_a_word_is_looked_for_where_users_stand(tmp_path: Path) -> None:
    page, log = tmp_path / "page.html", tmp_path / "log.json"
    page.write_text("<p>anna sings of 42 rains</p>")
    log.write_text('{"user_id": "anna", "n": 42}')
    assert [named_in(page, Wanted(i)) for i in ("anna", "42")] == [False, False]
    assert [named_in(log, Wanted(i)) for i in ("anna", "42", "ann")] == [True, False, False]


def test_an_escaped_form_is_the_same_id(tmp_path: Path) -> None:
    path = tmp_path / "run.js"
    path.write_text(json.dumps("用户7 失败"))
    assert named_in(path, Wanted("用户7"))
    path.write_text("<b>a&amp;b7</b>")
    assert named_in(path, Wanted("a&b7"))


def test_free_pages_of_a_database_are_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("CREATE TABLE t (user_id TEXT, payload TEXT)")
        db.execute("INSERT INTO t VALUES ('u-000017', 'x')")
        db.commit()
        db.execute("DELETE FROM t")
        db.commit()
    assert named_in(path, Wanted("u-000017"))
    with sqlite3.connect(path) as db:
        db.execute("VACUUM")
    db.close()
    assert not named_in(path, Wanted("u-000017"))


def test_songs_may_have_the_same_id(tmp_path: Path) -> None:
    path = tmp_path / "plays.parquet"
    pl.DataFrame({"user_id": ["b2"], "track_id": ["a1"], "subject": ["a1"]}).write_parquet(path)
    assert not named_in(path, Wanted("a1"))
