"""Listens of every service, file by file as they write them, into a landing and through a night."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from features.ingest.gates import IngestParams
from features.night import Night
from jobs.ingest import run
from jobs.pipeline import STAGES
from jobs.run.body import apply
from jobs.run.landing import newest_day
from schemas import TABLES
from schemas.delivery import LANDING
from tests.deliveries import write_jsonl
from tests.jobs.commands.intake.told import START, Take, listen, listens, spotify
from warehouse.landing import open_landing

pytestmark = pytest.mark.slow

MBID = "28b50c59-77e4-4254-a0bd-16797ddaa3c"


def night(home: Path, ds: date) -> dict[str, pl.DataFrame]:
    landing = open_landing(home)
    given = {n: landing.frame(n) if n in LANDING else TABLES[n].empty() for n in STAGES["ingest"].reads}
    return apply(run, given, params=IngestParams(expectations=False), night=Night(ds))


def landed(home: Path, table: str = "plays") -> pl.DataFrame:
    return open_landing(home).frame(f"landing_{table}")


def test_a_second_export_adds_and_the_same_again_changes_nothing(tmp_path: Path, take: Take) -> None:
    write_jsonl(tmp_path / "jan.jsonl", listens(10))
    write_jsonl(tmp_path / "feb.jsonl", listens(15))  # overlaps the first
    first = take(tmp_path / "jan.jsonl", "--user", "me", "--timezone", "Asia/Tokyo", "--language", "zh")
    second = take(tmp_path / "feb.jsonl", "--user", "me", "--timezone", "Europe/Rome")
    assert (first["plays"], first["new_users"], second["plays"], second["already_there"]) == (10, ["me"], 5, 10)
    assert landed(tmp_path / "home").height == 15
    before = {p: p.read_bytes() for p in (tmp_path / "home").rglob("*") if p.is_file()}
    for name in ("jan.jsonl", "feb.jsonl"):
        assert take(tmp_path / name, "--user", "me")["plays"] == 0
    assert {p: p.read_bytes() for p in (tmp_path / "home").rglob("*") if p.is_file()} == before
    assert landed(tmp_path / "home", "users")["timezone"].to_list() == ["Asia/Tokyo"], "settings stay"


def test_an_older_export_moves_the_days_back_and_nothing_else(tmp_path: Path, take: Take) -> None:
    write_jsonl(tmp_path / "new.jsonl", listens(10, every_s=43_200))
    write_jsonl(tmp_path / "old.jsonl", listens(5, START - 400 * 86_400))
    take(tmp_path / "new.jsonl", "--user", "me", "--timezone", "Asia/Tokyo")
    take(tmp_path / "old.jsonl", "--user", "me")
    out = night(tmp_path / "home", date(2025, 1, 25))
    assert out["plays"].height == 5, "the night of the first day knows listener and songs"
    assert out["users"]["timezone"].to_list() == ["Asia/Tokyo"]
    assert out["quarantine"].is_empty()


def test_listens_that_begin_before_the_song_can_have_ended_are_one(tmp_path: Path, take: Take) -> None:
    again = [{**row, "listened_at": row["listened_at"] + 5} for row in listens(30)]
    loop = [listen(START + 10**6 + 200 * n, "Loop", duration_ms=200_000) for n in range(10)]
    write_jsonl(tmp_path / "dbl.jsonl", [*listens(30), *again, *loop])
    said = take(tmp_path / "dbl.jsonl", "--user", "me")
    assert (said["plays"], said["told_twice"]) == (40, 30)
    assert night(tmp_path / "home", date(2026, 3, 12))["plays"].height == 40


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_three_services_tell_one_history(tmp_path: Path, take: Take, order: tuple[int, ...]) -> None:
    write_jsonl(tmp_path / "0.jsonl", listens(20))
    rows = [f"Artist,,Song {n % 5},{datetime.fromtimestamp(START + n * 400, UTC):%d %b %Y %H:%M}" for n in range(20)]
    (tmp_path / "1.csv").write_text("\n".join(rows))
    (tmp_path / "2.json").write_text(json.dumps(spotify(20)))
    files = sorted(p for p in tmp_path.iterdir() if p.stem.isdigit())
    for n in order:
        take(files[n], "--user", "me")
    out = night(tmp_path / "home", date(2026, 3, 1))
    assert out["plays"].height == 20
    assert out["plays"]["measured"].all(), "Spotify's seconds are the richest"
    assert out["quarantine"].is_empty()


def test_listens_found_in_one_folder_are_compared_too(tmp_path: Path, take: Take) -> None:
    write_jsonl(tmp_path / "all" / "lb" / "1.jsonl", listens(20))
    (tmp_path / "all" / "StreamingHistory_music_0.json").write_text(json.dumps(spotify(20)))
    (tmp_path / "all" / "cover.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "all" / "Payments.json").write_text('{"card": "1"}')
    said = take(tmp_path / "all", "--user", "me")
    assert (said["plays"], said["told_twice"], said["files"]) == (20, 20, 2)
    assert said["other_files"] == ["Payments.json", "cover.png"]


def test_what_one_export_lacks_another_adds(tmp_path: Path, take: Take) -> None:
    streams = spotify(20)
    (tmp_path / "account.json").write_text(json.dumps(streams))
    whole = [
        {
            "ts": f"{row['endTime'].replace(' ', 'T')}:17Z",
            "ms_played": row["msPlayed"],
            "master_metadata_track_name": row["trackName"],
            "master_metadata_album_artist_name": row["artistName"],
            "master_metadata_album_album_name": "Album",
            "reason_end": "trackdone",
        }
        for row in streams
    ]
    (tmp_path / "extended.json").write_text(json.dumps(whole))
    take(tmp_path / "account.json", "--user", "me")
    take(tmp_path / "extended.json", "--user", "me")
    out = night(tmp_path / "home", date(2026, 3, 1))
    assert out["plays"].height == 20
    assert out["plays"]["played_at"].dt.second().unique().to_list() == [57], "the second stays, not the minute"
    assert out["tracks"].select("duration_s", "album_title").unique().rows() == [(200.0, "Album")]
    assert out["quarantine"].is_empty()


def test_other_listeners_keep_their_songs_when_one_comes_with_recordings(tmp_path: Path, take: Take) -> None:
    write_jsonl(tmp_path / "ann.jsonl", listens(20))
    write_jsonl(tmp_path / "ben.jsonl", listens(20, START + 3600))
    mapped = listens(25)
    for n, row in enumerate(mapped):
        row["track_metadata"]["mbid_mapping"] = {"recording_mbid": f"{MBID}{n % 5}", "artist_mbids": []}
    write_jsonl(tmp_path / "ann2.jsonl", mapped)
    for name, user in (("ann", "ann"), ("ben", "ben"), ("ann2", "ann")):
        take(tmp_path / f"{name}.jsonl", "--user", user)
    out = night(tmp_path / "home", date(2026, 3, 1))
    assert out["plays"]["user_id"].value_counts().sort("user_id").rows() == [("ann", 25), ("ben", 20)]
    assert sorted(out["tracks"]["track_id"]) == [f"mb{MBID}{n}" for n in range(5)], "one song, one id"
    assert out["quarantine"].is_empty()


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_ids_do_not_depend_on_what_came_first(tmp_path: Path, take: Take, order: tuple[str, str]) -> None:
    plain, mapped = listens(5), listens(5, START + 86_400)
    for row in mapped:
        row["track_metadata"]["mbid_mapping"] = {"recording_mbid": f"{MBID}0"}
    write_jsonl(tmp_path / "a.jsonl", plain[:1])
    write_jsonl(tmp_path / "b.jsonl", mapped[:1])
    for name in order:
        take(tmp_path / f"{name}.jsonl", "--user", "me")
    out = night(tmp_path / "home", date(2026, 3, 2))
    assert out["plays"]["track_id"].to_list() == [f"mb{MBID}0"] * 2


def test_several_listeners_in_one_file(tmp_path: Path, take: Take) -> None:
    rows = [{**row, "user_name": name} for name in ("ann", "🎧 b.en") for row in listens(4)]
    write_jsonl(tmp_path / "both.jsonl", [*rows, listen(START)])
    code, said = take(tmp_path / "both.jsonl", "--user", "zoe")
    assert code == 2
    assert "2 listeners (ann, 🎧 b.en); none is called 'zoe'" in said
    said = take(tmp_path / "both.jsonl", "--user", "ann")
    assert (said["plays"], said["of_others"], said["users"]) == (4, 5, ["ann"])
    said = take(tmp_path / "both.jsonl")
    assert (said["plays"], said["already_there"], said["new_users"]) == (4, 4, ["🎧 b.en"])


def test_loves_and_hates_become_feedback(tmp_path: Path, take: Take) -> None:
    rows = listens(5)
    rows[0]["track_metadata"]["mbid_mapping"] = {"recording_mbid": f"{MBID}0"}
    write_jsonl(tmp_path / "x" / "listens" / "2026" / "3.jsonl", rows)
    loves = [
        {"recording_mbid": f"{MBID}{n}", "score": score, "created": START + n} for n, score in enumerate((-1, 1, 0))
    ]
    write_jsonl(tmp_path / "x" / "feedback.jsonl", loves)
    (tmp_path / "x" / "user.json").write_text('{"user_id": 7, "username": "rob"}')
    said = take(tmp_path / "x")
    assert (said["loves_and_hates"], said["loves_of_unknown_songs"]) == (1, 1)
    assert said["left_out"] == {"feedback taken back": 1}
    feedback = night(tmp_path / "home", date(2026, 3, 1))["feedback"]
    assert feedback.select("user_id", "kind", "subject_id").rows() == [("rob", "block_track", f"mb{MBID}0")]
    page = {"name": "Song 3", "artist": {"name": "Artist"}, "mbid": "", "date": {"uts": str(START + 9)}}
    loved = {"lovedtracks": {"track": [page], "@attr": {"user": "rob"}}}
    (tmp_path / "loved.json").write_text(json.dumps(loved))
    assert take(tmp_path / "loved.json")["loves_and_hates"] == 1
    assert take(tmp_path / "loved.json")["loves_and_hates"] == 0, "the same again changes nothing"
    assert night(tmp_path / "home", date(2026, 3, 1))["feedback"].height == 2


def test_archives_arrays_pages_and_odd_encodings(tmp_path: Path, take: Take) -> None:
    rows = listens(6)
    whole = json.dumps({"payload": {"count": 6, "user_id": "rob", "listens": rows}})
    (tmp_path / "page.json").write_text(whole)
    (tmp_path / "array.json").write_text(json.dumps(rows, indent=1))
    (tmp_path / "wide.json").write_bytes(whole.encode("utf-16"))
    (tmp_path / "bom.json").write_bytes(b"\xef\xbb\xbf" + whole.encode())
    (tmp_path / "packed.json.gz").write_bytes(gzip.compress(whole.encode()))
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("user.json", '{"username": "rob"}')
        archive.writestr("listens/2026/3.jsonl", "\n".join(map(json.dumps, rows)))
    for name in ("page.json", "array.json", "wide.json", "bom.json", "packed.json.gz", "export.zip"):
        said = take(tmp_path / name, *(["--user", "rob"] if name == "array.json" else []))
        assert said["plays"] + said["already_there"] == 6, name
        assert said["users"] == ["rob"]
    assert landed(tmp_path / "home").height == 6


def test_milliseconds_are_read_where_all_are_and_said(tmp_path: Path, take: Take) -> None:
    rows = [{**row, "listened_at": row["listened_at"] * 1000} for row in listens(20)]
    write_jsonl(tmp_path / "ms.jsonl", rows)
    said = take(tmp_path / "ms.jsonl", "--user", "me")
    assert said["plays"] == 20
    assert said["notes"] == ["ms.jsonl: all its times are milliseconds, not seconds, and were read as such"]
    write_jsonl(tmp_path / "some.jsonl", [*listens(20), *rows[:2]])
    said = take(tmp_path / "some.jsonl", "--user", "me")
    assert (said["already_there"], said["refused_lines"]) == (20, 2)
    assert "row 21: its time looks like milliseconds; divide it by 1,000" in said["first_refused"][0]
    write_jsonl(tmp_path / "most.jsonl", [*rows[:19], *listens(1)])
    code, said = take(tmp_path / "most.jsonl", "--user", "me")
    assert code == 3
    assert "19 of 20 rows (95%)" in said
    assert "milliseconds" in said


def test_a_pause_of_years_and_a_long_history_run(tmp_path: Path, take: Take) -> None:
    days = [datetime(2014, 1, 1, 9, tzinfo=UTC) + timedelta(days=n) for n in (*range(700), *range(1500, 2200))]
    rows = [listen(int(day.timestamp()) + 400 * n, f"Song {n}") for day in days for n in range(3)]
    write_jsonl(tmp_path / "x.jsonl", rows)
    assert take(tmp_path / "x.jsonl", "--user", "me")["plays"] == 4200
    assert newest_day(tmp_path / "home") == days[-1].date()
    write_jsonl(tmp_path / "clock.jsonl", [listen(int((days[-1] + timedelta(days=4000)).timestamp()))])
    assert take(tmp_path / "clock.jsonl", "--user", "me")["plays"] == 1
    assert newest_day(tmp_path / "home") == days[-1].date(), "a wrong clock moves no night"
    before = night(tmp_path / "home", days[400].date())
    after = night(tmp_path / "home", days[-1].date())
    refused = [("plays", "future_date"), ("tracks", "future_date")]  # the play of the wrong clock, and its song
    for out, plays in ((before, 401 * 3), (after, 4200)):
        assert out["plays"].height == plays
        assert out["quarantine"].select("table_name", "reason").rows() == refused


def test_a_quiet_day_of_a_sole_listener_is_no_fault(tmp_path: Path, take: Take) -> None:
    write_jsonl(tmp_path / "x.jsonl", [*listens(200, every_s=3000), listen(START + 8 * 86_400, "Song 1")])
    take(tmp_path / "x.jsonl", "--user", "me")
    assert newest_day(tmp_path / "home") == date(2026, 3, 8)
    assert night(tmp_path / "home", date(2026, 3, 9))["plays"].height == 201
