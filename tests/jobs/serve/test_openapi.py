"""Requests that schemathesis makes up from what OpenAPI says: answers are as it says, and none is an error of ours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.schemas import OpenApiSchema

from jobs.serve.paging import Cursor
from jobs.serve.settings import ServeSettings
from jobs.serve.tokens import Tokens
from tests.contracts.store_rows import publish
from tests.jobs.serve.served import client
from warehouse.serving import open_serving_store

OPERATIONS = (
    "GET /v1/users/{user_id}/daily30", "GET /v1/tracks/{track_id}", "GET /v1/tracks/{track_id}/review",
    "GET /v1/tracks/{track_id}/cover", "GET /v1/tracks/{track_id}/colours", "GET /v1/tracks/{track_id}/audio",
    "GET /v1/tracks/{track_id}/similar", "GET /v1/codes",
    "GET /v1/users", "GET /v1/versions", "GET /v1/media/{key}", "POST /v1/feedback", "GET /healthz", "GET /readyz",
    "GET /metrics", "GET /v1/nights", "GET /v1/pointer", "POST /v1/pointer/rollback", "POST /v1/pointer/pin",
    "POST /v1/pointer/unpin",
)  # fmt: skip


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> tuple[OpenApiSchema, dict[str, str]]:
    """The API over a store, and a token that opens everything."""
    home = tmp_path_factory.mktemp("home")
    publish(open_serving_store(home, lease_check=lambda: None), "v1")
    text, _ = Tokens(home, lambda: datetime.now(UTC)).add("all", ("read", "feedback", "operate"))
    api = client(home, ServeSettings(hosts=("*",)))  # it asks by a name of its own
    api.headers["authorization"] = f"Bearer {text}"
    return schemathesis.openapi.from_asgi("/openapi.json", api.app), {"Authorization": f"Bearer {text}"}


def test_every_operation_is_asked(api: tuple[OpenApiSchema, dict[str, str]]) -> None:
    assert sorted(found.ok().label for found in api[0].get_all_operations()) == sorted(OPERATIONS)


# Of the others everything that can be asked is a valid request: an id is any text.
PAGED = {"GET /v1/tracks/{track_id}/similar": "similar", "GET /v1/users": "users", "GET /v1/versions": "versions",
         "GET /v1/nights": "nights"}  # fmt: skip
CAN_BE_WRONG = ("GET /v1/users/{user_id}/daily30", "GET /v1/tracks/{track_id}/review", "POST /v1/feedback", *PAGED)


def _cursors(collection: str) -> st.SearchStrategy[str]:
    """Cursors as `next` gives them, each of the version that is served."""
    return st.text(max_size=9).map(lambda x: Cursor(collection, "v1", x, "v1").text())


@pytest.mark.parametrize(
    ("label", "mode"),
    [*((o, GenerationMode.POSITIVE) for o in OPERATIONS), *((o, GenerationMode.NEGATIVE) for o in CAN_BE_WRONG)],
)
def test_answers_are_as_openapi_says(
    api: tuple[OpenApiSchema, dict[str, str]], label: str, mode: GenerationMode
) -> None:
    schema, headers = api
    schemathesis.openapi.format("cursor", _cursors(PAGED.get(label, "")))
    operation = next(found.ok() for found in schema.get_all_operations() if found.ok().label == label)
    asked = 0

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def ask(case: schemathesis.Case) -> None:
        nonlocal asked
        case.call_and_validate(headers=headers)
        asked += 1

    ask()
    assert asked
