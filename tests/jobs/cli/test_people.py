"""`daily30 show` and `daily30 explain` over a finished night."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobs.cli import main
from tests.finished_home import finished_home
from tests.published_night.words import media_key


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_home(tmp_path_factory.mktemp("home"))


def _run(*args: str, code: int = 0) -> None:
    left = 0
    try:
        main(list(args))
    except SystemExit as end:
        left = int(end.code or 0)
    assert left == code


def test_show_prints_the_list_as_it_is_served(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("show", "u-lin", "--home", str(home))
    out = capsys.readouterr().out
    assert "给 u-lin 的每日 30 首" in out
    assert "周日的雨还没停，先让节奏慢下来。" in out
    assert "#雨天慢拍 #旧爱重逢 #夜行" in out
    assert "雨夜电台 — 陆听澜  ↻ 听过" in out
    assert "66 BPM · C大调 · 怀旧" in out
    assert "62 BPM" not in out  # the tempo of the first song is too unsure to be shown
    assert "✦ 新歌手" in out
    assert media_key(0, ".mp4") in out.replace("\n", "")


def test_show_in_english_labels(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("show", "u-lin", "--lang", "en", "--home", str(home))
    out = capsys.readouterr().out
    assert "Daily 30 for u-lin" in out
    assert "66 BPM · C major · nostalgic" in out


def test_every_artist_is_new_to_a_newcomer_so_none_is_marked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("show", "u-noor", "--home", str(home))
    assert "new artist" not in capsys.readouterr().out


def test_show_json_is_the_payload_with_its_version(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("show", "u-emma", "--json", "--ds", "2026-11-21", "--home", str(home))
    shown = json.loads(capsys.readouterr().out)
    assert shown["version"].startswith("2026-11-21-")
    assert [song["rank"] for song in shown["songs"]] == list(range(1, 31))


def test_show_a_review(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("show", "u-emma", "--review", "1", "--home", str(home))
    assert "How it opens" in capsys.readouterr().out
    _run("show", "u-emma", "--review", "31", "--home", str(home), code=2)
    assert "choose 1 to 30" in capsys.readouterr().err


def test_an_unknown_user_gets_near_ids(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["show", "u-lim"], ["explain", "u-lim", "1"]):
        _run(*command, "--home", str(home), code=2)
        err = capsys.readouterr().err
        assert "no list for user 'u-lim'" in err
        assert "did you mean u-lin" in err


def test_a_day_that_is_not_held(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("show", "u-lin", "--ds", "2020-01-01", "--home", str(home), code=2)
    assert "days held: 2026-11-21" in capsys.readouterr().err


def test_show_before_the_first_night(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("show", "u-lin", "--home", str(tmp_path), code=2)
    assert "daily30 nightly" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_explain_by_number_and_by_id(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("explain", "u-lin", "2", "--home", str(home), "--json", code=3)
    by_number = json.loads(capsys.readouterr().out)
    _run("explain", "u-lin", "t001", "--home", str(home), "--json", code=3)
    assert json.loads(capsys.readouterr().out) == by_number
    assert by_number["song"].startswith("2. Paper Lanterns")
    reason = by_number["evidence"][0]
    assert reason["claim"] == "sounds like Paper Lanterns IV, a loved track (similarity of sound 92)"
    assert "FROM neighbours" in reason["sql"]
    assert reason["holds"] is False  # this home's evidence is made up
    assert len(reason["source_version"]) == 12


def test_explain_a_song_that_is_not_there(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("explain", "u-lin", "t149", "--home", str(home), code=2)
    assert "not in the list" in capsys.readouterr().err
