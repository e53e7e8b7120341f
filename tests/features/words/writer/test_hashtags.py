"""Hashtags: what names a list is true of most of it, by the day, and safely formed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.words.facts.reader import Entry, Reader
from features.words.facts.songs import Song
from features.words.terms.occasion import Occasion, season
from features.words.writer import hashtags
from features.words.writer.frames import Draws
from schemas.vocabulary import MOOD_IDS

SUNDAY = date(2026, 11, 22)
PLAIN = Occasion(SUNDAY, 6, holiday=False, weather=None, festival=None, term=None)
RAIN = Occasion(SUNDAY, 6, holiday=False, weather="rain", festival=None, term=None)


def _reader(language: str, **taste: object) -> Reader:
    return Reader("u", language, None, personalised=bool(taste), opted_out=False, taste=taste)


def _every(entries: list[Entry], day: Occasion, reader: Reader, scenes: tuple[str, ...] = ()) -> set[str]:
    """Every tag that some draw brings."""
    return {
        tag for i in range(20) for tag in hashtags.hashtags(entries, scenes, day, reader, Draws([i / 20, 0.37 * i % 1]))
    }


def _list(*songs: Song) -> list[Entry]:
    return [Entry(rank, song, "a", False) for rank, song in enumerate(songs, 1)]


def test_a_mood_names_a_list_only_where_most_songs_have_it() -> None:
    most = [Song(str(n), moods=["calm", "sad"] if n < 6 else ["happy"]) for n in range(10)]
    half = [Song(str(n), moods=["calm"] if n < 5 else ["happy"]) for n in range(10)]
    assert "#Calm" in _every(_list(*most), PLAIN, _reader("en"))
    assert not {"#Calm", "#Happy"} & _every(_list(*half), PLAIN, _reader("en"))


def test_no_list_with_a_fast_song_is_for_the_time_before_sleep() -> None:
    slow = [Song(str(n), tempo=70) for n in range(10)]
    assert "#BeforeSleep" in _every(_list(*slow), PLAIN, _reader("en"), ("sleep",) * 10)
    assert "#BeforeSleep" not in _every(_list(*slow[:9], Song("x", tempo=150)), PLAIN, _reader("en"), ("sleep",) * 10)


def test_songs_of_which_nothing_is_known_are_not_most() -> None:
    known = [Song(str(n), tempo=70, arousal=-0.5) for n in range(4)]
    tags = _every(_list(*known, *(Song(f"x{n}") for n in range(5))), PLAIN, _reader("en"))
    assert tags == {"#Sunday", "#MusicChasers"}


def test_the_day_is_named_by_what_it_is() -> None:
    assert _every([], RAIN, _reader("zh")) == {"#周日", "#追音乐的人"}
    term = Occasion(SUNDAY, 6, holiday=False, weather="rain", festival=None, term="小雪")
    assert _every([], term, _reader("zh")) == {"#小雪", "#追音乐的人"}


def test_the_part_of_the_day_is_that_of_most_plays() -> None:
    assert "#深夜" in _every([], PLAIN, _reader("zh", daypart_plays=[5, 5, 5, 40]))
    assert "#深夜" not in _every([], PLAIN, _reader("zh", daypart_plays=[25, 5, 5, 30]))


def _said(language: str, artist: str | None, head: str, day: Occasion = PLAIN) -> list[str]:
    entries = _list(Song("t", artist="Ida Lund"), Song("u", artist="温迟"))
    return hashtags.hashtags(entries, (), day, _reader(language, plays=9), Draws([0.3]), artist, head)


def test_the_artist_played_most_is_named_where_the_list_has_them() -> None:
    assert _said("en", "Ida Lund", "head.weekend")[:2] == ["#IdaLund", "#Sunday"]
    assert _said("zh", "温迟", "head.night")[:2] == ["#温迟", "#深夜"]
    assert "#OttoBrandt" not in _said("en", "Otto Brandt", "head.weekend")


def test_the_weather_is_named_first_where_the_opener_speaks_of_it() -> None:
    assert _said("zh", None, "sky.rain", RAIN)[0] == "#雨天"
    assert _said("zh", None, "head.weekend", RAIN)[0] == "#周日"


@given(st.lists(st.lists(st.sampled_from(MOOD_IDS), max_size=3), max_size=31), st.sampled_from(["zh", "en"]))
def test_there_are_two_or_three_different_tags_of_the_vocabulary(moods: list[list[str]], language: str) -> None:
    entries = _list(*(Song(str(n), moods=of) for n, of in enumerate(moods)))
    tags = hashtags.hashtags(entries, [], PLAIN, _reader(language), Draws([0.3]))
    assert 2 <= len(set(tags)) == len(tags) <= 3
    assert set(tags) <= hashtags.vocabulary()


@pytest.mark.parametrize(
    ("day", "city", "language", "told"),
    [
        (date(2026, 11, 22), "上海", "zh", "winter"),
        (date(2026, 11, 22), "Shanghai", "en", "autumn"),
        (date(2026, 2, 3), "上海", "zh", None),
        (date(2026, 7, 1), "Sydney", "en", None),
        (date(2026, 7, 1), "Nowhere", "zh", None),
        (date(2026, 7, 1), None, "zh", None),
    ],
)
def test_a_season_is_told_where_the_north_is_known(
    day: date, city: str | None, language: str, told: str | None
) -> None:
    assert season(day, city, language) == told


def test_one_tag_says_how_the_songs_feel() -> None:
    songs = [Song(str(n), moods=["calm", "quiet", "lazy"], tempo=70, arousal=-0.6) for n in range(10)]
    for n in range(20):
        had = {"#Quiet": n % 3, "#Calm": n % 4, "#Slow": n % 2}
        tags = hashtags.hashtags(_list(*songs), (), PLAIN, _reader("en"), Draws([n / 20, 0.37 * n % 1]), had=had)
        assert len({"#Quiet", "#Calm", "#Slow", "#Lazy"} & set(tags)) == 1, tags
        assert len(tags) == 3
