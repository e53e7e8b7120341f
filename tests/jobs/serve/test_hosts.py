"""By which names the server answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jobs.serve.hosts import own
from jobs.serve.settings import ServeSettings
from tests.contracts.store_rows import publish
from tests.jobs.serve.served import client
from warehouse.serving import open_serving_store

LIST = "/v1/users/u-1/daily30"
MINE = ("localhost", "LOCALHOST:8030", "localhost.", "127.0.0.1", "127.0.0.1:8030", "[::1]", "[::1]:8030")
OTHERS = ("evil.example", "evil.example:8030", "127.0.0.1.evil.example", "localhost.evil.example",
          "evil.example/..%2f", "", "[::2]", "[",
          "192.0.2.1", "localhost@evil.example", "evil.example:localhost", "\xff")  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    publish(open_serving_store(home, lease_check=lambda: None), "v1")
    return home


def asked(api: TestClient, host: str, path: str = LIST) -> int:
    found = api.get(path, headers={"host": host.encode("latin-1")})
    if found.status_code == 421:
        assert found.json()["type"] == "urn:daily30:problem:no-such-host"
        assert "u-1" not in found.text
    return found.status_code


def test_a_server_of_this_machine_alone_goes_by_its_names(home: Path) -> None:
    api = client(home)
    assert {host: asked(api, host) for host in MINE} == dict.fromkeys(MINE, 200)
    assert {host: asked(api, host) for host in OTHERS} == dict.fromkeys(OTHERS, 421)
    for path in ("/", "/nights", "/v1/users", "/metrics", "/openapi.json", "/no/such/path"):
        assert asked(api, "evil.example", path) == 421, path


def test_names_are_added(home: Path) -> None:
    api = client(home, ServeSettings(hosts=("music.example", "Other.Example.")))
    for host in ("music.example", "MUSIC.example:443", "other.example", "localhost"):
        assert asked(api, host) == 200, host
    assert asked(api, "evil.example") == 421
    assert asked(client(home, ServeSettings(hosts=("*",))), "evil.example") == 200


def test_one_that_others_reach_takes_any_name_until_it_has_some(home: Path) -> None:
    assert asked(client(home, ServeSettings(host="0.0.0.0")), "evil.example") == 200
    named = client(home, ServeSettings(host="192.0.2.1", hosts=("music.example",)))
    assert [asked(named, host) for host in ("music.example", "192.0.2.1:8030", "evil.example")] == [200, 200, 421]


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("127.0.0.5", True), ("::1", True), ("localhost", True), ("Localhost.", True),
     ("0.0.0.0", False), ("::", False), ("192.0.2.1", False), ("music.example", False), ("", False)],
)  # fmt: skip
def test_which_addresses_are_this_machines_own(host: str, alone: bool) -> None:
    assert own(host) is alone
