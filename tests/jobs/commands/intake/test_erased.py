"""Deliveries that tell of erased users: nothing of them is taken, however it comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jobs.run.landing import open_home
from tests.deliveries import plays, users
from tests.jobs.commands.intake.sent import answer
from warehouse.erasure.register import register
from warehouse.inbox import Event, Inbox


@pytest.fixture
def erased(home: Path) -> str:
    """Somebody of the lawful landing, in the register."""
    user: str = users()[0]["user_id"]
    register(home, user, {})
    return user


def holds(home: Path, user: str) -> list[str]:
    """Files that hold the user, but for those that were there before."""
    found = []
    for path in (p for p in home.rglob("*") if p.is_file() and "sent" not in p.name):
        data = path.read_bytes()
        if path.suffix == ".parquet":
            data = str(pl.read_parquet(path).to_dicts()).encode()
        if f"{user}," in data.decode("utf-8", "replace") or f"'{user}'" in data.decode("utf-8", "replace"):
            found.append(path.relative_to(home).as_posix())
    return sorted(found)


def test_the_landing_is_read_without_them(home: Path, erased: str) -> None:
    landing = open_home(home)
    assert erased not in landing.frame("landing_plays")["user_id"].to_list()
    assert landing.frame("landing_users").height == len(users()) - 1
    assert landing.frame("landing_tracks").height == 5


def test_who_was_erased_is_part_of_what_a_night_is_made_from(home: Path) -> None:
    before = open_home(home).digest()
    register(home, users()[0]["user_id"], {})
    after = open_home(home).digest()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"landing_users", "landing_plays", "landing_feedback", "landing_unreadable"}


def test_a_delivery_is_copied_without_them(home: Path, erased: str, deliver: Callable[..., Any]) -> None:
    before = holds(home, erased)
    other = users()[1]["user_id"]
    rows = [row for row in plays(days=1) if row["user_id"] in (erased, other)]
    told = deliver("plays-new.jsonl", rows)
    assert (told["erased_rows"], told["rows"]) == (3, 3)
    assert any("3 rows of users who were erased" in line for line in told["left_out"])
    assert holds(home, erased) == before
    written = (home / "landing" / "plays" / "plays-new.jsonl").read_text()
    assert [json.loads(line)["user_id"] for line in written.splitlines()] == [other] * 3


def test_the_same_delivery_twice_is_one_file(home: Path, erased: str, deliver: Callable[..., Any]) -> None:
    deliver("users-new.csv", users())
    deliver("users-new.csv", users())
    assert [p.name for p in (home / "landing" / "users").iterdir()] == ["users-new.csv"]
    assert erased not in (home / "landing" / "users" / "users-new.csv").read_text()


def test_a_delivery_of_theirs_alone_leaves_nothing(home: Path, erased: str, deliver: Callable[..., Any]) -> None:
    told = deliver("plays-new.csv", [row for row in plays(days=2) if row["user_id"] == erased])
    assert (told["files"], told["erased_rows"]) == (0, 6)
    assert not (home / "landing" / "plays" / "plays-new.csv").exists()


def test_a_log_is_taken_without_them(
    home: Path, erased: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, log = holds(home, erased), tmp_path / "log.csv"
    rows = [f"{user},s{n},{1_760_000_000 + 300 * n}" for user in (erased, f"{erased}0") for n in range(20)]
    log.write_text("user,track,ts\n" + "\n".join(rows) + "\n")
    told = answer(capsys, "ingest", "log", log, "--home", home)
    assert told["erased_rows"] >= 20
    assert holds(home, erased) == before
    assert f"{erased}0" in open_home(home).frame("landing_users")["user_id"].to_list()


def test_feedback_of_theirs_is_answered_and_not_kept(home: Path, erased: str) -> None:
    inbox = Inbox(home)
    events = [Event(f"event-{n}", user, "like_track", "t0", 1) for n, user in enumerate((erased, "u-else"))]
    kept = inbox.add(events, datetime(2026, 3, 1, tzinfo=UTC))
    assert (kept.accepted, kept.repeated, kept.other) == (2, (), ())
    assert [event.user_id for event in inbox.waiting()] == ["u-else"]
