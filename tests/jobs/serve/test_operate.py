"""Moving the pointer over HTTP: only with a token that may, and what it does is what the command line does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jobs.serve import models
from jobs.serve.tokens import Tokens
from tests.contracts.store_rows import DAY, publish
from tests.jobs.serve.served import client
from warehouse.serving import open_serving_store

ACTS = ("rollback", "pin", "unpin")


@pytest.fixture
def api(tmp_path: Path) -> TestClient:
    """v2 is served; v1 and v0 lie behind it."""
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    for n in range(3):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    store.close()
    return client(tmp_path)


def bearer(home: Path, *scopes: str) -> dict[str, str]:
    return {"authorization": f"Bearer {Tokens(home, lambda: datetime.now(UTC)).add('op', scopes)[0]}"}


def test_the_pointer_is_moved_and_held(tmp_path: Path, api: TestClient) -> None:
    may = bearer(tmp_path, "operate")

    def moved(path: str) -> str | None:
        answer = api.post(f"/v1/pointer/{path}", headers=may)
        assert answer.status_code == 200, answer.text
        current = models.Pointer.model_validate_json(answer.content).current
        assert api.get("/v1/users/u-1/daily30").json()["version"] == current
        assert api.get("/v1/pointer", headers=may).json() == {"current": current}
        return current

    assert moved("pin?version=v1") == "v1"
    assert [v["pinned"] for v in api.get("/v1/versions").json()["versions"]] == [False, True, False]
    assert moved("unpin") == "v2"
    assert moved("rollback") == "v1"
    assert moved("rollback?version=v0") == "v0"
    states = {v.version: v.state for v in open_serving_store(tmp_path).versions()}
    assert states == {"v0": "sealed", "v1": "withdrawn", "v2": "withdrawn"}


@pytest.mark.parametrize("act", ACTS)
def test_who_may_not_moves_nothing(tmp_path: Path, api: TestClient, act: str) -> None:
    path = f"/v1/pointer/{act}"
    assert api.post(path).status_code == 401
    assert api.post(path, headers={"authorization": "Bearer d30_x"}).status_code == 401
    assert api.post(path, headers=bearer(tmp_path, "read", "feedback")).status_code == 403
    assert api.get(path, headers=bearer(tmp_path, "operate")).status_code == 405
    assert open_serving_store(tmp_path).current() == "v2"


def test_to_a_version_that_is_not_there(tmp_path: Path, api: TestClient) -> None:
    for act in ("rollback", "pin"):
        answer = api.post(f"/v1/pointer/{act}", params={"version": "../v9"}, headers=bearer(tmp_path, "operate"))
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:daily30:problem:no-such-version")
        assert answer.json()["fix"]
    assert open_serving_store(tmp_path).current() == "v2"
