"""True sentences are found true, lies false or unread, sentences nobody knows unread."""

from __future__ import annotations

from functools import cache

import pytest

from tests.night_checker.tiny import grammar, tiny
from tests.oracles.night.above import ListJudge
from tests.oracles.night.check import verdict
from tests.oracles.night.deliveries import Delivered, Song
from tests.oracles.night.lies import lies
from tests.oracles.night.listening import ListeningJudge
from tests.oracles.night.tags import judge_tag
from tests.oracles.night.world import World

# language, rank of the song it stands under (0: above the list), sentence
TRUE = [
    ("en", 1, "You have played it 4 times, the last time 1 days ago."),
    ("en", 1, "You played Ida Lund 3 times this past month; here is one more."),
    ("en", 2, "You played “Harbour” 1 days ago, and this is from the same album."),
    ("en", 2, "At 104 BPM it keeps step with “Harbour”, 100 BPM, which you played 1 days ago."),
    ("en", 2, "It is not in your plays yet: Ida Lund, 104 BPM."),
    ("en", 3, "Otto Brandt is not in your plays so far; start here."),
    ("en", 3, "Coming after “Lantern St.”, it goes faster, 140 BPM against 104."),
    ("en", 4, "You have played it 2 times, the last time 12 days ago."),
    ("en", 2, "5 other people who played “Harbour” played this too."),
    ("en", 0, "You played “Harbour” 3 times this week, which counts as a loop."),
    ("en", 0, "You played Ida Lund most of all this past month, 3 times."),
    ("en", 0, "By our measure 2 of these songs are calm."),
    ("en", 0, "It begins with “Harbour” and ends with “Wires”."),
    ("en", 0, "In C major alone there are 2 songs."),
    ("en", 0, "Call it 8 minutes, 4 songs, all at once or whenever you have a moment for one."),
    ("zh", 1, "你听过它 4 次，上一次是 1 天前。"),
    ("zh", 2, "你 1 天前放过《Harbour》，这首和它同在一张专辑。"),
    ("zh", 3, "你的播放里还没有 Otto Brandt，从这首开始。"),
    ("zh", 4, "这首走 118 BPM，G大调。"),
    ("zh", 0, "《Harbour》这周你听了 3 遍。"),
    ("zh", 0, "近一个月你听得最多的是 Ida Lund，3 次。"),
    ("zh", 0, "从《Harbour》开门，到《Wires》关灯，中间慢慢走。"),
    ("zh", 0, "4 首歌来自 3 位音乐人。"),
]  # fmt: skip
_NOT_SO = 8  # the sentence on other people: nobody but ann and five others heard "Harbour", and none of them this


@pytest.mark.parametrize(("language", "right", "wrong"), [
    ("en", "This is a live version.", "This is an edit."), ("zh", "这是现场版。", "这一首是剪辑版。"),
])  # fmt: skip
def test_a_version_is_the_one_that_is_shown(language: str, right: str, wrong: str) -> None:
    served, world, ann = tiny(language)
    served["songs"][0]["version"] = "live"
    reader = grammar(language)
    of = {n: ListJudge(world, reader, served, served["songs"][n], ann) for n in (0, 1)}
    told = [[verdict(of[n], read)[0] for read in reader.read(text, "song")]
            for n, text in ((0, right), (0, wrong), (1, right))]  # fmt: skip
    assert told == [["true"], ["false"], ["false"]]


@cache
def judged_by(language: str, rank: int) -> ListJudge:
    """The judge of what stands under a song of ann's list, or above it."""
    served, world, ann = tiny(language)
    card = served["songs"][rank - 1] if rank else None
    return ListJudge(world, grammar(language), served, card, ann)


def told(language: str, rank: int, sentence: str) -> list[str]:
    """Verdicts of the sentences of a text that stands there."""
    judge = judged_by(language, rank)
    return [verdict(judge, read)[0] for read in judge.grammar.read(sentence, "song" if rank else "list")]


@pytest.mark.parametrize(("language", "rank", "sentence"), TRUE[:_NOT_SO] + TRUE[_NOT_SO + 1 :])
def test_what_is_true_is_found_true(language: str, rank: int, sentence: str) -> None:
    assert told(language, rank, sentence) == ["true"]


@pytest.mark.parametrize(
    ("language", "rank", "sentence"),
    [
        TRUE[_NOT_SO],
        ("en", 1, "Many people love this one."),
        ("en", 1, "You liked or saved something by Ida Lund before; this is by the same artist."),
        ("en", 4, "Nothing by Mei Lan is in your plays so far, so here is a first one."),
        ("en", 1, "In Paris 30 people played it this past month."),
        ("en", 0, "Since the forecast says rain, the list begins with “Harbour”."),
        ("zh", 1, "你的播放里还没有这首。"),
        ("zh", 4, "很多人都在听它。"),
        ("zh", 4, "你喜欢或收藏过 2 首 Mei Lan 的歌，这首也该让你听听。"),
    ],
)  # fmt: skip
def test_what_was_not_measured_is_found_false(language: str, rank: int, sentence: str) -> None:
    assert told(language, rank, sentence) == ["false"]


@pytest.mark.parametrize("sentence", ["It won 7 prizes.", "The king of “Harbour” sang it.", "Ida Lund was born here."])
def test_what_no_pattern_reads_is_unread_and_never_passes(sentence: str) -> None:
    assert told("en", 1, sentence) == ["unread"]


def test_each_of_several_credited_artists_may_be_named() -> None:
    came = Delivered([Song("Salsa", "Mystical; Wansti")])
    assert {"Mystical", "Wansti"} <= World([], came).artists


def test_lies_are_seen() -> None:
    seen = made = 0
    for language, rank, sentence in TRUE[:_NOT_SO] + TRUE[_NOT_SO + 1 :]:
        judge = judged_by(language, rank)
        artists = sorted(judge.world.artists, key=len, reverse=True)
        for _, lie in lies(sentence, judge.grammar, ["Snow", "Wires", "Lantern St."], artists):
            made += 1
            seen += bool({"false", "unread"} & set(told(language, rank, lie)))
    assert made > 50
    assert seen >= 0.97 * made


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("#Calm", "false"),
        ("#Fast", "false"),
        ("#MusicChasers", "plain"),
        ("#Rumours", "unread"),
        ("#NoraWhitlock", "unread"),
        ("#OttoBrandt", "false"),
        ("#IdaLund", "true"),
    ],
)
def test_hashtags_name_what_is_in_the_list(tag: str, found: str) -> None:
    served, world, ann = tiny("en")
    assert judge_tag(tag, served, grammar("en"), world, ann)[0] == found


@pytest.mark.parametrize(
    ("language", "rank", "sentence", "found"),
    [
        ("en", 1, "“Wires” by Mei Lan is in C major too, but in G major, a single note away from C major.", "false"),
        ("en", 1, "“Wires” sounds close to it, but it is in G major, which shares five notes with C major.", "false"),
        ("en", 4, "“Snow” goes at the same 118 BPM, but it is quicker: 140 BPM to this one’s 118.", "false"),
        ("en", 3, "A epic song in C major, quick at 140 BPM.", "true"),
        ("en", 1, "A calm song in C major, quick at 100 BPM.", "false"),
        ("en", 4, "G major promises light, and the song is dark all the same, at 118 BPM.", "false"),
        ("en", 3, "At 140 BPM it goes quickly, and yet it is epic; the key is C major.", "false"),
        ("zh", 1, "接 Mei Lan 的《Wires》：一样平静，那首是G大调，两个音阶有六个音相同。", "false"),
        ("zh", 1, "和 Ida Lund 的《Lantern St.》一样平静，那首换成A小调，音与C大调相同，主音换了一个。", "true"),
        ("zh", 1, "和 Ida Lund 的《Lantern St.》一样平静，那首是A小调，两个音阶有六个音相同。", "false"),
        ("zh", 3, "C大调的快曲，140 BPM，气质恢弘。", "true"),
        ("zh", 4, "G大调的快曲，118 BPM，气质阴郁。", "false"),
        ("zh", 4, "大调也能阴郁：它写在G大调，速度 118 BPM。", "false"),
    ],
)  # fmt: skip
def test_a_review_is_held_to_likeness_difference_pace_and_tension(
    language: str, rank: int, sentence: str, found: str
) -> None:
    """Wires is told as dark, and its feeling was measured as bright."""
    judge = judged_by(language, rank)
    assert [verdict(judge, read)[0] for read in judge.grammar.read(sentence, "review")] == [found]


NOTE = {"note_id": "n", "artist_id": "Ida Lund", "source": "Ferry Notes", "licence": "own"}
QUOTED = {
    "en": ("The band met on a ferry in 2011", "“{}”, {} says of Ida Lund."),
    "zh": ("乐队二〇一一年在渡船上相识", "说到 Ida Lund，{}写道：“{}”。"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({}, "true"),
        ({"text": "Another."}, "false"),
        ({"source": "Train Notes"}, "false"),
        ({"artist_id": "Otto Brandt"}, "false"),
        ({"licence": ""}, "false"),
        ({"language": "fr"}, "false"),
    ],
)
def test_a_quoted_note_is_looked_up_among_the_delivered(language: str, cells: dict[str, str], said: str) -> None:
    served, world, _ = tiny(language)
    words, frame = QUOTED[language]
    world.came.notes = [{"language": language, "text": f"{words}.", **NOTE, **cells}]
    order = (words, "Ferry Notes") if language == "en" else ("Ferry Notes", words)
    judge = ListeningJudge(world, grammar(language), None, served["songs"][0], None)
    (read,) = judge.grammar.read(frame.format(*order), "review")
    assert verdict(judge, read)[0] == said
