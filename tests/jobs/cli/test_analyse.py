"""daily30 analyse: any file or folder, one row each, nothing needed but the files."""

from __future__ import annotations

import json
import os

import numpy as np
import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from jobs.cli import analyse
from jobs.commands import analyse as job
from schemas.errors import UsageError
from tests import sounds

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def music(tmp_path_factory):
    folder = tmp_path_factory.mktemp("music")
    (folder / "one" / "two").mkdir(parents=True)
    sounds.write(folder / "one" / "clicks.wav", sounds.clicks(120, 8))
    sounds.write(
        folder / "one" / "two" / "和弦 [x].flac", sounds.chords(sounds.C_MAJOR), codec="flac", container="flac"
    )
    (folder / "one" / "notes.txt").write_text("no music")
    (folder / "one" / ".hidden.mp3").write_text("not looked at")
    (folder / "one" / "silence.wav").write_bytes(sounds.write(folder / "s.wav", sounds.sine(2) * 0).read_bytes())
    (folder / "s.wav").unlink()
    os.mkfifo(folder / "one" / "pipe.wav")
    (folder / "one" / "out.wav").symlink_to("/etc/hostname")
    (folder / "one" / os.fsdecode(b"caf\xe9.mp3")).write_bytes(b"\0" * 3000)
    return folder


def ask(*args):
    app = typer.Typer()
    app.callback()(lambda: None)
    analyse.register(app)
    result = CliRunner().invoke(app, ["analyse", *map(str, args)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_folder_gives_one_row_per_file_and_names_what_is_wrong(music, tmp_path):
    out = tmp_path / "x.parquet"
    told = json.loads(ask(music, "--workers", 1, "--out", out, "--json"))["files"]
    reasons = {row["path"].rsplit("/", 1)[-1]: row["reason"] for row in told}
    assert reasons == {
        "clicks.wav": None, "和弦 [x].flac": None, "notes.txt": "unsupported_format", "silence.wav": "silent",
        "pipe.wav": "not_a_file", "out.wav": "not_a_file", "caf\\xe9.mp3": "unsupported_format",
    }  # fmt: skip
    stored = pl.read_parquet(out)
    assert stored["path"].to_list() == sorted(row["path"] for row in told)
    clicks = stored.row(by_predicate=pl.col("path").str.ends_with("clicks.wav"), named=True)
    assert clicks["tempo_bpm"] == pytest.approx(120, rel=0.01)
    assert clicks["audio_sha256"]
    assert not {"track_id", "content_key"} & set(stored.columns)


def test_a_row_says_what_the_sound_feels_like(music, tmp_path):
    out = tmp_path / "x.parquet"
    (told,) = json.loads(ask(music / "one" / "two", "--workers", 1, "--out", out, "--json"))["files"]
    assert -1 <= told["valence"] <= 1
    assert -1 <= told["arousal"] <= 1
    assert 0 < told["valence_confidence"] < 1
    assert 0 < told["arousal_confidence"] < 1
    assert len(told["moods"]) == len(told["mood_probabilities"]) > 0
    assert told["mood_probabilities"] == sorted(told["mood_probabilities"], reverse=True)
    assert len(told["scenes"]) == len(told["scene_probabilities"])
    assert told["emotion_model"].startswith("daily30-emotions-")
    (stored,) = pl.read_parquet(out).to_dicts()
    assert {name: stored[name] for name in told if "mood" in name} == {n: told[n] for n in told if "mood" in n}


def test_what_cannot_be_heard_feels_like_nothing(music):
    rows = json.loads(ask(music / "one" / "notes.txt", "--workers", 1, "--json"))["files"]
    assert [(row["reason"], row["valence"], row["moods"]) for row in rows] == [("unsupported_format", None, None)]


def test_the_table_names_files_below_their_common_folder(music):
    drawn = ask(music / "one" / "clicks.wav", music / "one" / "two", "--workers", 1)
    assert str(music / "one") in drawn.replace("\n", "")
    assert "two/" in drawn


def test_a_file_and_a_link_to_one_can_be_named(music, tmp_path):
    link = tmp_path / "link.wav"
    link.symlink_to(music / "one" / "clicks.wav")
    drawn = ask(link, music / "one" / "notes.txt", "--workers", 1)
    assert "120" in drawn
    assert "unsupported" in drawn


def test_wrong_usage_is_told_before_anything_is_heard(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        ask(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="Parquet"):
        ask(tmp_path, "--out", tmp_path / "x.csv")
    with pytest.raises(UsageError, match="folder"):
        ask(tmp_path, "--out", tmp_path / "no" / "x.parquet")


def test_an_empty_folder_is_an_empty_table(tmp_path):
    assert json.loads(ask(tmp_path, "--json")) == {"files": []}


def dying(file):
    if file.name == "bad.wav":
        os.kill(os.getpid(), 9)
    return {"path": file.shown, "reason": "silent", "detail": "said by a test", "signal": None, "attempts": 1}


def test_a_worker_that_dies_costs_one_file(monkeypatch):
    monkeypatch.setattr(job, "hear", dying)
    found = [job.Found("/", name, name) for name in ("a.wav", "bad.wav", "c.wav", "d.wav")]
    rows = {row["path"]: row["reason"] for row in job.analyse(found, workers=2)}
    assert rows == {"a.wav": "silent", "bad.wav": "crashed", "c.wav": "silent", "d.wav": "silent"}


def test_numbers_json_can_hold():
    row = {"path": "x", "energy": float(np.float32(0.5)), "beats_s": [1.0]}
    assert job.frame([row])["energy"].to_list() == [0.5]
    assert job.frame([]).height == 0
