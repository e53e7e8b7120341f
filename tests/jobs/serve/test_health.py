"""Whether the server is alive and ready, and what it counts."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.contracts.store_rows import DAY, payload, publish
from tests.jobs.serve.served import client
from warehouse.serving import open_serving_store
from warehouse.serving.factory import FOLDER
from warehouse.serving.sqlite import FILE

U1 = "/v1/users/u-1/daily30"


def _published(home: Path) -> Path:
    """The file of a store with two versions."""
    store = open_serving_store(home, lease_check=lambda: None)
    for n in range(2):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    store.close()
    return home / FOLDER / FILE


def test_not_ready_until_something_is_published(tmp_path: Path) -> None:
    api = client(tmp_path)
    assert api.get("/healthz").json() == {"status": "alive"}
    for path in ("/readyz", U1, "/v1/tracks/t-1/review?language=zh"):
        found = api.get(path)
        assert (found.status_code, found.json()["type"]) == (503, "urn:daily30:problem:nothing-published")
        assert found.headers["retry-after"] == "30"
        assert str(tmp_path) not in found.text
    assert "daily30_served 0\n" in api.get("/metrics").text
    _published(tmp_path)
    assert api.get("/readyz").json() == {"status": "ready", "version": "v1", "ds": "2026-11-22"}


def _no_database(file: Path) -> None:
    file.write_bytes(b"not a database" * 100)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])


def _pointer(file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.execute("UPDATE pointer SET current = 1")


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("damage", [_no_database, _cut, _pointer, _folder])
def test_a_damaged_store_is_not_ready_and_serves_nothing(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    file = _published(tmp_path)
    api = client(tmp_path)
    assert api.get(U1).status_code == 200
    damage(file)
    for path in ("/readyz", U1, f"{U1}?date=2026-11-21", "/v1/tracks/t-1/review?language=zh", "/v1/versions"):
        found = api.get(path)
        assert (found.status_code, found.json()["type"]) == (503, "urn:daily30:problem:damaged"), path
        assert str(tmp_path) not in found.text
    assert api.get("/healthz").status_code == 200
    metrics = api.get("/metrics").text
    assert "daily30_served 0\n" in metrics
    assert "daily30_damaged_total 5\n" in metrics


def test_a_damaged_row_is_not_served_and_counted_and_others_are(tmp_path: Path) -> None:
    file = _published(tmp_path)
    api = client(tmp_path)
    assert api.get(U1).status_code == 200
    with sqlite3.connect(file) as db:
        db.execute("UPDATE lists SET payload = replace(payload, '雨', '晴') WHERE seq = 2 AND user_id = 'u-1'")
    found = api.get(U1)
    assert (found.status_code, found.json()["type"]) == (503, "urn:daily30:problem:damaged")
    assert "晴" not in found.text
    assert api.get("/v1/users/u-2/daily30").json() == {"version": "v1", **payload("v1", "u-2")}
    assert "daily30_damaged_total 1\n" in api.get("/metrics").text


def test_rows_from_before_checksums_that_are_no_json(tmp_path: Path) -> None:
    file = _published(tmp_path)
    with sqlite3.connect(file) as db:
        for table in ("versions", "lists", "reviews", "pointer"):
            db.execute(f"ALTER TABLE {table} DROP COLUMN sha256")
        db.execute("DROP TABLE tracks")
        db.execute("UPDATE lists SET payload = substr(payload, 1, 40)")
    api = client(tmp_path)
    assert api.get("/v1/tracks/t-1").status_code == 404
    found = api.get(U1)
    assert (found.status_code, found.json()["type"]) == (503, "urn:daily30:problem:damaged")


def test_a_store_put_in_the_place_of_another_is_read(tmp_path: Path) -> None:
    """A restored copy, a store set aside and published again: what SQLite remembers is of the old file."""
    file = _published(tmp_path / "a")
    _published(tmp_path / "b")
    other = open_serving_store(tmp_path / "b", lease_check=lambda: None)
    other.rollback()
    other.close()
    api = client(tmp_path / "a")
    assert api.get(U1).json()["version"] == "v1"
    (tmp_path / "b" / FOLDER / FILE).replace(file)
    assert api.get(U1).json() == {"version": "v0", **payload("v0", "u-1")}


def test_metrics_count_by_route_and_never_by_path(tmp_path: Path) -> None:
    _published(tmp_path)
    api = client(tmp_path)
    for path in (U1, U1, "/v1/users/nobody/daily30", "/no/such", "/nor/this", "/v1/versions"):
        api.get(path)
    api.post(U1)
    told = api.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    counted = dict(re.findall(r"^daily30_http_requests_total\{(.*)\} (\d+)$", told.text, re.M))
    assert counted == {
        'route="/v1/users/{user_id}/daily30",status="200"': "2",
        'route="/v1/users/{user_id}/daily30",status="404"': "1",
        'route="/v1/users/{user_id}/daily30",status="405"': "1",
        'route="/v1/versions",status="200"': "1",
        'route="none",status="404"': "2",
    }
    assert 'daily30_served_version_info{version="v1",ds="2026-11-22"} 1\n' in told.text
    assert "daily30_served_version_age_seconds -64800\n" in told.text  # the clock says 06:00 of the day still under way
    count = re.search(r'duration_seconds_count\{route="/v1/versions"\} (\d+)', told.text)
    last = re.search(r'duration_seconds_bucket\{route="/v1/versions",le="\+Inf"\} (\d+)', told.text)
    assert count
    assert last
    assert count[1] == last[1] == "1"


def test_metrics_are_lines_of_prometheus(tmp_path: Path) -> None:
    api = client(tmp_path)
    api.get("/v1/versions")
    number = r"-?\d+(\.\d+)?"
    sample = re.compile(rf'[a-z0-9_]+(\{{([a-z]+="[^"\n]*",?)+\}})? {number}')
    lines = api.get("/metrics").text.splitlines()
    assert [x for x in lines if not x.startswith(("# HELP ", "# TYPE ")) and not sample.fullmatch(x)] == []
    typed = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(typed) == len(set(typed))
