"""One row that nobody foresaw: set aside with a reason, and the night goes on; a file beyond all bounds is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.night import Night
from jobs.ingest import run
from jobs.run.body import apply
from jobs.run.landing import newest_day
from schemas import TABLES
from schemas.delivery import LANDING
from schemas.errors import ContractError
from tests.deliveries import DS, plays, tracks, users, write_csv, write_jsonl, write_landing
from tests.jobs.commands.intake.sent import heard, liked, person, song
from tests.jobs.ingested import PARAMS, STAGE
from warehouse.landing import open_landing

ANY_SHARE = replace(PARAMS, max_quarantined_share=1.0)
LONG, HUGE = "x" * 5000, "x" * 900_000
# What is delivered -> why it is set aside; "" where it is kept.
MOMENTS = {
    "9999-12-31T23:59:59Z": "bad_value",
    "9999-01-01T00:00:00Z": "future_date",
    "0001-01-01T00:00:00Z": "bad_value",
    "0000-01-01T00:00:00Z": "bad_value",
    "-0001-01-01T00:00:00Z": "bad_value",
    "+10000-01-01T00:00:00Z": "bad_value",
    "1970-01-01T00:00:00Z": "out_of_range",
    "253402300800": "bad_value",
    "99999999999999999999": "bad_value",
    "-1": "bad_value",
    "1e400": "bad_value",
    "nan": "bad_value",
}
PLAYS: list[tuple[dict[str, Any], str]] = [
    *(({"played_at": at}, why) for at, why in MOMENTS.items()),
    *(({"listened_s": s}, "bad_value") for s in ("nan", "inf", "-inf", "1e999")),
    *(({"listened_s": s}, "out_of_range") for s in ("-1", "1e30")),
    ({"user_id": HUGE}, "too_long"),
    ({"track_id": LONG}, "too_long"),
    ({"user_id": "u\x001"}, "bad_value"),
    ({"track_id": "t\x1b[2J"}, "bad_value"),
]
TRACKS: list[tuple[dict[str, Any], str]] = [
    ({"audio_path": "a" * 5000}, "too_long"),
    ({"audio_path": "a" * 4000}, ""),
    ({"audio_path": "/".join(["ab"] * 1300)}, ""),
    ({"lyrics_path": "a" * 4000}, ""),
    ({"listener_tags": ["a\x00b"]}, "bad_value"),
    ({"listener_tags": ["x"] * 5000}, "too_long"),
    ({"listener_tags": [LONG]}, "too_long"),
    ({"title": LONG}, "too_long"),
    ({"added_on": "9999-12-31"}, "bad_value"),
    ({"added_on": "0001-01-01"}, "bad_value"),
    ({"release_date": "9999-12-31"}, "bad_value"),
    ({"duration_s": float("inf")}, "bad_value"),
    ({"duration_s": 10**400}, "bad_value"),
]
USERS: list[tuple[dict[str, Any], str]] = [
    ({"created_on": "9999-12-31"}, "bad_value"),
    ({"created_on": "0001-01-01"}, "bad_value"),
    ({"timezone": "../../etc/passwd"}, "bad_value"),
    ({"timezone": "UTC\x00"}, "bad_value"),
    ({"timezone": "A/" * 2000}, "bad_value"),
]
SIGNALS: list[tuple[dict[str, Any], str]] = [
    *(({"event_at": at}, why) for at, why in MOMENTS.items()),
    ({"subject_id": LONG}, "too_long"),
    ({"kind": "\x00"}, "bad_value"),
]


def ingested(home: Path) -> dict[str, pl.DataFrame]:
    """The night as it would run next: that of the lawful rows."""
    assert newest_day(home) == DS
    landing = open_landing(home)
    landing.digest()
    given = {n: landing.frame(n) if n in LANDING else TABLES[n].empty() for n in STAGE.reads}
    return apply(run, given, params=ANY_SHARE, night=Night(DS))


def refused(out: Mapping[str, pl.DataFrame], file: str) -> dict[int, str]:
    """Reasons by row of one file; every one says what was found, within bounds."""
    rows = out["quarantine"].filter(pl.col("source_file") == file)
    assert (rows["detail"].str.len_chars().is_between(1, 4200)).all()
    assert rows["row_key"].str.len_chars().max() is None or int(str(rows["row_key"].str.len_chars().max())) < 1000
    return {int(row): reason for row, reason in rows.select("source_row", "reason").iter_rows()}


@pytest.mark.parametrize("write", [write_csv, write_jsonl])
def test_poisoned_rows_are_set_aside_one_by_one(tmp_path: Path, write: Any) -> None:
    root, ending = write_landing(tmp_path), "csv" if write is write_csv else "jsonl"
    (root / "audio").mkdir()
    (root / "lyrics").mkdir()
    given = {
        "plays": [heard(n) | cells for n, (cells, _) in enumerate(PLAYS)],
        "users": [person(n) | cells for n, (cells, _) in enumerate(USERS)],
        "tracks": [song(n) | cells for n, (cells, _) in enumerate(TRACKS)],
        "feedback": [liked(n) | cells for n, (cells, _) in enumerate(SIGNALS)],
    }
    if write is write_csv:
        given["tracks"] = [{"audio_path": "", "lyrics_path": "", **row} for row in given["tracks"]]
    for table, rows in given.items():
        write(root / table / f"x.{ending}", rows)
    out = ingested(tmp_path)
    for table, expected in (("plays", PLAYS), ("users", USERS), ("tracks", TRACKS), ("feedback", SIGNALS)):
        wanted = {n: why for n, (_, why) in enumerate(expected, start=1) if why}
        assert refused(out, f"{table}/x.{ending}") == wanted, table
    assert out["plays"].height == len(plays())
    assert out["users"].height == len(users())
    assert out["tracks"].height == len(tracks()) + sum(not why for _, why in TRACKS)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_any_moment_that_parquet_can_hold_is_judged(tmp_path: Path, unit: Any) -> None:
    root = write_landing(tmp_path)
    held = [2**63 - 1, -(2**63) + 1, 0, -1, 2**62]
    rows = pl.DataFrame([heard(n) for n in range(len(held))]).with_columns(
        pl.Series("played_at", held, dtype=pl.Int64).cast(pl.Datetime(unit))
    )
    rows.write_parquet(root / "plays" / "x.parquet")
    out = ingested(tmp_path)
    assert len(refused(out, "plays/x.parquet")) == len(held)
    assert out["plays"].height == len(plays())


DEEP = 10_000
LINES = {
    "objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "lists": json.dumps(heard(1))[:-1] + ', "context_id": ' + "[" * DEEP + "]" * DEEP + "}",
    "unclosed": '{"a":' * DEEP,
    "nul": "\x00" * 100,
    "half a pair": json.dumps(heard(1) | {"track_id": "\ud800"}),
    "half a pair as a key": '{"\\ud800": 1}',
    "no object": "[1, 2]",
}


def test_lines_that_are_no_rows_are_set_aside(tmp_path: Path) -> None:
    root = write_landing(tmp_path)
    (root / "plays" / "x.jsonl").write_text("\n".join([*LINES.values(), json.dumps(heard(2) | {"user_id": "u2"})]))
    out = ingested(tmp_path)
    assert sorted(refused(out, "plays/x.jsonl")) == list(range(1, len(LINES) + 1))
    assert out["plays"].height == len(plays()) + 1


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.parquet"])
def test_a_line_of_200_mb_is_refused_by_name_and_never_held(tmp_path: Path, name: str) -> None:
    root = write_landing(tmp_path)
    with (root / "plays" / name).open("wb") as stream:
        stream.write(b"user_id,played_at,track_id,listened_s\n" if name == "x.csv" else b"{")
        stream.truncate(200 << 20)  # a hole in the disk: as long, and no time to write
    with pytest.raises(ContractError) as stopped:
        ingested(tmp_path)
    assert f"plays/{name}" in stopped.value.message
    assert stopped.value.fix
    assert len(stopped.value.message) < 500


def test_limits_may_be_raised_where_somebody_needs_it(tmp_path: Path) -> None:
    root = write_landing(tmp_path)
    write_jsonl(root / "tracks" / "x.jsonl", [song(1, title=LONG)])
    (tmp_path / "daily30.toml").write_text("[limits]\nmax_cell_chars = 6000\n")
    from jobs.run.landing import open_home

    assert open_home(tmp_path).frame("landing_tracks").height == len(tracks()) + 1


def test_days_of_the_lawful_rows_are_the_night_whatever_else_is_dated(tmp_path: Path) -> None:
    root = write_landing(tmp_path)
    write_csv(root / "plays" / "x.csv", [heard(n, played_at=f"9998-01-0{n}T00:00:00Z") for n in range(1, 10)])
    assert newest_day(tmp_path) == DS == date(2026, 3, 10)
