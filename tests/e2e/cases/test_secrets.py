"""A night with an endpoint and a store whose every part is a secret: nothing of it is in the home or printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import SampleLike
from tests.e2e.here import SMALL, here
from tests.worlds.postgres_server import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CANARY = "cAnArY-91c2"
# Nobody listens there: every ask fails, which is when addresses get into messages.
LLM = f"""
[llm]
base_url = "http://me:{CANARY}@127.0.0.1:9/v1?key={CANARY}#{CANARY}"
model = "m"
listener_field = "user"
listener_secret = "{CANARY}"
retries = 0
give_up_after = 1
"""


def test_a_night_writes_and_prints_none_of_its_secrets(
    tmp_path: Path, sounding: SampleLike, capfd: pytest.CaptureFixture[str], postgres: Server
) -> None:
    """The serving store's server asks for no password, and takes one."""
    store = postgres.url().replace("tests@", f"tests:{CANARY}@")
    home = sounding(tmp_path / "home", users=8, days=6)
    (home / "daily30.toml").write_text(f'{SMALL}{LLM}\n[serving]\nurl = "{store}&sslpassword={CANARY}"\n')
    key = {"DAILY30_LLM__API_KEY": CANARY}
    commands = (
        ("settings",),
        ("settings", "--json"),
        ("plan",),
        ("nightly",),
        ("status",),
        ("plan", "--json"),
        ("versions",),
    )
    said = [here(*command, "--home", home, **key).out for command in commands]
    heard = capfd.readouterr()
    assert CANARY not in "".join([*said, heard.out, heard.err])
    files = [p for p in home.rglob("*") if p.is_file() and p.name != "daily30.toml"]
    assert len(files) > 100
    assert [p for p in files if CANARY.encode() in p.read_bytes()] == []
