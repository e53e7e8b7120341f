"""Which sentence of a note a review quotes, and that it is quoted whole, named and proved."""

from __future__ import annotations

from typing import Any

import pytest

from features.words.facts.songs import Song
from features.words.params import WordParams
from features.words.proving import texts
from features.words.proving.judging import judged
from features.words.writer.citations import Citation, citations, once_per_list
from features.words.writer.frames import Draws
from features.words.writer.reviews import review_slots, write
from tests.frames import rows

SONGS = [{"track_id": f"t{n}", "artist_id": "ann" if n < 4 else "bob", "title": f"T{n}"} for n in range(6)]
SAID = {
    "en": Citation("n#01", "The band met on a ferry in 2011", "Ferry Notes", None, "own", "artist"),
    "zh": Citation("n#01", "这支歌写在 2011 年的一条渡船上", "渡船手记", None, "own", "song"),
}


def snippet(snippet_id: str, **cells: Any) -> dict[str, Any]:
    lawful = {"note_id": "n", "language": "en", "text": f"Sentence {snippet_id}.", "source": "S", "licence": "own"}
    return {"snippet_id": snippet_id, **lawful, **cells}


def chosen(*given: dict[str, Any]) -> dict[str, str]:
    """Track -> snippet, of English readers."""
    found = citations(rows("tracks", SONGS), rows("snippets", list(given)))
    return {track: one.snippet_id for (track, language), one in found.items() if language == "en"}


def test_a_note_on_the_song_goes_before_one_on_its_artist() -> None:
    found = chosen(snippet("a#1", artist_id="ann"), snippet("z#1", track_id="t1"), snippet("z#2", track_id="t1"))
    assert found == {"t0": "a#1", "t1": "z#1", "t2": "a#1", "t3": "a#1"}


def test_songs_of_an_artist_take_turns() -> None:
    found = chosen(snippet("a#1", artist_id="ann"), snippet("a#2", artist_id="ann"))
    assert found == {"t0": "a#1", "t1": "a#2", "t2": "a#1", "t3": "a#2"}


def test_nothing_is_cited_that_is_unfit_or_in_another_language_or_about_nobody_here() -> None:
    given = [
        snippet("a#1", artist_id="ann", unfit="leans"),
        snippet("a#2", artist_id="ann", language="zh"),
        snippet("a#3", artist_id="cy"),
        snippet("a#4", track_id="t9"),
    ]
    assert chosen(*given) == {}


def test_no_listener_reads_a_sentence_twice() -> None:
    found = citations(rows("tracks", SONGS), rows("snippets", [snippet("a#1", artist_id="ann")]))
    listed = [("u1", "t0"), ("u1", "t1"), ("u2", "t2"), ("zh", "t0"), ("u2", "t3"), ("u3", "t1")]
    lists = rows("daily_lists", [{"user_id": u, "track_id": t} for u, t in listed])
    users = rows("users", [{"user_id": u, "language": "zh" if u == "zh" else "en"} for u in ("u1", "u2", "u3", "zh")])
    assert {track for track, _ in once_per_list(found, lists, users)} == {"t0", "t2"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_review_quotes_it_once_and_whole_and_it_is_proved(language: str) -> None:
    song, said = Song("t1", title="Harbour", artist="Ida Lund"), SAID[language]
    for draw in range(20):
        draws = Draws([draw / 20])
        review = write(song, None, review_slots(song, language, said), draws, WordParams())
        whole = "\n".join(review.paragraphs)
        assert whole.count(f"“{said.text}”") == whole.count(said.source) == 1
        assert said.stands_in(whole)
        may = texts.review(song, None, language, said)
        judgements = [one for text in review.paragraphs for one in judged(text, may)]
        assert {one.verdict for one in judgements} == {"proved"}
        assert "note" in {one.section for one in judgements}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("change", ["year", "source", "none"])
def test_what_no_note_says_is_not_proved(language: str, change: str) -> None:
    """A word of it changed, somebody else named, no note at all."""
    song, said = Song("t1", title="Harbour", artist="Ida Lund"), SAID[language]
    review = write(song, None, review_slots(song, language, said), Draws([0.3]), WordParams())
    old, new = {"year": ("2011", "2012"), "source": (said.source, "Nobody"), "none": ("", "")}[change]
    changed = [text.replace(old, new) if old else text for text in review.paragraphs]
    may = texts.review(song, None, language, None if change == "none" else said)
    assert "false" in {one.verdict for text in changed for one in judged(text, may)}


def test_a_song_without_a_note_says_what_it_said() -> None:
    song = Song("t1", title="Harbour", artist="Ida Lund", album="Tides", genre="folk")
    plain = write(song, None, review_slots(song, "en"), Draws([0.4]), WordParams())
    assert "“The band" not in "".join(plain.paragraphs)


@pytest.mark.parametrize("named", ["Kite & Co.", "Ida Dunn"])
def test_whom_a_note_names_the_review_does_not_name_before(named: str) -> None:
    song = Song("t", artist="Ann", composer="Ida Dunn", producer="Bo Hall", label="Kite & Co.")
    said = Citation("n#01", f"The tape was made for {named}", "Ferry Notes", None, "own", "song")
    slots = review_slots(song, "en", said)
    text = " ".join(write(song, None, slots, Draws([0.1]), WordParams()).paragraphs)
    assert said.stands_in(text)
    assert text.count(named) == 1
    assert "Bo Hall" in text
