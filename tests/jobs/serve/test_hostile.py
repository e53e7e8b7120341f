"""Requests that nobody means well: never an error of ours, never a path of this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from tests.contracts.store_rows import publish
from tests.jobs.serve.served import client
from warehouse.serving import open_serving_store


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    publish(open_serving_store(home, lease_check=lambda: None), "v1")
    return home


@pytest.fixture(scope="module")
def api(home: Path) -> TestClient:
    return client(home)


@pytest.mark.parametrize(
    "path",
    ["/v1/users/..%2f..%2fetc%2fpasswd/daily30", "/v1/users/%2e%2e/daily30", "/v1/users/%00/daily30",
     "/v1/users//daily30", "/v1/users/%F0%9F%98%80/daily30", "/v1/users/'%20OR%201=1%20--/daily30",
     "/v1/users/%25/daily30", "/v1/users/*/daily30", "/v1/tracks/..%2f..%2fx/review?language=en",
     "/v1/users/" + "x" * 1900 + "/daily30", "/page/", "/page/..%2fapp.py", "/page/pages.py",
     "http://localhost//", "/v1", "/v1/", "/..x", "/v1/versions/", "/v1/users",
     "/%2e%2e/%2e%2e/etc/passwd", "/v1/media/",
     "/docs", "/v1/users/u-1/daily30/x", "/%761/versions", "/v1/users/u-1%2Fdaily30"],
)  # fmt: skip
def test_what_is_not_there_is_404(home: Path, api: TestClient, path: str) -> None:
    found = api.get(path)
    assert (found.status_code, found.headers["content-type"]) == (404, "application/problem+json"), found.text
    assert found.json()["fix"]
    assert str(home) not in found.text


@pytest.mark.parametrize(
    "path",
    ["/v1/users/" + "x" * 2001 + "/daily30", "/v1/users/" + "%E6%AD%8C" * 5000 + "/daily30", "/v1/users/%FF/daily30",
     "/v1/users/%C0%AE/daily30", "/v1/users/%ED%A0%80/daily30", "/v1/users/u-1/daily30?date=",
     "/v1/tracks/%80/review?language=en", "/v1/users/u-1/daily30?date=yesterday",
     "/v1/users/u-1/daily30?date=2026-02-30", "/v1/users/u-1/daily30?date=20261121",
     "/v1/users/u-1/daily30?date=2026-W47-6", "/v1/users/u-1/daily30?date=0000-00-00", "/v1/users/u-1/daily30?date=-1",
     "/v1/users/u-1/daily30?date=2026-11-21T00:00:00Z", "/v1/users/u-1/daily30?date=" + "9" * 9000,
     "/v1/users/u-1/daily30?date=%D9%A2%D9%A0%D9%A2%D9%A6-11-21", "/v1/users/u-1/daily30?date=2026-11-21%00",
     "/v1/tracks/t-1/review?language=" + "z" * 9000, "/v1/tracks/t-1/review?language=zh&language=xx"],
)  # fmt: skip
def test_what_cannot_be_meant_is_400(api: TestClient, path: str) -> None:
    found = api.get(path)
    assert (found.status_code, found.headers["content-type"]) == (400, "application/problem+json"), found.text
    assert len(found.content) < 600


@pytest.mark.parametrize(
    "headers",
    [{"accept-encoding": "gzip;q=;;,,*;q=x"}, {"if-none-match": '"' * 5000}, {"if-none-match": "W/" * 999},
     {"accept-encoding": "gzip," * 5000}, {"range": "bytes=0-5"},
     {"x-forwarded-host": "evil.example", "x-forwarded-prefix": "/../.."}, {"accept": "text/html"},
     {"x-http-method-override": "DELETE"}, {"content-length": "0"},
     {"cookie": "a" * 9000}, {"if-none-match": "\xff\xfe"}],
)  # fmt: skip
def test_headers_change_nothing(api: TestClient, headers: dict[str, str]) -> None:
    plain = api.get("/v1/users/u-1/daily30")
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    found = api.get("/v1/users/u-1/daily30", headers=sent)
    assert (found.status_code, found.content) == (200, plain.content)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"])
def test_there_is_only_reading(api: TestClient, method: str) -> None:
    found = api.request(method, "/v1/users/u-1/daily30", content=b"{}")
    assert (found.status_code, found.json()["type"]) == (405, "urn:daily30:problem:method-not-allowed")
    assert found.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "raw", [b"/v1/users/\xff\xfe/daily30", b"/v1/users/\xe6\xad\x8c/daily30", b"", None, b"*", b"/v1/%"]
)
def test_paths_that_no_client_writes(api: TestClient, raw: bytes | None) -> None:
    """What a server hands on though no URL looks so: bytes as they are, or none at all."""
    status, body = asyncio.run(
        _sent(api.app, {"raw_path": raw, "path": "/v1/users/\udcff/daily30" if raw is None else "/nowhere"})
    )
    assert status in (400, 404)
    assert b'"fix"' in body


async def _sent(app: Any, changed: dict[str, Any]) -> tuple[int, bytes]:
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "query_string": b"", "root_path": "", "headers": [], "client": ("1.2.3.4", 5), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    answers: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answers.append(message)

    await app({**scope, **changed}, receive, send)
    return answers[0]["status"], b"".join(a.get("body", b"") for a in answers)
