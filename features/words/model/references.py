"""References a model may write, each with what it means and the words that code puts in its place.

The model sees numbers and words of our own vocabularies. Titles, artists and other free text of
the catalogue it never sees, only that there is one: so no title can tell it anything, and it
cannot fall back on what it believes to know about a famous song.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.facts.tracks import FACT_IDS
from features.words.grounding import Sheet
from features.words.terms import genres
from features.words.writer import companions, frames
from features.words.writer import reviews as review_writer

WRITTEN = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_QUOTED = {"zh": {"title": "《{}》", "line": "「{}」"}, "en": {"title": "“{}”", "line": "“{}”"}}
_ROUND_MARKS = re.compile(r"[《「“\"'‘『]\s*(\{[a-z][a-z0-9_]*\})\s*[》」”\"'’』]")
_UNITS = {  # canonical unit -> (Chinese measure, English singular, English plural)
    "song": ("首", "song", "songs"), "artist": ("位歌手", "artist", "artists"), "play": ("次", "time", "times"),
    "minute": ("分钟", "minute", "minutes"), "day": ("天", "day", "days"), "bpm": ("BPM", "BPM", "BPM"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing a text may state.

    Args:
        id: what the model writes in braces.
        means: in English, for the model.
        text: what stands in its place in the finished text.
        slots: the slots of the telling that prove it.
        opaque: the model is not shown the text.
    """

    id: str
    means: str
    text: str
    slots: tuple[str, ...]
    opaque: bool = False


# (id, slots, meaning); a letter after the colon says how the slot is told: "t" a title and "o" a
# name, which both stay opaque, "l" a line of lyrics, nothing: by its own unit.
_LIST = (
    ("f01", "songs", "songs in this list"),
    ("f02", "artists", "different artists in it"),
    ("f03", "minutes", "its whole length"),
    ("f04", "low high", "tempo of most of its songs"),
    ("f05", "key", "the key that most of its songs share"),
    ("f06", "key_n", "songs in that key"),
    ("f07", "mood", "the mood most of its songs have"),
    ("f08", "mood_n", "songs in that mood"),
    ("f09", "mood2", "the second mood of the list"),
    ("f10", "mood2_n", "songs in the second mood"),
    ("f11", "genre", "the genre it has most of"),
    ("f12", "genre_n", "songs of that genre"),
    ("f13", "genre2", "its second genre"),
    ("f14", "genre2_n", "songs of the second genre"),
    ("f15", "zh_n", "songs sung in Chinese"),
    ("f16", "en_n", "songs sung in English"),
    ("f17", "inst_n", "songs without words"),
    ("f18", "fresh_n", "songs released within the last month"),
    ("f19", "first:t", "title of the first song"),
    ("f20", "first_artist:o", "artist of the first song"),
    ("f21", "first_bpm", "tempo of the first song"),
    ("f22", "first_mood", "mood of the first song"),
    ("f23", "last:t", "title of the last song"),
    ("f24", "last_bpm", "tempo of the last song"),
    ("f25", "last_mood", "mood of the last song"),
    ("f26", "plays7", "how often the listener played music in the last week"),
    ("f27", "artist:o", "artist the listener has played most lately"),
    ("f28", "artist_plays", "how often the listener played that artist"),
    ("f29", "ulow uhigh", "tempo the listener mostly stays in"),
    ("f30", "inside", "songs of the list in that tempo"),
    ("f31", "ugenre", "genre the listener plays most"),
    ("f32", "ushare", "its share of the listener's plays"),
    ("f33", "ugenre_n", "songs of the list in that genre"),
    ("f34", "umood", "mood the listener plays most"),
    ("f35", "umood_n", "songs of the list in that mood"),
    ("f36", "loops", "songs the listener had on repeat lately"),
    ("f37", "loop:t", "title of the song on repeat most"),
    ("f38", "loop_plays", "how often the listener played it"),
    ("f39", "band_loops", "songs on repeat that lie in the listener's tempo"),
    ("f40", "daypart", "part of the day the listener mostly listens in"),
    ("f41", "dp_n", "songs chosen for that part of the day"),
    ("f42", "led", "songs that are here because of a song on repeat"),
    ("f43", "new", "songs by artists the listener has never played"),
    ("f44", "new_artist:o", "one of those new artists"),
    ("f45", "rest:t", "title of a song once played much and left alone since"),
    ("f46", "rest_n", "songs that come back after such a rest"),
    ("f47", "rest_days", "how long that song has rested"),
    ("f48", "weekday", "today's weekday"),
    ("f49", "festival", "today's festival"),
    ("f50", "term", "today's solar term"),
    ("f51", "weather", "today's weather"),
)
# (slot and how it is told, kind of fact, which of its kind, meaning)
_REVIEW = (
    ("title:t", "title", 0, "title of this song"),
    ("artist:o", "artist", 0, "artist of this song"),
    ("album:t", "album", 0, "album it is on"),
    ("date", "release", 0, "month it came out"),
    ("genre", "genre", 0, "its genre"),
    ("label:o", "label", 0, "record label"),
    ("producer:o", "producer", 0, "producer"),
    ("composer:o", "composer", 0, "composer"),
    ("lyricist:o", "lyricist", 0, "who wrote the words"),
    ("length", "length", 0, "its length"),
    ("bpm", "tempo", 0, "tempo"),
    ("key", "key", 0, "key"),
    ("mood", "mood", 0, "mood"),
    ("mood2", "mood", 1, "second mood"),
    ("theme", "theme", 0, "what the words speak of"),
    ("theme2", "theme", 1, "what else the words speak of"),
    ("quote:l", "quote", 0, "a line of the words"),
    ("quote2:l", "quote", 1, "another line of the words"),
)
_OTHER = (
    ("other:t", "title", "title of the other song"),
    ("other_artist:o", "artist", "artist of the other song"),
    ("other_bpm", "tempo", "tempo of the other song"),
    ("other_key", "key", "key of the other song"),
    ("other_mood", "mood", "mood of the other song"),
)


def of_list(told: Slots) -> list[Reference]:
    """References of one list, from its telling; the city stays in the house."""
    made = (_reference(told, ref, slots.split(), means) for ref, slots, means in _LIST)
    return [reference for reference in made if reference is not None]


def of_review(song: Song, other: Song | None, language: str) -> tuple[list[Reference], Slots]:
    """References of one review and the telling that proves them: f.. this song, g.. the other, d.. between them."""
    told = review_writer.tell_song(song, language)
    called = genres.called(song.genre, language)
    if called is not None:
        told.genre("genre", called)
    made = [_reference(told, _numbered(kind, place), [slot], means) for slot, kind, place, means in _REVIEW]
    made.append(_reference(told, "t" + FACT_IDS["quote"][1:], ["at"], "when the first of those lines is sung"))
    if other is not None:
        _tell_other(told, song, other)
        made += [_reference(told, "g" + FACT_IDS[kind][1:], [slot], means) for slot, kind, means in _OTHER]
        made.append(_reference(told, "d" + FACT_IDS["tempo"][1:], ["diff"], "how far apart the two tempos are"))
    return [reference for reference in made if reference is not None], told


def _tell_other(told: Slots, song: Song, other: Song) -> None:
    """Slots of the song that this one is heard beside."""
    beside = companions.pair(song, other, told.language).told
    for slot in ("other", "other_bpm", "other_key", "diff"):
        told.copy(slot, beside)
    told.owners = beside.owners
    told.name("other_artist", other.artist)
    if other.moods:
        told.mood("other_mood", other.moods[0])


def _numbered(kind: str, place: int) -> str:
    return f"f{int(FACT_IDS[kind][1:]) + place:02d}"


def _reference(told: Slots, ref: str, slots: Sequence[str], means: str) -> Reference | None:
    """The reference to one slot or a band of two; None where a slot is unknown."""
    names = tuple(slot.partition(":")[0] for slot in slots)
    how = slots[0].partition(":")[2]
    if any(name not in told.values for name in names):
        return None
    if how in ("t", "l"):
        text = _QUOTED[told.language]["title" if how == "t" else "line"].format(told.values[names[0]])
    else:
        text = _measured("–".join(told.values[name] for name in names), told, names[-1])
    return Reference(ref, means, text, names, opaque=how in ("t", "o"))


def _measured(text: str, told: Slots, slot: str) -> str:
    """A number with its unit as the language wants it; anything else as it is."""
    kind, value, units = told.proofs.get(slot, ("", "", ()))
    if kind != "number" or not units:
        return text
    if units[0] == "percent":
        return f"{text}%"
    measure, one, many = _UNITS[units[0]]
    if told.language == "zh":
        return f"{text} {measure}"
    return f"{text} {one if value == '1' else many}"


def sheet(told: Slots, references: Mapping[str, Reference], used: Iterable[str]) -> Sheet:
    """What a text that used these references may say: each fact as often as it was referred to."""
    return told.sheet(slot for ref in used if ref in references for slot in references[ref].slots)


def fill(text: str, references: Mapping[str, Reference], language: str) -> tuple[str, list[str]]:
    """The text with references replaced by their words, and the references nobody knows.

    Quotation marks around a reference go: those that belong there come with it.
    """
    pieces = WRITTEN.split(_ROUND_MARKS.sub(r"\1", text))
    unknown = [name for name in pieces[1::2] if name not in references]
    words = [p if i % 2 == 0 else references[p].text if p in references else "" for i, p in enumerate(pieces)]
    return frames.weave(words, spaced=language == "zh"), unknown


def literal(text: str) -> str:
    """What the model wrote itself, references taken out."""
    return WRITTEN.sub("\n", _ROUND_MARKS.sub(r"\1", text))
