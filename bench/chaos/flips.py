"""Random flips of a byte at rest: is anything wrong served, and does `daily30 verify` name the file?"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from bench.chaos.twin import Twin
from schemas.errors import Daily30Error

_PLACES = ("lake", "serving", "media", "report", "warehouse.duckdb")
_ASIDE = {"_aside", ".aside", "run.js"}


@dataclass
class Flips:
    """What came of them, counted by place.

    Args:
        named, silent: by ``verify --deep``, or not; ``quick``: by ``verify`` alone.
        wrong: served something else, as ``place: file, byte``.
    """

    rounds: int = 0
    named: Counter[str] = field(default_factory=Counter)
    quick: Counter[str] = field(default_factory=Counter)
    silent: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def run(twin: Twin, folder: Path, seed: int, rounds: int) -> Flips:
    """Flip a bit of one byte so many times in a copy of the twin, each set right again after it was looked at."""
    home = folder / "home"
    shutil.copytree(twin.home, home, symlinks=True, ignore=shutil.ignore_patterns("truth", "landing"))
    shutil.copytree(twin.home / "landing", home / "landing")
    _rebuilt(home)
    files = {place: _below(home / place) for place in _PLACES}
    before = {view: _answer(home, view) for view in _views(home)}
    made = Flips()
    for number in range(rounds):
        chance = Random(f"{seed} {number}")
        place = chance.choice([p for p in _PLACES if files[p]])
        path = chance.choice(files[place])
        clean = path.read_bytes()
        at = chance.randrange(len(clean))
        path.write_bytes(clean[:at] + bytes([clean[at] ^ 1 << chance.randrange(8)]) + clean[at + 1 :])
        where = f"{path.relative_to(home)}, byte {at}"
        if _verified(home, deep=True):
            made.named[place] += 1
            made.quick[place] += bool(_verified(home, deep=False))
        else:
            made.silent.append(where)
        if _served_wrong(twin, home, path, before):
            made.wrong.append(where)
        path.write_bytes(clean)
        for left in ("-wal", "-shm"):
            (home / "serving" / f"serving.sqlite{left}").unlink(missing_ok=True)
        made.rounds += 1
    return made


def _below(place: Path) -> list[Path]:
    found = [place] if place.is_file() else sorted(p for p in place.rglob("*") if p.is_file())
    return [
        p for p in found if not _ASIDE & set(p.parts) and not p.name.endswith(("-wal", "-shm")) and p.stat().st_size
    ]


def _rebuilt(home: Path) -> None:
    """The analysts' views name their files by absolute paths."""
    from warehouse.duck import build_warehouse

    build_warehouse(home)


def _verified(home: Path, *, deep: bool) -> bool:
    """Whether something is named; a night that cannot be told at all is named too."""
    from jobs.commands.repair import verify
    from jobs.run.night import planner
    from warehouse.lake.store import LakeStore

    try:
        now = LakeStore(home).current()
        return now is None or bool(verify(planner(home, date.fromisoformat(now[0]), {}), deep=deep))
    except Daily30Error:
        return True


def _views(home: Path) -> list[str]:
    from warehouse.duck import query

    return [row[0] for row in query(home, "SELECT view_name FROM duckdb_views() WHERE NOT internal").rows]


def _answer(home: Path, view: str) -> Any:
    from warehouse.duck import query

    try:
        return sorted(map(repr, query(home, f'FROM "{view}"').rows))
    except Daily30Error:
        return None


def _served_wrong(twin: Twin, home: Path, path: Path, before: dict[str, Any]) -> bool:
    """Whether any reader of what lies there gets something else than an error or what it got before."""
    place, *below = path.relative_to(home).parts
    if place == "serving":
        return _store_wrong(twin, home)
    if place == "lake" and not below[0].startswith("_") and below[0] in before:
        return _answer(home, below[0]) not in (None, before[below[0]]) or _frame_wrong(twin, home, below[0])
    if place == "lake":
        return any(_frame_wrong(twin, home, table) for table in ("daily_lists", "reviews"))
    if place == "warehouse.duckdb":
        return any(_answer(home, view) not in (None, before[view]) for view in ("daily_lists", "v_user", "v_nights"))
    return False  # opened by whoever shows them, not by the house


def _frame_wrong(twin: Twin, home: Path, table: str) -> bool:
    from warehouse.lake import Lake

    try:
        found = Lake(home).night(date.fromisoformat(twin.ds)).frame(table)
    except Daily30Error:
        return False
    return not found.equals(Lake(twin.home).night(date.fromisoformat(twin.ds)).frame(table))


def _store_wrong(twin: Twin, home: Path) -> bool:
    import hashlib

    from warehouse.serving import open_serving_store
    from warehouse.serving.payloads import to_json

    for (version, key), sha in twin.served.items():
        track, _, language = key.partition(" ")
        try:
            with open_serving_store(home).reading(version=version) as served:
                payload = served.review(track, language) if language else served.user_list(key)
        except Daily30Error:
            continue
        if payload is not None and hashlib.sha256(to_json(payload).encode()).hexdigest() != sha:
            return True
    return False
