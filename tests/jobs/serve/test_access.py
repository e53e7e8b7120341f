"""Who may ask, and how often."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jobs.serve.app import create_app
from jobs.serve.limits import Limits
from jobs.serve.settings import ServeSettings
from jobs.serve.tokens import FILE, Tokens
from tests.contracts.store_rows import publish
from tests.jobs.serve.served import BASE, NOW
from warehouse.media.store import open_media_store
from warehouse.serving import open_serving_store

LIST = "/v1/users/u-1/daily30"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    publish(open_serving_store(home, lease_check=lambda: None), "v1")
    return home


def api(home: Path, settings: ServeSettings, ticks: list[float] | None = None) -> TestClient:
    timer = (lambda: ticks[0]) if ticks else (lambda: 0.0)
    media = open_media_store(home)
    return TestClient(create_app(lambda: open_serving_store(home), media, settings, lambda: NOW, home, timer), BASE)


def token(home: Path, *scopes: str) -> str:
    return Tokens(home, lambda: datetime.now(UTC)).add("app", scopes)[0]


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}


def test_reading_is_open_unless_settings_say_otherwise(home: Path) -> None:
    assert api(home, ServeSettings()).get(LIST).status_code == 200
    closed = api(home, ServeSettings(token_to_read=True))
    for path in (LIST, "/v1/versions", "/v1/tracks/t-1", "/v1/tracks/t-1/review?language=zh", "/v1/media/" + "0" * 64):
        found = closed.get(path)
        assert (found.status_code, found.json()["type"]) == (401, "urn:daily30:problem:token-needed"), path
        assert found.headers["www-authenticate"].startswith("Bearer")
        assert closed.get(path, headers=bearer(token(home, "feedback", "operate"))).status_code == 403, path
    mine = closed.get(LIST, headers=bearer(token(home, "read")))
    assert mine.status_code == 200
    cover = closed.get("/v1/tracks/t-1/cover", headers=bearer(token(home, "read")))
    assert (cover.status_code, cover.headers["cache-control"]) == (200, "private, max-age=3600"), "no cache's to share"
    assert api(home, ServeSettings()).get("/v1/tracks/t-1/cover").headers["cache-control"].startswith("public")
    for path in ("/healthz", "/readyz", "/metrics"):
        assert closed.get(path).status_code == 200, path


@pytest.mark.parametrize(
    "given",
    ["Bearer", "Bearer ", "bearer x", "Basic dTpw", "Bearer d30_00000000_" + "A" * 43, "d30_00000000_" + "A" * 43,
     "Bearer " + "A" * 9000, "Bearer \xff\xfe"],
)  # fmt: skip
def test_a_token_that_is_none_is_refused_also_where_none_is_needed(home: Path, given: str) -> None:
    found = api(home, ServeSettings()).get(LIST, headers={"authorization": given.encode("latin-1")})
    assert (found.status_code, found.json()["type"]) == (401, "urn:daily30:problem:no-such-token")


def test_two_tokens_at_once_are_none(home: Path) -> None:
    good = f"Bearer {token(home, 'read')}"
    sent = [("authorization", good), ("authorization", good)]
    assert api(home, ServeSettings()).get(LIST, headers=sent).status_code == 401


def test_tokens_that_cannot_be_read_open_nothing_and_stop_nobody_else(home: Path) -> None:
    text = token(home, "read")
    kept = (home / FILE).read_bytes()
    (home / FILE).write_bytes(b"{")
    try:
        found = api(home, ServeSettings()).get(LIST, headers=bearer(text))
        assert (found.status_code, found.json()["type"]) == (503, "urn:daily30:problem:tokens-unreadable")
        assert str(home) not in found.text
        assert api(home, ServeSettings()).get(LIST).status_code == 200
    finally:
        (home / FILE).write_bytes(kept)


def test_a_caller_may_ask_so_often_and_no_more(home: Path) -> None:
    ticks = [0.0]
    served = api(home, ServeSettings(requests_per_s=2, burst=3), ticks)
    assert [served.get(LIST).status_code for _ in range(4)] == [200, 200, 200, 429]
    last = served.get(LIST)
    assert (last.json()["type"], last.headers["retry-after"]) == ("urn:daily30:problem:too-many-requests", "1")
    assert served.get(LIST, headers=bearer(token(home, "read"))).status_code == 200, "another caller"
    assert served.get("/healthz").status_code == 200
    ticks[0] = 0.5
    assert [served.get(LIST).status_code for _ in range(2)] == [200, 429]
    ticks[0] = 1000.0
    assert [served.get(LIST).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_callers_who_are_gone_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.serve.limits._MOST_CALLERS", 10)
    ticks = [0.0]
    limits = Limits(1, 2, lambda: ticks[0])
    for n in range(30):
        ticks[0] = n / 100
        assert limits.wait_s(f"c{n}") == 0
    assert 5 <= len(limits._buckets) <= 10
    assert limits.wait_s("c29") == 0
    assert limits.wait_s("c29") > 0, "the newest is still known"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("2001:db8::1", "2001:db8::ffff:2", True), ("2001:db8::1", "2001:db8:0:1::1", False),
     ("192.0.2.1", "192.0.2.2", False), ("fe80::1%eth0", "fe80::2%eth0", True)],
)  # fmt: skip
def test_a_network_of_ipv6_is_one_caller(home: Path, one: str, other: str, same: bool) -> None:
    app = api(home, ServeSettings(requests_per_s=1, burst=1)).app
    assert TestClient(app, BASE, client=(one, 1)).get(LIST).status_code == 200
    assert TestClient(app, BASE, client=(other, 1)).get(LIST).status_code == (429 if same else 200)


def test_tokens_cannot_be_tried_without_end(home: Path) -> None:
    served = api(home, ServeSettings(requests_per_s=1, burst=2))
    tried = [served.get(LIST, headers=bearer("d30_00000000_" + "A" * 43)).status_code for _ in range(4)]
    assert tried == [401, 401, 429, 429]
