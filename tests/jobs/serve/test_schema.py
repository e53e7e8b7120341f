"""docs/guide/answers.schema.json against what is served, by a validator that knows nothing of our models."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from starlette.testclient import TestClient

from tests.docs.examples import ROOT
from tests.finished_home import finished_home
from tests.jobs.serve.served import client
from warehouse.serving import open_serving_store

SCHEMA: dict[str, Any] = json.loads((ROOT / "docs/guide/answers.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def api(home: Path) -> TestClient:
    return client(home)


def lawful(body: object, model: str) -> bool:
    return jsonschema_rs.validator_for(SCHEMA | {"$ref": f"#/$defs/{model}"}).is_valid(body)


def test_the_schema_is_one() -> None:
    assert jsonschema_rs.meta.is_valid(SCHEMA)
    assert SCHEMA["$ref"] == "#/$defs/Daily30"


def test_every_answer_that_openapi_tells_has_its_schema(api: TestClient) -> None:
    told = api.get("/openapi.json").json()
    named = {name for name, schema in told["components"]["schemas"].items() if schema.get("title") == name}
    assert named <= set(SCHEMA["$defs"])
    assert {"Daily30", "Track", "Review", "Versions", "Nights", "ProblemBody"} <= named


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/v1/users/u-lin/daily30", "Daily30"),
        ("/v1/users/u-noor/daily30", "Daily30"),
        ("/v1/tracks/t000", "Track"),
        ("/v1/tracks/t000/review?language=zh", "Review"),
        ("/v1/tracks/t000/colours", "Colours"),
        ("/v1/tracks/t000/similar", "SimilarTracks"),
        ("/v1/versions", "Versions"),
        ("/v1/nights", "Nights"),
        ("/readyz", "Readiness"),
        ("/v1/users/nobody/daily30", "ProblemBody"),
    ],
)
def test_what_is_served_keeps_to_it(api: TestClient, path: str, model: str) -> None:
    assert lawful(api.get(path).json(), model)


def test_what_lies_in_the_store_keeps_to_it_but_for_the_version(home: Path) -> None:
    with open_serving_store(home).reading() as served:
        stored = served.user_list("u-lin")
    assert stored is not None
    assert lawful(stored | {"version": "v"}, "Daily30")
    assert not lawful(stored, "Daily30")


@pytest.mark.parametrize(
    "broken",
    [
        lambda body: body.pop("songs"),
        lambda body: body["songs"][3].pop("reason"),
        lambda body: body["songs"][3].update(rank="4"),
        lambda body: body.update(more=1),
        lambda body: body.update(opener=7),
    ],
)
def test_what_is_otherwise_is_refused(api: TestClient, broken: Callable[[dict[str, Any]], object]) -> None:
    body = api.get("/v1/users/u-lin/daily30").json()
    broken(body)
    assert not lawful(body, "Daily30")
