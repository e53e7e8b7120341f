"""The checker, case by case: what each small file of it must see and must leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.words.grounding import Day, Fault, LineIndex, Sheet, check, key_id, masked
from features.words.terms import numerals

WEDNESDAY = 2


def sheet(language: str) -> Sheet:
    made = Sheet(language, day=Day(WEDNESDAY, "rain"))
    made.number(72, "bpm")
    made.number(30, "song", "rank")
    made.number(41, "percent")
    made.number("3:25")
    made.number(28, "play")
    for word in ("忧郁", "温柔") if language == "zh" else ("melancholic", "tender"):
        made.mood(word)
    made.quote("女生宿舍" if language == "zh" else "Girl from the Harbour")
    made.name("D大调" if language == "zh" else "D major")
    made.name("沈遇" if language == "zh" else "Mara Quill")
    return made


def faults(text: str, language: str) -> set[Fault]:
    return {v.fault for v in check(text, sheet(language))}


def cases() -> list[tuple[str, str, str]]:
    """(language, verdict, sentence) of the file beside this one."""
    lines = Path(__file__).with_name("grounding_cases.txt").read_text("utf-8").splitlines()
    return [(x[0], x[1], x[2]) for line in lines if not line.startswith(";") for x in [line.split("|", 2)]]


@pytest.mark.parametrize(("language", "verdict", "text"), cases())
def test_each_sentence_passes_or_is_named_for_what_is_wrong(language: str, verdict: str, text: str) -> None:
    found = faults(text, language)
    assert (found == set()) if verdict == "lawful" else (verdict in found)


@pytest.mark.parametrize("sign", ["\u200b", "\u202e", "\u2066", "\ufeff", "\u0007", "\u00ad", "\ue000", "\U000e0041"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_signs_that_nobody_sees_are_seen(language: str, sign: str) -> None:
    text = f"好{sign}听。" if language == "zh" else f"So{sign} good."
    assert Fault.MARKUP in faults(text, language)


@pytest.mark.parametrize(
    "title", ["女人花", "Man in the Mirror", "最好听的歌", "1999", "<b>", "男孩别哭 🎵", "北京北京", "D大调变奏"]
)
def test_nothing_inside_a_lawful_title_is_judged(title: str) -> None:
    made = sheet("zh")
    made.quote(title)
    assert check(f"先听《{title}》，再说。", made) == []
    assert masked(f"《{title}》", made) == "，"


def test_each_number_stands_as_often_as_it_was_referred_to() -> None:
    made = Sheet("zh", times={})
    made.number(72, "bpm")
    assert check("走 72 BPM。", made) == []
    assert [v.found for v in check("走 72 BPM，还是 72 BPM。", made)] == ["72"]


OWNED = {"晴天": {"72", key_id("D major")}, "雨夜": {"96", key_id("A minor")}}


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("《晴天》走 72 BPM，《雨夜》走 96 BPM。", True),
        ("《晴天》走 96 BPM，《雨夜》走 72 BPM。", False),
        ("《雨夜》的D大调。", False),
        ("《雨夜》的A小调，《晴天》的D大调。", True),
        ("把它和《雨夜》放在一起：一首 72 BPM，一首 96 BPM。", True),
        ("把它和《雨夜》放在一起：一首 96 BPM，一首 72 BPM。", False),
        ("《雨夜》和《晴天》分别是 96 和 72 BPM。", True),
    ],
)
def test_what_is_true_of_one_song_is_not_told_of_the_other(text: str, right: bool) -> None:
    made = Sheet("zh", owners=OWNED, quoted=set(OWNED), names={"D大调", "A小调"})
    made.number(72, "bpm")
    made.number(96, "bpm")
    assert (check(text, made) == []) is right


def test_moods_and_days_are_judged_only_where_the_sheet_has_them() -> None:
    bare = Sheet("zh")
    assert check("它很快乐，周五听，今天下雪。", bare) == []
    assert {v.fault for v in check("它很快乐，周五听，今天下雪。", sheet("zh"))} == {Fault.CLAIM, Fault.NAME}


def test_lines_of_other_songs_are_known_without_quotation_marks() -> None:
    index = LineIndex(["我在旧屋檐下等一场雨", "the moon walks me home again tonight"])
    assert index.strange("唱到我在旧屋檐下等一场，就停了。", sheet("zh"))
    assert index.strange("And the moon walks me home again.", sheet("en"))
    own = sheet("zh")
    own.quote("我在旧屋檐下等一场雨")
    assert index.strange("我在旧屋檐下等一场雨。", own) == []
    assert index.strange("屋檐下有雨。", sheet("zh")) == []


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("one hundred and twenty-eight", 128),
        ("nineteen ninety-nine", 1999),
        ("two dozen", 24),
        ("three thousand", 3000),
    ],
)
def test_english_numerals(words: str, value: int) -> None:
    assert (str(value), "song") in list(numerals.numbers(f"{words} songs", "en"))


@pytest.mark.parametrize(
    "idiom",
    [
        "十分",
        "四周",
        "千山万水",
        "三三两两",
        "一一",
        "万一",
        "百转千回",
        "独一无二",
        "七上八下",
        "两边",
        "四季",
        "三言两语",
    ],
)
def test_chinese_idioms_count_nothing(idiom: str) -> None:
    assert list(numerals.numbers(f"{idiom}都好听，{idiom}。", "zh")) == []


def test_twice_as_fast_holds_where_the_tempi_say_so() -> None:
    made = Sheet("en")
    made.number(48, "bpm")
    made.number(96, "bpm")
    text = "At 96 BPM against 48 it is twice as fast."
    assert check(text, made) == []
    made.numbers["80"] = made.numbers.pop("48")
    assert Fault.NUMBER in {v.fault for v in check(text.replace("48", "80"), made)}
