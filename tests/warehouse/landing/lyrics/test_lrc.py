"""Stamps in all their spellings, and what stands around them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from warehouse.landing.lyrics import Lyrics, RefusedLyrics, lrc_of, parse_lyrics


def sung(text: str, **known: str) -> Lyrics:
    found = parse_lyrics(text.encode(), **known)
    assert isinstance(found, Lyrics), found
    return found


@pytest.mark.parametrize(
    ("stamp", "start"),
    [
        ("[00:05.50]", 5.5), ("[00:05,50]", 5.5), ("[00:05:50]", 5.5), ("[00:05.123]", 5.123), ("[00:05.1]", 5.1),
        ("[00:05]", 5.0), ("[0:05.5]", 5.5), ("[0:5.5]", 5.5), ("[123:45.67]", 7425.67), ("[00:61.00]", 61.0),
        ("[01:02:03.50]", 3723.5), ("[ 00:05.50 ]", 5.5), ("［00：05．50］", 5.5), ("[-00:01.00]", 0.0),
        ("<00:05.50>", 5.5),
        ("[5500,2000]", 5.5),
    ],
)  # fmt: skip
def test_a_stamp_tells_seconds(stamp: str, start: float) -> None:
    assert sung(f"{stamp}rain on me").starts_s == [start]


def test_hours_without_a_fraction_are_told_by_the_pace() -> None:
    assert sung("[00:01:02]one\n[00:01:05]two\n[00:01:09]three").starts_s == [62.0, 65.0, 69.0]
    assert sung("[00:01:02]one\n[00:05:05]two\n[00:09:09]three").starts_s == [1.02, 5.05, 9.09]


@pytest.mark.parametrize(
    ("offset", "start"),
    [
        ("+500", 9.5), ("500", 9.5), ("-3000", 13.0), (" -3000 ", 13.0), ("500ms", 9.5), ("0.5s", 9.5), ("−500", 10.5),
        ("600000", 10.0), ("-600000", 10.0), ("later", 10.0), ("", 10.0), ("0", 10.0),
    ],
)  # fmt: skip
def test_offsets_show_lyrics_earlier_but_never_all_before_the_song(offset: str, start: float) -> None:
    assert sung(f"[offset:{offset}]\n[00:10.00]one\n[00:20.00]two").starts_s[0] == start


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[00:01.00]rain [00:01.50]on [00:02.00]me", "rain on me"),
        ("[00:01.00]rain[00:01.50]on[00:02.00]me[00:03.00]", "rain on me"),
        ("[00:01.00]rain on me[00:04.00]", "rain on me"),
        ("[00:01.00] <00:01.00> rain <00:01.50> on <00:02.00> me <00:03.00>", "rain on me"),
        ("[00:01.00]<00:01.00>rain<00:01.50>on<00:02.00>me", "rain on me"),
        ("[00:01.00]sec<00:01.50>ond <00:02.00>line", "second line"),
        ("[00:01.00]窗[00:01.50]外[00:02.00]雨", "窗外雨"),
        ("[1000,2000]rain (1000,300)on (1300,300)me(1600,900)", "rain on me"),
        ("[1000,2000]<0,300,0>rain <300,300,0>on <600,900,0>me", "rain on me"),
        ("rain on me[00:01.00]", "rain on me"),
        ("[Verse 1] [00:01.00]rain on me", "rain on me"),
    ],
)
def test_stamps_of_words_and_of_ends_make_no_lines(line: str, words: str) -> None:
    found = sung(line)
    assert (found.lines, found.starts_s) == ([words], [1.0])


def test_lines_whose_breaks_were_lost_are_lines() -> None:
    found = sung("[00:01.00]rain falls on me[00:05.00]I think of you[00:09.00]the street is quiet")
    assert (len(found.lines), found.starts_s) == (3, [1.0, 5.0, 9.0])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\x00", "\n\x00", "<br>", "<br />\n", "\u2028"])
def test_lines_end_in_many_ways(ending: str) -> None:
    assert sung(ending.join(["[00:01.00]one", "[00:05.00]two", "[00:09.00]three"])).lines == ["one", "two", "three"]


def test_order_repeats_and_lines_without_a_stamp() -> None:
    found = sung("written down by me\n[00:09.00]last\n[00:01.00][00:05.00]first\ngoes on\n[00:07.00]\nby nobody\n")
    assert found.lines == ["first goes on", "first goes on", "last"]
    assert found.starts_s == [1.0, 5.0, 9.0]


def test_one_stamp_for_the_whole_song_is_no_time() -> None:
    assert sung("".join(f"[00:00.00]line number {i}\n" for i in "abcdef")).starts_s == []


def test_subtitles() -> None:
    srt = "1\n00:00:01,000 --> 00:00:03,000\n<i>rain on me</i>\nagain\n\n2\n01:00:04.500 --> 01:00:06,000\n雨\n落ちる\n"
    assert (sung(srt).lines, sung(srt).starts_s) == (["rain on me again", "雨", "落ちる"], [1.0, 3604.5, 3604.5])
    vtt = "WEBVTT - x\n\nNOTE by me\n\n00:01.000 --> 00:03.000 align:start\n<v Ann>rain <00:00:02.000>on me\n"
    assert (sung(vtt).lines, sung(vtt).starts_s) == (["rain on me"], [1.0])


def test_synchronised_tags_become_lrc() -> None:
    text = lrc_of([("rain ", 1.0), ("on ", 1.5), ("me", 2.0), ("\nI think", 65.25), (" of you", 66.0)])
    assert text.startswith("[00:01.00]rain <00:01.50>on ")
    assert (sung(text).lines, sung(text).starts_s) == (["rain on me", "I think of you"], [1.0, 65.25])


@pytest.mark.parametrize(
    "text",
    [
        "OP/SP " * 80, "作词/作曲" * 90, "(" * 1900, "a/" * 900, "[" + " " * 200_000, "<" + " " * 200_000,
        "[offset:5" + " " * 200_000 + "x]", "[" * 200_000, "<b" * 300_000, "{" * 100_000, "[00:01.00]" * 50_000,
        "a\n" * 500_000, "Chorus:" * 200, "[a:" * 100_000,
    ],
)  # fmt: skip
def test_hostile_text_ends_soon(text: str) -> None:
    for data in (text, f"[00:01.00]{text}"):
        parse_lyrics(data)  # what never ends here runs into the limit of every test


@example("0×")  # signs among the Latin letters that are none: a lyric of these alone ended the night
@example("÷\n[00:01.00]×")
@given(st.text())
def test_any_text_gives_ordered_starts_of_every_line_or_none(text: str) -> None:
    found = parse_lyrics(text)
    if isinstance(found, RefusedLyrics):
        assert found.reason in ("empty_file", "no_lines", "not_lyrics", "unknown_encoding")
        return
    assert found.starts_s == sorted(found.starts_s)
    assert len(found.starts_s) in (0, len(found.lines))
    assert len(found.translations) in (0, len(found.lines))
    assert all(line == line.strip() and line for line in found.lines)
