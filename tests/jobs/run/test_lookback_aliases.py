"""Look-backs read earlier nights by the ids of tonight: what was listed under an old id is not new today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jobs.run.execute import Worker, under_present_ids
from jobs.run.resolve import Resolver
from jobs.run.stage import Lookback, Stage
from jobs.run.task import LookbackSource
from schemas import TABLES
from tests.frames import rows
from warehouse.lake.buckets import bucket_of, partition
from warehouse.lake.manifest import NightManifest, StageEntry, TableManifest
from warehouse.lake.parquet import Part, write_part
from warehouse.lake.store import LakeStore

BUCKETS = 7
ALIASES = rows("track_aliases", [{"alias_id": "old", "track_id": "new"}, {"alias_id": "x", "track_id": "x"}])


def parts(home: Path, name: str, frames: list[pl.DataFrame]) -> tuple[Part, ...]:
    lake = home / "lake"
    return tuple(
        write_part(lake, f"{name}/ds=2026-03-09/v=1/part-{b:05d}.parquet", frame, bucket=b, fingerprint="f")
        for b, frame in enumerate(frames)
    )


def read(home: Path, source: LookbackSource) -> pl.DataFrame:
    task: Any = type("T", (), {"home": home, "label": "test"})()
    return Worker()._read(task, source)


def test_ids_of_all_track_columns_are_renamed_and_others_left() -> None:
    frame = pl.DataFrame({"track_id": ["old", "a"], "because_track_id": [None, "old"], "artist_id": ["old", "old"]})
    assert under_present_ids(frame, ALIASES).to_dict(as_series=False) == {
        "track_id": ["new", "a"], "because_track_id": [None, "new"], "artist_id": ["old", "old"],
    }  # fmt: skip


def test_a_song_listed_under_its_old_id_is_in_the_history_under_its_new_one(tmp_path: Path) -> None:
    listed = rows("daily_lists", [{"user_id": "u", "rank": n + 1, "track_id": t} for n, t in enumerate(["old", "a"])])
    nights = ((date(2026, 3, 9), parts(tmp_path, "daily_lists", [listed])),)
    source = LookbackSource(TABLES["history"], nights, (), None, parts(tmp_path, "track_aliases", [ALIASES]))
    assert read(tmp_path, source)["track_id"].to_list() == ["new", "a"]
    assert read(tmp_path, replace(source, aliases=()))["track_id"].to_list() == ["old", "a"]


def test_rows_that_became_one_stay_once(tmp_path: Path) -> None:
    proposed = rows("candidates", [{"user_id": "u", "track_id": t} for t in ("new", "old")])
    nights = ((date(2026, 3, 9), parts(tmp_path, "candidates", [proposed])),)
    source = LookbackSource(TABLES["last_candidates"], nights, (), None, parts(tmp_path, "track_aliases", [ALIASES]))
    assert read(tmp_path, source)["track_id"].to_list() == ["new"]


@pytest.fixture
def resolver(tmp_path: Path) -> Resolver:
    """A lake with one finished night of headers in four buckets, and tonight's aliases."""
    store = LakeStore(tmp_path)
    headers = rows("headers", [{"track_id": t} for t in ("old", "b", "c")])
    night = NightManifest("2026-03-09")
    for name, split, frames in (
        ("headers", "track_id", partition(headers, "track_id", BUCKETS)),
        ("track_aliases", None, [ALIASES]),
    ):
        schema = tuple((c.name, str(c.type)) for c in TABLES[name].columns)
        made = parts(tmp_path, name, frames)
        manifest = TableManifest(name, night.ds, "toy", 1, split, len(made), schema, {}, made)
        store.put_table(manifest)
        night = night.extended(name, StageEntry(1, "f", {}), {name: manifest})
    store.put_night(night, "DONE")
    lookbacks = {"header_history": Lookback("headers", 9, ("track_id",))}
    return Resolver(store, TABLES, lookbacks, "", dict, lambda _: BUCKETS, ())


def test_a_renamed_track_is_found_in_the_bucket_of_its_new_id(tmp_path: Path, resolver: Resolver) -> None:
    stage = Stage("headers", run="", reads=("header_history",), writes=(), split="track_id")
    before = resolver.store.night("2026-03-09", "DONE")
    assert before is not None
    tonight = NightManifest("2026-03-10", {"track_aliases": before.tables["track_aliases"]})
    assert bucket_of("new", BUCKETS) != bucket_of("old", BUCKETS)
    found = resolver.inputs(stage, tonight)["header_history"]
    read_by_bucket = [read(tmp_path, source)["track_id"].to_list() for source in found.sources]
    assert read_by_bucket == [
        sorted(t for t in ("new", "b", "c") if bucket_of(t, BUCKETS) == number) for number in range(BUCKETS)
    ]
    plain = resolver.inputs(stage, NightManifest("2026-03-10"))["header_history"]
    assert plain.content != found.content, "what a stage makes depends on the aliases"


def test_the_stage_that_makes_the_aliases_is_not_planned_by_them(resolver: Resolver) -> None:
    """Else it would run again for what it made itself, and a night whose aliases are lost could not be planned."""
    stage = Stage("ingest", run="", reads=("header_history",), writes=("track_aliases",))
    tonight = NightManifest("2026-03-10", {"track_aliases": "of no manifest"})
    first = resolver.inputs(stage, NightManifest("2026-03-10"))
    assert resolver.inputs(stage, tonight) == first
