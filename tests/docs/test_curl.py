"""The requests that the guide shows, sent as they are printed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from jobs.serve.examples import CARD, DAILY30, REVIEW
from tests.docs.examples import ROOT
from tests.jobs.serve import served
from warehouse.serving import open_serving_store

PAGE = (ROOT / "docs/guide/serving.md").read_text(encoding="utf-8")
SHOWN = [line for block in re.findall(r"^```sh\n(.*?)^```", PAGE, re.S | re.M) for line in block.splitlines()]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    store = open_serving_store(home, lease_check=lambda: None)
    store.begin("v1", date(2026, 11, 21))
    store.write_lists("v1", [(u, DAILY30 | {"user_id": u}) for u in ("u00001", "name/with anything")])
    store.write_reviews("v1", [("t00001", "en", REVIEW)])
    store.write_tracks("v1", [("t00001", {"track": CARD})])
    store.seal("v1", lists=2, songs=2, reviews=1, tracks=1)
    store.flip("v1")
    with served.address(home) as found:
        yield found.removeprefix("http://")


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("shown", SHOWN)
def test_requests_are_answered(address: str, shown: str, tmp_path: Path) -> None:
    words = shlex.split(shown)
    assert words[0] == "curl"
    asked = [word.replace("localhost:8030", address) for word in words]
    assert asked != words
    done = subprocess.run(
        [*asked, "--fail", "--noproxy", "*", "-o", tmp_path / "body"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b'"' in (tmp_path / "body").read_bytes()


def test_the_guide_shows_every_read() -> None:
    assert {re.sub(r"\?.*|'", "", line.split("localhost:8030")[1].split()[0]).split("/")[-1] for line in SHOWN} == {
        "daily30",
        "t00001",
        "review",
        "similar",
        "cover",
        "versions",
        "readyz",
    }
