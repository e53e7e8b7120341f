"""`daily30 serve` as an operator runs it: says where, answers, stops when told."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from jobs.serve.server import listening
from schemas.errors import OutsideServiceError
from tests.contracts.store_rows import publish
from warehouse.serving import open_serving_store


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_until_told_to_stop(tmp_path: Path, end: signal.Signals) -> None:
    publish(open_serving_store(tmp_path, lease_check=lambda: None), "v1")
    command = [sys.executable, "-m", "jobs.cli", "serve", "--home", str(tmp_path), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            said = server.stderr.readline()
            at = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert at, said
            with httpx2.Client(base_url=at[0], trust_env=False) as api:
                assert api.get("/v1/users/u-1/daily30").json()["version"] == "v1"
                assert "server" not in api.get("/readyz").headers
            server.send_signal(end)
            assert server.wait(timeout=20) == 0
            assert server.stderr.read() == ""
        finally:
            server.kill()


def test_an_address_that_is_taken_or_none(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OutsideServiceError, match=f"127.0.0.1 port {port}: Address already in use"):
            listening("127.0.0.1", port)
    with pytest.raises(OutsideServiceError, match="cannot listen at no such host"):
        listening("no such host", 0)


def test_settings_of_the_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from jobs.cli import main

    (tmp_path / "daily30.toml").write_text("[serve]\nport = 70000\n")
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--home", str(tmp_path)])
    assert ended.value.code == 2
    assert "there is no port 70000" in capsys.readouterr().err
