"""A song beside another in one sentence: the other song and one likeness, then where the two part."""

from __future__ import annotations

from features.words.writer.companions import Pairing
from features.words.writer.review_arcs import Step

_LIKE = {"mood.same": "mood", "tempo.same": "pace", "key.same": "key"}
_APART = {
    "key.far": "key_far", "tempo.faster": "faster", "tempo.slower": "slower", "mood.diff": "mood",
    "key.near": "key_near", "key.relative": "relative", "key.parallel": "parallel", "tempo.double": "double",
    "tempo.half": "half", "key.neighbour": "neighbour", "feel.brighter": "brighter", "feel.darker": "darker",
    "feel.stronger": "stronger", "feel.softer": "softer",
}  # fmt: skip
"""Section of a bond -> how its difference is told; the greatest first."""


def beside(pairing: Pairing, *, one_mood: bool) -> list[Step]:
    """The other song with one thing the two share, then the greatest difference; nothing where they share only sound.

    Args:
        one_mood: whether the mood first named of both is the same.
    """
    sections = {bond.section for bond in pairing.bonds} - (set() if one_mood else {"mood.same"})
    who = _who(pairing)
    like, apart = _alike(pairing, sections, who), _apart(sections)
    if not like and not apart:
        return []
    first = tuple(f"beside.{who}.{name}" for name in like or ("sound",))
    return [first, (f"beside.but.{apart}" if apart else "beside.end",)]


def _who(pairing: Pairing) -> str:
    """Whose song the other is: own (of the same artist), by (another one), or any, where that is not known."""
    known = pairing.slots.values
    return "own" if "artist" in known else "by" if "other_artist" in known else "any"


def _alike(pairing: Pairing, sections: set[str], who: str) -> list[str]:
    known = pairing.slots.values
    exact = known.get("bpm") == known.get("other_bpm")
    found = ["equal" if name == "tempo.same" and exact else like for name, like in _LIKE.items() if name in sections]
    return found + ([] if who == "own" else sorted(name for name in sections if name.startswith("people.")))


def _apart(sections: set[str]) -> str | None:
    """The greatest difference; keys some steps apart and a pace apart are told together."""
    found = [told for section, told in _APART.items() if section in sections]
    way = next((told for told in found if told in ("faster", "slower")), None)
    key = next((told for told in found if told in ("key_far", "key_near")), None)
    if way is not None and key is not None:
        return f"{key}_{way}"
    return found[0] if found else None
