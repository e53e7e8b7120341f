"""A claim: what a piece of a sentence says of songs, the list, the listener or the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["more", "less", "same"]
Bound = Literal["exactly", "about", "over", "under", "at_least", "at_most"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as told: 13 BPM, about a third, nearly twenty, over a year.

    Args:
        value: in the unit of what is measured.
        bound: how it is told.
    """

    value: float
    bound: Bound = "exactly"

    def fits(self, measured: float, near: float = 0.5) -> bool:
        """Whether a measured value may be told so; ``near`` is what rounding allows."""
        off = measured - self.value
        if self.bound == "exactly":
            return abs(off) <= near
        if self.bound == "about":
            return abs(off) <= max(near, 0.1 * abs(self.value))
        if self.bound in ("over", "at_least"):
            return off > 0 if self.bound == "over" else off >= 0
        return off < 0 if self.bound == "under" else off <= 0


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing said.

    Args:
        relation: name of a proof (``features.words.claims.proofs``).
        words: the piece of the sentence that says it.
        subject: track id of the song spoken of; ``list`` or ``listener``; an artist's name.
        object: what it is said of beside: another track id, a mood, a key, a name, ...
        direction: of a comparison, the subject's against the object's.
        amount: how much, how many, how often.
        of: what is counted in the list: (attribute, value), see :mod:`features.words.claims.proofs.members`.
        negated: the sentence says that it is not so.
    """

    relation: str
    words: str
    subject: str | None = None
    object: str | None = None
    direction: Direction | None = None
    amount: Amount | None = None
    of: tuple[str, str | float] | None = None
    negated: bool = False
