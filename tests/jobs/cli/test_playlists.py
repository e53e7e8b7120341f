"""`daily30 show --format`: the list as players read it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from features.serving.playlist import jspf, m3u
from jobs.cli import main
from tests.finished_home import finished_home
from tests.published_night import night_tables

PAYLOAD: dict[str, Any] = {
    "user_id": "u/1", "serves_on": "2026-11-22", "opener": "Rain.", "intro": "Thirty songs.", "notice": "AI-made",
    "songs": [
        {"rank": 1, "track_id": "t 1", "title": "One\n#EXTINF:1,two", "artist": None, "album": None,
         "duration_s": 180.5, "reason": None},
        {"rank": 2, "track_id": "t2", "title": "雨夜", "artist": "陆听澜", "album": "EP", "duration_s": None,
         "reason": "calm"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = finished_home(tmp_path_factory.mktemp("home"))
    paths = night_tables()["tracks"]["audio_path"].drop_nulls()
    (home / "landing" / "audio").mkdir(parents=True)
    for path in paths[:20]:
        (home / "landing" / "audio" / path).parent.mkdir(parents=True, exist_ok=True)
        (home / "landing" / "audio" / path).write_bytes(b"sound")
    return home


def _shown(home: Path, capsys: pytest.CaptureFixture[str], *args: str, code: int = 0) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["show", "u-lin", "--home", str(home), *args])
    assert ended.value.code == code
    out, err = capsys.readouterr()
    return out or err


def test_m3u_names_songs_in_order_and_the_files_that_are_there(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    songs = json.loads(_shown(home, capsys, "--json"))["songs"]
    lines = _shown(home, capsys, "--format", "m3u").splitlines()
    assert lines[0] == "#EXTM3U"
    named = [x.partition(",")[2] or x.removeprefix("# no file: ") for x in lines[3:] if x.startswith("#")]
    assert named == [f"{s['artist']} - {s['title']}" for s in songs]
    files = [Path(x) for x in lines if not x.startswith("#")]
    assert files
    assert all(f.is_file() for f in files)
    assert len(files) + sum(x.startswith("# no file") for x in lines) == 30


def test_jspf_is_the_same_list(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(_shown(home, capsys, "--json"))
    playlist = json.loads(_shown(home, capsys, "--format", "jspf"))["playlist"]
    assert playlist["title"] == "Daily 30 · 2026-11-22 · u-lin"
    assert playlist["identifier"] == f"urn:daily30:list:{shown['version']}:u-lin"
    assert shown["opener"] in playlist["annotation"]
    assert [t["title"] for t in playlist["track"]] == [s["title"] for s in shown["songs"]]
    assert [t["trackNum"] for t in playlist["track"]] == list(range(1, 31))
    assert {x[:8] for t in playlist["track"] for x in t.get("location", [])} == {"file:///"}


def test_a_night_that_is_gone_from_the_lake_is_still_a_playlist(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(home / "serving", tmp_path / "serving")
    lines = _shown(tmp_path, capsys, "--format", "m3u").splitlines()
    assert sum(x.startswith("# no file") for x in lines) == 30
    tracks = json.loads(_shown(tmp_path, capsys, "--format", "jspf"))["playlist"]["track"]
    assert not any("location" in t for t in tracks)


def test_a_format_is_the_list_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for more in (["--json"], ["--review", "1"]):
        assert "leave out" in _shown(home, capsys, "--format", "m3u", *more, code=2)


def test_names_break_no_line_and_nothing_unknown_is_made_up() -> None:
    assert m3u(PAYLOAD, {"t2": "/a b/雨.mp3"}).splitlines() == [
        "#EXTM3U",
        "#EXTENC:UTF-8",
        "#PLAYLIST:Daily 30 · 2026-11-22 · u/1",
        "# no file: ? - One #EXTINF:1,two",
        "#EXTINF:-1,陆听澜 - 雨夜",
        "/a b/雨.mp3",
    ]
    playlist = json.loads(jspf(PAYLOAD, "v1", {"t2": "file:///a%20b"}))["playlist"]
    assert playlist["annotation"] == "Rain.\nThirty songs.\nAI-made"
    assert playlist["identifier"] == "urn:daily30:list:v1:u%2F1"
    assert playlist["track"][0] == {
        "identifier": ["urn:daily30:track:t%201"], "title": "One\n#EXTINF:1,two", "trackNum": 1, "duration": 180500,
    }  # fmt: skip
    assert playlist["track"][1] == {
        "location": ["file:///a%20b"], "identifier": ["urn:daily30:track:t2"], "title": "雨夜", "creator": "陆听澜",
        "album": "EP", "trackNum": 2, "annotation": "calm",
    }  # fmt: skip
