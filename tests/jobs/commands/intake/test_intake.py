"""Music, listens and deliveries land whole, twice is once, and the night runs over all of it."""

from __future__ import annotations

import csv
import json
import os
import wave
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.ingest.gates import IngestParams
from features.night import Night
from jobs.cli import main
from jobs.cli.common import console
from jobs.ingest import run
from jobs.pipeline import STAGES
from jobs.run.body import apply
from schemas import TABLES
from schemas.delivery import LANDING
from tests.deliveries import DS, plays, tracks, users, write_csv, write_jsonl, write_landing
from warehouse.landing import open_landing

pytestmark = pytest.mark.slow

Call = Callable[..., Any]
PARAMS = IngestParams(expectations=False)


def tone(path: Path, seconds: float = 0.2, byte: int = 1) -> None:
    """A little mono WAV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes([byte, 0]) * int(8000 * seconds))


@pytest.fixture
def ingest(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run ``daily30 ingest ... --json``: its answer, or the error's exit code and message."""

    def call(*args: object) -> Any:
        try:
            main(["ingest", *map(str, args), "--json"])
        except SystemExit as stop:
            if stop.code:
                return stop.code, json.loads(capsys.readouterr().err.splitlines()[-1])["error"]
        return json.loads(capsys.readouterr().out)

    return call


def night(home: Path) -> dict[str, pl.DataFrame]:
    return apply(run, given(home), params=PARAMS, night=Night(DS))


def given(home: Path) -> dict[str, pl.DataFrame]:
    """What the first night of a home reads."""
    landing = open_landing(home)
    return {n: landing.frame(n) if n in LANDING else TABLES[n].empty() for n in STAGES["ingest"].reads}


def files_of(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def test_a_folder_of_music_joins_the_catalogue(tmp_path: Path, ingest: Call) -> None:
    home, music = tmp_path / "home", tmp_path / "my music"
    root = write_landing(home)
    tone(music / "日本" / "Artist - 曲.wav", 0.5)
    tone(music / "copy.wav", 0.5)
    tone(music / "other.WAV", 0.25, byte=3)
    (music / "playlist.mp3").write_text("#EXTM3U\n/etc/hostname\n")
    (music / "notes.txt").write_text("no music")
    (music / "empty.mp3").touch()
    write_csv(tmp_path / "m.csv", [{"path": "other.WAV", "title": "Named", "artist": "Someone", "mood_label": "happy"}])
    said = ingest("folder", music, "--manifest", tmp_path / "m.csv", "--home", home)
    assert (said["files"], said["tracks"], said["named_in_manifest"], said["without_length"]) == (3, 2, 1, 0)
    assert said["added_on"] == str(DS)
    out = night(home)
    new = out["tracks"].filter(pl.col("audio_path").str.starts_with("my-music/")).sort("title")
    assert new.select("title", "artist_name", "duration_s").rows() == [
        ("Named", "Someone", 0.25),
        ("copy", None, 0.5),
    ]
    assert new["audio_sha256"].null_count() == 0
    assert {reason: told["count"] for reason, told in said["skipped"].items()} == {"not_audio": 1, "empty_file": 1}
    assert out["tracks"].height == len(tracks()) + 2
    assert out["plays"].height == len(plays())
    before = files_of(root)
    ingest("folder", music, "--manifest", tmp_path / "m.csv", "--home", home)
    assert files_of(root) == before, "the same folder again changes nothing"


LISTENS = [
    {"listened_at": int(datetime(2026, 3, d, 9).timestamp()), "user_name": "rob", "track_metadata": told}
    for d in (8, 9, 10)
    for told in (
        {"track_name": "歌 1", "artist_name": "ünïcode 1"},
        {"track_name": "Elsewhere", "artist_name": "Nobody", "additional_info": {"duration_ms": 61000}},
    )
]


def test_a_listenbrainz_export_becomes_plays_tracks_and_a_user(tmp_path: Path, ingest: Call) -> None:
    home, export = tmp_path / "home", tmp_path / "export"
    root = write_landing(home)
    write_jsonl(export / "listens" / "2026" / "3.jsonl", LISTENS)
    (export / "user.json").write_text(json.dumps({"user_id": 1, "username": "rob"}))
    said = ingest("listenbrainz", export, "--home", home, "--timezone", "Asia/Tokyo")
    assert (said["user"], said["new_user"], said["plays"], said["new_tracks"]) == ("rob", True, 6, 1)
    assert said["of_known_tracks"] == 3
    out = night(home)
    assert out["quarantine"].is_empty()
    mine = out["plays"].filter(user_id="rob")
    assert mine.height == 6
    assert mine.filter(track_id="t1").height == 3
    assert mine["completion"].to_list() == [1.0] * 6
    assert out["users"].filter(user_id="rob")["timezone"].item() == "Asia/Tokyo"
    before = files_of(root)
    ingest("listenbrainz", export / "listens" / "2026" / "3.jsonl", "--home", home, "--timezone", "Asia/Tokyo")
    assert files_of(root) == before, "the same export again changes nothing"


def test_an_export_may_come_to_an_empty_home_or_a_known_listener(tmp_path: Path, ingest: Call) -> None:
    write_jsonl(tmp_path / "x.jsonl", LISTENS)
    assert ingest("listenbrainz", tmp_path / "x.jsonl", "--home", tmp_path / "new")["new_tracks"] == 2
    assert night(tmp_path / "new")["plays"].height == 6
    write_landing(tmp_path / "old")
    said = ingest("listenbrainz", tmp_path / "x.jsonl", "--home", tmp_path / "old", "--user", "u1")
    assert said["new_user"] is False
    assert night(tmp_path / "old")["plays"].filter(user_id="u1").height == len(plays()) / 4 + 6


def test_of_many_files_those_with_faults_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "width", 400)  # read once, when the first command ran in this process
    for day in range(20):
        write_csv(tmp_path / "sent" / "plays" / f"{day}.csv", plays()[:2])
    write_csv(tmp_path / "sent" / "plays" / "bad.csv", [{**plays()[0], "listened_s": -5}])
    with pytest.raises(SystemExit) as end:
        main(["ingest", "delivery", str(tmp_path / "sent"), "--home", str(tmp_path / "home")])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert "bad.csv: 1 rows of plays, 0 unreadable, 1 out_of_range" in out
    assert "20 files without a fault" in out
    assert "7.csv" not in out


def test_deliveries_of_every_kind_land(tmp_path: Path, ingest: Call) -> None:
    home, sent = tmp_path / "home", tmp_path / "sent"
    write_jsonl(sent / "tracks.jsonl", [{**t, "audio_path": "x.wav", "lyrics_path": "w.lrc"} for t in tracks()])
    write_csv(sent / "users.csv", users())
    write_csv(sent / "plays" / "a b" / "ds=1.csv", [*plays(), {**plays()[0], "listened_s": -5}])
    tone(sent / "audio" / "x.wav")
    (sent / "lyrics").mkdir()
    (sent / "lyrics" / "w.lrc").write_text("[00:01.00]hello there")
    os.symlink("/etc/hostname", sent / "audio" / "link.wav")  # noqa: PTH211
    said = ingest("delivery", sent, "--home", home)
    assert said["tables"] == ["plays", "tracks", "users"]
    assert "plays/a b/ds=1.csv: 145 rows of plays, 0 unreadable, 1 out_of_range" in said["checked"]
    assert said["audio_and_lyrics"] == 2
    out = night(home)
    assert out["quarantine"]["reason"].to_list() == ["out_of_range"]
    assert out["tracks"]["audio_sha256"].null_count() == 0
    assert out["lyrics"].height == 5
    pl.DataFrame(plays()).write_parquet(tmp_path / "plays-again.parquet")
    assert ingest("delivery", tmp_path / "plays-again.parquet", "--home", home)["tables"] == ["plays"]
    again = night(home)
    assert again["plays"].equals(out["plays"])
    assert again["ingest_counts"].filter(table_name="plays")["rows_duplicate"].item() == len(plays())


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (lambda p: write_csv(p / "plays.csv", [{"user": "u", "played_at": "x"}]), 3, "column 'user_id' is missing"),
        (lambda p: write_csv(p / "users.csv", [{**users()[0], "gender": "f"}]), 3, "sensitive"),
        (lambda p: write_csv(p / "users.csv", [{**u, "created_on": "soon"} for u in users()]), 3, "4 of 4 rows"),
        (lambda p: (p / "notes.txt").write_text(""), 3, "holds no delivery"),
        (lambda p: (p / "plays.csv").mkdir(), 3, "folder where a file is expected"),
    ],
)
def test_a_bad_delivery_changes_nothing(
    tmp_path: Path, ingest: Call, make: Callable[[Path], object], code: int, words: str
) -> None:
    root = write_landing(tmp_path / "home")
    before = files_of(root)
    sent = tmp_path / "sent"
    sent.mkdir()
    write_jsonl(sent / "tracks.jsonl", tracks())
    if "holds no" in words:
        (sent / "tracks.jsonl").unlink()
    make(sent)
    got, message = ingest("delivery", sent, "--home", tmp_path / "home")
    assert (got, words in message) == (code, True), message
    assert files_of(root) == before


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["delivery", "missing.csv"], 3, "does not exist"),
        (["delivery", "m.csv"], 2, "does not say what it holds"),
        (["delivery", "m.csv", "--table", "lyrics"], 2, "is not delivered as a table"),
        (["folder", "missing"], 3, "does not exist"),
        (["folder", "m.csv"], 3, "is not a folder"),
        (["folder", "."], 3, "holds no music"),
        (["folder", "music", "--manifest", "m.csv"], 3, "no column 'path'"),
        (["listenbrainz", "missing.jsonl"], 3, "not readable"),
        (["listenbrainz", "m.csv"], 3, "holds no listens"),
        (["listenbrainz", "l.jsonl"], 2, "whose listens"),
        (["listenbrainz", "l.jsonl", "--user", "x", "--timezone", "Mars/Base"], 2, "not known"),
        (["listenbrainz", "l.jsonl", "--user", "x", "--home", "m.csv"], 2, "is no folder"),
    ],
)
def test_mistakes_are_named(
    tmp_path: Path, ingest: Call, monkeypatch: pytest.MonkeyPatch, args: list[str], code: int, words: str
) -> None:
    (tmp_path / "m.csv").write_text("a,b\n1,2\n")
    write_jsonl(tmp_path / "l.jsonl", [{k: v for k, v in row.items() if k != "user_name"} for row in LISTENS])
    if "music" in args:
        tone(tmp_path / "music" / "x.wav")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAILY30_HOME", str(tmp_path / "home"))
    got, message = ingest(*args)
    assert (got, words in message) == (code, True), message


def data(name: str) -> Path:
    """A set of the acceptance data; skips when it is not there."""
    root = Path(os.environ.get("DAILY30_TEST_DATA", Path(__file__).parents[5] / "shared" / "data"))
    if not (root / name).exists():
        pytest.skip(f"no acceptance data {name}")
    return root / name


@pytest.mark.data
def test_a_real_listening_log_goes_through(tmp_path: Path, ingest: Call) -> None:
    with (data("listening/lastfm1k_listens_sample") / "listens.tsv").open(encoding="utf-8", newline="") as stream:
        log = list(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    listens = [
        {
            "listened_at": int(datetime.fromisoformat(at).timestamp()),
            "track_metadata": {"track_name": title, "artist_name": artist, "additional_info": {"recording_mbid": mbid}},
        }
        for _, at, _, artist, mbid, title in log
    ]
    write_jsonl(tmp_path / "log.jsonl", listens)
    said = ingest("listenbrainz", tmp_path / "log.jsonl", "--home", tmp_path / "h", "--user", "user_000001")
    assert said["refused_lines"] == 0
    assert 1100 < said["new_tracks"] <= 1185 + 50
    out = apply(run, given(tmp_path / "h"), params=PARAMS, night=Night(date(2009, 5, 4)))
    assert out["plays"].height > 4900
    assert out["quarantine"].is_empty()


@pytest.mark.data
def test_the_real_music_folder_goes_through(tmp_path: Path, ingest: Call) -> None:
    music = data("audio")
    write_landing(tmp_path)
    said = ingest("folder", music, "--manifest", music / "manifest.csv", "--home", tmp_path)
    assert (said["files"], said["tracks"], said["without_length"]) == (125, 125, 0)
    out = night(tmp_path)
    assert out["tracks"].filter(pl.col("audio_sha256").is_not_null()).height == 125
    assert out["quarantine"].is_empty()
