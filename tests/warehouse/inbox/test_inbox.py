"""Events are kept once each and handed over once each, whoever dies in between."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.errors import OutsideServiceError
from warehouse.inbox import Event, Inbox, InboxError, Kept
from warehouse.inbox.inbox import FILE, FOLDER, KEPT_DAYS

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def event(n: int, **other: object) -> Event:
    return replace(Event(f"event-{n:04}", "u-1", "like_track", f"t-{n}", n), **other)


def test_an_event_sent_again_is_the_same_and_another_under_its_id_is_told(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    assert not inbox.is_there
    assert inbox.add([event(1), event(2), event(1)], NOW) == Kept(2, ("event-0001",), ())
    assert inbox.add([event(2), event(2, user_id="u-2"), event(3)], NOW) == Kept(1, ("event-0002",), ("event-0002",))
    assert list(inbox.waiting()) == [event(1), event(2), event(3)]


def test_a_handover_that_ended_halfway_is_handed_over_again_and_nothing_else_with_it(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    inbox.add([event(1), event(2), event(3)], NOW)
    begun = inbox.begin(["event-0001", "event-0003"])
    assert begun == [event(1), event(3)]
    inbox.add([event(4)], NOW)
    assert Inbox(tmp_path).begin(["event-0002", "event-0004"]) == begun
    inbox.finish(begun, NOW)
    assert list(inbox.waiting()) == [event(2), event(4)]
    assert inbox.begin([]) == []
    assert inbox.begin(["event-0002"]) == [event(2)]


def test_ids_are_known_long_after_and_not_for_ever(tmp_path: Path) -> None:
    inbox, later = Inbox(tmp_path), NOW + timedelta(days=KEPT_DAYS)
    inbox.add([event(1), event(2)], NOW)
    inbox.finish(inbox.begin(["event-0001"]), NOW)
    assert inbox.add([event(1)], later) == Kept(0, ("event-0001",), ())
    inbox.finish([], later)
    assert list(inbox.waiting()) == [event(2)]
    inbox.finish([], later + timedelta(seconds=1))
    assert list(inbox.waiting()) == []
    assert inbox.add([event(1)], later) == Kept(1, (), ())


def test_nothing_is_kept_of_what_cannot_be_kept_whole(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    inbox.add([event(1)], NOW)
    with pytest.raises(OutsideServiceError, match=FILE):
        inbox.add([event(2), event(3, user_id=None)], NOW)
    assert list(inbox.waiting()) == [event(1)]


def test_many_at_once(tmp_path: Path) -> None:
    kept: list[Kept] = []

    def send() -> None:
        triples = ([event(n), event(n + 1), event(n + 2)] for n in range(0, 60, 3))
        kept.extend(Inbox(tmp_path).add(three, NOW) for three in triples)

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(k.accepted for k in kept) == 60
    assert sum(len(k.repeated) for k in kept) == 120
    assert len(list(Inbox(tmp_path).waiting())) == 60


def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / FILE).write_bytes(b"no database" * 99)
    with pytest.raises(OutsideServiceError, match="not a database") as told:
        Inbox(tmp_path).add([event(1)], NOW)
    assert "moved away" in str(told.value.fix)


def test_a_full_inbox_takes_nothing_more_and_keeps_what_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox(tmp_path)
    inbox.add([event(1)], NOW)
    monkeypatch.setattr("warehouse.inbox.inbox.MOST_BYTES", 1000)
    with pytest.raises(InboxError, match="is full"):
        inbox.add([event(2)], NOW)
    assert list(inbox.waiting()) == [event(1)]
    assert inbox.waiting_count() == 1


def test_it_is_in_a_file_that_survives_a_kill(tmp_path: Path) -> None:
    """What add() returned for is on disk: a reader that opens the file on its own finds it."""
    Inbox(tmp_path).add([event(1)], NOW)
    with sqlite3.connect(tmp_path / FOLDER / FILE) as db:
        assert db.execute("SELECT event_id, taken FROM events").fetchall() == [("event-0001", 0)]
