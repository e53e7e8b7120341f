"""Notes: what an app delivers to be quoted about an artist or a song, and the sentences it is cut into."""

from __future__ import annotations

from schemas.catalogue import landing_form
from schemas.contract import Column, Table, Type
from schemas.vocabulary import LANGUAGES

C = Column
NOTE_KINDS = ("biography", "credits", "liner_notes", "review", "history")
UNFIT = ("short", "long", "fragment", "leans", "quotes", "private")
"""Why a sentence cannot be cited: under or over the lengths; no whole sentence that ends in a full stop, or with spaces
that a quotation would lose; begins with a word that points back; holds quotation marks or brackets; speaks of what
texts do not speak of (age, health, religion, ...)."""

_ABOUT = (
    C("artist_id", Type.STR, "The artist it is about; null of a note on a song.", nullable=True),
    C("track_id", Type.STR, "The song it is about; null of a note on an artist.", nullable=True),
)
_FROM = (
    C("source", Type.STR, "Who says it, as it is named where it is quoted; at most 40 characters."),
    C("url", Type.STR, "Where it stands; http or https.", nullable=True),
    C("licence", Type.STR, "What allows to quote it, e.g. CC-BY-SA-4.0, CC0-1.0, own, licensed."),
)

NOTES = Table(
    "notes",
    grain="one row per note",
    key=("note_id",),
    may_be_empty=True,
    doc="Delivered texts about artists and songs, each with its source and licence; quoted, never retold.",
    columns=(
        C("note_id", Type.STR, "Id of the note, given by whoever delivers it."),
        *_ABOUT,
        C("kind", Type.STR, "What kind of text it is.", values=NOTE_KINDS),
        C("language", Type.STR, "Language it is written in.", values=LANGUAGES),
        C("text", Type.STR, "The text, one paragraph of plain words; at most 4,096 characters."),
        *_FROM,
        C("published", Type.DATE, "Day it came out; unknown to nights before.", nullable=True),
    ),
)

SNIPPETS = Table(
    "snippets",
    grain="one row per sentence of a note",
    key=("snippet_id",),
    may_be_empty=True,
    doc="The sentences of the notes, each with its source and licence, and whether it stands by itself.",
    columns=(
        C("snippet_id", Type.STR, "The note's id, # and the sentence's number: n1#02."),
        C("note_id", Type.STR, "Id of the note."),
        *_ABOUT,
        C("language", Type.STR, "Language it is written in.", values=LANGUAGES),
        C("text", Type.STR, "The sentence as delivered."),
        *_FROM,
        C("unfit", Type.STR, "Why it cannot be cited by itself; null where it can.", values=UNFIT, nullable=True),
    ),
)

LANDING_NOTES = landing_form(NOTES)
NOTE_TABLES = (NOTES, SNIPPETS, LANDING_NOTES)
