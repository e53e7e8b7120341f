"""LRC as it is found: several stamps, offsets, tags, byte order marks, GBK; and whose lyrics they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deliveries import tracks, write_jsonl, write_landing
from warehouse.landing import open_landing
from warehouse.landing.lrc import decode, parse

SONG = """[ti:晚风]
[la:zh-CN]
[offset:+500]
[00:10.50][01:10.50]晚风 吹过
[00:05.00]<00:05.00>你 <00:06.1>好 <b>吗</b> &amp; 再见
[00:20.00]
credits without a stamp
[02:03]last
"""


def test_stamps_offset_tags_and_markup() -> None:
    song = parse(SONG)
    assert song.lines == ["你 好 吗 & 再见", "晚风 吹过", "晚风 吹过", "last"]
    assert song.starts_s == [4.5, 10.0, 70.0, 122.5]
    assert song.language == "zh-cn"


def test_plain_text_has_lines_and_no_starts() -> None:
    assert parse("one\n\n two\t2\r\n").lines == ["one", "two 2"]
    assert parse("one").starts_s == []


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_the_usual_encodings(codec: str) -> None:
    assert decode("[00:01.00]晚风".encode(codec)) == "[00:01.00]晚风"


def test_bytes_of_no_encoding_are_none() -> None:
    assert decode(b"\xff\xff\xff\xff") is None


@given(st.text())
def test_any_text_gives_ordered_starts_of_every_line_or_none(text: str) -> None:
    song = parse(text)
    assert song.starts_s == sorted(song.starts_s)
    assert len(song.starts_s) in (0, len(song.lines))
    assert all(line == line.strip() and line for line in song.lines)


def test_lyrics_belong_to_the_track_that_names_them_or_bears_their_name(tmp_path: Path) -> None:
    root = write_landing(tmp_path)
    given_tracks = tracks(4)
    given_tracks[0]["lyrics_path"] = given_tracks[1]["lyrics_path"] = "deep/shared.lrc"
    given_tracks[1]["language"] = "en"
    given_tracks[3]["lyrics_path"] = "../../outside.lrc"
    write_jsonl(root / "tracks.jsonl", given_tracks)
    folder = root / "lyrics"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "shared.lrc").write_bytes("[00:01.00]晚风".encode("gbk"))
    (folder / "t2.txt").write_text("hello world", encoding="utf-8")
    (folder / "nobody.txt").write_text("a\nb")
    (folder / "broken.lrc").write_bytes(b"\xff\xff\xff\xff")
    (tmp_path / "outside.lrc").write_text("secret")
    landing = open_landing(tmp_path)
    rows = landing.frame("landing_lyrics").select("source_file", "source_row", "track_id", "language", "lines").rows()
    assert rows == [
        ("lyrics/deep/shared.lrc", 1, "t0", "zh", ["晚风"]),
        ("lyrics/deep/shared.lrc", 2, "t1", "en", ["晚风"]),
        ("lyrics/nobody.txt", 1, "nobody", "en", ["a", "b"]),
        ("lyrics/t2.txt", 1, "t2", "en", ["hello world"]),
    ]
    assert landing.frame("landing_unreadable").select("source_file", "reason").rows() == [
        ("lyrics/broken.lrc", "not_utf8")
    ]
