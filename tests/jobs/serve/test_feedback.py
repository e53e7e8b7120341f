"""Feedback that apps post: kept once, refused whole when a part of it cannot be meant."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from starlette.testclient import TestClient

from jobs.serve.feedback import _body
from jobs.serve.problems import Problem
from jobs.serve.tokens import Tokens
from tests.contracts.store_rows import publish
from tests.jobs.serve.served import client
from warehouse.inbox import Event, Inbox
from warehouse.serving import open_serving_store

PATH = "/v1/feedback"


@pytest.fixture
def api(tmp_path: Path) -> TestClient:
    publish(open_serving_store(tmp_path, lease_check=lambda: None), "v1")
    text, _ = Tokens(tmp_path, lambda: datetime.now(UTC)).add("app", ("feedback",))
    api = client(tmp_path)
    api.headers["authorization"] = f"Bearer {text}"
    return api


def event(n: int = 1, **other: Any) -> dict[str, Any]:
    told = {"event_id": f"event-{n:04}", "user_id": "u-1", "kind": "like_track", "track_id": "t-1",
            "at": "2026-11-22T13:00:00.25+08:00", **other}  # fmt: skip
    return {k: v for k, v in told.items() if v is not None}


def test_what_is_answered_is_kept_once(api: TestClient, tmp_path: Path) -> None:
    some = [
        event(1),
        event(2, kind="complete", listened_s=200),
        event(3, kind="block_artist", track_id=None, artist_id="a"),
    ]
    first = api.post(PATH, json={"events": some})
    assert (first.status_code, first.json()) == (200, {"accepted": 3, "repeated": [], "other": []})
    again = api.post(PATH, json={"events": [*some, event(1, track_id="t-9")]})
    assert again.json() == {
        "accepted": 0, "repeated": ["event-0001", "event-0002", "event-0003"], "other": ["event-0001"],
    }  # fmt: skip
    at = int(datetime(2026, 11, 22, 5, 0, 0, 250_000, tzinfo=UTC).timestamp() * 1_000_000)
    assert list(Inbox(tmp_path).waiting()) == [
        Event("event-0001", "u-1", "like_track", "t-1", at),
        Event("event-0002", "u-1", "complete", "t-1", at, 200.0),
        Event("event-0003", "u-1", "block_artist", "a", at),
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"kind": "love"}, "love"), ({"at": "2026-11-22T13:00:00"}, "offset"), ({"at": "yesterday"}, "$.events[1].at"),
     ({"track_id": None}, "a track_id alone"), ({"artist_id": "a"}, "a track_id alone"),
     ({"kind": "block_artist"}, "an artist_id alone"), ({"listened_s": 5}, "listened_s"),
     ({"kind": "skip", "listened_s": -1}, "listened_s"), ({"event_id": "short"}, "event_id"),
     ({"event_id": "with space"}, "event_id"), ({"user_id": ""}, "user_id"), ({"user_id": "x" * 501}, "user_id"),
     ({"user_id": 7}, "user_id"), ({"age": 30}, "age"), ({"event_id": None}, "event_id")],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_whole(
    api: TestClient, tmp_path: Path, wrong: dict[str, Any], said: str
) -> None:
    found = api.post(PATH, json={"events": [event(1), event(2, **wrong)]})
    assert (found.status_code, found.headers["content-type"]) == (400, "application/problem+json")
    assert said in found.json()["detail"], found.json()
    assert not Inbox(tmp_path).is_there


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"events": []}', b"\xff", b'{"events": 1}', b"[" * 99_999]
)
def test_what_is_no_body_is_400(api: TestClient, body: bytes) -> None:
    assert api.post(PATH, content=body).status_code == 400


def test_too_much_is_413(api: TestClient) -> None:
    many = [event(n) for n in range(1001)]
    assert api.post(PATH, json={"events": many}).status_code == 400
    assert api.post(PATH, json={"events": many[:1000]}).json()["accepted"] == 1000
    long = b'{"events": [' + b" " * (1 << 20) + b"]}"
    assert api.post(PATH, content=long).status_code == 413
    assert api.post(PATH, content=iter([long[:600_000], long[600_000:]])).status_code == 413, "without a length"
    assert api.post(PATH, content=b"{}", headers={"content-length": "9" * 5000}).status_code in (400, 413)


def test_a_body_that_trickles_is_given_up(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.serve.feedback.BODY_S", 0.05)
    scope = {"type": "http", "method": "POST", "headers": []}

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b" ", "more_body": True}

    with pytest.raises(Problem, match="took more than") as told:
        asyncio.run(_body(Request(scope, receive)))
    assert told.value.status == 408


def test_it_needs_its_scope(api: TestClient, tmp_path: Path) -> None:
    body = json.dumps({"events": [event()]})
    reader, _ = Tokens(tmp_path, lambda: datetime.now(UTC)).add("reader", ("read", "operate"))
    assert api.post(PATH, content=body, headers={"authorization": f"Bearer {reader}"}).status_code == 403
    del api.headers["authorization"]
    assert api.post(PATH, content=body).status_code == 401
    assert not Inbox(tmp_path).is_there
    assert api.get(PATH).headers["allow"] == "POST"


def test_an_inbox_that_cannot_be_written_is_told_and_nothing_is_lost_in_silence(
    api: TestClient, tmp_path: Path
) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "feedback.sqlite").write_bytes(b"nonsense" * 100)
    found = api.post(PATH, json={"events": [event()]})
    assert (found.status_code, found.json()["type"]) == (503, "urn:daily30:problem:inbox-out-of-reach")
    assert str(tmp_path) not in found.text
