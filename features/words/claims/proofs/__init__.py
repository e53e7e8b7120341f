"""Whether a claim holds: one proof for each relation, from facts alone.

A proof answers True (it holds), False (it is contradicted) or None (nothing known says so). Only True lets
a claim stand; a negated claim stands where its proof answers False.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from features.words.claims.claim import Claim
from features.words.claims.proofs import day, listener, members, order, pairs, song, words
from features.words.claims.world import World

Proof = Callable[[Claim, World], bool | None]

PROOFS: Mapping[str, Proof] = {
    **pairs.PROOFS, **song.PROOFS, **order.PROOFS, **members.PROOFS, **listener.PROOFS, **day.PROOFS, **words.PROOFS,
}  # fmt: skip


class Verdict(StrEnum):
    """What facts say to a claim."""

    PROVED = "proved"
    CONTRADICTED = "contradicted"
    UNKNOWN = "unknown"  # nothing known says so, or its parts are none that the proof knows


def verdict(claim: Claim, world: World) -> Verdict:
    """The verdict on a claim of one of these relations, whatever stands in its parts."""
    try:
        found = PROOFS[claim.relation](claim, world)
    except (LookupError, ValueError, AttributeError, AssertionError):  # words beside the proof's vocabulary
        found = None
    if found is None:
        return Verdict.UNKNOWN
    return Verdict.PROVED if found is not claim.negated else Verdict.CONTRADICTED


def holds(claim: Claim, world: World) -> bool:
    """Whether the claim may stand."""
    found = PROOFS[claim.relation](claim, world)
    return found is (not claim.negated)
