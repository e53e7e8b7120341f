"""Tables of what a language model is asked: the plan, what became of each text, what it came to."""

from __future__ import annotations

from schemas.audio import CONTENT_KEY
from schemas.catalogue import TRACK_ID, USER_ID
from schemas.contract import Column, Table, Type
from schemas.daily import LANGUAGE, REVIEWS

C = Column
OUTCOMES = ("model", "repaired", "builtin")
UNREAD = ("ceiling", "deadline", "down", "refused", "unreadable")
FELL_BACK = (*UNREAD, "faults")
KINDS_OF_TEXT = ("list", "review")
_MANY = (0, 1e12)
_TOKENS = (0, 1e15)

REVIEW_HISTORY = Table(
    "review_history",
    grain="one row per track and language, of the nights before ds",
    key=("track_id", "language"),
    may_be_empty=True,
    doc="The newest review of each song of the 7 nights before ds, so that no model is asked for it again.",
    columns=REVIEWS.columns,
)

_PLANNED = (
    C("place", Type.I32, "Place in line, 1 first.", range=(1, 1e9)),
    C("answer_tokens", Type.I32, "Most tokens one answer may have.", range=(1, 1e6)),
    C("tokens", Type.I64, "Most tokens it can cost, repair included; 0 where nothing is asked.", range=_TOKENS),
)
LIST_PLAN = Table(
    "list_plan",
    grain="one row per user whose words a model may write",
    key=("user_id",),
    split="user_id",
    may_be_empty=True,
    doc="Whose opener and intro a model may write tonight, within the night's tokens: the most active listeners of "
    "the whole user base. No row without an endpoint.",
    columns=(USER_ID, *_PLANNED),
)
REVIEW_PLAN = Table(
    "review_plan",
    grain="one row per track and language whose review a model writes or wrote",
    key=("track_id", "language"),
    may_be_empty=True,
    doc="Which reviews a model may write tonight, within the night's tokens: those of the most listeners. No row "
    "without an endpoint.",
    columns=(
        TRACK_ID,
        LANGUAGE,
        C("listeners", Type.I32, "Lists that carry the song in this language.", range=(1, 1e9)),
        C("action", Type.STR, "write, or keep (written on an earlier night).", values=("write", "keep")),
        CONTENT_KEY,
        *_PLANNED,
    ),
)

_READ = (
    C("reader_from_cache", Type.I64, "Readings paid for on an earlier occasion.", range=_MANY),
    C("reader_tokens_in", Type.I64, "Tokens of the second reader's prompts, as charged.", range=_TOKENS),
    C("reader_tokens_out", Type.I64, "Tokens of its answers, as charged.", range=_TOKENS),
    C("sentences_read", Type.I64, "Sentences it judged.", range=_MANY),
    C("sentences_vetoed", Type.I64, "Of these, said not to follow; they fell.", range=_MANY),
)
_ASKED = (
    C(
        "outcome",
        Type.STR,
        "Who wrote it: the model at once, it after a repair, or the built-in writer.",
        values=OUTCOMES,
    ),
    C("fell_back", Type.STR, "Why the built-in writer did; null when the model did.", nullable=True, values=FELL_BACK),
    C("faults", Type.LIST_STR, "Kinds of fault found, over both rounds."),
    C("calls", Type.I32, "Answers that came.", range=(0, 10)),
    C("from_cache", Type.I32, "Of these, paid for on an earlier occasion.", range=(0, 10)),
    C("tokens_in", Type.I64, "Tokens of the prompts, as charged.", range=_TOKENS),
    C("tokens_out", Type.I64, "Tokens of the answers, as charged.", range=_TOKENS),
    C("readings", Type.I32, "Times the second reader was to read it; 0 where there is none.", range=(0, 2)),
    C("unread", Type.LIST_STR, "Why readings brought no verdict; then nothing fell by them."),
    *_READ,
)
LIST_ASKS = Table(
    "list_asks",
    grain="one row per user whose words a model was asked for",
    key=("user_id",),
    split="user_id",
    may_be_empty=True,
    doc="What became of each list that a model was asked to introduce.",
    columns=(USER_ID, LANGUAGE, *_ASKED),
)
REVIEW_ASKS = Table(
    "review_asks",
    grain="one row per track and language whose review a model was asked for",
    key=("track_id", "language"),
    may_be_empty=True,
    doc="What became of each review that a model was asked for.",
    columns=(TRACK_ID, LANGUAGE, *_ASKED),
)

COPY_USAGE = Table(
    "copy_usage",
    grain="one row per kind of text",
    key=("kind",),
    doc="What tonight's words came to: who wrote them, what a model was asked and what it charged.",
    columns=(
        C("kind", Type.STR, "list (opener and intro) or review.", values=KINDS_OF_TEXT),
        C("texts", Type.I64, "Texts published.", range=_MANY),
        C("asked", Type.I64, "Texts a model was asked for.", range=_MANY),
        C("kept", Type.I64, "Texts a model wrote on an earlier night.", range=_MANY),
        C("by_model", Type.I64, "Written by the model at once.", range=_MANY),
        C("repaired", Type.I64, "Written by the model after a repair.", range=_MANY),
        C("fell_back", Type.I64, "Asked for, but written by the built-in writer.", range=_MANY),
        *(C(f"fell_back_{why}", Type.I64, f"Of these, because of: {why}.", range=_MANY) for why in FELL_BACK),
        C("not_asked", Type.I64, "Written by the built-in writer, no model asked.", range=_MANY),
        C("calls", Type.I64, "Answers that came.", range=_MANY),
        C("from_cache", Type.I64, "Of these, paid for on an earlier occasion.", range=_MANY),
        C("tokens_in", Type.I64, "Tokens of the prompts, as charged.", range=_TOKENS),
        C("tokens_out", Type.I64, "Tokens of the answers, as charged.", range=_TOKENS),
        C("readings", Type.I64, "Times a second reader was to read a text.", range=_MANY),
        *(C(f"unread_{why}", Type.I64, f"Of these, without a verdict: {why}.", range=_MANY) for why in UNREAD),
        *_READ,
        C("tokens_planned", Type.I64, "Most tokens that what was planned could have cost.", range=_TOKENS),
    ),
)
COPYING_TABLES = (REVIEW_HISTORY, LIST_PLAN, REVIEW_PLAN, LIST_ASKS, REVIEW_ASKS, COPY_USAGE)
