"""What of a folder may be music: every entry is taken once or skipped with its reason."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from schemas.errors import ContractError
from warehouse.landing.music.scan import REASONS, Scan, scan_folder


def laid(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return root


def taken(scan: Scan) -> list[str]:
    return [f.name for f in scan.files]


def skipped(scan: Scan) -> dict[str, str]:
    return {s.name: s.reason for s in scan.skipped}


@pytest.mark.parametrize(
    ("name", "entry", "reason"),
    [
        (".AppleDouble/a.mp3", ".AppleDouble", "hidden_folder"),
        (".Trash-1000/files/a.mp3", ".Trash-1000", "hidden_folder"),
        (".stversions/a.flac", ".stversions", "hidden_folder"),
        ("@eaDir/a.mp3", "@eaDir", "system_folder"),
        ("deep/__MACOSX/a.mp3", "deep/__MACOSX", "system_folder"),
        ("lost+found/a.mp3", "lost+found", "system_folder"),
        ("$RECYCLE.BIN/a.mp3", "$RECYCLE.BIN", "system_folder"),
        ("System Volume Information/a.mp3", "System Volume Information", "system_folder"),
        ("._a.mp3", "._a.mp3", "resource_fork"),
        (".a.mp3", ".a.mp3", "hidden_file"),
        (".DS_Store", ".DS_Store", "hidden_file"),
        ("a.wma", "a.wma", "unsupported_format"),
        ("a.AIFF", "a.AIFF", "unsupported_format"),
        ("a.ncm", "a.ncm", "unsupported_format"),
        ("a.cue", "a.cue", "other_file"),
        ("a.m3u8", "a.m3u8", "other_file"),
        ("noending", "noending", "other_file"),
    ],
)
def test_what_is_not_taken_is_told(tmp_path: Path, name: str, entry: str, reason: str) -> None:
    scan = scan_folder(laid(tmp_path, "ok.mp3", name))
    assert taken(scan) == ["ok.mp3"]
    assert skipped(scan) == {entry: reason}
    assert reason in REASONS


def test_names_of_all_kinds_are_taken(tmp_path: Path) -> None:
    names = ["...And Justice/01.mp3", "UPPER.MP3", "Trash/Garbage.flac", "we\nird.ogg", "x" * 240 + ".mp3", "🎧/歌.m4a"]
    scan = scan_folder(laid(tmp_path, *names))
    assert taken(scan) == sorted(names)
    assert scan.skipped == []


def test_names_that_are_not_utf8_are_skipped_and_shown(tmp_path: Path) -> None:
    laid(tmp_path, "ok.mp3")
    Path(os.fsdecode(os.fsencode(tmp_path) + "/中文 - 歌.mp3".encode("gbk"))).write_bytes(b"x")
    laid(Path(os.fsdecode(os.fsencode(tmp_path) + "/歌曲".encode("big5"))), "inside.mp3")
    scan = scan_folder(tmp_path)
    assert taken(scan) == ["ok.mp3"]
    assert [s.reason for s in scan.skipped] == ["name_not_utf8"] * 2
    assert all(s.name.isascii() and "\\x" in s.name for s in scan.skipped)


def test_links_inside_are_followed_once_and_outside_never(tmp_path: Path) -> None:
    root = laid(tmp_path / "music", "a/1.mp3", ".annex/objects/2.mp3")
    laid(tmp_path / "else", "3.mp3")
    links = {
        "b": root / "a",
        "again.mp3": root / "a" / "1.mp3",
        "annexed.mp3": root / ".annex" / "objects" / "2.mp3",
        "twice.mp3": root / ".annex" / "objects" / "2.mp3",
        "a/up": root,
        "outside": tmp_path / "else",
        "outside.mp3": tmp_path / "else" / "3.mp3",
        "nowhere.mp3": root / "gone.mp3",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    (root / "self.mp3").symlink_to("self.mp3")
    scan = scan_folder(root)
    assert taken(scan) == ["a/1.mp3", "annexed.mp3"]
    assert skipped(scan) == {
        ".annex": "hidden_folder",
        "a/up": "link_loop",
        "again.mp3": "link_to_known",
        "b": "link_to_known",
        "nowhere.mp3": "broken_link",
        "outside": "link_outside",
        "outside.mp3": "link_outside",
        "self.mp3": "link_loop",
        "twice.mp3": "link_to_known",
    }


def test_a_folder_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    laid(tmp_path / "real", "1.mp3")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert taken(scan_folder(tmp_path / "link")) == ["1.mp3"]


def test_pipes_and_sockets_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid(tmp_path, "ok.mp3")
    os.mkfifo(tmp_path / "pipe.mp3")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.mp3")
        assert skipped(scan_folder(tmp_path)) == {"pipe.mp3": "not_a_file", "socket.mp3": "not_a_file"}


def test_a_folder_that_cannot_be_read_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid(tmp_path, "closed/a.mp3", "open/b.mp3")
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    scan = scan_folder(tmp_path)
    assert taken(scan) == ["open/b.mp3"]
    assert [(s.name, s.reason, s.detail) for s in scan.skipped] == [
        ("closed", "unreadable_folder", "Permission denied")
    ]


def test_empty_files_are_told_and_lyrics_and_covers_lie_beside(tmp_path: Path) -> None:
    laid(tmp_path, "a/1.mp3", "a/1.lrc", "a/cover.jpg")
    (tmp_path / "zero.mp3").touch()
    scan = scan_folder(tmp_path)
    assert skipped(scan) == {"zero.mp3": "empty_file"}
    assert [f.name for f in scan.beside["a"]] == ["a/1.lrc", "a/cover.jpg"]


@pytest.mark.parametrize("name", ["missing", "file.mp3"])
def test_what_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    laid(tmp_path, "file.mp3")
    with pytest.raises(ContractError, match=r"does not exist|is not a folder"):
        scan_folder(tmp_path / name)
