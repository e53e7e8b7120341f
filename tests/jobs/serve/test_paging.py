"""Collections a part at a time: every row once, of one version, and a clear word when that is gone."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from jobs.serve.paging import MOST, Cursor
from jobs.serve.settings import ServeSettings
from tests.contracts.store_rows import DAY, publish
from tests.finished_home import finished_home
from tests.jobs.serve.served import client, written
from warehouse.serving import ServingStore, open_serving_store

COLLECTIONS = {"users": "/v1/users", "similar": "/v1/tracks/t000/similar", "versions": "/v1/versions",
               "nights": "/v1/nights"}  # fmt: skip
SHOWN = ServeSettings(demo="always")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Over a night that no test changes."""
    return client(finished_home(tmp_path_factory.mktemp("home")), SHOWN)


def rows(body: dict[str, Any]) -> list[str]:
    """Ids of the rows of a part."""
    found = next(body[name] for name in ("users", "similar", "versions", "nights") if name in body)
    return [row.get("user_id") or row.get("version") or row["track"]["track_id"] for row in found]


def walked(api: TestClient, at: str | None) -> list[list[str]]:
    parts = []
    while at is not None:
        body = api.get(at).json()
        parts.append(rows(body))
        at = body["next"]
    return parts


@pytest.mark.parametrize(("path", "whole"), [("/v1/users", 8), ("/v1/tracks/t000/similar", 20)])
@pytest.mark.parametrize("limit", [1, 3, 8, 20])
def test_every_row_comes_once_and_in_order(api: TestClient, path: str, whole: int, limit: int) -> None:
    parts = walked(api, f"{path}?limit={limit}")
    assert [row for part in parts for row in part] == rows(api.get(path).json())
    assert [len(part) for part in parts[:-1]] == [limit] * (len(parts) - 1)
    assert sum(len(part) for part in parts) == whole
    assert 0 < len(parts[-1]) <= limit, "no empty part at the end"


@pytest.mark.parametrize("path", ["/v1/versions", "/v1/nights"])
def test_versions_published_meanwhile_move_nothing(tmp_path: Path, path: str) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    for n in range(3):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    api = client(tmp_path)
    first = api.get(f"{path}?limit=2").json()
    publish(store, "v3", DAY + timedelta(days=3))
    assert (rows(first), walked(api, first["next"])) == (["v2", "v1"], [["v0"]])
    store.prune()
    gone = api.get(f"{path}?limit=1&cursor={Cursor(path[4:], 'v0', '', 'v0').text()}")
    assert (gone.status_code, gone.json()["type"]) == (410, "urn:daily30:problem:cursor-gone")


def with_songs(store: ServingStore, version: str, n: int) -> None:
    """Publish a version where t-0 is like t-1 to t-4, in its own order."""
    store.begin(version, DAY + timedelta(days=n))
    near = [{"track_id": f"t-{1 + (k + n) % 4}", "similarity": 0.5} for k in range(4)]
    songs = [(f"t-{k}", {"track": {"track_id": f"t-{k}", "of": version}, "similar": near}) for k in range(5)]
    store.seal(version, lists=0, songs=0, reviews=0, tracks=store.write_tracks(version, songs))
    store.flip(version)


def test_the_next_part_is_of_the_version_of_the_first(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    with_songs(store, "v0", 0)
    api = client(tmp_path)
    first = api.get("/v1/tracks/t-0/similar?limit=2").json()
    with_songs(store, "v1", 1)
    then = api.get(first["next"])
    assert (then.json()["version"], then.headers["daily30-version"]) == ("v0", "v0")
    assert rows(first) + rows(then.json()) == ["t-1", "t-2", "t-3", "t-4"]
    assert {row["track"]["of"] for row in then.json()["similar"]} == {"v0"}
    assert rows(api.get("/v1/tracks/t-0/similar").json()) == ["t-2", "t-3", "t-4", "t-1"]
    newer = api.get("/v1/tracks/t-0/similar?limit=2").json()["next"]
    store.rollback()
    gone = api.get(newer)
    assert (gone.status_code, gone.json()["type"]) == (410, "urn:daily30:problem:cursor-gone")
    assert gone.json()["fix"] == "begin again without `cursor`."
    assert api.get(first["next"]).status_code == 200


def test_a_page_of_users_ends_with_its_version(tmp_path: Path) -> None:
    home = finished_home(tmp_path)
    api = client(home, SHOWN)
    following = api.get("/v1/users?limit=3").json()["next"]
    store = open_serving_store(home, lease_check=lambda: None)
    for n in range(1, 5):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    store.prune()
    assert api.get(following).json()["type"] == "urn:daily30:problem:cursor-gone"


def _text(*told: object) -> str:
    import msgspec

    return urlsafe_b64encode(msgspec.json.encode(told)).rstrip(b"=").decode()


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize(
    "text",
    ["", "x", "é", "====", "AAAA", "a" * 9_000, _text("other", "v1", "", "v1"), _text(1, 2, 3, 4), _text("users"),
     _text("users", "v", "", "v") + "=", _text("users", "v", "", "v") + "!"],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(api: TestClient, collection: str, text: str) -> None:
    found = api.get(COLLECTIONS[collection], params={"cursor": text})
    assert (found.status_code, found.json()["type"]) == (400, "urn:daily30:problem:bad-request")


def test_a_cursor_of_another_song_is_refused(api: TestClient) -> None:
    following = api.get("/v1/tracks/t000/similar?limit=2").json()["next"]
    other = api.get(following.replace("t000", "t001"))
    assert (other.status_code, other.json()["detail"]) == (400, "the cursor is of another track")


@pytest.mark.parametrize("limit", ["0", "-1", str(MOST + 1), "x", "1.5", ""])
@pytest.mark.parametrize("path", COLLECTIONS.values())
def test_no_such_limit(api: TestClient, path: str, limit: str) -> None:
    assert api.get(path, params={"limit": limit}).status_code == 400


def test_a_link_leads_on_whatever_the_id(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    hostile = "a/b?c#d%2F&limit=9"
    store.begin("v0", DAY)
    near = [{"track_id": f"t-{k}", "similarity": 0.5} for k in range(3)]
    songs = [(t, {"track": {"track_id": t}, "similar": near}) for t in (hostile, "t-0", "t-1", "t-2")]
    store.seal("v0", lists=0, songs=0, reviews=0, tracks=store.write_tracks("v0", songs))
    store.flip("v0")
    parts = walked(client(tmp_path), f"/v1/tracks/{written(hostile)}/similar?limit=2")
    assert parts == [["t-0", "t-1"], ["t-2"]]
