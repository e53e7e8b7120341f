"""Music folders in the landing: each has a name of its own, whatever it is called, and keeps it."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import ContractError
from tests.ids import HOSTILE_IDS
from warehouse.landing.folders import REGISTER, find_folder, remember_folder
from warehouse.landing.landing_writer import LandingWriter


def test_names_that_look_alike_are_different_folders_and_are_found_again(tmp_path: Path) -> None:
    landing = LandingWriter(tmp_path / "home")
    names = {}
    for asked in HOSTILE_IDS:
        folder = find_folder(landing, tmp_path, asked)
        assert folder.new
        remember_folder(landing, folder)
        names[asked] = folder.name
    assert len({name.casefold() for name in names.values()}) == len(HOSTILE_IDS)
    assert all(len(f"folder-{name}.jsonl".encode()) < 200 and name[0] not in "._/" for name in names.values())
    for asked, name in names.items():
        again = find_folder(landing, tmp_path, asked)
        assert (again.name, again.new) == (name, False)


def test_a_folder_is_its_place_and_a_moved_one_keeps_its_name(tmp_path: Path) -> None:
    landing = LandingWriter(tmp_path / "home")
    for place in ("a/Music", "b/Music", "c/music"):
        (tmp_path / place).mkdir(parents=True)
        remember_folder(landing, find_folder(landing, tmp_path / place, None))
    found = [find_folder(landing, tmp_path / p, None).name for p in ("a/Music", "b/Music", "c/music")]
    assert found[0] == "Music"
    assert len({name.casefold() for name in found}) == 3
    (tmp_path / "a/Music").rename(tmp_path / "a/gone")
    (tmp_path / "d/Music").mkdir(parents=True)
    assert find_folder(landing, tmp_path / "d/Music", None).name == "Music"


@pytest.mark.parametrize(
    "content", [b"[{", b'{"name": "Music"}', b'[{"name": 7, "root": "x", "asked": null}]', b"\xff\x00", b""]
)
def test_a_damaged_register_is_named_and_no_folder_gets_anothers_name(tmp_path: Path, content: bytes) -> None:
    landing = LandingWriter(tmp_path / "home")
    (tmp_path / "Music").mkdir()
    remember_folder(landing, find_folder(landing, tmp_path / "Music", None))
    register = landing.root / REGISTER
    register.write_bytes(content)
    with pytest.raises(ContractError, match=r"\.folders\.json: the register of music folders") as told:
        find_folder(landing, tmp_path / "Music", None)
    assert "--name" in told.value.fix
    assert register.read_bytes() == content
    register.unlink()
    assert find_folder(landing, tmp_path / "Music", "Music").name == "Music", "what the fix says"
