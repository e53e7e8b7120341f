"""Delivered files keep their names, and none takes the place of another's rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.deliveries import DS, plays, write_csv, write_jsonl
from tests.jobs.commands.intake.sent import files_of, heard, song
from warehouse.landing import open_landing
from warehouse.landing.landing_writer import LandingWriter


def _plays(deliver: Callable[..., Any], home: Path) -> list[str]:
    return sorted(open_landing(home).frame("landing_plays").get_column("track_id").to_list())


@pytest.mark.parametrize(
    "names",
    [
        ("a b", "a-b", "a.b", "a/b", "a(b)"),
        ("foo", "foo_", "Foo", "x_foo", "foo~002"),
        ("🎵", "🔥", "名", "\u00e9", "e\u0301"),
    ],
)
def test_no_delivered_file_takes_the_place_of_another(
    home: Path, tmp_path: Path, deliver: Callable[..., Any], names: tuple[str, ...]
) -> None:
    for number, name in enumerate(names):
        write_csv(tmp_path / "sent" / "plays" / f"{name}.csv", [heard(number)])
    assert deliver(".")["files"] == len(names)
    assert len(_plays(deliver, home)) == len(plays()) + len(names)
    assert deliver(".")["beside_earlier"] == []
    assert len(_plays(deliver, home)) == len(plays()) + len(names), "the same again changes nothing"


def test_a_file_delivered_again_is_replaced_and_one_that_lacks_rows_kept_beside(
    home: Path, deliver: Callable[..., Any]
) -> None:
    count = len(plays())
    deliver("plays.csv", [heard(1), heard(2)])
    assert deliver("plays.csv", [heard(1), heard(2), heard(3)])["beside_earlier"] == []
    assert len(_plays(deliver, home)) == count + 3
    told = deliver("plays.csv", [heard(4)])["beside_earlier"]
    assert told == ["plays/plays~002.csv: plays/plays.csv of an earlier delivery holds 3 rows that it lacks; "
                    "--replace drops them"]  # fmt: skip
    assert len(_plays(deliver, home)) == count + 4
    assert deliver("plays.csv", [heard(4), heard(5)])["beside_earlier"] == []
    assert len(_plays(deliver, home)) == count + 5
    deliver("plays.csv", [heard(6)], "--replace")
    assert len(_plays(deliver, home)) == count + 4


def test_a_hidden_name_is_read_all_the_same(home: Path, deliver: Callable[..., Any]) -> None:
    deliver("_plays.csv", [heard(1)], "--table", "plays")
    assert len(_plays(deliver, home)) == len(plays()) + 1


def test_a_hidden_name_in_a_folder_is_left_out(home: Path, tmp_path: Path, deliver: Callable[..., Any]) -> None:
    for number, name in enumerate(("foo", "_foo_", "_part/foo")):
        write_jsonl(tmp_path / "sent" / "plays" / f"{name}.jsonl", [heard(number)])
    told = deliver(".")
    assert (told["files"], [line.partition(":")[0] for line in told["left_out"]]) == (
        1,
        ["plays/_foo_.jsonl", "plays/_part/foo.jsonl"],
    )


def test_audio_of_an_earlier_delivery_is_not_overwritten(
    home: Path, tmp_path: Path, deliver: Callable[..., Any]
) -> None:
    write_jsonl(tmp_path / "sent" / "tracks.jsonl", [song(1, audio_path="x.wav")])
    (tmp_path / "sent" / "audio").mkdir()
    (tmp_path / "sent" / "audio" / "x.wav").write_bytes(b"one")
    assert deliver(".")["audio_and_lyrics"] == 1
    assert deliver(".")["audio_and_lyrics"] == 1
    shutil.rmtree(tmp_path / "sent" / "audio")
    (tmp_path / "sent" / "audio").mkdir()
    (tmp_path / "sent" / "audio" / "x.wav").write_bytes(b"two")
    code, error, fix = deliver(".")
    assert (code, "the landing has another audio/x.wav already" in error, "--replace" in fix) == (3, True, True)
    deliver(".", None, "--replace")
    assert (home / "landing" / "audio" / "x.wav").read_bytes() == b"two"


def test_a_disk_that_fills_half_way_leaves_nothing(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files_of(home)
    for n in range(3):
        write_csv(tmp_path / "sent" / f"{n}.csv", [heard(n)])
    plain = shutil.copyfile
    done: list[Path] = []

    def fills(source: Path, target: Path) -> None:
        if len(done) == 2:
            raise OSError(28, "No space left on device")
        done.append(Path(plain(source, target)))

    monkeypatch.setattr(shutil, "copyfile", fills)
    with pytest.raises(Exception, match="disk is full"):
        LandingWriter(home).put_all({f"plays/{n}.csv": tmp_path / "sent" / f"{n}.csv" for n in range(3)}, {})
    assert files_of(home) == before


def test_the_landing_is_not_delivered_into_itself(home: Path, deliver: Callable[..., Any]) -> None:
    code, error, _ = deliver("../home/landing")
    assert (code, "lies in the landing already" in error) == (2, True)


# --- lyrics ----------------------------------------------------------------------------------------------


def _lyrics(tmp_path: Path, **files: bytes) -> None:
    for name, data in files.items():
        path = tmp_path / "sent" / "lyrics" / f"{name}.lrc"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def test_lyrics_alone_are_a_delivery(home: Path, tmp_path: Path, deliver: Callable[..., Any]) -> None:
    _lyrics(tmp_path, t0=b"[00:01.00]hello there", t1=b"\xff\xfe\x00\xd8\x00\xd8" * 9, nobody=b"[00:01.00]hello")
    said = deliver(".")
    assert said["lyrics"][0] == "3 read, 2 of them refused"
    assert any("lyrics/t1.lrc row 1" in line for line in said["lyrics"])
    assert any("no track 'nobody' is known" in line for line in said["lyrics"])
    assert (home / "landing" / "lyrics" / "t0.lrc").is_file()


def test_lyrics_of_which_none_can_be_used_are_refused(home: Path, tmp_path: Path, deliver: Callable[..., Any]) -> None:
    before = files_of(home)
    _lyrics(tmp_path, nobody=b"[00:01.00]hello", noone=b"[00:01.00]hello")
    code, error, fix = deliver(".")
    assert (code, "none of its 2 lyrics can be used" in error, "TRACK_ID.lrc" in fix) == (3, True, True), error
    assert files_of(home) == before


def test_lyrics_nobody_can_read_stop_no_night(home: Path, tmp_path: Path, deliver: Callable[..., Any]) -> None:
    _lyrics(tmp_path, **{f"nobody{n}": b"[00:01.00]hello" for n in range(40)})
    write_jsonl(tmp_path / "sent" / "tracks.jsonl", [song(1)])
    said = deliver(".")
    assert said["lyrics"][0] == "40 read, 40 of them refused"
    assert said["next"] == [f"daily30 nightly (the night of {DS})"]
