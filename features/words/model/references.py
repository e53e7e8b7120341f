"""References a model may write, each with what it means and the words that code puts in its place.

The model sees numbers and words of our own vocabularies. Titles, artists and other free text of
the catalogue it never sees, only that there is one: so no title can tell it anything, and it
cannot fall back on what it believes to know about a famous song.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from features.words.facts import slot_registry
from features.words.facts.slot_registry import Slot
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.grounding import Sheet
from features.words.writer import companions, frames
from features.words.writer import reviews as review_writer
from features.words.writer.citations import Citation
from schemas.text_files import texts

WRITTEN = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_TEXTS = texts("features.words.model", "references")
_ROUND_MARKS = re.compile(r"[《「“\"'‘『]\s*(\{[a-z][a-z0-9_]*\})\s*[》」”\"'’』]")


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing a text may state.

    Args:
        id: what the model writes in braces.
        means: in English, for the model.
        text: what stands in its place in the finished text.
        slots: the slots that prove it.
        opaque: the model is not shown the text.
    """

    id: str
    means: str
    text: str
    slots: tuple[str, ...]
    opaque: bool = False


def of_list(slots: Slots) -> list[Reference]:
    """References of one list; what is private stays with us."""
    return _references(slots, slot_registry.of("list"))


def of_review(
    song: Song, other: Song | None, language: str, citation: Citation | None = None
) -> tuple[list[Reference], Slots]:
    """References of one review and the slots that prove them."""
    slots = review_writer.review_slots(song, language, citation)
    made = _references(slots, slot_registry.of("song"))
    if other is not None:
        _add_other(slots, song, other)
        made += _references(slots, (*slot_registry.of("other"), *slot_registry.of("comparison")))
    return made, slots


def _add_other(slots: Slots, song: Song, other: Song) -> None:
    """Slots of the song that this one is heard beside."""
    beside = companions.pair(song, other, slots.language).slots
    for slot in ("other", "other_bpm", "other_key", "diff"):
        slots.copy(slot, beside)
    slots.owners = beside.owners
    slots.name("other_artist", other.artist)
    if other.moods:
        slots.mood("other_mood", other.moods[0])


def _references(slots: Slots, registered: Iterable[Slot]) -> list[Reference]:
    """References to those slots that a model is given and that are known."""
    made = (_reference(slots, slot) for slot in registered if slot.for_model and not slot.private)
    return [reference for reference in made if reference is not None]


def _reference(slots: Slots, slot: Slot) -> Reference | None:
    text = slots.text_of(slot.values)
    if text is None:
        return None
    marks = _TEXTS[slots.language]["quotation"]
    if slot.form == "note":
        text = marks["note"].format(text=text, source=slots.values["note_source"])
        return Reference(slot.id, slot.meaning("en"), text, ("note", "note_source"))
    if slot.form in ("title", "line"):
        text = marks[slot.form].format(text=text)
    else:
        text = _measured(text, slots, slot.values[-1])
    return Reference(slot.id, slot.meaning("en"), text, slot.values, opaque=slot.form in ("title", "name"))


def _measured(text: str, slots: Slots, slot: str) -> str:
    """A number with its unit as the language wants it; anything else as it is."""
    kind, value, units = slots.proofs.get(slot, ("", "", ()))
    if kind != "number" or not units:
        return text
    forms = _TEXTS[slots.language]["one" if value == "1" else "many"]
    return forms[units[0]].format(number=text)


def sheet(slots: Slots, references: Mapping[str, Reference], used: Iterable[str]) -> Sheet:
    """What a text that used these references may say: each fact as often as it was referred to."""
    return slots.sheet(slot for ref in used if ref in references for slot in references[ref].slots)


def fill(text: str, references: Mapping[str, Reference], language: str) -> tuple[str, list[str]]:
    """The text with references replaced by their words, and the references nobody knows.

    Quotation marks around a reference go: those that belong there come with it.
    """
    pieces = WRITTEN.split(_ROUND_MARKS.sub(r"\1", text))
    unknown = [name for name in pieces[1::2] if name not in references]
    words = [p if i % 2 == 0 else references[p].text if p in references else "" for i, p in enumerate(pieces)]
    return frames.weave(words, spaced=language == "zh"), unknown


def half_filled(text: str, references: Mapping[str, Reference], language: str) -> str:
    """The text as who may see no titles and names reads it: those stay references, all else is filled in."""
    seen = {name: replace(ref, text=f"{{{name}}}") if ref.opaque else ref for name, ref in references.items()}
    return fill(text, seen, language)[0]


def literal(text: str) -> str:
    """What the model wrote itself, references taken out."""
    return WRITTEN.sub("\n", _ROUND_MARKS.sub(r"\1", text))
