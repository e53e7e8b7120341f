"""Nothing outside a delivery is read, copied or linked, and nothing that is no file is opened."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobs.commands.analyse import find, hear
from schemas.errors import ContractError
from tests.deliveries import tracks, write_csv, write_jsonl, write_landing
from tests.jobs.commands.intake.sent import answer, files_of, person, song
from warehouse.landing import open_landing
from warehouse.landing.landing_writer import LandingWriter

pytestmark = pytest.mark.timeout(30)  # a pipe that is opened waits for ever

SECRET = b"root:x:0:0 secret"
Deliver = Callable[..., Any]


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """What is not part of the delivery: files that would do as tables, sound and words."""
    folder = tmp_path / "outside"
    folder.mkdir()
    for name in ("secret.mp3", "secret.lrc", "song.wav"):
        (folder / name).write_bytes(SECRET)
    write_csv(folder / "users.csv", [person(1, user_id="secret")])
    write_csv(folder / "one" / "users.csv", [person(1, user_id="secret")])
    return folder


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A lawful delivery of songs beside which the rest is laid."""
    write_jsonl(tmp_path / "sent" / "tracks.jsonl", [song(1, audio_path="song.mp3", lyrics_path="w.lrc")])
    return tmp_path / "sent"


def leaked(home: Path) -> list[str]:
    return [name for name, data in files_of(home).items() if b"secret" in data]


@pytest.mark.parametrize(
    ("at", "to"),
    [
        ("audio/song.mp3", "secret.mp3"),
        ("audio/deep/song.mp3", "secret.mp3"),
        ("lyrics/w.lrc", "secret.lrc"),
        ("audio", ""),
        ("lyrics", ""),
        ("audio/deep", ""),
    ],
)
def test_a_link_beside_the_tables_brings_nothing_from_outside(
    home: Path, deliver: Deliver, sent: Path, outside: Path, at: str, to: str
) -> None:
    (sent / at).parent.mkdir(parents=True, exist_ok=True)
    (sent / at).symlink_to(outside / to if to else outside)
    said = deliver("")
    assert leaked(home) == []
    assert not any(p.is_symlink() for p in (home / "landing").rglob("*"))
    told = str(said)
    assert "link" in told, "it is said that something was left out, or why nothing was taken"


@pytest.mark.parametrize(
    ("at", "to"),
    [("users.csv", "users.csv"), ("users/more.csv", "users.csv"), ("users", "one"), ("plays/x.csv", "missing.csv")],
)
def test_a_table_that_is_a_link_out_of_the_delivery_is_refused(
    home: Path, deliver: Deliver, sent: Path, outside: Path, at: str, to: str
) -> None:
    before = files_of(home)
    (sent / at).parent.mkdir(parents=True, exist_ok=True)
    (sent / at).symlink_to(outside / to)
    code, error, fix = deliver("")
    assert (code, files_of(home)) == (3, before)
    assert at in error
    assert "link" in error
    assert fix


def test_a_link_inside_the_delivery_is_the_file(home: Path, deliver: Deliver, sent: Path) -> None:
    write_csv(sent / "kept.csv", [person(1)])
    (sent / "users.csv").symlink_to(sent / "kept.csv")
    assert deliver("")["tables"] == ["tracks", "users"]


@pytest.mark.parametrize("at", ["users.csv", "users/x.csv", "plays/x.parquet", "audio/song.mp3", "lyrics/w.lrc"])
def test_a_pipe_is_never_opened(home: Path, deliver: Deliver, sent: Path, at: str) -> None:
    (sent / at).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(sent / at)
    said = deliver("")
    assert at.rpartition("/")[2] in str(said), "it is named"
    if not at.startswith(("audio", "lyrics")):
        assert said[0] == 3
        assert "no regular file" in said[1]


@pytest.mark.parametrize("special", ["pipe", "/dev/zero"])
@pytest.mark.parametrize(
    "words",
    [
        ("ingest", "delivery"),
        ("ingest", "listens"),
        ("ingest", "log"),
        ("ingest", "folder"),
        ("ingest", "folder", "music", "--manifest"),
        ("match", "--csv"),
    ],
)
def test_commands_refuse_what_is_no_file(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], special: str
) -> None:
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "a.mp3").write_bytes(b"x" * 100)
    os.mkfifo(tmp_path / "pipe.csv")
    path = tmp_path / "pipe.csv" if special == "pipe" else Path(special)
    given = [tmp_path / word if word == "music" else word for word in words]
    code, told = answer(capsys, *given, path, "--home", home)
    assert code in (2, 3), told


@pytest.mark.parametrize("at", ["plays/x.csv", "users.csv", "audio/t.mp3", "lyrics/t0.lrc"])
def test_a_landing_with_a_pipe_is_read_without_it_or_refused(tmp_path: Path, at: str) -> None:
    root = write_landing(tmp_path, tracks=[{**t, "audio_path": "t.mp3"} for t in tracks()])
    (root / at).parent.mkdir(exist_ok=True)
    (root / at).unlink(missing_ok=True)
    os.mkfifo(root / at)
    if at.startswith(("audio", "lyrics")):
        landing = open_landing(tmp_path)
        landing.digest()
        assert landing.frame("landing_tracks").get_column("audio_sha256").null_count() == 5
        assert landing.frame("landing_lyrics").is_empty()
        return
    with pytest.raises(ContractError, match="no regular file") as refused:
        open_landing(tmp_path)
    assert at.rpartition("/")[2] in refused.value.message


@pytest.mark.parametrize("at", ["users/more.csv", "plays/link.csv"])
def test_a_landing_follows_no_link_out_of_itself(tmp_path: Path, outside: Path, at: str) -> None:
    root = write_landing(tmp_path)
    (root / at).parent.mkdir(exist_ok=True)
    (root / at).symlink_to(outside / "users.csv")
    with pytest.raises(ContractError, match="link"):
        open_landing(tmp_path)


@pytest.mark.parametrize(
    "path", ["../outside/secret.mp3", "/etc/passwd", "a/../../outside/secret.mp3", "..", "a\\..\\b"]
)
def test_paths_that_climb_are_refused_with_a_reason(tmp_path: Path, outside: Path, path: str) -> None:
    write_landing(tmp_path, tracks=[{**tracks(1)[0], "audio_path": path, "lyrics_path": path}])
    landing = open_landing(tmp_path)
    assert landing.frame("landing_tracks").get_column("audio_sha256").to_list() in ([None], [])
    assert landing.frame("landing_lyrics").is_empty()


def test_a_hard_link_is_a_file_like_any_other(home: Path, deliver: Deliver, sent: Path, outside: Path) -> None:
    (sent / "users.csv").hardlink_to(outside / "users.csv")
    assert deliver("")["tables"] == ["tracks", "users"]


def test_a_writer_links_and_copies_no_link(home: Path, outside: Path, tmp_path: Path) -> None:
    """The last door: a file that became a link after it was looked at."""
    link = tmp_path / "song.mp3"
    link.symlink_to(outside / "secret.mp3")
    os.mkfifo(tmp_path / "pipe.mp3")
    writer = LandingWriter(home)
    for source in (link, tmp_path / "pipe.mp3"):
        with pytest.raises(ContractError, match="no regular file"):
            writer.put_all({}, {"audio/song.mp3": source})
        with pytest.raises(ContractError, match="no regular file"):
            writer.put_all({"users/x.csv": source}, {})
    assert leaked(home) == []


def test_what_is_analysed_is_neither_a_pipe_nor_a_link_out(tmp_path: Path, outside: Path) -> None:
    folder = tmp_path / "music"
    folder.mkdir()
    os.mkfifo(folder / "pipe.wav")
    (folder / "out.wav").symlink_to(outside / "song.wav")
    rows = [hear(file) for file in find([folder])]
    assert [row["reason"] for row in rows] == ["not_a_file", "not_a_file"]
