"""One table of a night without a user."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import polars as pl

from schemas.catalogue import INGEST_COUNTS, QUARANTINE
from schemas.delivery import DELIVERED
from warehouse.erasure.register import USER
from warehouse.erasure.search import Wanted
from warehouse.lake.atomic import write_bytes
from warehouse.lake.buckets import bucket_of
from warehouse.lake.damage import read_verified
from warehouse.lake.parquet import encode

if TYPE_CHECKING:
    from warehouse.lake.manifest import NightManifest, TableManifest
    from warehouse.lake.parquet import Part
    from warehouse.lake.store import LakeStore

_OF_USERS = [name for name, table in DELIVERED.items() if USER in table.names]
HIDDEN = "names a user who was erased"
"""What stands in place of a sentence that did."""


@dataclass(frozen=True)
class Without:
    """What becomes of the lake's files when a user goes.

    Args:
        writes: whether new files are written; False only counts.
        rows: how many rows went, by table.
    """

    store: LakeStore
    wanted: Wanted
    writes: bool = True
    rows: Counter[str] = field(default_factory=Counter)

    def __call__(self, night: NightManifest, manifest: TableManifest, part: Part) -> Part:
        """The file without the user's rows; the same where it holds none."""
        if not self._may_hold(manifest, part):
            return part
        frame = rows_of(self.store, part)
        if manifest.table == INGEST_COUNTS.name:
            kept = self._counted(night, frame)
        else:
            kept = without_user(frame, manifest.table, self.wanted)
            self.rows[manifest.table] += frame.height - kept.height
        return part if kept.equals(frame) else new_file(self.store, part, kept, writes=self.writes)

    def _may_hold(self, manifest: TableManifest, part: Part) -> bool:
        names = {name for name, _ in manifest.schema}
        if manifest.split == USER and part.bucket is not None:
            return part.bucket == bucket_of(self.wanted.user_id, manifest.buckets)
        return USER in names or manifest.table in (INGEST_COUNTS.name, QUARANTINE.name, "audit")

    def _counted(self, night: NightManifest, counts: pl.DataFrame) -> pl.DataFrame:
        """The accounts of an ingest that was never given the user's rows."""
        kept = {name: self._gone(night, name, pl.lit(True)) for name in _OF_USERS}
        refused = {name: self._gone(night, QUARANTINE.name, pl.col("table_name") == name) for name in _OF_USERS}

        def less(column: str, *rows: Mapping[str, int]) -> pl.Expr:
            both = {name: sum(part[name] for part in rows) for name in _OF_USERS}
            gone = pl.col("table_name").replace_strict(both, default=0, return_dtype=pl.Int64)
            return (pl.col(column) - gone).cast(counts.schema[column])

        return counts.with_columns(
            less("rows_read", kept, refused), less("rows_kept", kept), less("rows_quarantined", refused)
        )

    def _gone(self, night: NightManifest, table: str, where: pl.Expr) -> int:
        """How many of a table's rows of a night go."""
        if table not in night.tables:
            return 0
        manifest = self.store.table(table, night.tables[table])
        gone = 0
        for part in manifest.parts:
            if self._may_hold(manifest, part):
                frame = rows_of(self.store, part).filter(where)
                gone += frame.height - without_user(frame, table, self.wanted).height
        return gone


def rows_of(store: LakeStore, part: Part) -> pl.DataFrame:
    """The rows of a file, proved by its hash; of a table that contracts know no more, too."""
    return pl.read_parquet(io.BytesIO(read_verified(store.root, part.path, part.sha256)))


def without_user(frame: pl.DataFrame, table: str, wanted: Wanted) -> pl.DataFrame:
    """Rows of a table of the lake without the user; the order stays."""
    if USER in frame.columns:
        return frame.filter(pl.col(USER).ne_missing(wanted.user_id))
    if table == QUARANTINE.name:
        theirs = [
            name in _OF_USERS and (wanted.user_id in key.split("|") or wanted.named(detail))
            for name, key, detail in frame.select("table_name", "row_key", "detail").iter_rows()
        ]
        return frame.filter([not gone for gone in theirs])
    if table == "audit":
        details = [HIDDEN if wanted.named(detail or "") else detail for detail in frame.get_column("detail")]
        return frame.with_columns(pl.Series("detail", details, dtype=pl.String))
    return frame


def new_file(store: LakeStore, part: Part, frame: pl.DataFrame, *, writes: bool = True) -> Part:
    """A file beside another with other rows, named by its bytes too."""
    data = encode(frame)
    sha256 = hashlib.sha256(data).hexdigest()
    old = PurePosixPath(part.path)
    path = old.with_name(f"{'-'.join(old.stem.split('-')[:2])}-{sha256[:12]}{old.suffix}").as_posix()
    if writes:
        write_bytes(store.root / path, data, aside=store.aside)
    return replace(part, path=path, rows=frame.height, bytes=len(data), sha256=sha256)
