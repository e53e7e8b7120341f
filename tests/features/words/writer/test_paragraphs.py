"""A listener's own paragraphs: bounds, grounding by the tables themselves, privacy, companions."""

from __future__ import annotations

import re

import polars as pl
import pytest

from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from features.words.facts.songs import Song
from features.words.params import WordParams
from features.words.writer import frames
from features.words.writer.companions import alike, pair
from jobs import copy
from jobs.run.body import apply
from schemas import TABLES
from schemas.vocabulary import EVIDENCE_KINDS
from tests.features.words import world

PARAMS = WordParams()


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    made = world.catalogue()
    return made | world.listeners(made, count=40) | {"list_plan": TABLES["list_plan"].empty()}


@pytest.fixture(scope="module")
def written(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    made = apply(
        copy.run,
        tables,
        llm=None,
        params=PARAMS,
        policy=MeasurementPolicy(),
        seeds=Seeds(7),
        night=world.NIGHT,
    )
    return made["song_reasons"].join(tables["list_summaries"].select("user_id", "personalised"), on="user_id")


def test_every_song_has_one_to_three_sentences_within_bounds(written: pl.DataFrame) -> None:
    for language, text in written.select("language", "paragraph").iter_rows():
        bare = re.sub(r"《[^》]*》|“[^”]*”|「[^」]*」", "某", text)
        if language == "zh":
            assert len(text) <= 120, text
            assert 1 <= len(re.findall("。", bare)) <= 3, text
        else:
            assert len(text.split()) <= 70, text
            assert 1 <= len(re.findall(r"\.(?:\s|$)", bare)) <= 3, text


def test_a_paragraph_says_more_than_the_line_above_it(written: pl.DataFrame) -> None:
    assert written.filter(pl.col("paragraph") == pl.col("reason")).height <= 0.02 * written.height


def test_a_list_does_not_give_one_reason_again_and_again(written: pl.DataFrame) -> None:
    """Two paragraphs of a list tell of one mood of the listener's, more only where nothing else can be said."""
    told = re.compile(
        "近一个月(?:你)?有 \\d+ 次播放偏(..)|论情绪它偏(..)|(\\w+) side, like \\d+ of|plays were (\\w+), and"
    )
    counted: dict[tuple[str, str], int] = {}
    for user, text in written.select("user_id", "paragraph").iter_rows():
        for found in told.findall(text):
            counted[user, "".join(found)] = counted.get((user, "".join(found)), 0) + 1
    assert counted
    assert max(counted.values()) <= 3


def test_what_the_line_says_is_new_the_paragraph_does_not_say_again(written: pl.DataFrame) -> None:
    new = re.compile(
        "你还没听过|还没进过你的播放|你没听过的名字|你还没放过|not played .{0,60}yet|(?:new to|not in) your plays"
    )
    both = written.filter(pl.col("reason").str.contains(new.pattern), pl.col("paragraph").str.contains(new.pattern))
    assert both.height <= 0.02 * written.height


def test_nothing_of_their_listening_is_told_to_those_who_opted_out_or_are_new(written: pl.DataFrame) -> None:
    own = re.compile(r"遍|循环|你听过|你常|点过喜欢|you have played|you played|you liked|this week")
    theirs = written.filter(~pl.col("personalised"))["paragraph"].to_list()
    assert theirs
    assert not [text for text in theirs if own.search(text)]


def test_plays_told_of_a_title_are_those_of_the_listener(
    tables: dict[str, pl.DataFrame], written: pl.DataFrame
) -> None:
    """An independent look at "你听过 12 遍的《X》" and its like: title and number must be one row of affinity."""
    titles = dict(tables["tracks"].select("track_id", "title").iter_rows())
    heard: dict[str, dict[str, set[int]]] = {}
    for user, track, plays, week in tables["affinity"].select("user_id", "track_id", "plays", "plays_7d").iter_rows():
        heard.setdefault(user, {}).setdefault(titles[track].replace("“", "").replace("”", ""), set()).update(
            (plays, week)
        )
    zh = re.compile(r"(?:听过|放了) (\d+) 遍的?《([^》]+)》|《([^》]+)》(?:这周)?你[听放][过了] (\d+) 遍")
    en = re.compile(
        r"“([^”]+)”,? which you (?:have )?played (\d+) times|ou (?:have )?played “([^”]+)” (\d+) times"
        r"|“([^”]+)” ha[sd] (\d+) plays|ou know “([^”]+)” from (\d+) plays"
    )
    seen = 0
    for user, language, text in written.select("user_id", "language", "paragraph").iter_rows():
        for found in (zh if language == "zh" else en).findall(text):
            number = int(next(part for part in found if part.isdigit() and len(part) < 3))
            title = next(part for part in found if part and part != str(number))
            assert number in heard[user][title], text
            seen += 1
    assert seen > 100


def test_every_evidence_kind_has_reasons_of_its_own_in_both_languages() -> None:
    for language in ("zh", "en"):
        sections = frames.load(language, "paragraphs")
        assert {f"why.{kind}" for kind in EVIDENCE_KINDS} <= set(sections)
        assert set(sections) == set(frames.load("en", "paragraphs"))


def test_a_pairing_knows_where_two_songs_are_alike() -> None:
    one = Song("a", title="雨", tempo=72, key="B minor", moods=["calm"], artist="夏炎", energy_level=0.2)
    two = Song("b", title="晴", tempo=144, key="D major", moods=["sad"], artist="夏炎", energy_level=0.7)
    found = pair(one, two, "zh")
    assert [b.section for b in found.bonds] == [
        "people.artist",
        "key.relative",
        "tempo.half",
        "mood.diff",
        "feel.softer",
    ]
    assert alike(one, two) == 3
    assert found.slots.values["other"] == "晴"


def test_songs_without_facts_have_nothing_to_do_with_each_other() -> None:
    assert pair(Song("a"), Song("b", title="x"), "en").bonds == ()
    assert alike(Song("a"), Song("b")) == 0


def test_the_table_keeps_its_contract(written: pl.DataFrame) -> None:
    assert TABLES["song_reasons"].frame(written).height == written.height
