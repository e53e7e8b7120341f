"""The checker, case by case: what each small file of it must see and must leave alone."""

from __future__ import annotations

import pytest

from features.words import numerals
from features.words.grounding import Day, Fault, LineIndex, Sheet, check, key_id, masked

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


LAWFUL = {
    "zh": (
        "沈遇唱《女生宿舍》，７２ BPM，Ｄ大调。", "三十首歌，百分之四十一是旧的。", "这首歌二十八遍也听不厌，四周十分安静。",
        "全长 3 分 25 秒，到 3:25 为止。", "速度是七十二 BPM。", "像三月的风，一点一点吹过来。", "第一遍听旋律，第二遍听词。",
        "两首都很轻，千山万水地走。", "周三的歌，今天下雨，慢慢听。", "雨像是昨天的，风景在词里。", "它忧郁，也温柔，不必急。",
        "大调的光不刺眼。", "最后一首最慢，最近常听。", "在 D大调里，和声很稳。", "這首歌很輕，慢慢聽。", "“女生宿舍”这三个字不必解释。",
    ),
    "en": (
        "Mara Quill sings “Girl from the Harbour,” at 72 BPM, in D major.", "Thirty songs, and forty-one percent are old.",
        "Twenty-eight plays, one after another, two by two.", "It runs 3 minutes and 25 seconds, to 3:25.",
        "At seventy-two BPM it keeps time; the jewel is the bass.", "A rainy day suits it, and so does Wednesday.",
        "It is best in order, and most of them are old friends.", "A second hearing helps; the first is for the tune.",
        "A major key keeps the lamps on.", "There is a quiet corner for everyone.", "It moves like rain on a tin roof.",
        "They tend to pause, manned by patience, aged like wood.", "The two songs meet in the middle.",
    ),
}  # fmt: skip
WRONG = {
    "zh": {
        Fault.NUMBER: (
            "七十三 BPM。", "７３ BPM。", "72 秒就够。", "28 首歌。", "听了三十遍。", "三分之一是新歌。", "一半的歌是旧的。", "过半是老歌。", "3 分 26 秒。",
            "第五首最轻。", "第 4 名。", "三十多首歌。", "十几首歌。", "几十遍也不厌。", "二〇〇三年的歌。", "九十年代的味道。", "快了两倍。", "③ 首歌。",
            "４１ 次。", "佔了三成。", "七十二點五 BPM。", "一百二十八遍。", "4/4 的一半。",
        ),
        Fault.TITLE: ("『别人的歌』", "‘另一首’", "〈旧梦〉很好", "《女生宿舍二》", "“女生"),
        Fault.NAME: (
            "E大调的歌。", "降D大调。", "D小调的歌。", "小调的阴影。", "北京的夜。", "中秋节听它。", "周五的歌。", "今天下雪。", "周杰伦也唱过。", "正逢霜降。",
            "窗外放晴了。", "周末快听。", "歌手叫林栖。", "Taylor 的歌。",
        ),
        Fault.CLAIM: ("这首欢快的歌：它很快乐。", "最动听的一首。", "史上最佳。", "曾登上榜首。", "金曲獎得主。", "他的代表作。", "励志的一首。"),
        Fault.SENSITIVE: (
            "适合姑娘听。", "00后都懂。", "写给中年的你。", "北方人的豪气。", "虔诚地听。", "給年輕人的歌。", "女 生 都爱听。", "你的家乡在哪。", "作为学生的你，会懂。",
            "抑郁症患者。", "老一辈的歌。", "而立之后再听。", "投票给它。", "小姐姐的声音。",
        ),
        Fault.MARKUP: ("好听🎵。", "好\u200b听。", "看 www.a.cn 吧。", "**重点**。", "好听\u202e。", "\u0007响。", "见#标签。"),
        Fault.LANGUAGE: ("こんにちは。", "好听 хорошо。", "한국。", "It is a quiet song."),
    },
    "en": {
        Fault.NUMBER: (
            "It runs at seventy-three BPM.", "It lasts 72 seconds.", "There are 28 songs.", "Thirty plays.", "A third of these are new.",
            "Half of the songs are old.", "It is 3 minutes and 26 seconds.", "The fifth song is slow.", "Number 4 here.", "Dozens of plays.",
            "It is from 2003.", "It is twice as fast.", "Seven of these are new.", "one hundred and twenty-eight plays", "41 times", "30+ songs",
            "It goes at ７３ BPM.", "Hear it ③ times.", "It is 4/4.", "a 73-BPM walk",
        ),
        Fault.TITLE: ("“Another Song” is next.", '"Girl from the Harbor" plays.', "‘Old Dream’ plays.", "«Rêve» plays."),
        Fault.NAME: (
            "It is in E major.", "It is in Db major.", "It is in D minor.", "It is in a minor key.", "It comes from London.", "For christmas.",
            "It is Friday.", "A snowy day.", "It is sunny today.", "Like Taylor it waits.", "Madonna waits here.", "In November it rains.",
            "Keep it for the weekend.",
        ),
        Fault.CLAIM: (
            "It is a happy song.", "It won a Grammy.", "The greatest ballad.", "It topped the charts.", "Her debut.", "It feels triumphant.",
            "Their best song.", "A masterpiece.", "Rated 10/10.", "Inspired by grief.",
        ),
        Fault.SENSITIVE: (
            "It is for women.", "As a nurse, you know.", "At your age it helps.", "In your thirties you hear it.", "Your hometown waits.",
            "It is for gay listeners.", "Teenagers like it.", "Pray with it: devout and slow.", "If you are depressed, listen.", "Vote for it, voters.",
        ),
        Fault.MARKUP: ("So good 🎵.", "So\u200b good.", "See www.a.com now.", "**Bold**.", "[link](x)", "So\u202e good."),
        Fault.LANGUAGE: ("It is bеautiful.", "Ωmega waits.", "It is 好听.", "Это."),
    },
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(lang, text) for lang in LAWFUL for text in LAWFUL[lang]])
def test_lawful_sentences_pass(language: str, text: str) -> None:
    assert check(text, sheet(language)) == []


@pytest.mark.parametrize(
    ("language", "fault", "text"),
    [(lang, f, t) for lang, kinds in WRONG.items() for f, ts in kinds.items() for t in ts],
)
def test_wrong_sentences_are_named_for_what_is_wrong(language: str, fault: Fault, text: str) -> None:
    assert fault in faults(text, language)


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
