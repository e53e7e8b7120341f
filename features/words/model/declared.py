"""Claims as a model declares them beside a sentence, read into claims that code can prove.

``{"relation": "compares", "subject": "l22", "object": "l26", "of": "tempo", "direction": "less", "amount": "13"}``:
every part but the relation may be left out. Songs, names, moods and the like are said by their references; what a part
can't be read as, nothing can prove.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from features.words.claims.claim import Amount, Bound, Claim, Direction
from features.words.claims.proofs import Verdict, verdict
from features.words.claims.world import World

PARTS = ("relation", "subject", "object", "of", "direction", "amount")
MOST = 8  # claims of one sentence; nobody needs more
_NOT = "not "
_AMOUNT = re.compile(rf"(?:({'|'.join(get_args(Bound))}) )?(\d{{1,6}}(?:\.\d{{1,3}})?)")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the claims of one text are proved from.

    Args:
        relations: those it may claim.
        terms: reference -> what the world calls it: a track id, an artist's name, a mood id, a number, ...
    """

    world: World
    relations: Collection[str]
    terms: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared claim.

    Args:
        words: its parts as the model wrote them.
        relation: what it claims, whether or not denied.
    """

    words: str
    relation: str
    verdict: Verdict


def judge(given: Any, allowed: Allowed) -> Declared:
    """A claim as it came, whatever that is, and whether it holds."""
    parts = _parts(given)
    words = " ".join(part for name in PARTS if (part := parts[name]))
    relation = parts["relation"].removeprefix(_NOT)
    claim = _read(parts, relation, allowed)
    return Declared(words, relation, Verdict.UNKNOWN if claim is None else verdict(claim, allowed.world))


def _parts(given: Any) -> dict[str, str]:
    """Every part as a text; empty where there is none."""
    found = given if isinstance(given, Mapping) else {}
    parts = {name: found.get(name) for name in PARTS}
    return {name: " ".join(str(part).split())[:120] if isinstance(part, (str, int, float)) else ""
            for name, part in parts.items()}  # fmt: skip


def _read(parts: Mapping[str, str], relation: str, allowed: Allowed) -> Claim | None:
    if relation not in allowed.relations:
        return None
    told = {name: _term(parts[name], allowed.terms) for name in ("subject", "object", "amount")}
    amount, direction = _amount(told["amount"]), parts["direction"]
    if (told["amount"] and amount is None) or direction not in ("", *get_args(Direction)):
        return None
    name, _, value = parts["of"].partition(" ")
    return Claim(
        relation,
        "",
        subject=told["subject"] or None,
        object=told["object"] or None,
        direction=direction or None,  # type: ignore[arg-type]  # one of Direction, or none
        amount=amount,
        of=(name, _term(value, allowed.terms)) if name else None,
        negated=parts["relation"].startswith(_NOT),
    )


def _term(told: str, terms: Mapping[str, str]) -> str:
    """What the world calls something; alternatives are parted by ``|``."""
    return "|".join(terms.get(part.strip("{} "), part) for part in told.split("|"))


def _amount(told: str) -> Amount | None:
    found = _AMOUNT.fullmatch(told)
    return None if found is None else Amount(float(found[2]), found[1] or "exactly")  # type: ignore[arg-type]
