"""kill -9 of our process: what was paid for is not paid again, and what may have been paid counts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from features.words.model.asking import Why
from jobs.clients.llm.usage import usage
from tests.jobs.clients.llm.asks import NIGHT, ask, open_client
from tests.jobs.clients.llm.batches import Batches
from tests.worlds.endpoint import Endpoint, Reply, completion, said, serving

pytestmark = pytest.mark.slow

CHILD = """
    import sys
    from pathlib import Path
    from tests.jobs.clients.llm.asks import ask, open_client
    client = open_client(Path(sys.argv[1]), sys.argv[2], concurrency=4, batch=sys.argv[4] == "batch", batch_from=5)
    client.ask_all([ask(n) for n in range(int(sys.argv[3]))])
"""


def killed_once(reached: Callable[[], bool], home: Path, url: str, asks: int, how: str) -> None:
    """A process that asks, killed when the endpoint has seen enough."""
    program = [sys.executable, "-c", textwrap.dedent(CHILD), str(home), url, str(asks), how]
    process = subprocess.Popen(program, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    until = time.monotonic() + 60
    while not reached() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    assert reached()
    assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()


def ended(endpoint: Endpoint) -> None:
    """Wait until the endpoint has answered all that it had begun."""
    quiet = 0
    while quiet < 10:
        time.sleep(0.02)
        quiet = 0 if endpoint.under_way else quiet + 1


def test_a_process_killed_between_direct_asks(tmp_path: Path) -> None:
    with serving(lambda request, number: said('{"ok": 1}'), delay_s=0.05) as endpoint:
        killed_once(lambda: len(endpoint.requests) >= 15, tmp_path, endpoint.url, 60, "direct")
        ended(endpoint)
        first, left = len(endpoint.requests), usage(tmp_path, NIGHT)
        paid = left.calls
        assert first - 4 <= paid < first
        assert left.tokens_reserved > 0
        client = open_client(tmp_path, endpoint.url, concurrency=4)
        answers = client.ask_all([ask(n) for n in range(60)])
        assert all(a.found for a in answers)
        assert sum(a.cached for a in answers) == paid
        assert len(endpoint.requests) - first == 60 - paid
        assert client.usage().tokens_taken == 60 * 50 + left.tokens_reserved


def test_deaths_night_after_night_never_pass_the_ceiling(tmp_path: Path) -> None:
    """Each death leaves up to four reservations standing; in the end they fill the night."""
    with serving(lambda request, number: said('{"ok": 1}'), delay_s=0.02) as endpoint:
        for _ in range(3):
            seen = len(endpoint.requests)
            killed_once(lambda seen=seen: len(endpoint.requests) > seen, tmp_path, endpoint.url, 500, "direct")  # type: ignore[misc]
        ended(endpoint)
        standing = usage(tmp_path, NIGHT).tokens_reserved
        ceiling = usage(tmp_path, NIGHT).tokens_taken + 500
        answers = open_client(tmp_path, endpoint.url, night_tokens=ceiling).ask_all([ask(f"x{n}") for n in range(40)])
        after = usage(tmp_path, NIGHT)
        assert after.tokens_reserved == standing > 0
        assert after.tokens_taken <= ceiling
        assert Why.CEILING in {a.why for a in answers}
        assert len(endpoint.requests) * 50 <= after.tokens_taken


def counted(body: dict[str, Any]) -> dict[str, Any]:
    return completion('{"ok": 2}', tokens=40)


@pytest.mark.parametrize("moment", ["while waiting", "before the id was told", "before it was made"])
def test_a_killed_process_leaves_its_batch_to_the_next(tmp_path: Path, moment: str) -> None:
    """The restarted process finds the batch, if there is one, and pays nothing twice."""
    batches = Batches(counted, looks=10**6)
    if moment == "before the id was told":
        batches.delay_s = 60.0

    def stuck() -> Reply | None:
        time.sleep(60.0)
        return None

    if moment == "before it was made":
        batches.fail["POST /files"] = stuck
    with serving(lambda request, number: said('{"ok": 1}'), route=batches) as endpoint:
        reached = {"while waiting": lambda: any(b["looks"] for b in batches.made.values()),
                   "before the id was told": lambda: bool(batches.made),
                   "before it was made": batches.busy.locked}[moment]  # fmt: skip
        killed_once(reached, tmp_path, endpoint.url, 9, "batch")
        rest = batches
        if moment == "before it was made":
            endpoint.route = rest = Batches(counted)
        rest.looks, rest.delay_s = 0, 0.0
        client = open_client(tmp_path, endpoint.url, batch=True, batch_from=5)
        assert client.usage().tokens_reserved > 0
        answers = client.ask_all([ask(n) for n in range(9)])
        assert [a.found for a in answers] == [{"ok": 1}] + [{"ok": 2}] * 8
        assert len(rest.made) == 1
        assert len(rest.lines) == 8
        assert len(endpoint.requests) == 1
        assert client.usage().tokens_taken == 50 + 8 * 40
        assert client.usage().tokens_reserved == 0
