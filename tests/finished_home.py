"""A home with one finished, published night: lake, serving store; built without the runner."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import polars as pl

from features.audit.checks import AuditRules, as_table, audit
from features.audit.findings import NightTables
from features.audit.inputs import AuditInputs
from features.measurement import MeasurementPolicy
from jobs import publish
from jobs.pipeline import PIPELINE
from jobs.run.body import apply, gather
from schemas import TABLES
from tests.published_night import NIGHT, night_tables
from warehouse.lake.manifest import NightManifest, StageEntry, TableManifest
from warehouse.lake.parquet import write_part
from warehouse.lake.store import LakeStore
from warehouse.serving import open_serving_store


def finished_home(home: Path) -> Path:
    """The night of :mod:`tests.published_night`, published, in ``home``: made once a process, then copied there."""
    return shutil.copytree(_template(), home, dirs_exist_ok=True)


@cache
def _template() -> Path:
    home = Path(tempfile.mkdtemp(prefix="finished-home-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    tables = night_tables()
    tables |= audited(tables)
    store = open_serving_store(home, lease_check=lambda: None)
    tables |= apply(publish.run, tables, policy=MeasurementPolicy(), serving_store=store, night=NIGHT)
    store.close()
    lake_night(home, {name: frame for name, frame in tables.items() if name != "history"})
    return home


def audited(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The table ``audit`` of these tables, without Great Expectations, which takes seconds to load."""
    night = NightTables.of(gather(AuditInputs, tables), NIGHT)
    return {"audit": as_table(audit(night, AuditRules()))}


def lake_night(home: Path, tables: dict[str, pl.DataFrame], ds: str = str(NIGHT.ds)) -> None:
    """Store ``tables`` as the finished night of ``ds`` and make it the current one."""
    store, night = LakeStore(home), NightManifest(ds)
    for stage in PIPELINE:
        made = {name: _manifest(store, stage.name, tables[name], name, ds) for name in stage.writes if name in tables}
        if made:
            night = night.extended(stage.name, StageEntry(stage.version, "f" * 32, {}), made)
    store.put_night(night, "OPEN")
    store.put_night(night, "DONE")
    store.put_current(night)


def _manifest(store: LakeStore, stage: str, frame: pl.DataFrame, name: str, ds: str) -> TableManifest:
    half = frame.height // 2
    parts = tuple(
        write_part(store.root, f"{name}/ds={ds}/v=test/part-{b:05d}.parquet", rows, bucket=b, fingerprint="f")
        for b, rows in enumerate((frame.slice(0, half), frame.slice(half)))
    )
    schema = tuple((c.name, str(c.type)) for c in TABLES[name].columns)
    manifest = TableManifest(name, ds, stage, 1, None, 1, schema, {}, parts)
    store.put_table(manifest)
    return manifest
