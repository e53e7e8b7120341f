"""Where a delivered file goes in the landing: under its own name, and never over rows that it does not hold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.commands.intake.judging import Read
from schemas.delivery import DELIVERED
from warehouse.landing.delivery import read_delivery
from warehouse.landing.files import SUFFIXES, file_sha256
from warehouse.landing.limits import Limits

_NAME_BYTES = 240  # of the 255 that a disk takes
_MARK = "~"  # sorts after every ending, so that what came later is read later


@dataclass(frozen=True, slots=True)
class Place:
    """A name relative to the landing; ``told`` says so when an earlier file of that name stays beside it."""

    name: str
    told: str = ""


def places_of(root: Path, source: Path, read: Sequence[Read], *, replace: bool, limits: Limits) -> list[Place]:
    """A place for each file of a delivery, in its order.

    A file that holds every key of the earlier file of its name takes its place: delivered again, or
    grown. One that lacks some is kept beside it, and read after it.

    Args:
        root: the landing.
        source: what is delivered.
        replace: whether it takes the place all the same.
    """
    places: list[Place] = []
    for r in read:
        inside = r.path.relative_to(source) if source.is_dir() else Path(r.path.name)
        parts = inside.parts[1:] if inside.parts[0] == r.table and len(inside.parts) > 1 else inside.parts
        name = "/".join((r.table, *(_shown(part) for part in parts)))
        places.append(_place(root, name, r, replace=replace, limits=limits, taken={p.name for p in places}))
    return places


def _shown(part: str) -> str:
    """A name that the landing reads: one that starts with a dot or an underscore would be hidden, and a long one leaves
    no room for a mark."""
    part = f"x{part}" if part[0] in "._" else part
    if len(part.encode()) <= _NAME_BYTES:
        return part
    ending = Path(part).suffix if Path(part).suffix in SUFFIXES else ""
    digest = hashlib.blake2b(part.encode(), digest_size=4).hexdigest()
    return f"{part.encode()[: _NAME_BYTES - 20].decode(errors='ignore')}-{digest}{ending}"


def _place(root: Path, name: str, read: Read, *, replace: bool, limits: Limits, taken: set[str]) -> Place:
    """The name itself, or that of the newest earlier file of this name, or the next one after it."""
    stem, suffix = name.removesuffix(read.path.suffix), read.path.suffix
    there = [name]
    while (root / (beside := f"{stem}{_MARK}{len(there) + 1:03}{suffix}")).exists() or beside in taken:
        there.append(beside)
    earlier = [n for n in there if (root / n).exists() and n not in taken]
    content = file_sha256(read.path)
    same = next((n for n in earlier if file_sha256(root / n) == content), None)
    if same or (not earlier and name not in taken):
        return Place(same or name)
    if not earlier:
        return Place(beside)
    lost = 0 if replace else _lost_rows(root / earlier[-1], read, limits)
    if not lost:
        return Place(earlier[-1])
    told = f"{beside}: {earlier[-1]} of an earlier delivery holds {lost:,} rows that it lacks; --replace drops them"
    return Place(beside, told)


def _lost_rows(earlier: Path, read: Read, limits: Limits) -> int:
    """How many keys of an earlier file the new one does not hold."""
    keys = list(DELIVERED[read.table].key)
    before, _ = read_delivery(earlier, read.table, name=earlier.name, limits=limits)
    return before.select(keys).join(read.frame.select(keys), on=keys, how="anti", nulls_equal=True).height
