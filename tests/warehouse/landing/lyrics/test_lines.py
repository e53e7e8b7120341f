"""Only what is sung is a line: parts, credits, notices, singers, advertisements and translations are what they are."""

from __future__ import annotations

import pytest

from tests.worlds.languages import lines
from warehouse.landing.lyrics import Lyrics, RefusedLyrics, parse_lyrics


def sung(text: str, **known: str) -> Lyrics:
    found = parse_lyrics(text.encode(), **known)
    assert isinstance(found, Lyrics), found
    return found


def song(*odd: str) -> str:
    """Odd lines among sung ones, timed."""
    all_lines = ["rain on the window", *odd, "I think of you"]
    return "".join(f"[00:{i:02d}.00]{line}\n" for i, line in enumerate(all_lines))


SUNG = ["rain on the window", "I think of you"]


@pytest.mark.parametrize(
    "mark",
    [
        "[Verse 1]", "[Chorus]", "[Verse 2: Someone]", "(Chorus)", "Chorus:", "CHORUS x2", "[Pre-Chorus]", "【副歌】",
        "[主歌A]", "间奏", "（间奏）", "Interlude", "[Guitar Solo]", "[サビ]", "[간주]", "[Jay & Ann]", "[x2]",
        "Repeat chorus",
        "*Chorus*", "(Music)", "— Bridge —", "~ 副歌 ~", "[2절]", "[Припев]", "[Estribillo 2]", "【Bridge】",
    ],
)  # fmt: skip
def test_names_of_parts_are_no_lines(mark: str) -> None:
    found = sung(song(mark))
    assert found.lines == SUNG
    assert [place for place, _ in found.parts] == [1]


@pytest.mark.parametrize(
    "line",
    [
        "作词 : 某人", "作曲：某人", "编曲 Arranger：某人", "作词：某人 作曲：某人", "词/曲：某人", "製作人：某人",
        "混音：某人", "OP：某公司",
        "Lyrics: Some One", "Lyrics by: Some One", "Producer: Some One", "Mixed by: Some One", "作詞・作曲：誰か",
        "작사: 누구", "ISRC: CN-A01-23",
        "吉他 Guitar: 某人", "未经许可不得翻唱或使用", "以下歌词翻译由某人提供", "QQ音乐享有本翻译作品的著作权",
        "www.example.com",
        "Lyrics from https://example.com/x", "******* This Lyrics is NOT for Commercial use *******", "♪♪♪",
        "......", "12Embed",
        "Lyrics © Big Songs Ltd", "Writer(s): Some One", "Source: LyricFind", "LRC by someone", "歌词来源：某网",
        "Thanks to Ann for these lyrics",
        "You might also like", "？？？？？", "???? ?????",
    ],
)  # fmt: skip
def test_credits_and_advertisements_are_no_lines(line: str) -> None:
    assert sung(song(line)).lines == SUNG


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        (["晚风 - 某人", "词：甲", "曲：乙"], {}),
        (["晚风 (Live) - 某人", "Written by：甲/乙"], {"title": "晚风"}),
        (["Evening Wind", "Some One"], {"title": "Evening Wind", "artist": "Some One"}),
        (["Written by Some One", "Produced by Another"], {}),
        (["作词 甲", "作曲 乙", "第二小提琴：丙"], {}),
        (["Evening Wind Lyrics"], {"title": "Evening Wind"}),
        (["Guitar - Some One", "Vocals – Another"], {}),
        (["[ti:晚风][ar:某人]", "晚风-某人"], {}),
    ],
)
def test_headings_are_no_lines(heading: list[str], known: dict[str, str]) -> None:
    assert sung("\n".join([*heading, *SUNG]), **known).lines == SUNG


def test_credits_are_kept() -> None:
    told = sung("作词：甲 作曲：乙\n编曲：丙\nProduced by: Some One\n雨落下来了").credits
    assert told == {"lyricist": "甲", "composer": "乙", "arranger": "丙", "producer": "Some One"}
    assert sung("词曲：甲\n雨落下来了").credits == {"lyricist": "甲", "composer": "甲"}


@pytest.mark.parametrize(
    "line",
    [
        "Written by the stars above", "曲终人散的时候", "词不达意", "You said: come home", "Music is my life",
        "Hello", "1 2 3 4",
        "我爱你 (baby oh baby)", "a < b and c > d", "(ooh)", "And/or we stay", "The bridge is burning", "鼓声响起",
        "Keys in my hand",
        "The label on the box", "Chorus girls are dancing", "instrumental in my fall", "纯音乐一样的你",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_sung(line: str) -> None:
    assert sung(song(line)).lines == [SUNG[0], line, SUNG[1]]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("男：雨落下来", "雨落下来"), ("女: 雨落下来", "雨落下来"), ("(合) 雨落下来", "雨落下来"),
        ("【男】雨落下来", "雨落下来"),
        ("A: rain", "rain"), ("F: hi", "hi"), ("v1: rain", "rain"), ("bg: (ooh)", "(ooh)"), ("Some One: rain", "rain"),
        ("Both: rain", "rain"), ("男/女：雨落下来", "雨落下来"), ("rain (x2)", "rain"), ("[Chorus] rain", "rain"),
    ],
)  # fmt: skip
def test_who_sings_is_not_sung(line: str, words: str) -> None:
    assert sung(song(line), artist="Some One feat. Another").lines == [SUNG[0], words, SUNG[1]]


@pytest.mark.parametrize(
    "text",
    [
        "[00:00.00]纯音乐，请欣赏", "[00:00.00]此歌曲为没有填词的纯音乐，请您欣赏", "純音樂，請欣賞", "Instrumental",
        "[Instrumental]",
        "(instrumental)", "This song is an instrumental.", "[au: instrumental]", "연주곡", "インストゥルメンタル",
        "[00:00]晚风 - 某人\n[00:05]纯音乐，请您欣赏",
        "作曲：某人\n纯音乐",
    ],
)  # fmt: skip
def test_an_instrumental_is_one(text: str) -> None:
    found = sung(text)
    assert (found.instrumental, found.lines, found.language) == (True, [], "instrumental")


def test_an_instrumental_break_makes_no_instrumental() -> None:
    found = sung(song("[Instrumental]"))
    assert (found.instrumental, found.lines) == (False, SUNG)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_file"), (b" \r\n ", "empty_file"), (b"[ti:x]\n[ar:y]\n", "no_lines"),
        ("暂无歌词".encode(), "no_lines"),
        (b"Lyrics not available", "no_lines"), ("作词：某人\n作曲：某人".encode(), "no_lines"),
        (b"????\n??? ??", "no_lines"),
        (b"x" * 1_100_000, "too_large"), (b"la " * 3000, "too_large"), (b"la\n" * 6000, "too_large"),
        (b"<!DOCTYPE html><html><body>rain</body></html>", "not_lyrics"),
        (b'{"syncedLyrics": "[00:01.00]rain"}', "not_lyrics"),
        (b"<?xml version='1.0'?><tt><p>rain</p></tt>", "not_lyrics"), (b"[Script Info]\nTitle: x\n", "not_lyrics"),
        (b"ID3\x04\x00\x00\x00", "not_lyrics"), (b"PK\x03\x04", "not_lyrics"), (b"#EXTM3U\na.mp3", "not_lyrics"),
        (bytes(range(128, 256)) * 3, "unknown_encoding"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(data: bytes, reason: str) -> None:
    found = parse_lyrics(data)
    assert isinstance(found, RefusedLyrics)
    assert found.reason == reason


ZH, EN, JA = lines("zh")[:6], lines("en")[:6], lines("ja")[:6]


def timed(*voices: tuple[str, ...], between: str | None = None) -> str:
    """Lines of several voices at the same starts: below one another, or on one line with ``between`` between."""
    rows = [(f"[00:{i:02d}.00]", said) for i, said in enumerate(zip(*voices, strict=True))]
    if between is not None:
        return "".join(f"{stamp}{between.join(said)}\n" for stamp, said in rows)
    return "".join(f"{stamp}{line}\n" for stamp, said in rows for line in said)


@pytest.mark.parametrize(
    "text",
    [
        timed(ZH, EN),
        timed(ZH) + timed(EN),
        timed(ZH, EN, between=" / "),
        timed(ZH, tuple(f"（{line}）" for line in EN), between=""),
        timed(ZH, EN, between="\n"),
        "".join(f"{a}\n{b}\n\n" for a, b in zip(ZH, EN, strict=True)),
    ],
)
def test_translations_stand_apart(text: str) -> None:
    found = sung(text)
    assert found.lines == list(ZH)
    assert found.translations == list(EN)


def test_readings_and_meanings_of_one_line() -> None:
    assert sung(timed(JA, tuple(f"la la {line}" for line in EN), ZH)).lines == list(JA)


def test_the_declared_language_tells_which_line_is_sung() -> None:
    assert sung(timed(ZH, EN), language="en").lines == list(EN)


def test_two_voices_at_once_are_both_sung() -> None:
    found = sung("[00:01.00]窗外下着雨\n[00:01.00]我在想你\n[00:05.00]街灯很安静\n[00:09.00]你在哪里")
    assert (len(found.lines), found.translations) == (4, [])


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "zh"), ("zh_hant", "zh"), ("yue", "zh"), ("en", "en"), ("ja", "ja"), ("ko", "ko"), ("ru", "other"),
        ("fr", "other"), ("de", "other"), ("es", "other"),
    ],
)  # fmt: skip
def test_the_words_tell_their_language(language: str, told: str) -> None:
    for first in range(0, len(lines(language)) - 9):
        found = sung("\n".join(lines(language)[first : first + 10]))
        assert (found.language, found.language_confidence >= 0.6) == (told, True)


@pytest.mark.parametrize("text", ["la la la la", "晚风", "oh oh oh", "xyz", "1 2 3 4"])
def test_too_few_words_tell_nothing(text: str) -> None:
    assert sung(text).language is None
    assert sung(text, language="en").language == "en"
