"""Tables of what last night's candidates and lists came to today."""

from __future__ import annotations

from schemas.catalogue import TRACK_ID, USER_ID
from schemas.contract import Column, Pii, Table, Type
from schemas.daily import RANK
from schemas.vocabulary import CANDIDATE_SOURCES

C = Column
_COUNT, _SHARE = (0.0, 1e12), (0.0, 1.0)
_NIGHT = C("ds", Type.DATE, "Night they were made.")
_SOURCE = C(
    "source",
    Type.STR,
    "What proposed them; 'all sources' counts each pair of user and track once.",
    values=(*CANDIDATE_SOURCES, "all sources"),
)


def _of(name: str, doc: str) -> Column:
    return C(name, Type.I32, doc, range=(0, 1e9), pii=Pii.BEHAVIOUR)


def _share(name: str, doc: str) -> Column:
    return C(name, Type.F64, doc, range=_SHARE, nullable=True)


LAST_CANDIDATES = Table(
    "last_candidates",
    grain="one row per user, track and source",
    key=("user_id", "track_id", "source"),
    split="user_id",
    may_be_empty=True,
    doc="candidates of the night before ds, read from its run.",
    columns=(USER_ID, _NIGHT, TRACK_ID, C("source", Type.STR, "What proposed it.", values=CANDIDATE_SOURCES)),
)

LAST_LISTS = Table(
    "last_lists",
    grain="one row per user and rank",
    key=("user_id", "rank"),
    split="user_id",
    may_be_empty=True,
    doc="daily_lists of the night before ds, read from its run.",
    columns=(USER_ID, _NIGHT, RANK, TRACK_ID),
)

USER_OUTCOMES = Table(
    "user_outcomes",
    grain="one row per user and source",
    key=("user_id", "source"),
    split="user_id",
    may_be_empty=True,
    doc="What last night's candidates and list came to for each user; played means played on ds and not skipped.",
    columns=(
        USER_ID,
        _SOURCE,
        _of("candidates", "Tracks the source proposed."),
        _of("alone", "Of these, proposed by no other source."),
        _of("found", "Of the candidates, played."),
        _of("found_alone", "Played, and proposed by no other source."),
        _of("found_new", "Played, and never before without skipping by this user."),
        _of("listed", "Candidates that reached the list."),
        _of("listed_found", "Of these, played."),
        _of("wanted", "Different tracks the user played, proposed or not."),
        _of("wanted_new", "Of these, never played before without skipping."),
    ),
)

SOURCE_OUTCOMES = Table(
    "source_outcomes",
    grain="one row per source",
    key=("source",),
    may_be_empty=True,
    doc="What each candidate source of the night before was worth on ds, the day its lists were served. Played means "
    "played on ds and not skipped; recalls are means over those who played something. Empty on the first night.",
    columns=(
        C("of_night", Type.DATE, "Night whose candidates and lists these are: the day before ds."),
        _SOURCE,
        C("listeners", Type.I64, "Users with candidates who played something on ds.", range=_COUNT),
        C("candidates", Type.I64, "Pairs of user and track it proposed.", range=_COUNT),
        _share("unique_share", "Share of its pairs that no other source proposed."),
        _share("recall", "Share of what a listener played that it had proposed."),
        _share("recall_alone", "The same, where no other source had."),
        _share("recall_new", "The same as recall, of tracks the listener had never played before."),
        _share("recall_listed", "Share of what a listener played that it had proposed and the list held."),
        _share("hit_share", "Share of its pairs that were played."),
        C("listed", Type.I64, "Its pairs that reached a list.", range=_COUNT),
        _share("listed_share", "Share of its pairs that reached a list."),
        _share("listed_hit_share", "Share of its pairs in lists that were played."),
    ),
)

OUTCOME_TABLES = (LAST_CANDIDATES, LAST_LISTS, USER_OUTCOMES, SOURCE_OUTCOMES)
