"""Lists, reviews and versions over HTTP: what is published, of one version, and which."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jobs.serve import models
from jobs.serve.answers import of_version
from jobs.serve.settings import ServeSettings
from tests.contracts.store_rows import DAY, payload, publish
from tests.finished_home import finished_home
from tests.ids import HOSTILE_IDS
from tests.jobs.serve.served import client, written
from warehouse.serving import open_serving_store

LIN = "/v1/users/u-lin/daily30"
EXAMPLED = (
    models.Daily30, models.Track, models.Review, models.Versions, models.Colours, models.SimilarTracks,
    models.Listeners, models.Readiness, models.Codes,
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def api(home: Path) -> TestClient:
    return client(home)


def test_a_list_is_what_was_published_and_says_its_version(home: Path, api: TestClient) -> None:
    with open_serving_store(home).reading() as served:
        published, version = served.user_list("u-lin"), served.version
    assert published is not None
    found = api.get(LIN)
    assert found.status_code == 200
    assert found.json() == {"version": version, **published}
    assert found.headers["daily30-version"] == version
    assert found.headers["content-type"] == "application/json"
    assert found.headers["cache-control"] == "private, no-cache"
    models.Daily30.model_validate_json(found.content)


def test_all_that_is_served_is_as_openapi_says(home: Path, api: TestClient) -> None:
    users = ("u-lin", "u-emma", "u-noor", "u-wei")
    lists = [models.Daily30.model_validate_json(api.get(f"/v1/users/{u}/daily30").content) for u in users]
    assert [x.user_id for x in lists] == [*users]
    songs = [s for x in lists for s in x.songs if s.has_review]
    reviews = [
        models.Review.model_validate_json(api.get(f"/v1/tracks/{s.track_id}/review?language=zh").content)
        for s in songs[:20]
    ]
    assert all(r.paragraphs for r in reviews)
    tracks = [models.Track.model_validate_json(api.get(f"/v1/tracks/{s.track_id}").content) for s in lists[0].songs]
    assert [t.track.model_dump() for t in tracks] == [
        s.model_dump(include=set(models.Card.model_fields)) for s in lists[0].songs
    ]
    models.Versions.model_validate_json(api.get("/v1/versions").content)
    models.Readiness.model_validate_json(api.get("/readyz").content)
    models.Health.model_validate_json(api.get("/healthz").content)
    models.ProblemBody.model_validate_json(api.get("/v1/users/nobody/daily30").content)


def test_openapi_tells_summary_models_and_examples_of_every_path(api: TestClient) -> None:
    told = api.get("/openapi.json").json()
    assert [p for p in told["paths"] if p.startswith("/v1")] == [
        "/v1/users/{user_id}/daily30",
        "/v1/tracks/{track_id}",
        "/v1/tracks/{track_id}/review",
        "/v1/tracks/{track_id}/similar",
        "/v1/codes",
        "/v1/tracks/{track_id}/cover",
        "/v1/tracks/{track_id}/colours",
        "/v1/tracks/{track_id}/audio",
        "/v1/users",
        "/v1/versions",
        "/v1/nights",
        "/v1/media/{key}",
        "/v1/pointer",
        "/v1/pointer/rollback",
        "/v1/pointer/pin",
        "/v1/pointer/unpin",
        "/v1/feedback",
    ]
    for path, operations in told["paths"].items():
        (operation,) = operations.values()
        assert operation["summary"][0].isupper(), path
        assert "422" not in operation["responses"], path
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], path
            assert parameter["schema"]["examples"], path
    for model in EXAMPLED:
        schema = told["components"]["schemas"][model.__name__]
        for example in schema["examples"]:
            model.model_validate_json(json.dumps(example))
    assert told["components"]["schemas"]["ProblemBody"]["required"] == ["type", "title", "status", "detail", "fix"]


def test_who_has_it_gets_304(api: TestClient) -> None:
    for path in (LIN, "/v1/tracks/t000/review?language=zh", "/v1/versions"):
        first = api.get(path)
        tag = first.headers["etag"]
        assert tag.startswith('"'), "a weak tag"
        for sent in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            again = api.get(path, headers={"if-none-match": sent})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
            assert again.headers["daily30-version"] == first.headers["daily30-version"]
        assert api.get(path, headers={"if-none-match": '"other"'}).content == first.content


def test_gzip_where_it_is_accepted_under_a_tag_of_its_own(api: TestClient) -> None:
    plain = api.get(LIN)
    assert "content-encoding" not in plain.headers
    with api.stream("GET", LIN, headers={"accept-encoding": "br, gzip;q=0.5"}) as sent:
        raw = b"".join(sent.iter_raw())
    assert sent.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 3
    assert sent.headers["etag"] != plain.headers["etag"]
    assert plain.headers["vary"] == sent.headers["vary"] == "Accept-Encoding"
    for refused in ("gzip;q=0", "br", "*;q=0", "gzip;q=0.0, *"):
        assert "content-encoding" not in api.get(LIN, headers={"accept-encoding": refused}).headers
    assert "content-encoding" not in api.get("/v1/versions", headers={"accept-encoding": "gzip"}).headers  # too small


def test_head_is_get_without_a_body(api: TestClient) -> None:
    for path in (LIN, "/v1/versions", "/readyz"):
        whole, head = api.get(path), api.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(whole.content))


def test_a_day_that_is_kept_and_one_that_is_not(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    for n in range(3):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    api = client(tmp_path)
    for n in range(3):
        found = api.get("/v1/users/u-1/daily30", params={"date": str(DAY + timedelta(days=n))})
        assert (found.json()["made_in"], found.headers["daily30-version"]) == (f"v{n}", f"v{n}")
    gone = api.get("/v1/users/u-1/daily30?date=2020-01-01")
    assert (gone.status_code, gone.json()["days"]) == (404, ["2026-11-23", "2026-11-22", "2026-11-21"])
    assert gone.json()["type"] == "urn:daily30:problem:day-not-held"


def test_a_version_by_its_name_while_it_may_be_served(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    for n in range(2):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    api = client(tmp_path)
    paths = ("/v1/users/u-1/daily30?", "/v1/tracks/t-1?", "/v1/tracks/t-1/review?language=zh&")

    def made_in(version: str) -> list[object]:
        found = [api.get(f"{path}version={version}").json() for path in paths]
        return [f["made_in"] if "made_in" in f else f["type"].rpartition(":")[2] for f in found]

    assert made_in("v0") == ["v0"] * 3
    assert made_in("v1") == ["v1"] * 3
    assert made_in("v7") == ["version-not-held"] * 3
    store.rollback()
    assert made_in("v1") == ["version-not-held"] * 3, "taken back"
    store.pin("v1")
    assert made_in("v1") == ["v1"] * 3, "withdrawn, and yet what is served"
    store.begin("v2", DAY + timedelta(days=2))
    assert made_in("v2") == ["version-not-held"] * 3, "being written"
    day = api.get(f"/v1/users/u-1/daily30?version=v0&date={DAY}")
    assert (day.json()["made_in"], day.headers["daily30-version"]) == ("v0", "v0")
    other = api.get(f"/v1/users/u-1/daily30?version=v1&date={DAY}")
    assert (other.status_code, other.json()["type"]) == (404, "urn:daily30:problem:version-not-held")


def test_an_unknown_user_is_told_who_is_like_them(home: Path, api: TestClient) -> None:
    found = api.get("/v1/users/u-lim/daily30")
    told = found.json()
    assert (found.status_code, found.headers["content-type"]) == (404, "application/problem+json")
    assert told["near"][0] == "u-lin"
    assert told["fix"].startswith("did you mean u-lin")
    assert found.headers["daily30-version"] == told["version"]
    silent = client(home, ServeSettings(suggest_users=False)).get("/v1/users/u-lim/daily30").json()
    assert (silent["near"], "u-lin" in silent["fix"]) == ([], False)


def test_a_review_that_is_not_there(tmp_path: Path) -> None:
    publish(open_serving_store(tmp_path, lease_check=lambda: None), "v1")
    api = client(tmp_path)
    assert api.get("/v1/tracks/t-1/review?language=zh").json() == {
        "version": "v1", "made_in": "v1", "paragraphs": ["雨声"],
    }  # fmt: skip
    other = api.get("/v1/tracks/t-1/review?language=en")
    assert (other.status_code, other.json()["languages"], other.json()["fix"]) == (404, ["zh"], "it has one in zh.")
    assert api.get("/v1/tracks/t-9/review?language=en").json()["languages"] == []
    for asked in ("", "?language=", "?language=fr", "?language=EN"):
        found = api.get(f"/v1/tracks/t-1/review{asked}")
        assert (found.status_code, found.json()["type"]) == (400, "urn:daily30:problem:bad-request")


def test_a_song_with_its_codes_by_name(home: Path, api: TestClient) -> None:
    song = next(s for s in api.get(LIN).json()["songs"] if s["key"] and s["mood"])
    found = api.get(f"/v1/tracks/{song['track_id']}").json()
    assert found["track"]["title"] == song["title"]
    names = found["names"]
    assert names["en"]["key"].startswith(song["key"])
    assert names["en"]["key"].endswith(song["mode"])
    assert names["zh"]["key"].endswith("大调" if song["mode"] == "major" else "小调")
    assert names["zh"]["mood"] != names["en"]["mood"]
    silent = next(s for s in api.get(LIN).json()["songs"] if s["key"] is None)
    assert api.get(f"/v1/tracks/{silent['track_id']}").json()["names"]["en"]["key"] is None
    unknown = api.get("/v1/tracks/no-such")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:daily30:problem:unknown-track")


def test_versions_newest_first_without_what_is_being_written(tmp_path: Path) -> None:
    api = client(tmp_path)
    assert api.get("/v1/versions").json() == {"current": None, "versions": [], "next": None}
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    publish(store, "v1")
    publish(store, "v2", DAY + timedelta(days=1))
    store.begin("v3", DAY + timedelta(days=2))
    store.rollback()
    found = api.get("/v1/versions").json()
    assert found["current"] == "v1"
    assert [(v["version"], v["state"], v["current"]) for v in found["versions"]] == [
        ("v2", "withdrawn", False),
        ("v1", "sealed", True),
    ]


def test_any_id_is_found_and_none_is_taken_for_another(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    ids = (*HOSTILE_IDS, "x/review", "x/daily30", "a?b", "a#b", "a%b", "a;b", "a+b", " ", "\u0000", "中/文")
    store.begin("v1", DAY)
    lists = store.write_lists("v1", ((u, {"user_id": u}) for u in ids))
    reviews = store.write_reviews("v1", ((t, "en", {"track_id": t}) for t in ids))
    tracks = store.write_tracks("v1", ((t, {"of": t}) for t in ids))
    store.seal("v1", lists=lists, songs=0, reviews=reviews, tracks=tracks)
    store.flip("v1")
    api = client(tmp_path)
    for one in ids:
        assert api.get(f"/v1/users/{written(one)}/daily30").json() == {"version": "v1", "user_id": one}
        found = api.get(f"/v1/tracks/{written(one)}/review?language=en")
        assert found.json() == {"version": "v1", "track_id": one}
        assert api.get(f"/v1/tracks/{written(one)}").json() == {"version": "v1", "of": one}


def test_the_version_is_put_in_front_of_any_payload() -> None:
    assert of_version('v"1', b'{"a":[{}]}') == b'{"version":"v\\"1","a":[{}]}'
    assert of_version("v1", b"{}") == b'{"version":"v1"}'


def test_a_rollback_is_seen_at_once(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    publish(store, "v1")
    publish(store, "v2", DAY + timedelta(days=1))
    api = client(tmp_path)
    tag = api.get("/v1/users/u-1/daily30").headers["etag"]
    store.rollback()
    after = api.get("/v1/users/u-1/daily30", headers={"if-none-match": tag})
    assert (after.status_code, after.json()) == (200, {"version": "v1", **payload("v1", "u-1")})
