"""Media over HTTP: whole, in parts, unchanged for ever, and only what the store has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jobs.serve.parts import part
from jobs.serve.problems import Problem
from tests.contracts.store_rows import publish
from tests.jobs.serve.served import client, written
from warehouse.media.store import MediaStore, open_media_store
from warehouse.serving import open_serving_store

VIDEO = os.urandom(700_001)


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    publish(open_serving_store(tmp_path, lease_check=lambda: None), "v1")
    return open_media_store(tmp_path)


@pytest.fixture
def api(tmp_path: Path, store: MediaStore) -> TestClient:
    return client(tmp_path)


def test_media_whole_and_for_ever(store: MediaStore, api: TestClient) -> None:
    for suffix, kind in ((".mp4", "video/mp4"), (".jpg", "image/jpeg"), (".bin", "application/octet-stream")):
        key = store.put(VIDEO, suffix)
        found = api.get(f"/v1/media/{key}")
        assert (found.status_code, found.content) == (200, VIDEO)
        assert found.headers["content-type"] == kind
        assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert found.headers["accept-ranges"] == "bytes"
        assert found.headers["x-content-type-options"] == "nosniff"
        again = api.get(f"/v1/media/{key}", headers={"if-none-match": found.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert api.head(f"/v1/media/{key}").headers["content-length"] == str(len(VIDEO))


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=5-9", 5, 9),
        ("bytes=700000-", 700_000, 700_000),
        ("bytes=0-", 0, 700_000),
        ("bytes=600000-99999999999", 600_000, 700_000),
        ("bytes=-1", 700_000, 700_000),
        ("bytes=-9999999", 0, 700_000),
        ("BYTES = 300000 - 600000", 300_000, 600_000),
    ],
)
def test_a_range_is_that_part(store: MediaStore, api: TestClient, asked: str, first: int, last: int) -> None:
    found = api.get(f"/v1/media/{store.put(VIDEO, '.mp4')}", headers={"range": asked})
    assert (found.status_code, found.content) == (206, VIDEO[first : last + 1])
    assert found.headers["content-range"] == f"bytes {first}-{last}/700001"
    assert found.headers["content-length"] == str(last - first + 1)


@pytest.mark.parametrize(
    "asked",
    ["", "bytes", "bytes=", "bytes=-", "bytes=9-5", "bytes=a-b", "items=0-5", "bytes=0-1,5-6", "bytes=0-5;x",
     "bytes=²-3", "bytes=" + "9" * 5000 + "-", "bytes=0-" + "9" * 5000, "bytes=--5", "bytes=0x1-2"],
)  # fmt: skip
def test_what_is_no_single_range_is_the_whole_file(store: MediaStore, api: TestClient, asked: str) -> None:
    found = api.get(f"/v1/media/{store.put(VIDEO, '.mp4')}", headers={"range": asked.encode()})
    assert (found.status_code, found.content) == (200, VIDEO)


@pytest.mark.parametrize("asked", ["bytes=700001-", "bytes=700001-700002", "bytes=-0", "bytes=999999999999999999-"])
def test_a_range_outside_is_told_with_the_size(store: MediaStore, api: TestClient, asked: str) -> None:
    found = api.get(f"/v1/media/{store.put(VIDEO, '.mp4')}", headers={"range": asked})
    assert (found.status_code, found.headers["content-range"]) == (416, "bytes */700001")
    assert found.json()["type"] == "urn:daily30:problem:range-not-satisfiable"


def test_a_range_of_another_file_is_not_patched_onto_this_one(store: MediaStore, api: TestClient) -> None:
    key = store.put(VIDEO, ".mp4")
    same = api.get(f"/v1/media/{key}", headers={"range": "bytes=0-4", "if-range": f'"{key}"'})
    other = api.get(f"/v1/media/{key}", headers={"range": "bytes=0-4", "if-range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_an_empty_file_has_no_range(store: MediaStore, api: TestClient) -> None:
    key = store.put(b"", ".jpg")
    assert (api.get(f"/v1/media/{key}").status_code, api.get(f"/v1/media/{key}").content) == (200, b"")
    with pytest.raises(Problem):
        part("bytes=0-", 0)


@pytest.mark.parametrize(
    "key",
    ["../serving/serving.sqlite", "..", "/etc/passwd", "0" * 32, "0" * 32 + ".mp4", "0" * 32 + ".mp4\n", "", "a" * 5000,
     "../../" + "0" * 32 + ".mp4", "00/" + "0" * 32 + ".mp4", "\0", "0" * 32 + ".mp4/..", "%2e%2e%2f", "\udcff"],
)  # fmt: skip
def test_nothing_but_media_is_found(tmp_path: Path, store: MediaStore, api: TestClient, key: str) -> None:
    (store.folder / "00").mkdir(parents=True, exist_ok=True)
    key = key.encode("utf-8", "surrogateescape").decode("latin-1")
    for path in (f"/v1/media/{written(key)}", f"/v1/media/{key.encode('unicode_escape').decode()}"):
        found = api.get(path)
        assert found.status_code == 404
        assert found.headers["content-type"] == "application/problem+json"
        assert b"SQLite" not in found.content
        assert str(tmp_path) not in found.text


def test_a_folder_or_a_link_in_place_of_a_file(store: MediaStore, api: TestClient) -> None:
    key = store.put(VIDEO, ".mp4")
    store.path(key).unlink()
    store.path(key).mkdir()
    assert api.get(f"/v1/media/{key}").status_code == 404
    store.path(key).rmdir()
    store.path(key).symlink_to("/etc/hostname")
    assert api.get(f"/v1/media/{key}").status_code == 503


def test_damaged_media_are_not_served_also_once_they_were_whole(store: MediaStore, api: TestClient) -> None:
    key = store.put(VIDEO, ".mp4")
    assert api.get(f"/v1/media/{key}").status_code == 200
    path = store.path(key)
    path.write_bytes(VIDEO[:-1] + bytes([VIDEO[-1] ^ 1]))
    os.utime(path, ns=(1, 1))
    found = api.get(f"/v1/media/{key}", headers={"range": "bytes=0-4"})
    assert (found.status_code, found.json()["type"]) == (503, "urn:daily30:problem:damaged")
    assert "daily30_damaged_total 1\n" in api.get("/metrics").text
    path.write_bytes(VIDEO)
    assert api.get(f"/v1/media/{key}").content == VIDEO


def test_what_goes_while_it_is_asked_for_is_not_found(
    store: MediaStore, api: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = store.put(VIDEO, ".mp4")
    monkeypatch.setattr(MediaStore, "has", lambda self, asked: self.path(asked).unlink() is None)
    assert api.get(f"/v1/media/{key}").status_code == 404


def test_a_head_has_no_parts(store: MediaStore, api: TestClient) -> None:
    key = store.put(VIDEO, ".mp4")
    for asked in ("bytes=5-9", "bytes=99999999-"):
        found = api.head(f"/v1/media/{key}", headers={"range": asked})
        assert (found.status_code, found.headers["content-length"]) == (200, str(len(VIDEO)))


def test_a_head_reads_no_file(store: MediaStore, api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    key = store.put(VIDEO, ".mp4")
    api.get(f"/v1/media/{key}")  # whose bytes are held against their key once
    monkeypatch.setattr("jobs.serve.parts._blocks", lambda *_: pytest.fail("it was read"))
    found = api.head(f"/v1/media/{key}")
    assert (found.status_code, found.headers["content-length"], found.content) == (200, str(len(VIDEO)), b"")
