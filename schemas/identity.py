"""Aliases: other ids of the same music, as delivered (``landing/aliases``) and as a night applies them."""

from __future__ import annotations

from schemas.catalogue import landing_form
from schemas.contract import Column, Table, Type

C = Column
ALIAS_METHODS = ("matched", "delivered", "same_audio", "retagged", "reencoded", "correction")
"""How it is known that two ids are one track. Of two that disagree the later in this order is believed."""

TRACK_ALIASES = Table(
    "track_aliases",
    grain="one row per alias",
    key=("alias_id",),
    may_be_empty=True,
    doc="Other ids of the same music, chains followed: whatever is said of an alias counts for its track. "
    "An alias of itself says that it is no other track's.",
    columns=(
        C("alias_id", Type.STR, "Id by which the music is, or was, also known."),
        C("track_id", Type.STR, "Id of the track that it counts for."),
        C(
            "method",
            Type.STR,
            "How it is known: delivered by the app, the same audio bytes, the same audio with other tags, the same "
            "music encoded anew, matched by names, or a person's correction, which always wins.",
            values=ALIAS_METHODS,
        ),
        C("score", Type.F32, "How sure it is; null where it is exact.", range=(0, 1), nullable=True),
        C("since", Type.DATE, "Day since which it is known; it holds for every day.", nullable=True),
    ),
)

LANDING_ALIASES = landing_form(TRACK_ALIASES, name="aliases")
IDENTITY_TABLES = (TRACK_ALIASES, LANDING_ALIASES)
