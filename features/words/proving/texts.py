"""What each text of a list may say: the sections it may have been drawn from, as the writers choose them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product

from features.evidence.kind import EvidenceRow
from features.words.facts.reader import Entry
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.proving.apart import Sentence, sentence
from features.words.proving.judging import May
from features.words.writer import frames, intros
from features.words.writer import lists as list_writer
from features.words.writer import reviews as review_writer
from features.words.writer.citations import Citation
from features.words.writer.companions import Pairing, pair
from features.words.writer.frames import Frame
from features.words.writer.list_briefs import ListBrief, ListBriefs
from features.words.writer.paragraphs import of_itself, opening
from features.words.writer.reasons import alone, followed, leads, section
from features.words.writer.song_slots import familiar

Rows = Mapping[int, EvidenceRow]
"""``seq`` -> row of evidence, its numbers worked out again."""


def opener(order: ListBrief) -> list[May]:
    """What an opener may say: a head that fits the day, a tail."""
    heads = [*list_writer.heads_for(order.reader, order.day), "head.plain"]
    tails = [f"{place}.{name}" for place in ("tail", "after") for name in (*list_writer.TAILS, "plain")]
    return [May("openers", name, order.slots) for name in (*heads, *tails)]


def intro(order: ListBrief) -> list[May]:
    """What an intro may say."""
    groups = intros.GROUPS if order.newcomer else [group for group in intros.GROUPS if group != "hello"]
    return [May("intros", name, order.slots) for group in groups for name in intros.GROUPS[group]]


def line(briefs: ListBriefs, order: ListBrief, entry: Entry, rows: Rows) -> tuple[list[May], list[Sentence]]:
    """What the line of a song may say: one of its reasons, or the song alone, which version it is; and its sentences
    of a reason and a lead on the song.
    """
    told = list(_told(briefs, order, entry, rows))
    may = [May("reasons", section(row), slots, seq, part=True) for seq, row, slots in told]
    joined = [one for seq, row, slots in told for one in _lines(section(row), slots, seq)]
    return [*may, May("reasons", "version", briefs.told(order, entry.song.track_id, None))], joined


def _lines(name: str, slots: Slots, row: int | None) -> Iterator[Sentence]:
    """Every sentence of a section, alone where it may be and with each lead that may stand before it."""
    for core in frames.eligible(slots.language, "reasons", name, frozenset(slots.values)):
        lone: list[tuple[Frame, ...]] = [(core,)] if alone(core) else []
        for chosen in (*lone, *((core, lead) for lead in leads(core, slots))):
            yield Sentence(name, followed(chosen, slots.values, slots.language), chosen, slots, row)


def paragraph(
    briefs: ListBriefs, order: ListBrief, entry: Entry, rows: Rows, text: str
) -> tuple[list[May], list[Sentence]]:
    """What the paragraph of a song may say, and the sentences on other songs that it names."""
    may = [May("paragraphs", f"why.{section(row)}", s, seq) for seq, row, s in _told(briefs, order, entry, rows)]
    own = Slots(order.slots.language, briefs.told(order, entry.song.track_id, None))
    may += [May("paragraphs", name, own) for name in of_itself(own, entry.song)]
    joined: list[Sentence] = []
    before = order.entries[order.entries.index(entry) - 1].song if entry.rank > 1 else None
    for other in _others(briefs, order, before):
        pairing = pair(entry.song, other, own.language)
        if pairing.slots.values.get("other", "\n") not in text or other.track_id == entry.song.track_id:
            continue
        slots = Slots(own.language, briefs.told(order, entry.song.track_id, None))
        slots.add(pairing.slots)
        familiar(slots, "o", order.reader.known.get(other.track_id))
        openings = [opening(slots, False)] * (other.track_id in order.reader.known)
        openings += ["open.before"] * (other is before)
        may += [May("paragraphs", name, slots, part=True) for name in (*openings, *_sections(pairing))]
        joined += _joined(openings, pairing, slots)
    return may, joined


def review(song: Song, other: Song | None, language: str, citation: Citation | None = None) -> list[May]:
    """What the review of a song may say."""
    return [May("reviews", name, slots) for name, slots in review_writer.sayable(song, other, language, citation)]


def _told(
    briefs: ListBriefs, order: ListBrief, entry: Entry, rows: Rows
) -> Iterator[tuple[int | None, EvidenceRow | None, Slots]]:
    for seq, row in (*rows.items(), (None, None)):
        yield seq, row, briefs.told(order, entry.song.track_id, row)


def _others(briefs: ListBriefs, order: ListBrief, before: Song | None) -> list[Song]:
    """Songs that a paragraph may set another beside: those the listener knows, and the one before."""
    known = [briefs.songs[track_id] for track_id in order.reader.known if track_id in briefs.songs]
    return known if before is None or any(song is before for song in known) else [*known, before]


def _sections(pairing: Pairing) -> list[str]:
    return [bond.section for bond in pairing.bonds]


def _joined(openings: Sequence[str], pairing: Pairing, slots: Slots) -> Iterator[Sentence]:
    """Every sentence of an opening and one or two clauses on different things."""
    known = frozenset(slots.values)
    pool = {
        name: frames.eligible(slots.language, "paragraphs", name, known) for name in (*openings, *_sections(pairing))
    }
    clauses = [(name,) for name in _sections(pairing)] + list(permutations(_sections(pairing), 2))
    for first, names in product(openings, clauses):
        for chosen in product(pool[first], *(pool[name] for name in names)):
            yield sentence(" + ".join((first, *names)), chosen, slots)
