"""What is asked of a language model and what comes back, whoever carries it there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Why(StrEnum):
    """Why there is no usable answer."""

    CEILING = "ceiling"  # the night's tokens are spent or reserved
    DEADLINE = "deadline"  # the request's or the night's time is over
    DOWN = "down"  # the endpoint failed, and failed again
    REFUSED = "refused"  # the endpoint or its filter declined
    UNREADABLE = "unreadable"  # what came is no JSON object


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to a model.

    Args:
        system: static text of a prompt version, the same for every ask of its kind, so that
            endpoints can cache it as a prefix.
        user: the data of this ask; never a user id.
        max_tokens: most tokens the answer may have; reserved before sending.
        schema: JSON Schema of the object that is wanted back.
        listener: salted hash of the listener it is for, None where it is for everybody.
    """

    system: str
    user: str
    max_tokens: int
    schema: Mapping[str, Any]
    listener: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Args:
        found: the JSON object, None when there is none; then ``why`` says why.
        raw: the text as it came, for the curious; None when nothing came.
        tokens_in, tokens_out: what the endpoint charged for it [tokens]; 0 from the cache.
        cached: whether it was paid for on an earlier occasion.
    """

    found: dict[str, Any] | None
    why: Why | None = None
    raw: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    cached: bool = False


class Asker(Protocol):
    """A language model endpoint."""

    name: str

    def ask_all(self, asks: Sequence[Ask]) -> list[Answer]:
        """Answers in the order of the asks; earlier asks are served first. Never raises for the endpoint's faults."""


class Writer(Asker, Protocol):
    """An endpoint whose model writes, and who reads what it wrote.

    Args:
        reader: the second reader's endpoint; None without one.
        reader_tokens: most tokens one answer of the reader may have.
    """

    reader: Asker | None
    reader_tokens: int
