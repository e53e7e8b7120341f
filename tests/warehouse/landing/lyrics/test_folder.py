"""The lyrics folder: whose lyrics a file holds, and what is refused."""

from __future__ import annotations

from pathlib import Path

from tests.deliveries import tracks, write_jsonl, write_landing
from warehouse.landing import open_landing
from warehouse.landing.lyrics import Lyrics, parse_lyrics

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
    song = parse_lyrics(SONG)
    assert isinstance(song, Lyrics)
    assert song.lines == ["你 好 吗 & 再见", "晚风 吹过", "晚风 吹过", "last"]
    assert song.starts_s == [4.5, 10.0, 70.0, 122.5]
    assert song.language == "zh"


def test_lyrics_belong_to_the_track_that_names_them_or_bears_their_name(tmp_path: Path) -> None:
    root = write_landing(tmp_path)
    given_tracks = tracks(4)
    given_tracks[0]["lyrics_path"] = given_tracks[1]["lyrics_path"] = "deep/shared.lrc"
    given_tracks[1]["language"] = "en"
    given_tracks[3]["lyrics_path"] = "../../outside.lrc"
    write_jsonl(root / "tracks.jsonl", given_tracks)
    folder = root / "lyrics"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "shared.lrc").write_bytes("[00:01.00]晚风吹过山岗".encode("gbk"))
    (folder / "t2.txt").write_text("hello world", encoding="utf-8")
    (folder / "nobody.txt").write_text("a\nb")
    (folder / "broken.lrc").write_bytes(b"\xff\xff\xff\xff")
    (folder / "only_tags.lrc").write_text("[ti:x]")
    (folder / "large.lrc").write_text("[00:01.00]la\n" * 100_000)
    (tmp_path / "outside.lrc").write_text("secret")
    (folder / "link.lrc").symlink_to(tmp_path / "outside.lrc")
    landing = open_landing(tmp_path)
    rows = landing.frame("landing_lyrics").select("source_file", "source_row", "track_id", "language", "lines").rows()
    assert rows == [
        ("lyrics/deep/shared.lrc", 1, "t0", "zh", ["晚风吹过山岗"]),
        ("lyrics/deep/shared.lrc", 2, "t1", "en", ["晚风吹过山岗"]),
        ("lyrics/nobody.txt", 1, "nobody", None, ["a", "b"]),
        ("lyrics/t2.txt", 1, "t2", None, ["hello world"]),
    ]
    assert landing.frame("landing_unreadable").select("source_file", "reason").rows() == [
        ("lyrics/broken.lrc", "unknown_encoding"),
        ("lyrics/large.lrc", "too_large"),
        ("lyrics/link.lrc", "unsafe_path"),
        ("lyrics/only_tags.lrc", "no_lines"),
    ]
