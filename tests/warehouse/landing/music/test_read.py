"""Files read: every value of their tags, words and covers; what cannot be heard is said, and costs no other."""

from __future__ import annotations

import base64
import os
import random
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mutagen.apev2 import APEv2
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, SYLT, TALB, TCON, TDRC, TIT2, TPE1, TPE2, TRCK, TXXX, TYER, UFID, USLT, MakeID3v1
from mutagen.mp4 import MP4, MP4Cover
from mutagen.oggopus import OggOpus

from tests.library import put, song
from warehouse.landing.music import read
from warehouse.landing.music.read import MusicFile, read_file, read_files

ARTIST, RECORDING = "5b11f4ce-a62d-471e-81fc-a69a8278c7da", "b1a9c0e9-d987-4042-ae91-78d6a3267d69"
JPEG, PNG = b"\xff\xd8\xff\xe0" + b"j" * 60, b"\x89PNG\r\n\x1a\n" + b"p" * 60


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One short file of each format without tags, by ending."""
    folder = tmp_path_factory.mktemp("sounds")
    return {s: put(folder / f"a{s}", song(1, 1)).read_bytes() for s in (".mp3", ".flac", ".opus", ".m4a", ".wav")}


@pytest.fixture
def made(tmp_path: Path, sounds: dict[str, bytes]) -> Callable[[str], Path]:
    def make(name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(sounds[path.suffix])
        return path

    return make


def id3(path: Path, *frames: Any, **how: Any) -> MusicFile:
    tags = ID3()
    for frame in frames:
        tags.add(frame)
    tags.save(path, **how)
    return read_file(path, path.parent / "covers")


def test_id3_says_everything(made: Callable[[str], Path]) -> None:
    found = id3(
        made("a.mp3"),
        TIT2(3, ["One", "Two"]), TPE1(3, ["Alice", "Bob"]), TPE2(3, ["Various Artists"]), TALB(3, ["LP"]),
        TRCK(3, ["3/12"]), TCON(3, ["(17)", "Jazz"]), TDRC(3, ["2019-03"]), TXXX(3, "ARTISTS", ["Alice", "Bob"]),
        TXXX(3, "MusicBrainz Artist Id", [ARTIST]), UFID("http://musicbrainz.org", RECORDING.encode()),
        USLT(3, "eng", "", "My line\nMy other line"),
    )  # fmt: skip
    assert found.tags == {
        "title": ["One", "Two"], "artist": ["Alice", "Bob"], "artists": ["Alice", "Bob"], "album": ["LP"],
        "album_artist": ["Various Artists"], "track": ["3/12"], "genre": ["Rock", "Jazz"], "date": ["2019-03"],
        "artist_mbids": [ARTIST], "recording_mbid": [RECORDING],
    }  # fmt: skip
    assert (found.words, found.reason) == ("My line\nMy other line", "")
    assert found.duration_s == pytest.approx(1, abs=0.1)


def test_older_tags_of_an_mp3(made: Callable[[str], Path]) -> None:
    assert id3(made("23.mp3"), TYER(3, ["1999"]), v2_version=3).tags == {"date": ["1999"]}
    path = made("1.mp3")
    tags = ID3()
    tags.add(TIT2(0, ["Old"]))
    path.write_bytes(path.read_bytes() + MakeID3v1(tags))
    assert read_file(path, path).tags == {"title": ["Old"]}
    path = made("ape.mp3")
    ape = APEv2()
    ape["Title"], ape["Artist"] = "Ape", ["A", "B"]
    ape.save(path)
    assert read_file(path, path).tags == {"title": ["Ape"], "artist": ["A", "B"]}


@pytest.mark.parametrize(("suffix", "kind"), [(".flac", FLAC), (".opus", OggOpus)])
def test_comments_say_everything(made: Callable[[str], Path], suffix: str, kind: Any) -> None:
    path = made(f"a{suffix}")
    file = kind(path)
    told = {
        "TITLE": "T", "ARTIST": ["A", "B"], "ALBUMARTIST": "A", "DATE": "2019", "GENRE": ["Rock", "Pop"],
        "DISCNUMBER": "2", "TRACKNUMBER": "03", "MUSICBRAINZ_TRACKID": RECORDING, "COMPILATION": "1",
        "UNSYNCEDLYRICS": "la la",
    }  # fmt: skip
    for name, value in told.items():
        file[name] = value
    file.save()
    found = read_file(path, path.parent / "covers")
    assert found.tags == {
        "title": ["T"], "artist": ["A", "B"], "album_artist": ["A"], "date": ["2019"], "genre": ["Rock", "Pop"],
        "disc": ["2"], "track": ["03"], "recording_mbid": [RECORDING], "compilation": ["1"],
    }  # fmt: skip
    assert found.words == "la la"


def test_atoms_say_everything(made: Callable[[str], Path]) -> None:
    path = made("a.m4a")
    file = MP4(path)
    file["\xa9nam"], file["\xa9ART"], file["aART"], file["trkn"] = ["T"], ["A", "B"], ["C"], [(3, 12)]
    file["cpil"], file["\xa9lyr"], file["covr"] = True, ["la la"], [MP4Cover(PNG, MP4Cover.FORMAT_PNG)]
    file["----:com.apple.iTunes:MusicBrainz Track Id"] = [RECORDING.encode()]
    file.save()
    found = read_file(path, path.parent / "covers")
    assert found.tags == {
        "title": ["T"], "artist": ["A", "B"], "album_artist": ["C"], "track": ["3/12"], "compilation": ["1"],
        "recording_mbid": [RECORDING],
    }  # fmt: skip
    assert found.words == "la la"
    assert (path.parent / "covers" / str(found.cover)).read_bytes() == PNG


def test_timed_words_go_before_others(made: Callable[[str], Path]) -> None:
    timed = SYLT(3, "eng", 2, 1, "", [("one", 1000), ("two", 63040), ("three", 70000)])
    found = id3(made("a.mp3"), USLT(3, "eng", "", "one\ntwo\nthree\nfour and many more words"), timed)
    assert "[00:01.00]one" in found.words
    assert "[01:03.04]two" in found.words


def test_one_cover_for_all_that_have_it(made: Callable[[str], Path]) -> None:
    back, front = APIC(3, "image/jpeg", 4, "b", b"\xff\xd8\xffback"), APIC(3, "image/jpeg", 3, "f", JPEG)
    first, second = id3(made("a.mp3"), back, front), id3(made("b.mp3"), front)
    path = made("c.opus")
    picture = Picture()
    picture.type, picture.data = 3, JPEG
    file = OggOpus(path)
    file["metadata_block_picture"] = [base64.b64encode(picture.write()).decode()]
    file.save()
    covers = path.parent / "covers"
    assert first.cover == second.cover == read_file(path, covers).cover
    assert [p.read_bytes() for p in covers.iterdir()] == [JPEG]
    assert id3(made("d.mp3"), APIC(3, "image/jpeg", 3, "", b"no picture at all")).cover is None


def test_tags_that_were_read_by_the_wrong_table_are_read_by_the_right_one(made: Callable[[str], Path]) -> None:
    chinese = {"title": "最伟大的作品", "artist": "周杰伦", "album": "十一月的萧邦"}
    misread = {name: text.encode("gbk").decode("latin-1") for name, text in chinese.items()}
    found = id3(made("a.mp3"), TIT2(0, misread["title"]), TPE1(0, misread["artist"]), TALB(0, misread["album"]))
    assert found.tags == {name: [text] for name, text in chinese.items()}
    european = {"title": "Svefn-g-englar", "artist": "Sigur Rós", "album": "Ágætis byrjun og öll þessi ár"}
    kept = id3(made("b.mp3"), TIT2(0, european["title"]), TPE1(0, european["artist"]), TALB(0, european["album"]))
    assert kept.tags == {name: [text] for name, text in european.items()}


def test_values_are_one_line_composed_and_no_longer_than_a_name(made: Callable[[str], Path]) -> None:
    found = id3(made("a.mp3"), TIT2(3, ["Cafe\u0301\n two\x00"]), TPE1(3, ["  ", "A" * 50000]))
    assert found.tags["title"] == ["Café two"]
    assert len(found.tags["artist"][0]) == 500


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff", "not_audio"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "not_audio"),
        (b"\x00\x05\x16\x07" + b"\x00" * 4000, "not_audio"),
        (b"OggS" + b"\x00" * 500, "undecodable"),
        (b"fLaC" + b"\x00" * 500, "undecodable"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x05hello", "not_audio"),
    ],
)
@pytest.mark.parametrize("name", ["x.mp3", "x.opus"])
def test_what_cannot_be_heard_is_said(tmp_path: Path, data: bytes, reason: str, name: str) -> None:
    (tmp_path / name).write_bytes(data)
    found = read_file(tmp_path / name, tmp_path)
    assert (found.reason, found.audio_id) == (reason, "")
    assert str(tmp_path) not in found.detail


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".opus", ".m4a", ".wav"])
def test_torn_files_raise_nothing(made: Callable[[str], Path], suffix: str) -> None:
    path = made(f"a{suffix}")
    whole, rng = path.read_bytes(), random.Random(7)
    for _ in range(25):
        torn = bytearray(whole[: rng.randrange(1, len(whole))])
        for _ in range(rng.randrange(20)):
            torn[rng.randrange(min(len(torn), 3000))] = rng.randrange(256)
        path.write_bytes(torn)
        found = read_file(path, path.parent / "covers")
        assert bool(found.reason) != bool(found.audio_id)


def test_a_file_is_read_for_what_it_holds(made: Callable[[str], Path]) -> None:
    path = made("a.opus")
    wrong = path.with_suffix(".mp3")
    file = OggOpus(path)
    file["title"] = "Named wrongly"
    file.save()
    path.rename(wrong)
    assert read_file(wrong, wrong.parent).tags == {"title": ["Named wrongly"]}


def _dies(path: Path, covers: Path) -> MusicFile:
    if path.name == "3.mp3":
        os._exit(1)
    return MusicFile(audio_id=path.stem)


def test_a_file_that_kills_its_reader_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "read_file", _dies)
    monkeypatch.setattr(read, "_BATCH", 4)
    monkeypatch.setattr(read, "WORKERS", 1)
    found = dict(read_files([tmp_path / f"{n}.mp3" for n in range(6)], tmp_path))
    assert {n: f.audio_id or f.reason for n, f in found.items()} == {
        0: "0", 1: "1", 2: "2", 3: "undecodable", 4: "4", 5: "5",
    }  # fmt: skip


def _dies_of_memory(path: Path, covers: Path) -> MusicFile:
    if path.name == "0.mp3":
        os.kill(os.getpid(), signal.SIGKILL)
    return MusicFile(audio_id=path.stem)


def _faults(path: Path, covers: Path) -> MusicFile:
    if path.name == "0.mp3":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.kill(os.getpid(), signal.SIGSEGV)
    return MusicFile(audio_id=path.stem)


@pytest.mark.parametrize("reader", [_dies, _dies_of_memory, _faults])
@pytest.mark.parametrize("count", [1, 4])
def test_few_files_are_read_in_a_process_of_their_own_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: Callable[[Path, Path], MusicFile], count: int
) -> None:
    """A folder of up to 24 files was read by the command itself, which died with the reader."""
    monkeypatch.setattr(read, "read_file", reader)
    first = 3 if reader is _dies else 0
    found = dict(read_files([tmp_path / f"{first + n}.mp3" for n in range(count)], tmp_path))
    assert [found[n].audio_id or found[n].reason for n in range(count)] == [
        "undecodable", *(str(first + n) for n in range(1, count))
    ]  # fmt: skip
