"""A folder of music taken again and again: what changed is read, what was known stays, what is skipped is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mutagen.id3 import ID3, TCOM

from jobs.cli import main
from jobs.commands.intake.folder import reading
from tests.deliveries import write_csv, write_landing
from tests.library import put, song, tag
from warehouse.landing.music.read import read_files

Call = Callable[..., dict[str, Any]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_landing(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def take(home: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """``daily30 ingest folder PATH --json``: its answer, or its error."""

    def call(path: Path, *args: str) -> dict[str, Any]:
        try:
            main(["ingest", "folder", str(path), *args, "--home", str(home), "--json"])
        except SystemExit as stop:
            if stop.code:
                return {"code": stop.code, **json.loads(capsys.readouterr().err.splitlines()[-1])}
        return dict(json.loads(capsys.readouterr().out))

    return call


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for number in range(3):
        put(tmp_path / "Music" / f"{number}.mp3", song(number, 1), title=f"Song {number}", artist="Ann", album="LP")
    return tmp_path / "Music"


def rows(home: Path, name: str = "Music") -> dict[str, dict[str, Any]]:
    text = (home / "landing" / "tracks" / f"folder-{name}.jsonl").read_text("utf-8")
    return {row["title"]: row for row in map(json.loads, text.splitlines())}


def test_a_second_run_reads_only_what_changed(music: Path, home: Path, take: Call) -> None:
    assert take(music)["read_now"] == 3
    before = rows(home)
    assert take(music)["read_now"] == 0
    assert rows(home) == before
    tag(music / "1.mp3", title="Retagged title")
    put(music / "new.flac", song(9, 1), title="New", artist="Bea")
    (music / "2.lrc").write_text("[00:00.10]beside the window\n[00:00.50]rain is falling\n", "utf-8")
    said = take(music, "--added-on", "2026-03-10")
    assert (said["read_now"], said["known_before"], said["with_lyrics"]) == (3, 3, 1)
    after = rows(home)
    assert after["Retagged title"]["track_id"] == before["Song 1"]["track_id"]
    assert after["Retagged title"]["added_on"] == before["Song 1"]["added_on"]
    assert after["New"]["added_on"] == "2026-03-10"


def test_audio_that_was_lost_from_the_landing_is_linked_again(music: Path, home: Path, take: Call) -> None:
    take(music)
    lost = home / "landing" / "audio" / rows(home)["Song 0"]["audio_path"]
    lost.unlink()
    assert take(music)["read_now"] == 0
    assert lost.samefile(music / "0.mp3")


def test_an_index_that_cannot_be_read_is_made_anew(music: Path, home: Path, take: Call) -> None:
    take(music)
    before = rows(home)
    (home / "landing" / ".folders" / "Music.jsonl").write_text('{"version": 1}\n{"torn', "utf-8")
    assert take(music)["read_now"] == 3
    assert rows(home) == before


def test_words_of_a_manifest_stay_and_rows_without_a_file_are_named(
    music: Path, home: Path, take: Call, tmp_path: Path
) -> None:
    told = [
        {"path": "./0.mp3", "title": "Told", "language": "zh"},
        {"path": "gone.mp3", "title": "Nobody", "language": ""},
    ]
    write_csv(tmp_path / "m.csv", told)
    said = take(music, "--manifest", str(tmp_path / "m.csv"))
    assert (said["named_in_manifest"], said["manifest_rows_without_file"]) == (1, 1)
    assert said["manifest_paths_without_file"] == ["gone.mp3"]
    assert any("manifest" in line for line in said["next"])
    (music / "0.mp3").rename(music / "moved.mp3")
    take(music)
    assert rows(home)["Told"]["language"] == "zh"


def test_what_is_skipped_is_counted_by_reason_with_examples(music: Path, take: Call) -> None:
    (music / ".Trash-1000").mkdir()
    (music / "._0.mp3").write_bytes(b"\x00\x05\x16\x07")
    (music / "playlist.mp3").write_text("#EXTM3U\n/etc/passwd\n")
    (music / "one.mp3").write_bytes(b"\xff")
    (music / "zero.mp3").touch()
    (music / "torn.opus").write_bytes(b"OggS" + b"\0" * 300)
    (music / "cover.wma").write_bytes(b"x")
    said = take(music)
    assert (said["tracks"], said["skipped_count"]) == (3, 7)
    assert {reason: told["count"] for reason, told in said["skipped"].items()} == {
        "hidden_folder": 1, "resource_fork": 1, "unsupported_format": 1, "not_audio": 2, "empty_file": 1,
        "undecodable": 1,
    }  # fmt: skip
    assert said["skipped"]["hidden_folder"]["examples"] == [".Trash-1000"]
    assert any("convert" in line for line in said["next"])


def test_a_folder_without_any_music_says_why(tmp_path: Path, take: Call) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "a.mp3").write_text("no music")
    (tmp_path / "odd" / "b.ape").write_text("x")
    said = take(tmp_path / "odd")
    assert said["code"] == 3
    assert "1 files that are no audio" in said["error"]
    assert "1 audio in a format that is not read" in said["error"]


def test_a_name_is_never_given_twice(music: Path, home: Path, take: Call, tmp_path: Path) -> None:
    take(music, "--name", "mine")
    other = put(tmp_path / "other" / "x.mp3", song(7, 1), title="Other", artist="Bea").parent
    said = take(other, "--name", "mine")
    assert (said["code"], "already" in said["error"]) == (2, True)
    assert set(rows(home, "mine")) == {"Song 0", "Song 1", "Song 2"}


def test_lyrics_and_covers_come_along_and_go(music: Path, home: Path, take: Call) -> None:
    (music / "0.lrc").write_text("[00:00.10]beside the window\n[00:00.50]rain is falling\n", "utf-8")
    (music / "1.txt").write_text("<html><body>no lyrics</body></html>", "utf-8")
    (music / "Folder.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"j" * 60)
    said = take(music)
    assert (said["with_lyrics"], said["with_cover"]) == (1, 3)
    assert list(said["lyrics_refused"]) == ["not_lyrics"]
    row = rows(home)["Song 0"]
    assert (home / "landing" / "lyrics" / row["lyrics_path"]).read_bytes() == (music / "0.lrc").read_bytes()
    assert (home / "landing" / "covers" / row["cover_path"]).is_file()
    (music / "0.lrc").unlink()
    assert take(music)["with_lyrics"] == 0
    assert rows(home)["Song 0"]["lyrics_path"] is None
    assert not (home / "landing" / "lyrics" / row["lyrics_path"]).exists()


def test_credit_lines_of_lyrics_fill_tags_that_are_missing(music: Path, home: Path, take: Call) -> None:
    tags = ID3(music / "0.mp3")
    tags.add(TCOM(3, ["Ann"]))
    tags.save()
    sung = "\n[00:10.10]rain on the window pane\n[00:20.50]quiet street at night\n"
    for number in range(2):
        (music / f"{number}.lrc").write_text(f"[00:01.00]作词：甲/乙\n[00:02.00]作曲：丙{sung}", "utf-8")
    (music / "2.lrc").write_text(f"[00:01.00]作词：见 www.example.org\n[00:02.00]作曲：未知{sung}", "utf-8")
    take(music)
    kept = {title: (row["composer"], row["lyricist"]) for title, row in rows(home).items()}
    assert kept == {"Song 0": ("Ann", "甲, 乙"), "Song 1": ("丙", "甲, 乙"), "Song 2": (None, None)}
    assert take(music)["read_now"] == 0
    assert {title: (row["composer"], row["lyricist"]) for title, row in rows(home).items()} == kept


def test_names_of_one_file_are_read_once(music: Path, take: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        (music / f"again {number}.mp3").hardlink_to(music / "0.mp3")
    read: list[Path] = []

    def counted(paths: list[Path], covers: Path) -> Any:
        read.extend(paths)
        return read_files(paths, covers)

    monkeypatch.setattr(reading, "read_files", counted)
    said = take(music)
    assert (len(read), said["files"], said["tracks"], said["same_content_as_another"]) == (3, 8, 3, 5)


@pytest.mark.parametrize("content", [b"{", b'["Song 0"]\n', b"\xff\xfe\n"], ids=["cut", "other", "no text"])
def test_rows_that_were_damaged_since_are_written_again(music: Path, take: Call, home: Path, content: bytes) -> None:
    said = take(music)
    path = Path(said["written"])
    whole = path.read_bytes()
    for damaged in (path, home / "landing" / ".folders" / f"{said['folder']}.jsonl"):
        damaged.write_bytes(content)
        assert take(music)["tracks"] == said["tracks"]
        assert path.read_bytes() == whole
