"""Deep reviews: nothing of words that are not known, no sentence that its facts do not bear out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from features.words import grounding
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.model.requests import sections
from features.words.params import WordParams
from features.words.terms import genres, lyrics
from features.words.writer import frames
from features.words.writer import review_arcs as arcs
from features.words.writer.frames import Draws
from features.words.writer.reviews import Review, review_slots, write

LINES = {"first_line": "the train is late", "last_line": "the lamp is out", "lines": 12}


def reviewed(reader: str, draw: int = 1, other: Song | None = None, **known: Any) -> Review:
    song = Song("t", title="Evening", artist="Someone", **known)
    draws = Draws(np.random.default_rng(draw).random(400).tolist())
    return write(song, other, review_slots(song, reader), draws, WordParams())


def heading(language: str, section: str) -> str:
    return frames.load(language, "reviews")[f"heading.{section}"][0].text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, False),
        ({"language": "en"}, False),
        ({"quotes": [("rain on the window", 12.0)]}, True),
        ({"themes": ["rain"]}, False),
        ({"themes": ["rain"], "quotes": [("rain on the window", None)]}, True),
        ({"lyricist": "Another"}, False),
        ({"language": "instrumental"}, False),
    ],
)
def test_words_are_told_of_only_where_something_is_known(language: str, known: dict[str, Any], told: bool) -> None:
    for draw in range(5):
        assert (heading(language, "lyrics") in reviewed(language, draw, **known).headings) is told


def test_an_instrumental_is_told_by_the_course_of_its_sound_and_else_not() -> None:
    told = reviewed("en", language="instrumental", energy_shape="rises")
    assert heading("en", "instrumental") in told.headings
    assert heading("en", "instrumental") not in reviewed("en", language="instrumental").headings
    assert "instrumental" in sections(Song("t", language="instrumental"), None)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"key": "G major", "valence": -0.4}, {"turn.major_dark"}),
        ({"key": "G minor", "valence": 0.4}, {"turn.minor_bright"}),
        ({"key": "G major", "valence": 0.4, "tempo": 130, "energy": "low"}, {"turn.fast_soft"}),
        ({"tempo": 70, "energy": "high"}, {"turn.slow_strong"}),
        ({"tempo": 70, "energy": "low", "key": "G minor", "valence": -0.4}, {"turn.slow_soft"}),
        ({"tempo": 100, "energy": "low", "key": "G minor", "valence": 0.0}, set()),
        ({"tempo": 130, "energy": "middling"}, set()),
    ],
)
def test_measures_that_pull_apart_are_told_first(known: dict[str, Any], told: set[str]) -> None:
    assert {name for step in arcs.sound(Song("t", **known)) for name in step if name.startswith("turn.")} == told


@pytest.mark.parametrize(
    ("genre", "known", "told"),
    [
        ("folk", {"acoustic": "electric"}, "habit.acoustic.left"),
        ("folk", {"acoustic": "acoustic"}, "habit.acoustic.kept"),
        ("ballad", {"tempo": 150}, "habit.slow.left"),
        ("ballad", {"tempo": 100}, None),
        ("waltz", {"metre": 3}, "habit.three.kept"),
        ("waltz", {"metre": 4}, "habit.three.left"),
        ("waltz", {}, None),
        ("ambient", {"energy": "high"}, "habit.soft.left"),
        ("zydeco", {"acoustic": "electric"}, None),
    ],
)
def test_a_genre_is_held_against_what_was_measured(genre: str, known: dict[str, Any], told: str | None) -> None:
    steps = arcs.style(Song("t", genre=genre, **known), None)
    assert [name for step in steps for name in step if name.startswith("habit.")] == ([told] if told else [])


def test_every_genre_has_its_lineage_and_habits() -> None:
    for language in ("zh", "en"):
        assert {f"genre.{name}" for name in genres.GENRE_IDS} <= frames.load(language, "reviews").keys()
    assert all(genres.habits(name) is not None for name in genres.GENRE_IDS)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"refrain": ("come home", 3), "refrain_lines": 2, "between": ["one", "two"]},
         ["lyrics.refrain.more", "lyrics.between"]),
        ({"refrain": ("come home", 2), "refrain_lines": 2, "between": ["one", "one"]},
         ["lyrics.first", "lyrics.refrain.twice"]),
        ({"refrain": (None, 2), "refrain_lines": 2}, ["lyrics.first", "lyrics.refrain.plain"]),
        ({"often": ("the lamp is out", 2)}, ["lyrics.first", "lyrics.often.twice"]),
        ({"last_line": "the train is late"}, ["lyrics.circle"]),
        ({"lyricist": "Another", "person": "we"}, ["lyrics.person.we", "lyrics.first.by"]),
    ],
)  # fmt: skip
def test_the_words_are_read_by_their_form(known: dict[str, Any], told: list[str]) -> None:
    song = Song("t", **(LINES | known))
    assert [name for step in arcs.lyrics(song) for name in step] == told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_section_that_may_be_drawn_has_sentences(language: str) -> None:
    named = set(frames.load(language, "reviews"))
    for theme in lyrics.THEMES:
        assert f"lyrics.reading.{theme}" in named
    for person in ("i", "you", "i_you", "we", "nobody"):
        assert f"lyrics.person.{person}" in named
    for colour in ("warm", "bright"):
        assert {f"colour.{colour}", f"colour.{colour}_acoustic", f"colour.{colour}_electric"} <= named


def test_what_most_songs_are_is_left_out() -> None:
    song = Song("t", brightness="balanced", acoustic="electric", dynamics="breathing", key="G major", valence=0.4)
    assert arcs.sound(song) == [("open.key",)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_holds_up_where_its_facts_are_known(language: str) -> None:
    """None is refused by the check of its own facts; what may stand before it is the key and the theme."""
    slots = _everything(language)
    refused = []
    for section, of in frames.load(language, "reviews").items():
        if section.startswith("heading."):
            continue
        slots.key("key", "D minor" if "minor" in section else "D major")
        if section.startswith("lyrics.reading."):
            slots.name("shown_theme", lyrics.theme_word(section.rpartition(".")[2], language))
        for frame in of:
            assert frame.needs <= slots.values.keys(), (section, frame.text)
            text, sheet = frame.fill(slots.values), slots.sheet(("key", "shown_theme", *frame.uses))
            refused += [(section, text, found)] if (found := grounding.check(text, sheet)) else []
    assert refused == []


def _everything(language: str) -> Slots:
    slots = review_slots(
        Song(
            "t", title="Harbour", artist="Ida Lund", genre="folk", album="Slow Train", lyricist="Ann Poe",
            composer="Bo Lind", producer="Cy Noor", label="Kite", tempo=96, key="D major", moods=["calm", "sad"],
            length=200.0,
            voice="sung", themes=["rain", "sea"], theme_lines={"rain": 5, "sea": 2},
            quotes=[("rain on the roof", 62.0)], lines=14, refrain=("come home", 3), refrain_lines=3,
            often=("come home", 4), first_line="the train is late", last_line="a train is gone",
            between=["the town is small", "the river slow"],
        ), language,
    )  # fmt: skip
    slots.name("date", "2026 年 5 月" if language == "zh" else "May 2026")
    slots.name("shown_theme", lyrics.theme_word("rain", language))
    slots.quote("theme_line", "rain on the roof")
    for slot, title in (("other", "Quiet Hill"), ("link", "Old Letters")):
        slots.title(slot, title)
    slots.quote("note", "The band of 3 met on a ferry in 2011")
    slots.name("note_source", "the Ferry Notes")
    slots.name("other_artist", "Eve Aune")
    slots.key("other_key", "B minor")
    slots.mood("other_mood", "happy")
    opened = "pace_slow pace_mid pace_fast vocal refrain_pair note_song note_artist in_chinese own_tongue"
    for guard in opened.split():
        slots.opens(guard)
    for slot, number in (("other_bpm", 48), ("diff", 48)):
        slots.number(slot, number, "bpm")
    for slot, number in (("steps", 4), ("shared", 3), ("notes", 3)):
        slots.number(slot, number)
    return slots


def test_small_counts_are_spelled() -> None:
    song = Song("t", lines=12, refrain=("come home", 3), refrain_lines=2)
    assert {review_slots(song, "en").values[slot] for slot in ("refrain_lines", "returns")} == {"two", "three"}
    assert {review_slots(song, "zh").values[slot] for slot in ("refrain_lines", "returns")} == {"两", "三"}


def test_of_an_artist_alone_there_is_nothing_to_tell() -> None:
    assert arcs.style(Song("t", artist="Someone"), None) == []
    assert arcs.style(Song("t", artist="Someone", genre="folk"), None)[-1] == ("style.artist.plain",)


def test_two_songs_of_one_tempo_are_told_with_one_number() -> None:
    other = Song("o", title="Harbour", tempo=96)
    (sound, beside) = reviewed("en", other=other, tempo=96).paragraphs
    assert "96" in sound
    assert beside.count("96") == 1


def test_whoever_the_link_names_is_not_named_before() -> None:
    song = Song("t", title="Evening", composer="Bo Lind", producer="Bo Lind")
    assert ("style.credit.one",) in arcs.style(song, None)
    assert ("style.credit.producer",) in arcs.style(song, "same_composer")


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"last_line": "no train tonight"}, ["lyrics.ring"]),
        ({"themes": ["rain"], "quotes": [("rain on the roof", None)]},
         ["lyrics.first", "lyrics.theme", "lyrics.reading.rain"]),
        ({"themes": ["rain", "road"], "quotes": [("no umbrellas", None)]},
         ["lyrics.first", "lyrics.theme", "lyrics.reading.rain"]),
        ({"themes": ["sea", "road"]}, ["lyrics.first", "lyrics.themed", "lyrics.reading.road"]),
        ({"themes": ["sea"]}, ["lyrics.first"]),
    ],
)  # fmt: skip
def test_a_theme_is_read_beside_a_line_of_it_or_not_at_all(known: dict[str, Any], told: list[str]) -> None:
    song = Song("t", **(LINES | known))
    assert [name for step in arcs.lyrics(song) for name in step] == told


def test_a_title_that_would_be_cut_is_not_said() -> None:
    long = "What the Skyline Said to the Last Tram (Anthology Edition)"
    song = Song("t", title=long, album=long + " Too", tempo=96, moods=["calm"], links={"same_album": (long, 1)})
    draws = Draws(np.random.default_rng(1).random(400).tolist())
    review = write(song, None, review_slots(song, "en"), draws, WordParams())
    assert not any("…" in paragraph or "“" in paragraph for paragraph in review.paragraphs)
    assert review.paragraphs


@pytest.mark.parametrize(
    ("lyricist", "composer", "producer", "told"),
    [
        ("A", "B", "C", ["lyricist_composer_producer"]),
        ("A", "A", "C", ["author", "producer"]),
        ("A", "B", "B", ["lyricist", "one"]),
        ("A", "A", "A", ["all"]),
        ("A", None, None, ["lyricist"]),
        (None, "B", "C", ["composer_producer"]),
    ],
)
def test_who_made_the_song_is_told_once(
    lyricist: str | None, composer: str | None, producer: str | None, told: list[str]
) -> None:
    song = Song("t", lyricist=lyricist, composer=composer, producer=producer)
    assert arcs.style(song, None) == [(f"style.credit.{name}",) for name in told]
    assert {f"style.credit.{name}" for name in told} <= frames.load("en", "reviews").keys()
