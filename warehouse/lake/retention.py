"""Garbage collection: what no kept night can reach is removed, nothing else.

Kept are the newest nights, the nights they look back upon (a kept night run again must find the
same history), and whatever CURRENT points to. A night's pointers and states go first, in one step,
and data last, so a collection that is cut short leaves garbage, never a night without its files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from warehouse.lake.atomic import clear
from warehouse.lake.guard import LakeGuard
from warehouse.lake.manifest import NightManifest
from warehouse.lake.store import LakeStore

POINTERS = ("OPEN", "DONE")


@dataclass(frozen=True, slots=True)
class Garbage:
    """What a collection would remove.

    Args:
        nights: days dropped. kept: days that stay.
        paths: files to remove, in the order of removal. bytes: their size.
    """

    nights: tuple[str, ...]
    kept: tuple[str, ...]
    paths: tuple[Path, ...]
    bytes: int


def find_garbage(home: Path, *, keep_nights: int, lookback_nights: int) -> Garbage:
    """Everything that the newest ``keep_nights`` and the ``lookback_nights`` before them cannot reach."""
    store = LakeStore(home)
    days = sorted({day for pointer in POINTERS for day in store.nights(pointer)})
    kept = _kept(days, store, keep_nights, lookback_nights)
    stays = _reachable(store, kept) | {store.root / "CURRENT"}
    stays |= {store.night_folder(day) / pointer for day in kept for pointer in POINTERS}
    found = [p for p in store.root.rglob("*") if p.is_file() and p not in stays]
    ordered = sorted(found, key=lambda p: (_order(p.relative_to(store.root)), str(p)))
    size = sum(p.stat().st_size for p in ordered)
    return Garbage(tuple(d for d in days if d not in kept), tuple(kept), tuple(ordered), size)


def collect(home: Path, *, keep_nights: int, lookback_nights: int) -> Garbage:
    """Remove the garbage; refuses (Locked) while a run is writing."""
    guard = LakeGuard(home)
    guard.enter(alone=True)
    try:
        garbage = find_garbage(home, keep_nights=keep_nights, lookback_nights=lookback_nights)
        _forget(LakeStore(home), garbage.nights)
        for path in garbage.paths:
            path.unlink(missing_ok=True)
        _remove_empty_folders(home / "lake")
        return garbage
    finally:
        guard.leave()


def _forget(store: LakeStore, days: Sequence[str]) -> None:
    """Take the states and pointers of nights away, each night's in one step: half of them would look like damage."""
    store.aside.mkdir(parents=True, exist_ok=True)
    for day in days:
        aside = store.aside / f"forgotten-{day}"
        clear(aside)
        store.night_folder(day).rename(aside)
        clear(aside)


def _kept(days: list[str], store: LakeStore, keep_nights: int, lookback_nights: int) -> list[str]:
    current = store.current()
    wanted = set(days[-keep_nights:]) | ({current[0]} if current else set())
    if not wanted:
        return []
    oldest = date.fromisoformat(min(wanted)) - timedelta(days=lookback_nights)
    return [day for day in days if day >= oldest.isoformat()]


def _reachable(store: LakeStore, days: list[str]) -> set[Path]:
    reached: set[Path] = set()
    for night in _nights(store, days):
        reached.add(store.night_folder(night.ds) / f"{night.version}.json")
        for name, version in night.tables.items():
            manifest = store.table(name, version)
            reached.add(store.table_path(name, version))
            reached |= {store.root / p.path for p in manifest.parts}
            reached |= {store.task_path(manifest.stage, p.fingerprint) for p in manifest.parts}
    return reached


def _nights(store: LakeStore, days: list[str]) -> list[NightManifest]:
    found = [night for day in days for pointer in POINTERS if (night := store.night(day, pointer)) is not None]
    current = store.current()
    if current is not None:
        found.append(store.night_version(*current))
    return found


def _order(path: Path) -> int:
    """Pointers, then night manifests, table manifests, task records, then data."""
    ranks = {"_nights": 1, "_manifests": 2, "_tasks": 3}
    return 0 if path.name in POINTERS else ranks.get(path.parts[0], 4)


def _remove_empty_folders(root: Path) -> None:
    for folder in sorted((p for p in root.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
