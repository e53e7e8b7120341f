"""A kind of evidence: one record that says how a reason is found, proved again, and what may be said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.sql import Proof
from features.lists.songs import Floats, Ints

Subject = Literal["track", "artist", "tempo_band", "mood", "daypart", "scene", "genre", "city", "weather"]


class EvidenceRow(NamedTuple):
    """One row of the table ``evidence``, as far as words are made of it."""

    kind: str
    subject: str | None
    value: float | None
    value_high: float | None
    song_value: float | None
    song_text: str | None
    subject_too: str | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """A text per row, kept as numbers until it is known which rows are told: row i says ``names[at[i]]``."""

    names: pl.Series
    at: Ints


@dataclass(frozen=True, slots=True)
class Found:
    """Where a kind of evidence holds among the chosen songs of a bucket; all arrays run beside ``rows``.

    Args:
        rows: the chosen songs it holds of.
        strength: sorts the evidence of one song: about 0.2 for what holds of many songs, 0.9 for what holds of few;
            at 0 and below it is told only where nothing stronger is known.
        subject .. song_text: columns of the table ``evidence``; a number that is null is nan.
    """

    rows: Ints
    strength: Floats
    subject: Texts | None = None
    value: Floats | Ints | None = None
    value_high: Floats | Ints | None = None
    song_value: Floats | None = None
    song_text: Texts | None = None
    subject_too: Texts | None = None


class SlotWriter(Protocol):
    """Fills the slots of sentences; each method leaves the slot unknown where it is given nothing it can say."""

    def number(self, slot: str, value: float | None, *units: str, least: float | None = None) -> None:
        """A whole number; with ``least``, only from that number on."""

    def share(self, slot: str, value: float | None) -> None:
        """A share [0..1] as per cent."""

    def name(self, slot: str, text: str | None) -> None:
        """A name as the catalogue has it."""

    def key(self, slot: str, key: str | None) -> None:
        """A key such as ``D minor``."""

    def opens(self, slot: str) -> None:
        """Says nothing, but opens the sentences that are guarded by it."""

    def daypart(self, slot: str, daypart_id: str | None) -> None:
        """A part of the day, by its id."""

    def scene(self, slot: str, scene_id: str | None) -> None:
        """A scene of the day, by its id."""

    def weather(self, slot: str, weather_id: str | None) -> None:
        """The weather of the day, by its id."""

    def city(self, slot: str, city: str | None) -> None:
        """A city, as delivered."""

    def catalogue_genre(self, slot: str, genre: str | None) -> None:
        """A genre, as the catalogue has it."""

    def song_mood(self, mood_id: str | None) -> None:
        """The mood that the evidence speaks of: ``felt``; ``also`` too if it is not the song's first, ``main``."""

    def artist(self, slot: str, artist_id: str | None) -> None:
        """An artist, by id."""

    def known_track(self, slot: str, track_id: str | None) -> None:
        """The title of a track the listener knows, and what they did with it: ``s_plays``, ``s_liked``, ..."""

    def track(self, slot: str, track_id: str | None) -> None:
        """The title of a track."""

    def of_list(self, slot: str) -> None:
        """What the facts of the whole list say under this slot."""


def says_nothing(slots: SlotWriter, row: EvidenceRow) -> None:
    """For evidence that fills no slot: its sentences speak of the song alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceKind:
    """One kind of evidence.

    Its sentences stand in ``features/evidence/sentences/<language>/<module>.txt``; its name and its turn among kinds
    of equal strength in ``schemas.vocabulary.EVIDENCE_KINDS``.

    Args:
        name: as in the column ``kind`` of the table ``evidence``.
        doc: what it claims of a song, in one sentence.
        source: the table its numbers are read from; unit: of its numbers.
        find: where it holds. Values are those of the source table, so that a query can prove them.
        proof: the query that works the numbers out again.
        support: the parameters that bound it; below them it is not found and not proved.
        subject: what its column ``subject`` names.
        slots: what its sentences may say beside the song's own facts; ``tell`` fills them.
        variant: the section of the sentences for a row, where a kind has more than one.
        counted_in: the slot of a list's facts that counts the songs it leads.
    """

    name: str
    doc: str
    source: str
    find: Callable[[EvidenceContext], Found]
    proof: Proof
    support: tuple[str, ...] = ()
    unit: str | None = None
    subject: Subject | None = None
    slots: tuple[str, ...] = ()
    tell: Callable[[SlotWriter, EvidenceRow], None] = says_nothing
    variant: Callable[[EvidenceRow], str] | None = None
    counted_in: str | None = None

    def section(self, row: EvidenceRow) -> str:
        """The section of the sentences that tell this row."""
        return self.name if self.variant is None else self.variant(row)
