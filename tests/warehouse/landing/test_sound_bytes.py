"""The hash of a file's sound: another tag, picture or padding changes nothing, another sound does."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from mutagen.apev2 import APEv2
from mutagen.id3 import APIC, ID3, TIT2

from tests.library import put, song, tag
from warehouse.landing.sound_bytes import sound_sha256

LONG = "a title that takes many pages " * 4000


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".opus", ".m4a"])
def test_a_retag_changes_the_bytes_and_not_the_sound(tmp_path: Path, suffix: str) -> None:
    path = put(tmp_path / f"a{suffix}", song(1, 2), title="before")
    bytes_before, before = path.read_bytes(), sound_sha256(path)
    for title in ("after", LONG, "short"):
        tag(path, title=title, artist="Somebody")
        assert sound_sha256(path) == before
    assert path.read_bytes() != bytes_before
    assert sound_sha256(put(tmp_path / f"b{suffix}", song(2, 2), title="short")) != before


def test_pictures_and_tags_of_all_ages_in_an_mp3(tmp_path: Path) -> None:
    path = put(tmp_path / "a.mp3", song(1, 2))
    before = sound_sha256(path)
    tags = ID3()
    tags.add(TIT2(3, ["x"]))
    tags.add(APIC(3, "image/png", 3, "cover", b"\x89PNG" * 20000))
    tags.save(path, v1=2)
    assert sound_sha256(path) == before
    ape = APEv2()
    ape["Title"] = "y"
    ape.save(path)
    assert path.read_bytes().find(b"APETAGEX") > 0
    assert sound_sha256(path) == before


@pytest.mark.parametrize(
    "magic", [b"", b"fLaC", b"OggS", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x20ftyp", b"ID3\4\0\0\x7f\x7f\x7f\x7f"]
)
def test_broken_files_have_a_hash_of_their_own(tmp_path: Path, magic: bytes) -> None:
    rng = random.Random(7)
    found = set()
    for number in range(20):
        path = tmp_path / str(number)
        path.write_bytes(magic + rng.randbytes(rng.randrange(1, 300)))
        found.add(sound_sha256(path))
    assert len(found) == 20
