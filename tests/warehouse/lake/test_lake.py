"""Buckets, atomic writes, deterministic Parquet, manifests and pointers."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import TABLES
from schemas.errors import Locked, UsageError
from tests.frames import rows
from warehouse.lake import Lake
from warehouse.lake.atomic import canonical, write_bytes
from warehouse.lake.buckets import bucket_of, foreign_keys, partition
from warehouse.lake.guard import LakeGuard
from warehouse.lake.manifest import NightManifest, StageEntry, TableManifest
from warehouse.lake.parquet import Part, encode, read_parts, write_part
from warehouse.lake.retention import collect
from warehouse.lake.store import LakeStore
from warehouse.lake.verify import find_damage

KEYS = st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | KEYS,
    lambda some: st.lists(some, max_size=4) | st.dictionaries(KEYS, some, max_size=4),
)


@given(KEYS, st.integers(1, 64))
def test_a_bucket_is_the_crc_of_the_utf8_bytes(key: str, buckets: int) -> None:
    assert bucket_of(key, buckets) == zlib.crc32(key.encode()) % buckets


@given(st.lists(KEYS, max_size=50), st.integers(1, 9))
def test_partition_loses_nothing_and_keeps_order(keys: list[str], buckets: int) -> None:
    frame = pl.DataFrame({"user_id": keys, "n": range(len(keys))}, schema={"user_id": pl.String, "n": pl.Int64})
    parts = partition(frame, "user_id", buckets)
    assert len(parts) == buckets
    assert sorted(pl.concat(parts)["n"]) == list(range(len(keys)))
    for number, part in enumerate(parts):
        assert foreign_keys(part, "user_id", number, buckets) == []
        assert part["n"].is_sorted()
        assert part.schema == frame.schema


def test_strangers_are_named() -> None:
    other = next(k for k in "abcdef" if bucket_of(k, 2) == 1)
    assert foreign_keys(pl.DataFrame({"k": [other, other]}), "k", 0, 2) == [other]


def sample(n: int) -> pl.DataFrame:
    drawn = random.Random(5)
    return rows(
        "plays",
        [
            {
                "user_id": f"u{drawn.randrange(50)}",
                "played_at": datetime.fromtimestamp(1_700_000_000 + i, UTC),
                "track_id": f"t{drawn.randrange(900)}",
                "listened_s": drawn.random() * 300,
            }
            for i in range(n)
        ],
    )


def test_chunks_do_not_change_the_bytes() -> None:
    frame = sample(1000)
    chunked = pl.concat([frame[:300], frame[300:301], frame[301:]], rechunk=False)
    assert encode(chunked) == encode(frame)


def test_threads_do_not_change_the_bytes(tmp_path: Path) -> None:
    frame = sample(2000)
    frame.write_ipc(tmp_path / "plays.arrow")
    script = (
        "import polars, sys, hashlib; from warehouse.lake.parquet import encode;"
        f"f = polars.read_ipc({str(tmp_path / 'plays.arrow')!r});"
        "f = polars.concat([f] * 200);"
        "print(polars.thread_pool_size(), hashlib.sha256(encode(f)).hexdigest())"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={"POLARS_MAX_THREADS": threads, "PYTHONPATH": str(Path(__file__).parents[3])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for threads in ("1", "4")
    ]
    assert [t[0] for t in told] == ["1", "4"]
    assert told[0][1] == told[1][1]


def test_a_folder_named_like_a_date_adds_no_column(tmp_path: Path) -> None:
    frame = sample(10)
    part = write_part(tmp_path, "plays/ds=2026-03-01/part-00000.parquet", frame, bucket=None, fingerprint="f")
    assert read_parts(TABLES["plays"], tmp_path, [part]).equals(frame)
    assert read_parts(TABLES["plays"], tmp_path, []).equals(TABLES["plays"].empty())


def test_write_part_tells_what_lies_there(tmp_path: Path) -> None:
    part = write_part(tmp_path, "a/b.parquet", sample(7), bucket=3, fingerprint="f")
    assert (part.rows, part.bytes, part.bucket) == (7, (tmp_path / "a/b.parquet").stat().st_size, 3)
    assert list((tmp_path / "_aside").iterdir()) == []


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "CURRENT"
    write_bytes(path, b"old", aside=tmp_path / "_aside")

    def broken(_: int) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr("warehouse.lake.atomic.os.fsync", broken)
    with pytest.raises(OSError, match="input/output"):
        write_bytes(path, b"new", aside=tmp_path / "_aside")
    assert path.read_bytes() == b"old"
    assert list((tmp_path / "_aside").iterdir()) == []


def test_a_file_is_on_disk_before_it_takes_its_name_and_its_name_before_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, str]] = []
    replace = Path.replace

    def synced(handle: int) -> None:
        done.append(("synced", Path(f"/proc/self/fd/{handle}").readlink().name))

    def renamed(self: Path, target: Path) -> Path:
        done.append(("renamed", target.name))
        return replace(self, target)

    monkeypatch.setattr("warehouse.lake.atomic.os.fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    write_bytes(tmp_path / "there" / "CURRENT", b"new", aside=tmp_path / "_aside")
    (first, unfinished), *rest = done
    assert (first, unfinished.split(".")[0], rest) == (
        "synced",
        "CURRENT",
        [("renamed", "CURRENT"), ("synced", "there")],
    )


def manifest(**changes: object) -> TableManifest:
    given: dict[str, object] = {
        "table": "totals",
        "ds": "2026-03-01",
        "stage": "count",
        "stage_version": 1,
        "split": None,
        "buckets": 1,
        "schema": (("word", "str"), ("total", "f64")),
        "inputs": {"lengths": "c0ffee"},
        "parts": (Part("totals/x.parquet", None, 3, 99, "abc", "f1"),),
    }
    return TableManifest(**{**given, **changes})


def test_manifests_survive_their_own_text() -> None:
    table = manifest()
    assert TableManifest.decode(table.encode()) == table
    night = NightManifest("2026-03-01").extended("count", StageEntry(1, "f", {"lengths": "c"}), {"totals": table})
    assert NightManifest.decode(night.encode()) == night
    assert night.tables == {"totals": table.version}


def test_content_is_about_what_a_table_holds_not_who_made_it() -> None:
    same = manifest(ds="2026-03-02", stage_version=2, inputs={}, parts=(Part("y", None, 3, 99, "abc", "f2"),))
    other = manifest(parts=(Part("totals/x.parquet", None, 3, 99, "abd", "f1"),))
    assert same.content == manifest().content
    assert same.version != manifest().version
    assert other.content != manifest().content


def test_a_stage_with_an_outdated_input_is_stale() -> None:
    night = NightManifest("2026-03-01").extended("make", StageEntry(1, "a", {}), {"lengths": manifest(table="lengths")})
    content = night.contents["lengths"]
    fresh = night.extended("count", StageEntry(1, "b", {"lengths": content}), {"totals": manifest()})
    assert fresh.stale() == []
    again = manifest(table="lengths", parts=())
    assert fresh.extended("make", StageEntry(1, "c", {}), {"lengths": again}).stale() == ["count"]


def test_current_moves_forward_only(tmp_path: Path) -> None:
    store = LakeStore(tmp_path)
    for ds in ("2026-03-02", "2026-03-01", "2026-03-03"):
        night = NightManifest(ds)
        store.put_night(night, "DONE")
        store.put_current(night)
    assert store.current() == ("2026-03-03", NightManifest("2026-03-03").version)
    assert Lake(tmp_path).nights() == [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)]


def test_a_reader_is_told_what_there_is(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with pytest.raises(UsageError, match="no night is finished"):
        lake.night()
    store = LakeStore(tmp_path)
    store.put_night(NightManifest("2026-03-01"), "DONE")
    with pytest.raises(UsageError, match="2026-03-02 is not finished"):
        lake.night(date(2026, 3, 2))
    with pytest.raises(UsageError, match="no table 'plays'"):
        lake.night(date(2026, 3, 1)).frame("plays")


def test_an_open_view_does_not_see_later_writes(tmp_path: Path) -> None:
    store = LakeStore(tmp_path)
    first = NightManifest("2026-03-01")
    store.put_night(first, "OPEN")
    view = Lake(tmp_path).open_night(date(2026, 3, 1))
    store.put_table(manifest())
    store.put_night(first.extended("count", StageEntry(1, "f", {}), {"totals": manifest()}), "OPEN")
    assert view.tables == ()
    assert Lake(tmp_path).open_night(date(2026, 3, 1)).tables == ("totals",)


def test_runs_share_the_lake_and_gc_wants_it_alone(tmp_path: Path) -> None:
    one, two, gc = LakeGuard(tmp_path), LakeGuard(tmp_path), LakeGuard(tmp_path)
    one.enter()
    two.enter()
    with pytest.raises(Locked, match="a run is writing"):
        gc.enter(alone=True)
    one.leave()
    two.leave()
    gc.enter(alone=True)
    with pytest.raises(Locked, match="gc is cleaning"):
        one.enter()
    gc.leave()


def test_a_collection_that_is_cut_short_leaves_no_night_in_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pointers went first and its states later: between the two it looked damaged, and was made again."""
    store = LakeStore(tmp_path)
    days = [f"2026-03-{day:02d}" for day in range(1, 6)]
    for day in days:
        store.put_night(NightManifest(day), "OPEN")
        store.put_night(NightManifest(day), "DONE")
    store.put_current(NightManifest(days[-1]))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        collect(tmp_path, keep_nights=2, lookback_nights=0)
    monkeypatch.undo()
    assert find_damage(store, ()) == []
    assert set(days[-2:]) <= set(store.nights())
    collect(tmp_path, keep_nights=2, lookback_nights=0)
    assert (find_damage(store, ()), store.nights()) == ([], days[-2:])


def test_canonical_json_does_not_depend_on_order() -> None:
    assert canonical({"b": 1, "a": "夜"}) == canonical({"a": "夜", "b": 1})


@given(JSON)
def test_canonical_json_is_what_json_writes_indented(value: object) -> None:
    assert canonical(value).decode() == json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
