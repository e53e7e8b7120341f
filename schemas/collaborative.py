"""Tables of what everybody's plays say together: collaborative models and popularity."""

from __future__ import annotations

from schemas.catalogue import TRACK_ID, USER_ID
from schemas.contract import Column, Table, Type
from schemas.listeners import FACTOR_DIM

C = Column
_UNIT = (0.0, 1.0)
_COUNT = (0.0, 1e9)

CF_TRACK_FACTORS = Table(
    "cf_track_factors",
    grain="one row per track",
    key=("track_id",),
    split="track_id",
    may_be_empty=True,
    doc="Collaborative space (ALS); tracks nobody played are mapped there from text, audio, artist and album.",
    columns=(
        TRACK_ID,
        C("support", Type.I32, "Users who heard it.", range=_COUNT),
        C("mapped", Type.BOOL, "True when placed by content because nobody played it."),
        C("vector", Type.LIST_F32, "ALS factors.", length=FACTOR_DIM),
    ),
)


CF_USER_FACTORS = Table(
    "cf_user_factors",
    grain="one row per user with plays",
    key=("user_id",),
    split="user_id",
    may_be_empty=True,
    columns=(
        USER_ID,
        C("vector", Type.LIST_F32, "ALS factors; users of too few plays are folded in.", length=FACTOR_DIM),
    ),
)


CF_NEIGHBOURS = Table(
    "cf_neighbours",
    grain="one row per track and rank of a track played by the same people",
    key=("track_id", "rank"),
    may_be_empty=True,
    doc="Time-decayed item-item model.",
    columns=(
        TRACK_ID,
        C("rank", Type.I32, "1 = strongest.", range=(1, 100000)),
        C("neighbour_id", Type.STR, "The other track."),
        C("similarity", Type.F32, "Cosine of decayed weights over users, shrunk by support.", range=(0, 1.001)),
        C("listeners", Type.I32, "Personalised users who played both, each at least once unskipped.", range=_COUNT),
    ),
)


CF_BLEND = Table(
    "cf_blend",
    grain="one row per collaborative source",
    key=("model",),
    may_be_empty=True,
    doc="How als and item_item are weighed for candidates, learned on the songs first played in the last days.",
    columns=(
        C("model", Type.STR, "Source of candidates that the model stands behind."),
        C("weight", Type.F32, "Share of the source's standardised scores in the blend.", range=_UNIT),
        C("quality", Type.F32, "Recall of held-out songs in its own first 90.", range=_UNIT, nullable=True),
        C("learned", Type.BOOL, "False when too few listeners found something new: fixed weights stand."),
        C("listeners", Type.I32, "Listeners judged.", range=_COUNT),
        C("held_from", Type.DATE, "First day held out; songs first played from then on were to be found."),
    ),
)


CF_USER_KNN = Table(
    "cf_user_knn",
    grain="one row per user and track they never played",
    key=("user_id", "track_id"),
    split="user_id",
    may_be_empty=True,
    doc="What the listeners nearest to a user play.",
    columns=(
        USER_ID,
        TRACK_ID,
        C("score", Type.F32, "Nearness of its listeners, popular songs discounted.", range=(0, 1e9)),
    ),
)


EVERYWHERE = "*"  # so no city is called this
POPULARITY = Table(
    "popularity",
    grain="one row per place and track",
    key=("place", "track_id"),
    may_be_empty=True,
    doc="Time-decayed popularity, each user counted once per track.",
    columns=(
        C("place", Type.STR, "City, or * for everywhere."),
        TRACK_ID,
        C("score", Type.F32, "Decayed number of listeners.", range=_COUNT),
        C("rank", Type.I32, "1 = most popular.", range=(1, 1e9)),
        C("listeners", Type.I32, "Users who played it unskipped in the last 30 days.", range=_COUNT),
    ),
)

COLLABORATIVE_TABLES = (CF_TRACK_FACTORS, CF_USER_FACTORS, CF_NEIGHBOURS, CF_BLEND, CF_USER_KNN, POPULARITY)
