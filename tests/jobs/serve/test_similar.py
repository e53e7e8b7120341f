"""`/v1/tracks/{id}/similar`: songs like a song, of the version and told as it tells them."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jobs.serve import models
from tests.contracts.store_rows import DAY, publish
from tests.finished_home import finished_home
from tests.jobs.serve.served import client
from warehouse.serving import open_serving_store


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client(finished_home(tmp_path_factory.mktemp("home")))


def test_they_are_told_as_they_tell_themselves(api: TestClient) -> None:
    found = api.get("/v1/tracks/t000/similar")
    told = models.SimilarTracks.model_validate_json(found.content)
    assert [near.rank for near in told.similar] == list(range(1, 21))
    assert [near.track.track_id for near in told.similar] == [f"t{n:03d}" for n in range(1, 21)]
    assert (told.similar[0].similarity, told.similar[0].audio_similarity) == (0.89, 0.79)
    for near in told.similar[:3]:
        assert near.track.model_dump() == api.get(f"/v1/tracks/{near.track.track_id}").json()["track"]
    assert told.version == found.headers["daily30-version"]


def test_what_was_not_heard_is_like_others_by_words_alone(api: TestClient) -> None:
    told = models.SimilarTracks.model_validate_json(api.get("/v1/tracks/t149/similar").content)
    assert {near.audio_similarity for near in told.similar} == {None}
    assert told.similar


def test_the_song_itself_says_nothing_of_them(api: TestClient) -> None:
    assert set(api.get("/v1/tracks/t000").json()) == {"version", "track", "names"}


def test_who_has_it_gets_304(api: TestClient) -> None:
    tag = api.get("/v1/tracks/t000/similar").headers["etag"]
    assert api.get("/v1/tracks/t000/similar", headers={"if-none-match": tag}).status_code == 304
    assert api.get("/v1/tracks/t000/similar?limit=3", headers={"if-none-match": tag}).status_code == 200


def test_a_song_that_is_not_shown(api: TestClient) -> None:
    found = api.get("/v1/tracks/no-such/similar")
    assert (found.status_code, found.json()["type"]) == (404, "urn:daily30:problem:unknown-track")


def test_a_version_from_before_they_were_published_has_none(tmp_path: Path) -> None:
    publish(open_serving_store(tmp_path, lease_check=lambda: None), "v1")
    found = client(tmp_path).get("/v1/tracks/t-1/similar")
    assert found.json() == {"version": "v1", "track_id": "t-1", "similar": [], "next": None}


def test_a_song_that_is_named_and_has_no_row_is_damage(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    store.begin("v1", DAY)
    row = {"track": {}, "similar": [{"track_id": "gone", "similarity": 0.5}]}
    store.seal("v1", lists=0, songs=0, reviews=0, tracks=store.write_tracks("v1", [("t-1", row)]))
    store.flip("v1")
    found = client(tmp_path).get("/v1/tracks/t-1/similar")
    assert (found.status_code, found.json()["type"]) == (503, "urn:daily30:problem:damaged")
