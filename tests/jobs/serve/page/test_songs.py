"""Covers, colours and recordings over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jobs.serve import models
from jobs.serve.page.shelf import open_shelf
from jobs.serve.settings import ServeSettings
from tests.contracts.store_rows import publish
from tests.finished_home import finished_home
from tests.ids import HOSTILE_IDS
from tests.jobs.serve.served import client, written
from warehouse.landing.write import MARKER
from warehouse.serving import open_serving_store

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
SOUND = b"fLaC" + bytes(range(256)) * 40
ALWAYS = ServeSettings(demo="always")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Songs of even number name the cover aa.jpg; every song but the last names a recording."""
    home = finished_home(tmp_path_factory.mktemp("home"))
    audio = home / "landing" / "audio"
    audio.mkdir(parents=True)
    (audio / "t000.opus").write_bytes(SOUND)
    (audio / "t002.opus").write_text("#EXTM3U\n/etc/passwd\n")
    (audio / "t004.opus").symlink_to("/etc/hostname")
    return home


@pytest.fixture(scope="module")
def api(home: Path) -> TestClient:
    return client(home, ALWAYS)


def test_a_cover_is_drawn_where_none_was_brought(home: Path, api: TestClient) -> None:
    for track in ("t001", "t000"):  # t000 names a picture that is not there
        drawn = api.get(f"/v1/tracks/{track}/cover")
        assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
        assert drawn.text.startswith("<svg ")
        assert drawn.headers["content-security-policy"].startswith("default-src 'none'")
        assert drawn.headers["cache-control"] == "public, max-age=3600"
        assert client(home).get(f"/v1/tracks/{track}/cover").content == drawn.content
        again = api.get(f"/v1/tracks/{track}/cover", headers={"if-none-match": drawn.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_picture_that_was_brought_goes_before_and_only_a_picture(home: Path, api: TestClient) -> None:
    covers = home / "landing" / "covers"
    covers.mkdir()
    (covers / "aa.jpg").write_bytes(PNG)
    found = api.get("/v1/tracks/t000/cover")
    assert (found.content, found.headers["content-type"]) == (PNG, "image/png")
    (covers / "aa.jpg").write_text("<html><script>alert(1)</script>")
    assert api.get("/v1/tracks/t000/cover").headers["content-type"] == "image/svg+xml"
    (covers / "aa.jpg").unlink()
    (covers / "aa.jpg").symlink_to("/etc/passwd")
    assert api.get("/v1/tracks/t000/cover").headers["content-type"] == "image/svg+xml"
    (covers / "aa.jpg").unlink()
    covers.rmdir()


def test_colours(api: TestClient) -> None:
    found = models.Colours.model_validate_json(api.get("/v1/tracks/t000/colours").content)
    assert found.track_id == "t000"


def test_a_recording_whole_and_in_parts(api: TestClient) -> None:
    whole = api.get("/v1/tracks/t000/audio")
    assert (whole.status_code, whole.content) == (200, SOUND)
    assert whole.headers["content-type"] == "audio/flac"
    assert whole.headers["accept-ranges"] == "bytes"
    part = api.get("/v1/tracks/t000/audio", headers={"range": "bytes=4-9"})
    assert (part.status_code, part.content) == (206, SOUND[4:10])
    assert part.headers["content-range"] == f"bytes 4-9/{len(SOUND)}"
    assert api.get("/v1/tracks/t000/audio", headers={"range": "bytes=99999999-"}).status_code == 416


def test_what_is_no_recording_is_not_played(home: Path, api: TestClient) -> None:
    """A file that is gone, one that is no sound, one that leads elsewhere."""
    for track in ("t001", "t002", "t004"):
        found = api.get(f"/v1/tracks/{track}/audio")
        assert (found.status_code, found.json()["type"]) == (404, "urn:daily30:problem:no-recording")
        assert str(home) not in found.text


@pytest.mark.parametrize("what", ["cover", "colours", "audio"])
def test_a_song_that_is_not_shown(api: TestClient, what: str) -> None:
    for track in ("nobody", *HOSTILE_IDS):
        found = api.get(f"/v1/tracks/{written(track)}/{what}")
        assert (found.status_code, found.json()["type"]) == (404, "urn:daily30:problem:unknown-track")


def test_songs_of_the_shortest_rows_have_covers(tmp_path: Path) -> None:
    publish(open_serving_store(tmp_path, lease_check=lambda: None), "v1")
    assert client(tmp_path).get("/v1/tracks/t-1/cover").text.startswith("<svg ")


def test_listeners_are_listed_and_recordings_played_only_where_that_is_set(home: Path, api: TestClient) -> None:
    listed = models.Listeners.model_validate_json(api.get("/v1/users").content).users
    assert "u-lin" in [user.user_id for user in listed]
    assert {user.language for user in listed} == {"zh", "en"}
    marker = home / "landing" / MARKER
    for settings in (ServeSettings(), ServeSettings(demo="never")):
        silent = client(home, settings)
        assert silent.get("/v1/users").json()["type"] == "urn:daily30:problem:not-listed"
        assert silent.get("/v1/tracks/t000/audio").status_code == 404
    marker.write_text("{}")
    assert open_shelf(home, ServeSettings()).shows
    assert not open_shelf(home, ServeSettings(host="0.0.0.0")).shows
    assert not open_shelf(home, ServeSettings(demo="never")).shows
    marker.unlink()


@pytest.mark.parametrize(
    "url", ["javascript:{track_id}", "https://a.example/x", "ftp://a/{track_id}", "https://a/{track_id};script-src *"]
)
def test_an_audio_url_that_is_none(url: str) -> None:
    with pytest.raises(ValueError, match="audio_url"):
        ServeSettings(audio_url=url)
