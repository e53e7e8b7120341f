"""What apps posted reaches the landing once, in files that a reader of deliveries takes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from jobs.commands.intake import feedback as handing
from jobs.commands.intake.feedback import Taken, take_feedback
from jobs.run.landing import landing_writer
from schemas.errors import OutsideServiceError
from warehouse.inbox import Event, Inbox

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
DS = date(2026, 11, 21)
AT = datetime(2026, 11, 21, 4, 0, 0, 123_456, tzinfo=UTC)
_US = int(AT.timestamp()) * 1_000_000 + 123_456
SENT = [
    Event("event-01", "u-1", "like_track", "t-1", _US),
    Event("event-02", "u-1", "block_artist", "a-1", _US),
    Event("event-03", "u-1", "complete", "t-1", _US),
    Event("event-04", "u-2", "skip", "t-2", _US, 12.5),
    Event("event-05", "用户三", "impression", "t-2", _US),
]


@pytest.fixture
def all_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing, "_due", lambda events, *_: [e.event_id for e in events if e.user_id != "nobody"])


def files(home: Path) -> dict[str, bytes]:
    return {p.relative_to(home).as_posix(): p.read_bytes() for p in (home / "landing").rglob("*.jsonl")}


def test_nothing_is_made_where_nobody_posted(tmp_path: Path) -> None:
    assert take_feedback(tmp_path, DS, NOW) is None
    assert list(tmp_path.iterdir()) == []


def test_a_home_without_a_night_lets_events_wait(tmp_path: Path) -> None:
    Inbox(tmp_path).add(SENT, NOW)
    assert take_feedback(tmp_path, DS, NOW) == Taken(waiting=5)
    assert not (tmp_path / "landing").exists()


@pytest.mark.usefixtures("all_known")
def test_signals_and_plays_are_deliveries(tmp_path: Path) -> None:
    Inbox(tmp_path).add([*SENT, Event("event-06", "nobody", "like_track", "t-1", _US)], NOW)
    taken = take_feedback(tmp_path, DS, NOW)
    assert taken == Taken(feedback=3, plays=2, waiting=1)
    assert str(taken).startswith("feedback of apps: 3 signals and 2 plays; 1 wait")
    landing = landing_writer(tmp_path)
    signals = landing.known("feedback").select("user_id", "event_at", "kind", "subject_id")
    assert signals.sort("kind").rows() == [
        ("u-1", AT, "block_artist", "a-1"), ("用户三", AT, "impression", "t-2"), ("u-1", AT, "like_track", "t-1"),
    ]  # fmt: skip
    plays = landing.known("plays").drop("source_file", "source_row").sort("user_id").to_dicts()
    of_list = {"played_at": AT, "origin": "recommended"}
    assert plays == [
        {"user_id": "u-1", "track_id": "t-1", "listened_s": 0.0, "skipped": False, "measured": False, **of_list},
        {"user_id": "u-2", "track_id": "t-2", "listened_s": 12.5, "skipped": True, "measured": True, **of_list},
    ]
    again = files(tmp_path)
    assert take_feedback(tmp_path, DS, NOW) == Taken(waiting=1)
    assert files(tmp_path) == again


@pytest.mark.usefixtures("all_known")
@pytest.mark.parametrize("dies_at", ["landing/feedback", "landing/plays", "finish"])
def test_who_dies_in_between_hands_over_the_same_again(
    tmp_path: Path, dies_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox(tmp_path)
    inbox.add(SENT, NOW)

    def dies(*_: object) -> None:
        raise OutsideServiceError("killed", fix="")

    with monkeypatch.context() as patched:
        if dies_at == "finish":
            patched.setattr(Inbox, "finish", dies)
        else:
            put = handing._put
            patched.setattr(
                handing, "_put", lambda h, t, rows: dies() if f"landing/{t}" == dies_at else put(h, t, rows)
            )
        with pytest.raises(OutsideServiceError, match="killed"):
            take_feedback(tmp_path, DS, NOW)
    inbox.add([Event("event-07", "u-2", "like_track", "t-1", _US)], NOW)
    assert take_feedback(tmp_path, DS, NOW) == Taken(feedback=3, plays=2, waiting=1)
    assert take_feedback(tmp_path, DS, NOW) == Taken(feedback=1)
    known = landing_writer(tmp_path)
    assert known.known("feedback").height == 4
    assert known.known("plays").height == 2


@pytest.mark.parametrize(
    ("at", "ds", "due"),
    [("2026-11-21T15:59:59Z", "2026-11-21", True),  # a minute to midnight in Shanghai
     ("2026-11-21T16:00:00Z", "2026-11-21", False),  # after it: the day that a later night closes
     ("2026-11-21T16:00:00Z", "2026-11-22", True),
     ("2026-11-21T15:59:59Z", None, True),  # apps alone tell of plays: days that are over
     ("2026-11-21T16:00:00Z", None, False)],
)  # fmt: skip
def test_events_go_to_the_night_that_closes_their_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, ds: str | None, due: bool
) -> None:
    frames = {
        "users": pl.DataFrame({"user_id": ["u-1"], "timezone": ["Asia/Shanghai"]}),
        "tracks": pl.DataFrame({"track_id": ["t-1"], "artist_id": ["a-1"], "featured_artist_ids": [["a-2"]]}),
    }
    night = SimpleNamespace(frame=frames.__getitem__)
    monkeypatch.setattr(handing, "LakeStore", lambda home: SimpleNamespace(current=lambda: ("2026-11-20", "x")))
    monkeypatch.setattr(handing, "Lake", lambda home: SimpleNamespace(night=lambda day: night))
    moment = int(datetime.fromisoformat(at).timestamp() * 1_000_000)
    sent = [
        Event("event-01", "u-1", "like_track", "t-1", moment),
        Event("event-02", "u-1", "block_artist", "a-2", moment),
        Event("event-03", "u-2", "like_track", "t-1", moment),
        Event("event-04", "u-1", "like_track", "t-2", moment),
        Event("event-05", "u-1", "block_artist", "a-3", moment),
    ]
    day = date.fromisoformat(ds) if ds else None
    assert handing._due(sent, tmp_path, day, NOW) == (["event-01", "event-02"] if due else [])


def test_an_inbox_that_cannot_be_read_is_told_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "feedback.sqlite").write_bytes(b"nonsense" * 100)
    taken = take_feedback(tmp_path, DS, NOW)
    assert taken is not None
    assert str(taken).startswith("feedback of apps waits: feedback ")
    assert "moved away" in str(taken)
