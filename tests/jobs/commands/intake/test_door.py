"""A delivery at the door: what no night could use is refused with row and reason, the rest is taken and counted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jobs.commands.intake import door
from tests.deliveries import DS, tracks, users, write_csv
from tests.jobs.commands.intake.sent import files_of, heard, liked, person, song
from warehouse.landing.delivery import read_delivery

pytestmark = pytest.mark.slow

Rows = list[dict[str, Any]]


@pytest.mark.parametrize(
    ("name", "row", "cells", "words"),
    [
        ("users.csv", person, {"timezone": "GMT+8"}, "timezone = GMT+8: is no IANA time zone"),
        ("users.csv", person, {"timezone": "China Standard Time"}, "is no IANA time zone"),
        ("users.csv", person, {"language": "ja"}, "language = ja"),
        ("users.csv", person, {"language": "EN"}, "language = EN"),
        ("users.csv", person, {"created_on": "2026-02-30"}, "created_on = '2026-02-30' is no date"),
        ("users.csv", person, {"created_on": "9999-12-31"}, "is no date"),
        ("users.csv", person, {"created_on": "2031-01-01"}, "beyond 2026-04-10"),
        ("plays.csv", heard, {"track_id": "nowhere"}, "track_id = nowhere: nothing of that id"),
        ("plays.csv", heard, {"user_id": "nobody"}, "user_id = nobody: nothing of that id"),
        ("plays.csv", heard, {"listened_s": -1}, "listened_s = -1"),
        ("plays.csv", heard, {"played_at": "1969-12-31T23:59:59Z"}, "before 2000-01-01"),
        ("plays.csv", heard, {"played_at": "0001-01-01T00:00:00Z"}, "is no timestamp"),
        ("plays.csv", heard, {"played_at": "1794009600"}, "is no timestamp"),
        ("feedback.csv", liked, {"kind": "adore"}, "kind = adore"),
        ("feedback.csv", liked, {"subject_id": "nowhere"}, "subject_id = nowhere"),
        ("tracks.jsonl", song, {"audio_path": "../../etc/passwd"}, "leads out of its folder"),
        ("tracks.jsonl", song, {"title": "a" * 30_000}, "title has 30000 characters"),
        ("tracks.jsonl", song, {"added_on": "soon"}, "added_on = 'soon' is no date"),
    ],
)
@pytest.mark.parametrize("number", [1, 20])
def test_a_delivery_without_a_usable_row_is_refused_and_changes_nothing(
    home: Path,
    deliver: Callable[..., Any],
    name: str,
    row: Callable[..., dict[str, Any]],
    cells: dict[str, Any],
    words: str,
    number: int,
) -> None:
    before = files_of(home)
    code, error, fix = deliver(name, [row(n, **cells) for n in range(number)])
    assert code == 3
    assert f"{number}" in error
    assert "row 1" in error
    assert words in error
    assert "nothing was taken" in fix
    assert files_of(home) == before


def test_a_partly_bad_delivery_is_taken_with_counts_and_its_first_bad_rows(deliver: Callable[..., Any]) -> None:
    rows = [person(n) for n in range(6)] + [person(6, timezone="GMT+8"), person(7, created_on="x")]
    said = deliver("users.csv", rows)
    assert (said["rows"], said["refused_rows"]) == (8, 2)
    assert said["checked"] == ["users.csv: 8 rows of users, 1 unreadable, 1 bad_value"]
    assert said["first_refused"][0] == "users.csv row 7 bad_value: timezone = GMT+8: is no IANA time zone"
    assert said["first_refused"][1].startswith("users.csv row 8 bad_value: created_on = 'x' is no date")
    assert "stay out of every night" in said["next"][0]
    assert said["next"][-1] == f"daily30 nightly (the night of {DS})"


def test_a_delivery_that_would_stop_the_next_night_is_refused_with_the_nights_figures(
    home: Path, deliver: Callable[..., Any]
) -> None:
    before = files_of(home)
    many = [person(n) for n in range(3)] + [person(n, timezone="GMT+8") for n in range(3, 15)]
    code, error, fix = deliver("users.csv", many)
    assert (code, "12 of 19 delivered rows (63.2%) were refused" in error) == (3, True), error
    assert "max_quarantined_share" in fix
    strangers = [heard(n, user_id="nobody") for n in range(30)] + [heard(n) for n in range(30, 40)]
    code, error, _ = deliver("plays.csv", strangers)
    assert (code, "only 154 of 184 plays" in error, "First unknown: 'nobody'" in error) == (3, True, True), error
    assert files_of(home) == before


def test_what_stopped_the_night_before_is_not_held_against_a_delivery(home: Path, deliver: Callable[..., Any]) -> None:
    write_csv(home / "landing" / "users" / "bad.csv", [person(n, timezone="GMT+8") for n in range(20)])
    said = deliver("tracks.jsonl", [song(1)])
    assert "users: 20 of 24" in said["next"][0]


def test_a_day_that_is_still_thin_is_taken_and_told(home: Path, deliver: Callable[..., Any]) -> None:
    tomorrow = str(DS + timedelta(days=1))
    said = deliver("plays.csv", [heard(n, played_at=f"{tomorrow}T13:{n:02}:00Z") for n in range(2)])
    assert f"the night of {tomorrow} would stop: plays: 2 on {tomorrow}" in said["next"][0]


def test_an_empty_home_may_be_filled_in_any_order(home: Path, deliver: Callable[..., Any]) -> None:
    shutil.rmtree(home)
    home.mkdir()
    assert "needs tracks, users" in deliver("plays.csv", [heard(n) for n in range(30)])["next"][0]
    assert "needs tracks" in deliver("users.csv", users())["next"][0]
    assert deliver("tracks.csv", [{**t, "listener_tags": []} for t in tracks()])["next"] == [
        f"daily30 nightly (the night of {DS})"
    ]


def test_a_landing_that_cannot_be_read_is_told_and_mended_by_delivering(
    home: Path, deliver: Callable[..., Any]
) -> None:
    (home / "landing" / "plays" / "torn.csv").write_text("what,ever\n1,2\n")
    assert "plays/torn.csv" in deliver("tracks.jsonl", [song(1)])["next"][0]


def test_a_large_landing_is_not_read_again(
    home: Path, deliver: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "READ_WHOLE_BYTES", 100)
    read: list[str] = []

    def noted(path: Path, table: str, **more: Any) -> Any:
        read.append(table)
        return read_delivery(path, table, **more)

    monkeypatch.setattr(door, "read_delivery", noted)
    said = deliver("plays.csv", [heard(n, track_id="new") for n in range(12)] + [heard(n) for n in range(12, 40)])
    assert said["refused_rows"] == 12, "12 of 184 is what the night forgives"
    assert "plays" not in read
    assert deliver("plays-b.csv", [heard(n, track_id="new") for n in range(30)] + [heard(30)])[0] == 3


def test_a_parquet_delivery_with_dates_outside_the_calendar_is_refused(
    home: Path, tmp_path: Path, deliver: Callable[..., Any]
) -> None:
    for number, value in enumerate((2**62, -(2**62), 253402300800 * 10**6)):
        at = pl.Series([value] * 3).cast(pl.Datetime("us", "UTC"))
        path = tmp_path / "sent" / f"plays-{number}.parquet"
        path.parent.mkdir(exist_ok=True)
        pl.DataFrame([heard(n) for n in range(3)]).with_columns(played_at=at).write_parquet(path)
        code, error, _ = deliver(path.name)
        assert (code, "is no timestamp" in error) == (3, True), error
