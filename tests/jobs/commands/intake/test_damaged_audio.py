"""Damaged files in a folder: what still sounds is taken with what can be read of it, the rest is skipped by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.jobs.commands.intake.sent import answer
from tests.library import put, song


def after(data: bytes, mark: bytes, skip: int, put_in: bytes) -> bytes:
    """Bytes written over those that begin ``skip`` after a mark."""
    at = data.index(mark) + skip
    return data[:at] + put_in + data[at + len(put_in) :]


FAR = b"\xff\xff\xff\x7f"  # a length far beyond the file
DAMAGE = {
    "head.opus": lambda data: after(data, b"OpusHead", 8, b"\xff\x00\xff\xff"),
    "page.opus": lambda data: after(data, b"OggS", 26, b"\xff" * 40),
    "tags.opus": lambda data: after(data, b"OpusTags", 8, FAR),
    "size.flac": lambda data: after(data, b"fLaC", 5, b"\xff\xff\xff"),
    "size.mp3": lambda data: after(data, b"ID3", 6, b"\x7f\x7f\x7f\x7f"),
    "size.m4a": lambda data: after(data, b"moov", -4, b"\x00\x00\x00\x01"),
}
NO_SOUND = {"undecodable", "not_audio"}


@pytest.fixture
def take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda: answer(capsys, "ingest", "folder", tmp_path / "Music", "--home", tmp_path / "home")


def damaged(folder: Path, name: str) -> None:
    path = put(folder / name, song(3, 1), title="Bad", artist="Ann")
    path.write_bytes(DAMAGE[name](path.read_bytes()))


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_file_is_skipped_by_name_and_costs_no_other(tmp_path: Path, take: Any, name: str) -> None:
    for n in range(3):
        put(tmp_path / "Music" / f"{n}.mp3", song(n, 1), title=f"Song {n}", artist="Ann")
    damaged(tmp_path / "Music", name)
    said = take()
    assert (said["tracks"], said["skipped_count"]) == (3, 1)
    ((reason, told),) = said["skipped"].items()
    assert reason in NO_SOUND
    assert told["count"] == 1
    assert told["examples"][0].startswith(name)


def test_a_folder_of_nothing_else_says_so_and_takes_nothing(tmp_path: Path, take: Any) -> None:
    for name in DAMAGE:
        damaged(tmp_path / "Music", name)
    code, said = take()
    assert code == 3
    assert "holds no music" in said
    assert not (tmp_path / "home" / "landing" / "tracks").exists()


def test_a_file_whose_tags_alone_are_damaged_is_taken_by_its_name(tmp_path: Path, take: Any) -> None:
    path = put(tmp_path / "Music" / "Ann - Night.flac", song(3, 1), title="Bad", artist="Bea")
    path.write_bytes(after(path.read_bytes().replace(b"TITLE", b"title"), b"title=", -4, FAR))
    said = take()
    assert (said["tracks"], said["skipped_count"]) == (1, 0)
    rows = next((tmp_path / "home" / "landing" / "tracks").glob("*.jsonl")).read_text()
    assert '"title":"Night"' in rows
