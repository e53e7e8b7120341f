"""Every kind of evidence is whole: found, proved, told in both languages, and says no more than it may."""

from __future__ import annotations

import string
from dataclasses import fields, replace

import pytest

from features.evidence import texts
from features.evidence.kind import EvidenceKind, EvidenceRow
from features.evidence.registry import KINDS, about, registered
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.words.facts.reader import Entry, SongHistory
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.params import WordParams
from features.words.writer import frames
from features.words.writer.frames import Draws
from features.words.writer.reasons import Lines
from features.words.writer.song_slots import Teller
from schemas import TABLES
from schemas.vocabulary import EVIDENCE_KINDS

LANGUAGES = ("zh", "en")
OWN = {"bpm", "key", "mood", "artist", "genre", "album", "theme"}  # what every song says of itself
HISTORY = {"s_plays", "s_loops", "s_liked", "s_often", "s_dear"}  # what comes with a track the listener knows
_OF_ROW = {"user", "track", "subject", "subject_too", "song_text", "ds"}
_SUBJECTS = {
    "track": "t1", "artist": "a1", "tempo_band": "60-79", "mood": "calm", "daypart": "evening", "scene": "study",
    "genre": "folk", "city": "上海", "weather": "rain",
}  # fmt: skip


def _named(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _bare(slot: str) -> str:
    """A slot without its article: ``a_mood`` is ``mood``."""
    return slot.removeprefix("a_").removeprefix("A_").removeprefix("many_")


def _sections(kind: EvidenceKind) -> set[str]:
    """The sections that tell a kind, for a value of 0 and for another."""
    return {kind.section(EvidenceRow(kind.name, None, value, None, None, None)) for value in (0.0, 3.0)}


def test_the_vocabulary_is_the_registry():
    assert tuple(KINDS) == EVIDENCE_KINDS


def test_a_kind_in_one_place_only_is_refused():
    kinds = list(KINDS.values())
    with pytest.raises(ValueError, match="popular"):
        registered([k for k in kinds if k.name != "popular"], EVIDENCE_KINDS)
    with pytest.raises(ValueError, match="rumour"):
        registered([*kinds, replace(kinds[0], name="rumour")], EVIDENCE_KINDS)
    with pytest.raises(ValueError, match="twice"):
        registered([*kinds, kinds[0]], EVIDENCE_KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_support_is_what_the_proof_asks(kind: EvidenceKind):
    """So that the numbers in the proof are the parameters in force, and no number is hidden from ``support``."""
    assert _named(kind.proof.sql) - _OF_ROW == set(kind.support)
    assert set(kind.support) <= {f.name for given in (ListParams, MeasurementPolicy) for f in fields(given)}
    assert kind.source in TABLES
    assert kind.doc.endswith(".")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_sentences_say_what_the_kind_may_say(kind: EvidenceKind, language: str):
    allowed = OWN | set(kind.slots) | (HISTORY if kind.subject == "track" else set())
    for section in _sections(kind):
        assert len(frames.load(language, "reasons")[section]) >= 4
        assert frames.load(language, "paragraphs")[f"why.{section}"]
        told = (*frames.load(language, "reasons")[section], *frames.load(language, "paragraphs")[f"why.{section}"])
        assert {_bare(slot) for frame in told for slot in frame.needs} <= allowed
    columns = {"value", "value_high", "song_value", "song_text", "subject", "subject_too", "unit"}
    assert {slot for sentence in texts.claims(language, kind.name) for slot in _named(sentence)} <= columns


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_of_an_unknown_kind(language: str):
    known = {section for kind in KINDS.values() for section in _sections(kind)}
    assert set(texts.sentences(language, "reasons")) == known
    assert set(texts.sentences(language, "paragraphs")) == {f"why.{section}" for section in known}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_telling_fills_the_slots_it_names_and_no_other(kind: EvidenceKind, language: str):
    song = Song("t0", title="此刻", tempo=92, key="D minor", moods=["sad", "calm"], artist="夏炎", genre="jazz")
    teller = Teller({"t0": song, "t1": Song("t1", title="雨"), "t2": Song("t2", title="晴")}, {"a1": "姚望舒"})
    listed = Slots(language)
    listed.number("band_plays", 31, "play")
    listed.number("songs", 30, "song")
    text = "C major" if "key" in kind.slots else "calm" if "felt" in kind.slots else "Dana Okonjo"
    row = EvidenceRow(kind.name, _SUBJECTS.get(kind.subject or ""), 12.0, 16.0, 71.0, text, "t2")
    told = teller.tell(song, row, listed, {"t1": SongHistory(9, 4, True, None, None)})
    own = teller.own(song, language)
    filled = {slot for slot, value in told.values.items() if own.values.get(slot) != value}
    history = HISTORY if kind.subject == "track" else set()
    assert set(map(_bare, filled)) == set(kind.slots) | history


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_line_is_told_from_every_row(kind: EvidenceKind, language: str):
    """Of a full row and of a bare one; the full one says something of its own in some line and in some paragraph."""
    song = Song("t0", title="此刻", tempo=92, key="D minor", moods=["calm"], artist="夏炎", genre="jazz")
    teller = Teller({"t0": song, "t1": Song("t1", title="雨")}, {"a1": "姚望舒"})
    entry, lines = Entry(1, song, "a0", False), Lines(teller, WordParams())
    text = "C major" if "key" in kind.slots else "calm" if "felt" in kind.slots else "Dana Okonjo"
    full = EvidenceRow(kind.name, _SUBJECTS.get(kind.subject or ""), 12.0, 16.0, 71.0, text)
    bare = EvidenceRow(kind.name, None, None, None, None, None)
    for row in (full, bare):
        line, told = lines.line(entry, [row], Slots(language), {}, {}, Draws([0.3]))
        assert line
        assert "{" not in line
        assert told is row or row is bare
    own = frozenset(teller.tell(song, full, Slots(language), {}).values)
    for area, section in (("reasons", kind.section(full)), ("paragraphs", f"why.{kind.section(full)}")):
        assert frames.eligible(language, area, section, own)


def test_kinds_are_found_by_what_they_speak_of():
    assert about("artist") == ["artist_rotation", "featured_artist", "liked_artist", "discovery"]
    assert {KINDS[name].subject for name in about("track")} == {"track"}
