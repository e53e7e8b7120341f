"""Tables of the ranker: what was scored, what serves, and what was tried against it."""

from __future__ import annotations

from schemas.catalogue import TRACK_ID, USER_ID
from schemas.contract import Column, Table, Type

C = Column
RANKING_FEATURES = 26
RANKER_KINDS = ("settings", "linear", "trees")
_PAIR = (
    USER_ID,
    C("features", Type.LIST_F32, "Features in the order of ranker.features, 0..1.", length=RANKING_FEATURES),
    C("score", Type.F32, "Score by the ranker that served."),
    C("plays", Type.I32, "Plays of the pair known on ds.", range=(0, 1e9)),
    C("plays_7d", Type.I32, "Plays of the pair in the 7 days up to ds.", range=(0, 1e9)),
)

RANKING_LOG = Table(
    "ranking_log",
    grain="one row per logged user and candidate",
    key=("user_id", "track_id"),
    split="user_id",
    may_be_empty=True,
    doc="What the ranker saw of every candidate of a sample of users: the next nights learn from it.",
    columns=(_PAIR[0], TRACK_ID, *_PAIR[1:]),
)

RANKING_HISTORY = Table(
    "ranking_history",
    grain="one row per night, logged user and candidate",
    key=("user_id", "ds", "track_id"),
    split="user_id",
    may_be_empty=True,
    doc="ranking_log of the nights before ds, read from earlier runs.",
    columns=(
        _PAIR[0],
        C("ds", Type.DATE, "Night of the log."),
        TRACK_ID,
        C("features", Type.LIST_F32, "As logged; nights logged by an older ranker may have fewer or more."),
        *_PAIR[2:],
    ),
)

RANKING_REPLAY = Table(
    "ranking_replay",
    grain="one row per user and candidate of a past night made again",
    key=("user_id", "track_id"),
    may_be_empty=True,
    doc="What the ranker would have seen on a past night; empty once there are nights of its own to learn from.",
    columns=(_PAIR[0], C("ds", Type.DATE, "The night made again."), TRACK_ID, *_PAIR[1:]),
)

_RANKER = (
    C("kind", Type.STR, "settings: the weights of the settings; linear: learnt weights; trees: with trees beside them.",
      values=RANKER_KINDS),
    C("features", Type.LIST_STR, "Names of the features, in order."),
    C("weights", Type.LIST_F32, "Weight of each feature; empty for settings."),
    C("trees", Type.STR, "LightGBM's text form of the trees; null without.", nullable=True),
    C("learnt_until", Type.DATE, "Last night learnt from; null for settings.", nullable=True),
)  # fmt: skip

RANKER = Table(
    "ranker",
    grain="one row per kind of ranker that serves: one",
    key=("kind",),
    doc="Scores tonight's candidates of users with a profile.",
    columns=(
        *_RANKER,
        C("logged_share", Type.F64, "Share of users whose candidates are logged tonight, at most.", range=(0, 1)),
    ),
)

RANKER_HISTORY = Table(
    "ranker_history",
    grain="one row per night",
    key=("ds", "kind"),
    may_be_empty=True,
    doc="ranker of the nights before ds, read from earlier runs.",
    columns=(C("ds", Type.DATE, "Night it served."), *_RANKER),
)

RANKER_TRIALS = Table(
    "ranker_trials",
    grain="one row per contender judged tonight",
    key=("contender",),
    may_be_empty=True,
    doc="The promotion gate: how well each contender foresaw which songs new to a listener were played next.",
    columns=(
        C("contender", Type.STR, "serving, linear, trees, a source by itself, or gate when nothing was judged."),
        C("ndcg", Type.F64, "nDCG@30 of the new songs played next, exposure explained.", range=(0, 1), nullable=True),
        C("gain_low", Type.F64, "Lower end of the 90 % interval of its gain over serving.", nullable=True),
        C("lists", Type.I32, "Lists judged: the songs that are new to a user.", range=(0, 1e9)),
        C("serves", Type.BOOL, "Whether it serves tonight."),
        C("reason", Type.STR, "Why, or why not."),
    ),
)

RANKER_TABLES = (RANKING_LOG, RANKING_HISTORY, RANKING_REPLAY, RANKER, RANKER_HISTORY, RANKER_TRIALS)
