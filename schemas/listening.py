"""What a listener's last days hold, counted: the numbers that texts may say of their plays."""

from __future__ import annotations

from schemas.catalogue import USER_ID
from schemas.contract import Column, Pii, Table, Type
from schemas.vocabulary import RECENT_MEASURES

_COUNT = (0.0, 1e9)

RECENT_PLAYS = Table(
    "recent_plays",
    grain="one row per user, measure and item",
    key=("user_id", "measure", "item"),
    split="user_id",
    may_be_empty=True,
    doc="Plays of the last 30 days that were not skipped, counted by what may be said of the songs. Empty for those "
    "who opted out of personalisation; without items to which a misspelt play may belong (tracks.near_track_ids).",
    columns=(
        USER_ID,
        Column("measure", Type.STR, "What is counted by.", values=RECENT_MEASURES),
        Column(
            "item",
            Type.STR,
            "A genre, a key, a mood, a whole BPM, an artist's id, a local hour, a part of the day, a kind of day; for "
            "daypart and day_kind the plays are those whose feeling may be said.",
        ),
        Column("plays", Type.I32, "Plays of songs of this item.", range=_COUNT, pii=Pii.BEHAVIOUR),
        Column("known", Type.I32, "Plays of which the measure is known; of daypart and day_kind: all in it.",
               range=_COUNT),
        Column("total", Type.I32, "All plays of the 30 days.", range=_COUNT),
    ),
)  # fmt: skip

LISTENING_TABLES = (RECENT_PLAYS,)
