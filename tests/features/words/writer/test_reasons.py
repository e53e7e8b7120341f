"""A reason's mood agrees with the mood shown beside the song."""

from __future__ import annotations

import re

import pytest

from features.evidence.kind import EvidenceRow
from features.words.facts.reader import Entry, SongHistory
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.params import WordParams
from features.words.writer.frames import Draws
from features.words.writer.reasons import Lines, frame_ids
from features.words.writer.song_slots import Teller


def _lines(language: str, kind: str, told: str, moods: list[str]) -> set[str]:
    """Every line that this evidence can bring forth for a song of these moods."""
    subject = "rain" if kind == "weather_fit" else told
    reason = EvidenceRow(kind, subject, 12.0, 40.0, None, told)
    entry = Entry(1, Song("t", moods=moods), "a", False)
    lines, said = Lines(Teller({}, {}), WordParams()), dict[str, int]()
    return {lines.line(entry, [reason], Slots(language), {}, said, Draws([i / 40]))[0] for i in range(40)}


@pytest.mark.parametrize(("language", "words"), [("zh", ("摇摆", "平静")), ("en", ("groovy", "calm"))])
def test_a_second_mood_is_said_beside_the_first(language: str, words: tuple[str, str]) -> None:
    lines = _lines(language, "mood_match", "groovy", ["calm", "groovy"])
    named = [line for line in lines if words[0] in line]
    assert len(named) >= 3
    assert all(words[1] in line for line in named)


@pytest.mark.parametrize(("language", "word"), [("zh", "平静"), ("en", "calm")])
def test_the_first_mood_is_said_plainly(language: str, word: str) -> None:
    lines = _lines(language, "mood_match", "calm", ["calm", "groovy"])
    assert sum(word in line for line in lines) >= 3
    assert not any(other in line for line in lines for other in ("groovy", "摇摆"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_weather_names_no_second_mood(language: str) -> None:
    lines = _lines(language, "weather_fit", "groovy", ["calm", "groovy"])
    assert lines
    assert not any("groovy" in line or "摇摆" in line for line in lines)


def _of_a_loved_song(language: str, known: dict[str, SongHistory]) -> str:
    songs = {"o": Song("o", title="晚风")}
    lines = Lines(Teller(songs, {}), WordParams())
    entry, reason = Entry(1, Song("t"), "a", False), EvidenceRow("similar_track", "o", 0.8, None, None, None)
    return " ".join(lines.line(entry, [reason], Slots(language), known, {}, Draws([i / 60]))[0] for i in range(60))


@pytest.mark.parametrize(
    ("language", "often", "liking"),
    [("zh", "常听|遍", "你喜欢或收藏"), ("en", "times|plays this week", "liked or saved")],
)
def test_often_and_liked_are_said_only_where_the_plays_bear_them_out(language: str, often: str, liking: str) -> None:
    once = _of_a_loved_song(language, {"o": SongHistory(1, 0, False, None, None)})
    assert not re.search(f"{often}|{liking}", once)
    assert not re.search(often, _of_a_loved_song(language, {"o": SongHistory(1, 0, True, None, None)}))
    assert re.search(often, _of_a_loved_song(language, {"o": SongHistory(9, 4, True, None, None)}))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_title_carries_more_than_four_lines_of_a_list(language: str) -> None:
    lines, said = Lines(Teller({"o": Song("o", title="晚风")}, {}), WordParams()), dict[str, int]()
    near = EvidenceRow("similar_track", "o", 0.8, None, None, None)
    alike = EvidenceRow("mood_match", "calm", 12.0, 40.0, None, "calm")
    told = []
    for rank in range(1, 9):
        entry = Entry(rank, Song(str(rank), moods=["calm"]), "a", False)
        told.append(lines.line(entry, [near, alike], Slots(language), {}, said, Draws([rank / 9])))
    assert sum("晚风" in text for text, _ in told) <= 4
    assert all(reason is not None for _, reason in told)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_frame_rests_for_a_week_where_there_are_others(language: str) -> None:
    lines = Lines(Teller({}, {}), WordParams())
    reason = EvidenceRow("artist_rotation", "a", 9.0, None, None, None)
    teller = Lines(Teller({}, {"a": "夏炎"}), WordParams())
    entry, used, seen = Entry(1, Song("t", tempo=96, key="D minor"), "a", False), dict[str, int](), list[str]()
    assert lines.line(entry, [reason], Slots(language), {}, {}, Draws([0.5]))[0]
    for _ in range(7):
        said = dict[str, int]()
        teller.line(entry, [reason], Slots(language), {}, said, Draws([0.5]), used)
        told = [name for name in frame_ids(said) if "+" not in name]
        assert not set(told) & set(seen)
        seen += told
        used = {name: ago + 1 for name, ago in used.items()} | dict.fromkeys(frame_ids(said), 1)


@pytest.mark.parametrize(("language", "word"), [("zh", "平静"), ("en", "calm")])
def test_a_mood_is_told_in_two_lines_while_there_is_more_to_tell(language: str, word: str) -> None:
    lines, said = Lines(Teller({}, {"a": "夏炎"}), WordParams()), dict[str, int]()
    reasons = [EvidenceRow("mood_match", "calm", 12.0, 40.0, None, "calm"),
               EvidenceRow("artist_rotation", "a", 9.0, None, None, None),
               EvidenceRow("popular", None, 31.0, None, None, None)]  # fmt: skip
    entries = [
        Entry(rank, Song(str(rank), tempo=80 + rank, key="D minor", moods=["calm"]), "a", False) for rank in range(1, 6)
    ]
    told = [lines.line(e, reasons, Slots(language), {}, said, Draws([e.rank / 9]))[0] for e in entries]
    assert sum(word in line for line in told) <= 2


@pytest.mark.parametrize(
    ("genre", "said"), [("rnb", "an R&B song"), ("ballad", "a ballad"), ("MPB", "an MPB song"), ("jazz", "a jazz song")]
)
def test_a_genre_has_the_article_of_how_it_is_read(genre: str, said: str) -> None:
    slots = Slots("en")
    slots.catalogue_genre("genre", genre)
    assert slots.values["a_genre"] == said
