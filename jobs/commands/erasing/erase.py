"""``daily30 erase``: one user out of everything that a home holds, with the proof.

The register comes first, so that nothing of the user is taken in again; then deliveries, the lake, what is served, and
what was made of these. Each step may be done twice, so a run that was cut short is finished by the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.clients.llm.ledger import at as ledger_at
from jobs.clients.llm.ledger import forget_answers
from jobs.commands.erasing.lake import Rewriting
from jobs.commands.erasing.outside import cut_rows, files_of_report, hide_in_logs, pages_naming, rows_of
from jobs.commands.erasing.rows import Without, new_file
from jobs.commands.erasing.rows import rows_of as lake_rows
from jobs.run.landing import open_home
from jobs.run.night import the_pipeline
from jobs.run.settings import load_settings
from jobs.tools.report_writer import write_report
from schemas import TABLES
from schemas.delivery import DELIVERED
from schemas.errors import ContractError, UsageError
from warehouse.duck import WAREHOUSE, build_warehouse
from warehouse.erasure.register import USER, erased_of, register, settle
from warehouse.erasure.search import Wanted, named_in
from warehouse.inbox import Inbox
from warehouse.lake.guard import LakeGuard
from warehouse.lake.retention import POINTERS
from warehouse.lake.store import LakeStore
from warehouse.serving import ServingStore, open_serving_store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warehouse.lake.manifest import NightManifest, TableManifest
    from warehouse.lake.parquet import Part

_REPORT = "report_files"


@dataclass(frozen=True, slots=True)
class Holding:
    """What a home holds of a user.

    Args:
        delivered: rows by file, relative to the home.
        tables: rows by table of the lake, of all nights.
        versions: of the serving store, that have a list.
        waiting: events of the inbox.
        reports: nights whose page shows the user.
        erased: whether the user is in the register already.
    """

    delivered: Mapping[str, int]
    tables: Mapping[str, int]
    versions: tuple[str, ...]
    waiting: int
    reports: tuple[date, ...]
    erased: bool

    @property
    def any(self) -> bool:
        return bool(self.delivered or self.tables or self.versions or self.waiting or self.reports)


@dataclass(frozen=True, slots=True)
class Proof:
    """The search at the end: how many files were read, and those that still tell of the user."""

    files: int
    found: tuple[str, ...] = field(default=())


def holding(home: Path, user_id: str) -> Holding:
    """What there is of a user; reads only."""
    wanted, store = Wanted(user_id), LakeStore(home)
    lake = Without(store, wanted, writes=False)
    for night in {n.version: n for n in _nights(store)}.values():
        for table, version in night.tables.items():
            manifest = store.table(table, version)
            for part in manifest.parts:
                lake(night, manifest, part)
    with closing(_served(home)) as served:
        versions = tuple(v.version for v in served.versions() if _has_list(served, v.version, user_id))
    return Holding(
        rows_of(home, wanted),
        {table: rows for table, rows in sorted(lake.rows.items()) if rows},
        versions,
        Inbox(home).of(user_id),
        tuple(pages_naming(home, wanted)),
        erased_of(home).holds(user_id),
    )


def require_known(home: Path, user_id: str, held: Holding) -> None:
    """Refuse an id that nothing here knows: it may be misspelt.

    Raises:
        UsageError: neither a row nor the register has it.
    """
    if held.any or held.erased:
        return
    with closing(_served(home)) as served:
        near = []
        if served.current() is not None:
            with served.reading() as snapshot:
                near = snapshot.near_user_ids(user_id)
    hint = f"is one of these meant: {', '.join(near)}?" if near else "see the users delivered, landing/users."
    raise UsageError(f"{home} holds nothing of a user {user_id!r}", fix=hint)


def erase(home: Path, user_id: str, held: Holding) -> Proof:
    """Take a user out of a home; the proof.

    Raises:
        Locked: a night runs.
        DamagedFile: a file of the lake is not what was written: only a whole lake can be rewritten.
    """
    wanted = Wanted(user_id)
    with _alone(home):
        cut_short = bool(erased_of(home).landing)
        erased = register(home, user_id, _digests(home))
        cut_rows(home, wanted)
        Inbox(home).forget(user_id)
        if held.tables.get("list_asks"):
            forget_answers(ledger_at(home))
        store = LakeStore(home)
        digests = erased.landing, _digests(home)
        Rewriting(store, the_pipeline(), load_settings(home), digests).run(Without(store, wanted))
        with closing(_served(home)) as served:
            served.forget_user(user_id)
        hide_in_logs(home, wanted)
        _pages_again(home, {*pages_naming(home, wanted), *(_other_pages(home) if cut_short else ())})
        if (home / WAREHOUSE).exists():
            build_warehouse(home)
        settle(home)
        return search(home, wanted)


def search(home: Path, wanted: Wanted) -> Proof:
    """Read every file of a home, names too, and what the store serves."""
    files = [path for path in sorted(home.rglob("*")) if path.is_file() and not _of_songs(home, path)]
    found = [
        name
        for path in files
        if (name := path.relative_to(home).as_posix()) and (wanted.told(name) or named_in(path, wanted))
    ]
    with closing(_served(home)) as served:
        found += [
            f"version {v.version} of the serving store"
            for v in served.versions()
            if _has_list(served, v.version, wanted.user_id)
        ]
    return Proof(len(files), tuple(found))


def require_proof(proof: Proof) -> None:
    """Raise where the search found something."""
    if proof.found:
        raise ContractError(
            f"of {proof.files:,} files these still tell of the user: {', '.join(proof.found)}",
            fix="a file that daily30 did not write is yours to look at; run the command again after that.",
        )


def _other_pages(home: Path) -> Iterator[date]:
    """Nights whose report is another than the lake says: the run that was cut short had written it anew."""
    store = LakeStore(home)
    for night in _nights(store):
        if _REPORT in night.tables:
            for part in store.table(_REPORT, night.tables[_REPORT]).parts:
                told = lake_rows(store, part).sort("path").to_dicts()
                there = [row["path"] for row in told if (home / row["path"]).is_file()]
                if len(there) == len(told) and files_of_report(home, there) != told:
                    yield date.fromisoformat(night.ds)


def _pages_again(home: Path, days: Collection[date]) -> None:
    """Reports of these nights written anew from the lake, which then says what their files are now."""
    for day in sorted(days):
        write_report(home, day)
    store = LakeStore(home)

    def with_pages(night: NightManifest, manifest: TableManifest, part: Part) -> Part:
        if manifest.table != _REPORT or date.fromisoformat(night.ds) not in days:
            return part
        told = lake_rows(store, part)
        frame = TABLES[_REPORT].frame(files_of_report(home, told["path"].to_list()))
        return part if frame.equals(told) else new_file(store, part, frame)

    if days:
        Rewriting(store, the_pipeline(), load_settings(home), ({}, {})).run(with_pages)


def _nights(store: LakeStore) -> Iterator[NightManifest]:
    for pointer in POINTERS:
        for ds in store.nights(pointer):
            if (night := store.night(ds, pointer)) is not None:
                yield night


def _of_songs(home: Path, path: Path) -> bool:
    """Deliveries about songs: they hold no users, and their words may be anybody's name."""
    inside = path.relative_to(home).parts
    if inside[0] != "landing" or len(inside) < 2:
        return False
    table = inside[1].partition(".")[0]
    return table in ("audio", "covers") or (table in DELIVERED and USER not in DELIVERED[table].names)


def _digests(home: Path) -> dict[str, str]:
    """Of the landing; none where a night could not read it, for want of users say."""
    try:
        return open_home(home).digest()
    except ContractError:
        return {}


def _served(home: Path) -> ServingStore:
    return open_serving_store(home, load_settings(home).section("serving"))


def _has_list(served: ServingStore, version: str, user_id: str) -> bool:
    try:
        with served.reading(version=version) as snapshot:
            return snapshot.list_json(user_id) is not None
    except UsageError:
        return False  # one that is being written


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """No night, and nothing else that writes the lake, while this goes on."""
    guard = LakeGuard(home)
    guard.enter(alone=True)
    try:
        yield
    finally:
        guard.leave()
