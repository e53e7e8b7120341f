"""The ledger: the ceiling, the cache, the counts, and what dies with a process."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.words.model.asking import Why
from jobs.clients.llm import ledger as llm_ledger
from jobs.clients.llm.ledger import Ledger
from jobs.clients.llm.usage import Prices, usage
from jobs.clients.llm.wire import Capability, JsonMode, Reading, Tokens

NIGHT = "2026-05-20"


def ledger(home: Path, ceiling: int = 1000) -> Ledger:
    return Ledger(llm_ledger.at(home), ceiling)


def test_a_good_answer_is_kept_for_ever_a_bad_one_for_its_night(tmp_path: Path) -> None:
    made = ledger(tmp_path)
    made.keep("good", NIGHT, Reading(found={"a": 1}, raw='so: {"a": 1}', tokens=Tokens(5, 2)))
    made.keep("bad", NIGHT, Reading(why=Why.UNREADABLE, raw="la la"))
    again = ledger(tmp_path)
    kept, bad = again.answer("good", "2026-05-21"), again.answer("bad", NIGHT)
    assert kept is not None
    assert kept.found == {"a": 1}
    assert kept.cached
    assert kept.tokens_in == 0
    assert bad is not None
    assert bad.found is None
    assert bad.why is Why.UNREADABLE
    assert bad.raw == "la la"
    assert again.answer("bad", "2026-05-21") is None
    assert again.answer("other", NIGHT) is None


def test_reservations_hold_the_ceiling_and_settle_once(tmp_path: Path) -> None:
    made = ledger(tmp_path)
    first = made.reserve(NIGHT, 600)
    assert first is not None
    assert made.reserve(NIGHT, 500) is None
    assert made.room(NIGHT) == 400
    assert made.reserve("2026-05-21", 500) is not None
    made.settle(first, 100)
    made.settle(first, 100)
    assert made.taken(NIGHT) == 100
    assert usage(tmp_path, NIGHT).tokens_reserved == 0


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(1, 400), st.floats(0, 1)), max_size=30))
def test_taken_is_what_was_settled_and_what_stands(requests: list[tuple[int, float]]) -> None:
    with tempfile.TemporaryDirectory() as home:
        _spend(ledger(Path(home), 2000), requests)


def _spend(made: Ledger, requests: list[tuple[int, float]]) -> None:
    expected = 0
    for tokens, share in requests:
        held = made.reserve(NIGHT, tokens)
        assert (held is None) == (expected + tokens > 2000)
        if held is not None:
            spent = int(tokens * share)
            made.settle(held, spent)
            expected += spent
        assert made.taken(NIGHT) == expected <= 2000
    made.close()


def test_workers_of_one_home_share_the_ceiling(tmp_path: Path) -> None:
    ledgers = [ledger(tmp_path, 1000) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda n: ledgers[n % 4].reserve(NIGHT, 7), range(400)))
    assert sum(held is not None for held in got) == 1000 // 7
    assert len({held.id for held in got if held is not None}) == 1000 // 7


def test_a_process_killed_in_between_leaves_its_reservation_standing(tmp_path: Path) -> None:
    program = f"""
        import os, signal
        from pathlib import Path
        from jobs.clients.llm.ledger import Ledger, at
        made = Ledger(at(Path({str(tmp_path)!r})), 1000)
        made.settle(made.reserve({NIGHT!r}, 100), 30)
        made.reserve({NIGHT!r}, 700)
        with made.transaction() as db:
            db.execute("update taken set tokens = 0")
            os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False)
    assert done.returncode == -9
    assert ledger(tmp_path).taken(NIGHT) == 730
    assert ledger(tmp_path).reserve(NIGHT, 271) is None
    assert usage(tmp_path, NIGHT).tokens_reserved == 700


def test_capabilities_are_kept_with_their_night(tmp_path: Path) -> None:
    known = Capability(JsonMode.TOOL, "max_completion_tokens", temperature=False)
    ledger(tmp_path).learn("http://x", "m", known, NIGHT)
    assert ledger(tmp_path).capability("http://x", "m") == (known, NIGHT)
    assert ledger(tmp_path).capability("http://x", "n") is None


def test_usage_of_a_home_that_never_asked_is_zero(tmp_path: Path) -> None:
    nothing = usage(tmp_path, NIGHT)
    assert (nothing.asks, nothing.tokens_taken, nothing.failures) == (0, 0, {})
    assert not llm_ledger.at(tmp_path).exists()


def test_counts_add_up_and_become_money(tmp_path: Path) -> None:
    made = ledger(tmp_path)
    made.count(NIGHT, {"tokens_in": 1_000_000, "tokens_out": 100_000, "tokens_prefix": 600_000, "calls": 2})
    made.count(NIGHT, {"batch_tokens_in": 500_000, "why.down": 1, "fault.429": 2})
    made.count(NIGHT, ["why.down", "why.down"])
    found = usage(tmp_path, NIGHT)
    assert found.failures == {Why.DOWN: 3}
    assert found.faults == {"429": 2}
    assert found.calls == 2
    assert found.money(Prices(2.0, 8.0)) == pytest.approx(2.0 + 0.8 + 0.5)
    assert found.money(Prices(2.0, 8.0, tokens_prefix=0.2)) == pytest.approx(0.8 + 0.12 + 0.8 + 0.5)


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    made = ledger(tmp_path)

    def half_done() -> None:
        with made.transaction():
            made.count(NIGHT, ["calls"])
            made._db.execute("no such statement")

    with pytest.raises(sqlite3.OperationalError):
        half_done()
    assert usage(tmp_path, NIGHT).calls == 0


def test_odd_texts_are_kept(tmp_path: Path) -> None:
    made = ledger(tmp_path)
    for n, raw in enumerate(("\x00", "�", "😀", "x" * 100_000, "'; drop table paid; --", "")):
        made.keep(str(n), NIGHT, Reading(why=Why.UNREADABLE, raw=raw))
        kept = made.answer(str(n), NIGHT)
        assert kept is not None
        assert kept.raw == raw
    assert Ledger.key("a\ud800") != Ledger.key("a", "b") != Ledger.key("ab")
