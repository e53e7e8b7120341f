"""`daily30 show --format`: the list as players read it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from features.serving.playlist import EXTENSION, jspf, m3u
from jobs.cli import main
from tests.finished_home import finished_home
from tests.oracles.playlists import read_jspf, read_m3u
from tests.published_night import night_tables

_OURS: dict[str, Any] = {"paragraph": None, "source": "similar", "discovery": True, "heard": False, "evidence": []}
PAYLOAD: dict[str, Any] = {
    "user_id": "u/1", "serves_on": "2026-11-22", "opener": "Rain.", "intro": "Thirty songs.", "notice": "AI-made",
    "ds": "2026-11-21", "language": "en", "hashtags": ["#Rain"], "content_id": "c-1", "label": {"AIGC": "1"},
    "songs": [
        {"rank": 1, "track_id": "t 1", "title": "One\n#EXTINF:1,two", "artist": None, "album": None,
         "duration_s": 180.5, "reason": None, **_OURS},
        {"rank": 2, "track_id": "t2", "title": "雨夜", "artist": "陆听澜", "album": "EP", "duration_s": None,
         "reason": "calm", **_OURS},
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


def test_both_are_read_by_a_strict_reader(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    songs = json.loads(_shown(home, capsys, "--json"))["songs"]
    read = read_m3u(_shown(home, capsys, "--format", "m3u"))
    assert all(Path(entry.at).is_file() for entry in read)
    told = read_jspf(_shown(home, capsys, "--format", "jspf"))
    assert [t.title for t in told] == [s["title"] for s in songs]
    assert [t.at.removeprefix("file://") for t in told if t.at] == [entry.at for entry in read]
    assert 0 < len(read) < 30


def test_addresses_of_the_setting_go_before_files(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    songs = json.loads(_shown(home, capsys, "--json"))["songs"]
    monkeypatch.setenv("DAILY30_SERVE__AUDIO_URL", "https://audio.example/a/{track_id}.mp3")
    want = [f"https://audio.example/a/{s['track_id']}.mp3" for s in songs]
    assert [entry.at for entry in read_m3u(_shown(home, capsys, "--format", "m3u"))] == want
    assert [t.at for t in read_jspf(_shown(home, capsys, "--format", "jspf"))] == want
    monkeypatch.setenv("DAILY30_SERVE__AUDIO_URL", "/v1/tracks/{track_id}/audio")  # of the server: no player's
    assert all(Path(entry.at).is_file() for entry in read_m3u(_shown(home, capsys, "--format", "m3u")))


@pytest.mark.parametrize(
    "title", ["a\r\nhttp://evil/x.mp3", "#EXTM3U", "x\u2028/etc/passwd", "\x85b", "a\x0bb\x1cc", "\ufeff#", " ", ""]
)
def test_no_title_becomes_a_file(title: str) -> None:
    song = PAYLOAD["songs"][0] | {"title": title, "artist": title}
    hostile = PAYLOAD | {"user_id": title, "songs": [song, PAYLOAD["songs"][1]]}
    read = read_m3u(m3u(hostile, {"t2": "/2.mp3"}))
    assert [entry.at for entry in read] == ["/2.mp3"]
    assert [entry.at for entry in read_m3u(m3u(hostile, {"t 1": "/1.mp3"}))] == ["/1.mp3"]
    assert read_jspf(jspf(hostile, title, {"t2": "file:///2.mp3"}))[0].title == title


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
    ours = [t["extension"][EXTENSION][0] for t in playlist["track"]]
    assert [o["rank"] for o in ours] == list(range(1, 31))
    assert [(o["reason"], o["evidence"]) for o in ours] == [(s["reason"], s["evidence"]) for s in shown["songs"]]
    assert playlist["extension"][EXTENSION][0]["version"] == shown["version"]
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
        "identifier": ["urn:daily30:track:t%201"], "title": "One\n#EXTINF:1,two", "duration": 180500,
        "extension": {EXTENSION: [{"rank": 1, "reason": None, **_OURS}]},
    }  # fmt: skip
    assert playlist["track"][1] == {
        "location": ["file:///a%20b"], "identifier": ["urn:daily30:track:t2"], "title": "雨夜", "creator": "陆听澜",
        "album": "EP", "annotation": "calm", "extension": {EXTENSION: [{"rank": 2, "reason": "calm", **_OURS}]},
    }  # fmt: skip
