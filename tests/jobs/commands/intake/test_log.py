"""A log of ids only into a landing, and what the ingest of a night makes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.jobs.commands.intake.sent import answer, files_of
from tests.jobs.commands.intake.test_listens import landed, night

START = int(datetime(2026, 3, 1, 9, tzinfo=UTC).timestamp())
PLAYS = pl.DataFrame({"user": [0, 0, 1, 1], "track": [7, 8, 7, 9], "ts": [START + n * 86_400 for n in range(4)]})
SONGS = pl.DataFrame({"track": [7, 8, 9, 10], "artist": [1, 1, 2, 2]})


@pytest.fixture
def take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(plays: pl.DataFrame, name: str = "real.parquet", *args: str, songs: pl.DataFrame = SONGS) -> Any:
        write = plays.write_csv if name.endswith(".csv") else plays.write_parquet
        write(tmp_path / name)
        songs.write_csv(tmp_path / "songs.csv")
        given = ["ingest", "log", str(tmp_path / name), "--tracks", str(tmp_path / "songs.csv")]
        return answer(capsys, *given, *args, "--home", tmp_path / "home")

    return call


def test_a_night_knows_each_song_and_listener_from_the_first_play_on(tmp_path: Path, take: Any) -> None:
    take(PLAYS)
    out = night(tmp_path / "home", date(2026, 3, 2))
    assert out["plays"].select("user_id", "track_id", "measured", "completion", "skipped").rows() == [
        ("0", "7", False, 1.0, False),
        ("0", "8", False, 1.0, False),
    ]
    assert out["users"]["user_id"].to_list() == ["0"]
    known = out["tracks"].sort("track_id").select("track_id", "title", "artist_name", "playable")
    assert known.row(0) == ("7", "Track 7", "Artist 1", True)
    assert known["track_id"].to_list() == ["7", "8"], "9 is first heard later: to know it now would tell on it"
    assert out["quarantine"].is_empty()


def added(tmp_path: Path) -> dict[str, date]:
    return dict(landed(tmp_path / "home", "tracks").select("track_id", "added_on").iter_rows())


def test_a_song_that_nobody_plays_is_known_from_the_last_day_on_or_from_its_own(tmp_path: Path, take: Any) -> None:
    take(PLAYS)
    first = {"7": date(2026, 3, 1), "8": date(2026, 3, 2), "9": date(2026, 3, 4), "10": date(2026, 3, 4)}
    assert added(tmp_path) == first
    clock = pl.DataFrame({"user": [1], "track": [7], "ts": [START + 3650 * 86_400]})
    lively = [PLAYS.with_columns(ts=pl.col("ts") + 86_400 * day + 600 * n) for n in range(5) for day in (0, 9)]
    longer = pl.concat([*lively, clock])
    take(longer, songs=pl.concat([SONGS, pl.DataFrame({"track": [11], "artist": [3]})]))
    assert added(tmp_path) == {**first, "11": date(2026, 3, 13)}, "what was known stays; a wrong clock is no last day"


def test_a_day_of_its_own_goes_before_all_but_an_earlier_play(tmp_path: Path, take: Any) -> None:
    told = SONGS.with_columns(added_on=pl.Series(["2026-03-03", "2020-05-01", "", "2026-02-27"]))
    take(PLAYS, songs=told)
    assert list(added(tmp_path).values()) == [
        date(2026, 2, 27), date(2026, 3, 1), date(2020, 5, 1), date(2026, 3, 4)
    ]  # fmt: skip
    code, said = take(PLAYS, "other.csv", songs=pl.DataFrame({"track": [12], "artist": [3], "date": ["last spring"]}))
    assert code == 3
    assert f"{tmp_path / 'songs.csv'}: 1 of 1 rows cannot be read" in said
    assert "added_on = 'last spring' is no date" in said


@pytest.mark.parametrize(
    "ts", [PLAYS["ts"], pl.from_epoch(PLAYS["ts"]), pl.from_epoch(PLAYS["ts"]).dt.replace_time_zone("UTC")]
)
def test_west_of_utc_the_first_play_may_be_on_the_day_before(tmp_path: Path, take: Any, ts: pl.Series) -> None:
    take(PLAYS.with_columns(ts=ts), "real.parquet", "--timezone", "Pacific/Honolulu")  # 9 in UTC is 23 there
    out = night(tmp_path / "home", date(2026, 2, 28))
    assert (out["plays"].height, out["users"].height, out["quarantine"].height) == (1, 1, 0)


def test_a_log_read_twice_is_there_once_and_a_grown_one_takes_its_place(tmp_path: Path, take: Any) -> None:
    take(PLAYS.head(3))
    once = files_of(tmp_path / "home")
    take(PLAYS.head(3))
    assert files_of(tmp_path / "home") == once
    take(PLAYS)
    take(PLAYS.tail(1), "other.csv")  # the same play in another file
    assert night(tmp_path / "home", date(2026, 3, 4))["plays"].height == 4
    assert landed(tmp_path / "home", "tracks")["track_id"].is_unique().all()


def test_rows_that_are_no_plays_are_counted_and_named(take: Any) -> None:
    broken = pl.DataFrame({"user": ["2", None, "2"], "track": ["7", "7", "8"], "ts": ["soon", str(START), "9"]})
    taken = take(pl.concat([PLAYS.cast(pl.String), broken]), "log.csv")
    assert taken["refused_rows"] == 3
    assert taken["first_refused"] == [
        "log.csv row 5 bad_value: played_at = 'soon' is no timestamp",
        "log.csv row 6 null_key: user_id is empty",
        "log.csv row 7 bad_value: played_at = '9' is no timestamp",
    ]


def test_what_is_no_log_is_refused_whole(tmp_path: Path, take: Any) -> None:
    code, told = take(PLAYS.rename({"ts": "when"}))
    assert (code, "column 'ts' is missing" in told, "ts or timestamp" in told) == (3, True, True)
    code, told = take(PLAYS.with_columns(ts=pl.lit(5)))
    assert code == 3
    assert str(tmp_path / "real.parquet") in told
    assert not files_of(tmp_path / "home")
