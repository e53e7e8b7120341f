"""Where songs stand in the list, and where the list goes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from statistics import fmean

from features.words.claims.claim import Claim
from features.words.claims.proofs.pairs import VALUES
from features.words.claims.world import World


def _peaks(known: list[float]) -> bool:
    """Whether the values rise to a peak within and fall from it."""
    top = known.index(max(known))
    up, down = known[: top + 1], known[top:]
    return 0 < top < len(known) - 1 and up == sorted(up) and down == sorted(down, reverse=True)


_PATHS: dict[str, Callable[[list[float]], bool]] = {
    "never_falls": lambda known: known == sorted(known),
    "never_rises": lambda known: known[::-1] == sorted(known),
    "always_rises": lambda known: all(one < two for one, two in pairwise(known)),
    "always_falls": lambda known: all(one > two for one, two in pairwise(known)),
    "rises_then_falls": _peaks,
    "falls_then_rises": lambda known: _peaks([-x for x in known]),
}
"""A list's way from song to song: its name -> whether the values go so."""
PARTS = {
    "first_half": (0.0, 0.5), "second_half": (0.5, 1.0), "first_third": (0.0, 0.4), "middle": (0.25, 0.75),
    "last_third": (0.6, 1.0),
}  # fmt: skip
"""part of the list -> where it begins and ends, as shares of the whole."""
_RISE = {"tempo": 4.0, "energy": 0.06, "valence": 0.06, "arousal": 0.06}


def ranked(claim: Claim, world: World) -> bool | None:
    """The song is the ``amount``-th of the list; counted from the end where ``of`` is ("from", "end")."""
    place = world.place(claim.subject or "")
    if place is None or claim.amount is None:
        return None
    rank = place.rank if claim.of is None else len(world.listed) + 1 - place.rank
    return claim.amount.fits(rank)


def before(claim: Claim, world: World) -> bool | None:
    """The subject plays before the object (``direction`` less) or after it (more); right beside it with amount 1."""
    one, other = world.place(claim.subject or ""), world.place(claim.object or "")
    if one is None or other is None:
        return None
    steps = one.rank - other.rank if claim.direction == "more" else other.rank - one.rank
    return steps > 0 if claim.amount is None else claim.amount.fits(steps)


def beside(claim: Claim, world: World) -> bool | None:
    """The two stand next to each other, in either order."""
    one, other = world.place(claim.subject or ""), world.place(claim.object or "")
    return None if one is None or other is None else abs(one.rank - other.rank) == 1


def in_part(claim: Claim, world: World) -> bool | None:
    """The song stands in the first or second half, the first, middle or last third; ``of`` ("part", name)."""
    place = world.place(claim.subject or "")
    if place is None or claim.of is None:
        return None
    return part_holds(place.rank, len(world.listed), str(claim.of[1]))


def part_holds(rank: int, count: int, part: str) -> bool:
    """Whether a rank lies in a part of a list of ``count`` songs."""
    low, high = PARTS[part]
    return low <= (rank - 0.5) / count <= high


def nth(claim: Claim, world: World) -> bool | None:
    """The song is the ``amount``-th of the list's songs by its artist or with its voice, ...; ``of`` (attribute, "") of
    the song, counted from the end with ``object`` "end".
    """
    if world.place(claim.subject or "") is None or claim.of is None or claim.amount is None:
        return None
    own = getattr(world.songs[claim.subject or ""], claim.of[0])
    alike = [e.track_id for e in world.listed if getattr(world.songs[e.track_id], claim.of[0]) == own]
    alike = alike[::-1] if claim.object == "end" else alike
    return None if own is None else claim.amount.fits(alike.index(claim.subject or "") + 1)


def steps(claim: Claim, world: World) -> bool | None:
    """From song to song ``of[0]`` goes up (``direction`` more) or down (less) ``amount`` times."""
    if claim.of is None or claim.amount is None:
        return None
    known = [VALUES[claim.of[0]][0](world.songs[entry.track_id]) for entry in world.listed]
    pairs = [(one, two) for one, two in pairwise(known) if one is not None and two is not None]
    if None in known:
        return None
    return claim.amount.fits(sum(two > one if claim.direction == "more" else two < one for one, two in pairs))


def listed(claim: Claim, world: World) -> bool | None:
    """The song stands in the list."""
    return world.place(claim.subject or "") is not None


def moves(claim: Claim, world: World) -> bool | None:
    """Tempo, energy or mood of the list rises, falls or stays from its first third to its last; ``of``
    (attribute, "rises" | "falls" | "steady"), or from song to song (a key of ``_PATHS``).
    """
    if claim.of is None:
        return None
    value = VALUES[claim.of[0]][0]
    found = [value(world.songs[entry.track_id]) for entry in world.listed]
    known = [x for x in found if x is not None]
    if len(known) < 4 or len(known) < 0.7 * len(found) or (claim.of[1] in _PATHS and None in found):
        return None
    if claim.of[1] in _PATHS:
        return _PATHS[str(claim.of[1])](known)
    third = max(1, len(known) // 3)
    start, end, step = fmean(known[:third]), fmean(known[-third:]), _RISE[claim.of[0]]
    moved = "rises" if end - start > step else "falls" if start - end > step else "steady"
    return moved == claim.of[1]


PROOFS = {
    "listed": listed, "ranked": ranked, "before": before, "beside": beside, "in_part": in_part,
    "moves": moves, "nth": nth, "steps": steps,
}  # fmt: skip
