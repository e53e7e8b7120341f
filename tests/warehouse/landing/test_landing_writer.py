"""The writer of a landing writes whole files or none, and says what a disk refuses."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from schemas.errors import ContractError, OutsideServiceError, UsageError
from tests.deliveries import users, write_csv
from warehouse.landing.landing_writer import LandingWriter, slug
from warehouse.landing.limits import Limits


@pytest.mark.parametrize(
    ("code", "error", "exit_code"), [(errno.ENOSPC, OutsideServiceError, 6), (errno.EROFS, UsageError, 2)]
)
def test_a_refusing_disk_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, error: type[Exception], exit_code: int
) -> None:
    write_csv(tmp_path / "new.csv", users())
    writer = LandingWriter(tmp_path / "home")
    writer.put_copy("users/u.csv", tmp_path / "new.csv")
    old = (writer.root / "users" / "u.csv").read_bytes()

    def half(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(code, "no")

    monkeypatch.setattr(shutil, "copyfile", half)
    with pytest.raises(error) as caught:
        writer.put_copy("users/u.csv", tmp_path / "new.csv")
    assert caught.value.exit_code == exit_code  # type: ignore[attr-defined]
    assert [p.name for p in (writer.root / "users").iterdir()] == ["u.csv"]
    assert (writer.root / "users" / "u.csv").read_bytes() == old


def test_a_link_shares_bytes_and_falls_back_to_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "x.wav"
    source.write_bytes(b"sound")
    writer = LandingWriter(tmp_path / "home")
    assert writer.put_link("audio/a/x.wav", source).samefile(source)
    monkeypatch.setattr(Path, "hardlink_to", lambda self, other: (_ for _ in ()).throw(OSError(errno.EXDEV, "no")))
    copy = writer.put_link("audio/b/x.wav", source)
    assert copy.read_bytes() == b"sound"
    assert not copy.samefile(source)


@pytest.mark.parametrize(
    ("text", "name"), [("My Music!", "My-Music"), ("../..", "unnamed"), ("名字 1", "名字-1"), (".x", "x")]
)
def test_slugs_are_plain_file_names(text: str, name: str) -> None:
    assert slug(text) == name


def test_a_file_is_read_once_until_it_is_written_anew_and_within_the_limits(tmp_path: Path) -> None:
    few = LandingWriter(tmp_path, Limits(max_rows=2))
    write_csv(few.root / "users" / "u.csv", users())
    with pytest.raises(ContractError, match="at most 2 are read"):
        few.known("users")
    writer = LandingWriter(tmp_path)
    before = writer.known("users")
    assert writer.known("users", but="users/u.csv").is_empty()
    write_csv(few.root / "users" / "u.csv", users()[:1])
    assert (before.height, writer.known("users").height) == (len(users()), 1)
