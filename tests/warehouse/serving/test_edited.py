"""A store changed at rest by whoever can write the file: told, never served as what was published."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.errors import Daily30Error
from tests.contracts.store_rows import DAY, USERS, payload, publish
from warehouse.serving import open_serving_store
from warehouse.serving.factory import FOLDER
from warehouse.serving.sqlite import FILE

_PAGE = 4096


def _sql(*statements: str) -> Callable[[Path], object]:
    def edit(path: Path) -> None:
        with sqlite3.connect(path) as db:
            for statement in statements:
                db.execute(statement)

    return edit


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(change(path.read_bytes()))


def _page_again(data: bytes) -> bytes:
    """Each page of rows in the place of the next: every byte of it was once written."""
    pages = [data[at : at + _PAGE] for at in range(0, len(data), _PAGE)]
    return b"".join([*pages[:2], pages[-1], *pages[2:-1]])


EDITS: dict[str, Callable[[Path], object]] = {
    "a song's name": _sql("UPDATE lists SET payload = replace(payload, '雨', '晴') WHERE seq = 2"),
    "lists of two listeners swapped": _sql(
        "CREATE TEMP TABLE t AS SELECT * FROM lists WHERE seq = 2",
        "UPDATE lists SET (payload, sha256) = (SELECT payload, sha256 FROM t WHERE t.user_id ="
        " CASE lists.user_id WHEN 'u-1' THEN 'u-2' ELSE 'u-1' END) WHERE seq = 2 AND user_id IN ('u-1', 'u-2')",
    ),
    "a list of the day before": _sql(
        "UPDATE lists SET (payload, sha256) = (SELECT o.payload, o.sha256 FROM lists o WHERE o.seq = 1"
        " AND o.user_id = lists.user_id) WHERE seq = 2",
    ),
    "a row gone": _sql("DELETE FROM lists WHERE seq = 2 AND user_id = 'u-1'"),
    "a row more": _sql("INSERT INTO lists SELECT 2, 'u-9', payload, sha256 FROM lists WHERE seq = 2 LIMIT 1"),
    "no checksum": _sql("UPDATE lists SET payload = replace(payload, '雨', '晴'), sha256 = '' WHERE seq = 2"),
    "a pointer without checksum": _sql("UPDATE pointer SET current = 1, sha256 = ''"),
    "the pointer": _sql("UPDATE pointer SET current = 1"),
    "a version of another day": _sql("UPDATE versions SET ds = '2031-01-01' WHERE seq = 1"),
    "a rollback forgotten": _sql("UPDATE pointer SET rolled_back = '2026-11-22'"),
    "a page zeroed": _bytes(lambda data: data[: 3 * _PAGE] + bytes(_PAGE) + data[4 * _PAGE :]),
    "a page twice": _bytes(_page_again),
    "cut": _bytes(lambda data: data[: len(data) // 2]),
}


@pytest.mark.parametrize("edit", EDITS)
def test_no_edit_is_served_as_what_was_published(tmp_path: Path, edit: str) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    for n in range(2):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    store.close()
    EDITS[edit](tmp_path / FOLDER / FILE)
    wrong: list[str] = []
    for user in (*USERS, "u-9"):
        store = open_serving_store(tmp_path)
        with suppress(Daily30Error), store.reading() as served:
            wanted = payload("v1", user) if user in USERS else None
            wrong += [user] if served.user_list(user) not in (wanted, None) else []
    assert wrong == []
    assert store.damaged(), "whoever looks finds it"
