"""Reading the lake: a night is resolved once; every table then comes from that one night.

::

    night = Lake(Path("home")).night()          # the newest finished night
    night.frame("daily_lists")                  # pl.DataFrame
    night.files("daily_lists")                  # explicit paths, e.g. for DuckDB
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from schemas import TABLES
from schemas.contract import Table
from schemas.errors import UsageError
from warehouse.lake.damage import read_verified
from warehouse.lake.manifest import NightManifest, TableManifest
from warehouse.lake.parquet import read_parts
from warehouse.lake.store import LakeStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl


class NightView:
    """One resolved state of one night; later writes never change what it shows."""

    def __init__(self, store: LakeStore, night: NightManifest, contracts: Mapping[str, Table]) -> None:
        self._store = store
        self._night = night
        self._contracts = contracts
        self.ds = date.fromisoformat(night.ds)
        self.version = night.version

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables this night has, sorted."""
        return tuple(sorted(self._night.tables))

    def without(self, *tables: str) -> NightView:
        """This night as if it had not got these tables."""
        kept = {name: version for name, version in self._night.tables.items() if name not in tables}
        return NightView(self._store, replace(self._night, tables=kept), self._contracts)

    def manifest(self, table: str) -> TableManifest:
        """Files, rows, bytes, hashes, schema, maker and inputs of a table."""
        if table not in self._night.tables:
            raise UsageError(
                f"the night of {self.ds} has no table {table!r}",
                fix=f"it has: {', '.join(self.tables) or 'none yet'}.",
            )
        return self._store.table(table, self._night.tables[table])

    def table_version(self, table: str) -> str:
        """The version of a table that this night shows."""
        return self.manifest(table).version

    def made_by(self, stage: str) -> int | None:
        """The version of the stage that made this night's tables; None where it did not run."""
        entry = self._night.stages.get(stage)
        return entry.version if entry is not None else None

    def stale(self) -> list[str]:
        """Stages that read another version of a table than the night has by now."""
        return self._night.stale()

    def files(self, table: str, bucket: int | None = None) -> list[Path]:
        """The table's files in bucket order, or those of one bucket."""
        parts = self.manifest(table).parts
        return [self._store.root / p.path for p in parts if bucket is None or p.bucket == bucket]

    def prove(self, table: str) -> None:
        """Read the table's files, for who lets another program read them.

        Raises:
            DamagedFile: one is gone or its bytes are others.
        """
        for part in self.manifest(table).parts:
            read_verified(self._store.root, part.path, part.sha256)

    def frame(self, table: str, bucket: int | None = None) -> pl.DataFrame:
        """The table's rows (of one bucket); sorted by key within each file.

        A nullable column that the contract got after this night was made is null.
        """
        contract = self._contracts[table]
        parts = [p for p in self.manifest(table).parts if bucket is None or p.bucket == bucket]
        rows = read_parts(contract, self._store.root, parts)
        later = {c.name for c in contract.columns if c.nullable} - set(rows.columns)
        return contract.frame(rows) if later else rows


class Lake:
    """The lake of a home, for readers.

    Args:
        home: the folder that holds ``lake/``.
    """

    def __init__(self, home: Path, contracts: Mapping[str, Table] = TABLES) -> None:
        self.store = LakeStore(home)
        self._contracts = contracts

    def nights(self) -> list[date]:
        """Finished nights, oldest first."""
        return [date.fromisoformat(ds) for ds in self.store.nights()]

    def night(self, ds: date | None = None) -> NightView:
        """The finished night of ``ds``, or the one CURRENT names."""
        if ds is None:
            current = self.store.current()
            if current is None:
                raise UsageError("no night is finished yet", fix="run `daily30 nightly` first.")
            return self._view(self.store.night_version(*current))
        night = self.store.night(ds.isoformat(), "DONE")
        if night is None:
            have = ", ".join(self.store.nights()[-5:]) or "none"
            raise UsageError(
                f"the night of {ds} is not finished",
                fix=f"run `daily30 nightly --ds {ds}`; finished nights: {have}.",
            )
        return self._view(night)

    def open_night(self, ds: date) -> NightView:
        """The night of ``ds`` as far as it has come, finished or not."""
        night = self.store.night(ds.isoformat(), "OPEN") or NightManifest(ds.isoformat())
        return self._view(night)

    def _view(self, night: NightManifest) -> NightView:
        return NightView(self.store, night, self._contracts)
