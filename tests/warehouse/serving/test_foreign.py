"""A file of another application, named by mistake, is refused and stays as it is; ours from before the mark is ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from jobs.publish import let_go
from schemas.errors import UsageError
from tests.contracts.store_rows import DAY, consistent, publish
from warehouse.serving.sqlite import SqliteStore

ACTS: tuple[Callable[[SqliteStore], object], ...] = (
    lambda store: store.current(),
    lambda store: store.begin("v1", DAY),
    lambda store: store.damaged(),
    lambda store: let_go(store, "v1", DAY),
    lambda store: store.forget_user("u-1"),
)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "made",
    [
        "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('https://example.org')",
        "CREATE TABLE versions (version TEXT, url TEXT)",
        "PRAGMA application_id = 252006675",
    ],
)
def test_a_file_of_another_application_is_refused(
    tmp_path: Path, made: str, act: Callable[[SqliteStore], object]
) -> None:
    path = tmp_path / "serving.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(made)
    before = path.read_bytes()
    store = SqliteStore(tmp_path, lambda: None)
    with pytest.raises(UsageError, match="another application") as told:
        act(store)
    assert "[serving] url" in str(told.value.fix)
    store.close()
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["serving.sqlite"]


def test_a_store_from_before_the_mark_is_ours_and_gets_it(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path, lambda: None)
    publish(store, "v1")
    store.close()
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("PRAGMA application_id = 0")
    assert consistent(store) == "v1"
    publish(store, "v2")
    store.close()
    with closing(sqlite3.connect(store.path)) as db:
        assert db.execute("PRAGMA application_id").fetchone() != (0,)
