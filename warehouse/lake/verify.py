"""Whether the lake is what its manifests say, down to the bytes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date

from schemas.errors import DamagedFile
from warehouse.lake.damage import damaged, read_verified
from warehouse.lake.manifest import NightManifest, TableManifest
from warehouse.lake.parquet import Part
from warehouse.lake.retention import POINTERS
from warehouse.lake.store import LakeStore


@dataclass(frozen=True, slots=True)
class Turn:
    """Of what is named by a hash, the share whose turn it is to be read.

    Args:
        number: of this turn.
        turns: after so many, everything was read once.
    """

    number: int = 0
    turns: int = 1

    def due(self, sha256: str) -> bool:
        """Whether what has this hash (hexadecimal, eight digits or more) is read in this turn."""
        return int(sha256[:8], 16) % self.turns == self.number


ALL = Turn()


def turn_of(store: LakeStore, ds: date, most_bytes: int) -> Turn | None:
    """The turn of a night, such that about ``most_bytes`` of tables' files are read in each; None where that is 0."""
    if not most_bytes:
        return None
    sizes = {part.path: part.bytes for part in _parts(store)}
    turns = max(1, -(-sum(sizes.values()) // most_bytes))
    return Turn(ds.toordinal() % turns, turns)


def _parts(store: LakeStore) -> Iterator[Part]:
    """Files of all finished nights, as far as their manifests can be read."""
    for day in store.nights():
        with suppress(DamagedFile):
            night = store.night(day, "DONE")
            for table, version in night.tables.items() if night is not None else ():
                with suppress(DamagedFile):
                    yield from store.table(table, version).parts


def find_damage(
    store: LakeStore, stages: Collection[str], *, ds: str | None = None, deep: bool = False
) -> list[DamagedFile]:
    """Every file that a night needs and that is gone, or no longer what was written; each once, CURRENT last.

    Args:
        stages: names of the stages of a finished night.
        ds: look at this night alone.
        deep: read every file and compare its hash; otherwise tables' files are only looked for, with their size.
    """
    days = _days(store) if ds is None else [ds]
    found: dict[str, DamagedFile] = {}
    seen: set[str] = set()
    for day in days:
        for damage in _of_night(store, day, stages, ALL if deep else None, seen):
            found.setdefault(damage.path, damage)
    for damage in _left(store, seen) if deep and ds is None else ():
        found.setdefault(damage.path, damage)
    if store.nights() and not store.follows_current():
        found["CURRENT"] = damaged(store.root, "CURRENT", "names no night that is there")
    return list(found.values())


def find_other_damage(store: LakeStore, stages: Collection[str], ds: str, turn: Turn | None) -> list[DamagedFile]:
    """The same of all nights but one, which is known to be whole; hashes are compared of what is due in this turn."""
    found: dict[str, DamagedFile] = {}
    seen: set[str] = set()
    for day in _days(store):
        for damage in _of_night(store, day, stages, turn, seen) if day != ds else ():
            found.setdefault(damage.path, damage)
    return list(found.values())


def _days(store: LakeStore) -> list[str]:
    return sorted({path.name.removeprefix("ds=") for path in (store.root / "_nights").glob("ds=*")})


def _left(store: LakeStore, seen: set[str]) -> Iterator[DamagedFile]:
    """What no night needs (states a night went through, what was made of other settings), yet might be used again."""
    for path in sorted((store.root / "_nights").glob("ds=*/*.json")):
        with _told() as damages:
            store.night_version(path.parent.name.removeprefix("ds="), path.stem)
        yield from damages
    for path in sorted((store.root / "_manifests").glob("*/*.json")):
        with _told() as damages:
            store.table(path.parent.name, path.stem)
        yield from damages
    for path in sorted((store.root / "_tasks").glob("*/*.json")):
        record = store.record_at(path)
        where = str(path.relative_to(store.root))
        if record is None and where not in seen:
            yield damaged(store.root, where, "is no record of a task")
        parts = [p for outputs in record.outputs.values() for p in outputs] if record is not None else []
        for part in parts:
            if part.path not in seen and (store.root / part.path).exists():
                with _told() as damages:
                    read_verified(store.root, part.path, part.sha256)
                yield from damages


@contextmanager
def _told() -> Iterator[list[DamagedFile]]:
    """The damage that was met in the block, if any."""
    met: list[DamagedFile] = []
    try:
        yield met
    except DamagedFile as damage:
        met.append(damage)


def prove(store: LakeStore, night: NightManifest, tables: Collection[str]) -> None:
    """Read every file of these tables of a night.

    Raises:
        DamagedFile: the first that is gone, or no longer what was written.
    """
    for table in tables:
        for part in store.table(table, night.tables[table]).parts:
            read_verified(store.root, part.path, part.sha256)


def _of_night(
    store: LakeStore, ds: str, stages: Collection[str], turn: Turn | None, seen: set[str]
) -> Iterator[DamagedFile]:
    nights: dict[str, NightManifest] = {}
    for pointer in POINTERS:
        try:
            night = store.night(ds, pointer)
        except DamagedFile as damage:
            yield damage
            continue
        if night is not None:
            nights[pointer] = night
    yield from _pointers_gone(store, ds, nights, stages)
    for night in {n.version: n for n in nights.values()}.values():
        for table, version in night.tables.items():
            try:
                manifest = store.table(table, version)
            except DamagedFile as damage:
                yield damage
            else:
                yield from _of_table(store, manifest, turn, seen)


def _pointers_gone(
    store: LakeStore, ds: str, nights: dict[str, NightManifest], stages: Collection[str]
) -> Iterator[DamagedFile]:
    """A pointer that is not there though what it would point to is."""
    done = nights.get("DONE") is not None
    newest = nights.get("OPEN")
    missing = [p for p in POINTERS if not (store.night_folder(ds) / p).exists()]
    if "OPEN" in missing:
        yield damaged(store.root, f"_nights/ds={ds}/OPEN", "is gone")
    if "DONE" in missing and not done and newest is not None and newest.finished(stages):
        yield damaged(store.root, f"_nights/ds={ds}/DONE", "is gone")


def _of_table(store: LakeStore, manifest: TableManifest, turn: Turn | None, seen: set[str]) -> Iterator[DamagedFile]:
    for part in manifest.parts:
        record = store.task_path(manifest.stage, part.fingerprint)
        where = str(record.relative_to(store.root))
        if where not in seen and store.task_record(manifest.stage, part.fingerprint) is None:
            yield damaged(store.root, where, "is gone, or is no record of a task")
        seen.add(where)
        if part.path not in seen and (damage := _of_part(store, part, turn)) is not None:
            yield damage
        seen.add(part.path)


def _of_part(store: LakeStore, part: Part, turn: Turn | None) -> DamagedFile | None:
    if not store.has(part):
        there = (store.root / part.path).exists()
        return damaged(store.root, part.path, "has another size than its manifest says" if there else "is gone")
    if turn is not None and turn.due(part.sha256):
        try:
            read_verified(store.root, part.path, part.sha256)
        except DamagedFile as damage:
            return damage
    return None
