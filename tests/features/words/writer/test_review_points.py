"""Reviews begin with a song's one point, join what belongs together and leave no sentence open."""

from __future__ import annotations

from typing import Any

import pytest

from features.words.facts.songs import Song
from features.words.writer import frames
from features.words.writer import review_arcs as arcs
from features.words.writer import review_openings as openings
from tests.features.words.writer.test_reviews import LINES, heading, reviewed

POINTS = [
    ({"key": "G major", "valence": -0.4, "tempo": 100, "moods": ["sad"]}, ("major_dark",)),
    ({"key": "G major", "valence": -0.4, "tempo": 100, "moods": ["nostalgic"]}, ()),
    ({"key": "G minor", "valence": 0.4, "tempo": 100, "moods": ["happy"]}, ("minor_bright",)),
    ({"key": "G minor", "valence": 0.0, "tempo": 130, "moods": ["quiet"]}, ("fast_calm",)),
    ({"key": "G minor", "valence": 0.0, "tempo": 130, "moods": ["quiet"], "energy": "high"}, ("fast_calm",)),
    ({"key": "G minor", "valence": 0.0, "tempo": 130, "moods": ["playful"], "energy": "high"}, ("fast_strong",)),
    ({"key": "G minor", "valence": 0.0, "tempo": 80, "moods": ["rousing"]}, ("slow_lively",)),
    ({"key": "G minor", "valence": 0.0, "tempo": 80, "moods": ["quiet"], "energy": "low"}, ("slow_soft",)),
    ({"key": "G major", "valence": 0.4, "tempo": 130, "moods": ["sweet"], "energy": "low"}, ("fast_soft",)),
    ({"key": "G minor", "valence": 0.0, "tempo": 100, "moods": ["quiet"], "energy": "low"}, ()),
    ({"key": "G major", "valence": -0.4, "moods": ["sad"]}, ()),
]


@pytest.mark.parametrize(("known", "told"), POINTS)
def test_a_review_opens_on_the_one_point_of_its_song(known: dict[str, Any], told: tuple[str, ...]) -> None:
    assert openings.points(Song("t", **known)) == told
    first = arcs.sound(Song("t", **known))[0]
    assert first == (tuple(f"open.{name}" for name in told) or (f"open.{_kinds(known)}",))
    assert set(first) <= frames.load("en", "reviews").keys() & frames.load("zh", "reviews").keys()


def test_a_song_without_a_point_opens_with_its_course() -> None:
    known: dict[str, Any] = {"tempo": 100, "key": "G minor", "moods": ["quiet"], "energy_shape": "late_peak"}
    assert arcs.sound(Song("t", **known)) == [("open.late_peak",)]
    assert arcs.sound(Song("t", **known, dynamics="wide")) == [("open.tempo_key_mood",), ("arc.late_peak_wide",)]
    assert arcs.sound(Song("t", **known, language="instrumental")) == [("open.tempo_key_mood",)]
    quick = Song("t", **(known | {"tempo": 130}))
    assert arcs.sound(quick) == [("open.fast_calm",), ("course.late_peak",)]
    for language in ("zh", "en"):
        assert {"open.late_peak", "open.early_peak", "open.rises", "open.falls"} <= frames.load(
            language, "reviews"
        ).keys()


def _kinds(known: dict[str, Any]) -> str:
    return "_".join(name for name, of in (("tempo", "tempo"), ("key", "key"), ("mood", "moods")) if of in known)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_mood_alone_is_told_with_the_release(language: str) -> None:
    review = reviewed(language, moods=["dreamy"], album="Slow Train", producer="Bo Lind")
    assert review.headings == [heading(language, "style")]
    assert {"zh": "梦幻", "en": "dreamy"}[language] in review.paragraphs[0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_song_without_words_is_said_to_have_none(language: str) -> None:
    said = {frame.text for frame in frames.load(language, "reviews")["wordless"]}
    for known in ({"tempo": 96}, {"moods": ["calm"]}, {"genre": "folk"}):
        told = reviewed(language, language="instrumental", **known).paragraphs
        assert any(text in paragraph for text in said for paragraph in told), known


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sentence_that_goes_on_is_never_left_open(language: str) -> None:
    """Every frame without its stop is followed by one, and only those go on that follow such a frame."""
    known = {"lines": 9, "themes": ["rain"], "quotes": [("rain on the roof", None)], "moods": ["calm"], "tempo": 96}
    other = Song("o", title="Harbour", artist="Ida Lund", tempo=120, moods=["calm"])
    for draw in range(20):
        for paragraph in reviewed(language, draw, other, **known).paragraphs:
            assert paragraph[-1] in "。.", paragraph
    for name, of in frames.load(language, "reviews").items():
        open_ended = name in ("lyrics.theme", "lyrics.themed") or name.startswith(
            ("beside.own", "beside.by", "beside.any")
        )
        assert {frame.whole for frame in of} == {not open_ended} or name.startswith("heading."), name


def test_the_song_beside_is_named_with_its_artist_and_told_apart_last() -> None:
    other = Song("o", title="Harbour", artist="Ida Lund", tempo=120, moods=["calm"], key="D major")
    for draw in range(10):
        told = reviewed("en", draw, other, tempo=96, moods=["calm"], key="G# major").paragraphs[-1]
        assert "Ida Lund" in told
        assert "but" in told
        assert told.count(".") == 1
    assert len(reviewed("en", 1, Song("o", title="Harbour", artist="Ida Lund")).paragraphs) == 1


def test_the_words_are_signed_where_they_are_read() -> None:
    song = Song("t", **LINES, lyricist="Ann Poe", composer="Bo Lind", producer="Cy Noor")
    assert ("lyrics.first.by",) in arcs.lyrics(song)
    assert ("style.credit.composer_producer",) in arcs.style(song, None)
    assert ("lyrics.first",) in arcs.lyrics(song, "same_lyricist")
