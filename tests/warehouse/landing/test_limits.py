"""Files beyond their limits are refused before they take memory; rows beyond theirs are named."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.errors import ContractError
from tests.deliveries import plays, tracks, users, write_csv, write_jsonl, write_landing
from warehouse.landing import open_landing
from warehouse.landing.delivery import read_delivery
from warehouse.landing.limits import Limits, check_files

Write = Callable[[Path], object]
SMALL = Limits(
    max_file_bytes=100_000,
    max_decompressed_bytes=50_000,
    max_footer_bytes=8_000,
    max_rows=100,
    max_unreadable_rows=10,
    max_columns=20,
    max_line_bytes=5_000,
)
_DAYLESS = users()[0] | {"created_on": "x"}
HEADER = "user_id,created_on,language,timezone\n"


def _columns(number: int) -> dict[str, list[int]]:
    return {f"c{n}": [n] for n in range(number)}


@pytest.mark.parametrize(
    ("name", "write", "words", "field"),
    [
        ("users.csv", lambda p: p.write_text(HEADER * 4_000), "148,000 bytes", "max_file_bytes"),
        ("users.csv", lambda p: p.write_text(HEADER + "u,2026-01-01,en,UTC\n" * 101), "102 lines", "max_rows"),
        ("users.csv", lambda p: p.write_text(HEADER + "u" * 6_000), "line 2 has more than 5,000", "max_line_bytes"),
        ("users.csv", lambda p: p.write_text(",".join(f"c{n}" for n in range(21)) + "\n"), "21 columns", "max_columns"),
        ("users.jsonl", lambda p: p.write_text(json.dumps(_columns(21))), "21 columns", "max_columns"),
        ("users.jsonl", lambda p: p.write_text('{"user_id": "' + "u" * 6_000), "line 1 has more", "max_line_bytes"),
        ("users.parquet", lambda p: pl.DataFrame(_columns(21)).write_parquet(p), "21 columns", "max_columns"),
        ("users.parquet", lambda p: _users(101).write_parquet(p), "101 rows", "max_rows"),
        ("users.parquet", lambda p: _users(90, "x" * 9_000).write_parquet(p), "unpacks to", "max_decompressed_bytes"),
        ("users.parquet", lambda p: _users(50).write_parquet(p, row_group_size=1), "footer", "max_footer_bytes"),
        ("users.csv", lambda p: p.write_text(HEADER + "u\n" * 11), "more than 10 rows", "max_unreadable_rows"),
        ("users.jsonl", lambda p: p.write_text("1\n" * 11), "more than 10 rows", "max_unreadable_rows"),
        ("users.jsonl", lambda p: write_jsonl(p, [_DAYLESS] * 11), "more than 10 rows", "max_unreadable_rows"),
    ],
)  # fmt: skip
def test_a_file_beyond_a_limit_is_refused_with_the_setting(
    tmp_path: Path, name: str, write: Write, words: str, field: str
) -> None:
    write(tmp_path / name)
    with pytest.raises(ContractError) as caught:
        read_delivery(tmp_path / name, "users", name=name, limits=SMALL)
    assert name in caught.value.message
    assert words in caught.value.message
    assert f"[limits] {field}" in caught.value.fix


def _users(number: int, padding: str = "") -> pl.DataFrame:
    rows = {"user_id": [f"u{n}{padding}{n}" for n in range(number)], "created_on": ["2026-01-01"] * number}
    return pl.DataFrame({**rows, "language": ["en"] * number, "timezone": ["UTC"] * number})


@pytest.mark.parametrize("packing", [gzip.compress, lambda b: b"\x28\xb5\x2f\xfd" + b, lambda b: b"PK\x03\x04" + b])
@pytest.mark.parametrize("name", ["plays.csv", "plays.jsonl"])
def test_a_packed_file_is_told_as_such(tmp_path: Path, packing: Callable[[bytes], bytes], name: str) -> None:
    (tmp_path / name).write_bytes(packing(b"user_id,played_at\n" * 1000))
    with pytest.raises(ContractError, match="is packed with"):
        read_delivery(tmp_path / name, "plays", name=name)


@pytest.mark.parametrize(
    ("cells", "reason", "words"),
    [
        ({"title": "a" * 5_000}, "too_long", "title has 5000 characters; at most 4,096"),
        ({"artist_name": "名" * 4_097}, "too_long", "artist_name has 4097 characters"),
        ({"track_id": "t" * 100_000}, "too_long", "track_id has 100000 characters"),
        ({"listener_tags": ["x"] * 1_001}, "too_long", "listener_tags has 1001 elements; at most 1,000"),
        ({"listener_tags": ["x" * 5_000]}, "too_long", "listener_tags has 1 elements"),
        ({"more": json.loads("[" * 17 + "]" * 17)}, "too_deep", '"more": [[['),
        ({"title": "歌" * 4_096, "listener_tags": ["[{" * 400] * 3, "more": [[[]]]}, "", ""),
    ],
)
def test_a_row_beyond_a_limit_is_named_and_the_others_stay(
    tmp_path: Path, cells: dict[str, object], reason: str, words: str
) -> None:
    write_jsonl(tmp_path / "tracks.jsonl", [*tracks(3), {**tracks(4)[3], **cells}])
    frame, unreadable = read_delivery(tmp_path / "tracks.jsonl", "tracks", name="tracks.jsonl")
    assert frame.height == (3 if reason else 4)
    assert unreadable.select("source_row", "reason").rows() == ([(4, reason)] if reason else [])
    if reason == "too_long":
        assert words in unreadable["detail"].item()
        assert len(unreadable["row_key"].item()) <= 200


def test_the_same_holds_in_csv_and_parquet(tmp_path: Path) -> None:
    long = [{**u, "city": "c" * 5_000} if n == 1 else {**u, "city": "c"} for n, u in enumerate(users())]
    write_csv(tmp_path / "users.csv", long)
    pl.DataFrame(long).write_parquet(tmp_path / "users.parquet")
    for name in ("users.csv", "users.parquet"):
        frame, unreadable = read_delivery(tmp_path / name, "users", name=name)
        assert (frame.height, unreadable["reason"].to_list()) == (3, ["too_long"])


def test_a_parquet_column_that_may_unpack_to_anything_is_refused(tmp_path: Path) -> None:
    table = _users(3).to_arrow()
    encodings = dict.fromkeys(table.column_names, "DELTA_BYTE_ARRAY")
    pq.write_table(table, tmp_path / "users.parquet", use_dictionary=False, column_encoding=encodings)
    with pytest.raises(ContractError, match="DELTA_BYTE_ARRAY"):
        read_delivery(tmp_path / "users.parquet", "users", name="users.parquet")


def test_too_many_files_are_refused() -> None:
    with pytest.raises(ContractError, match="holds 11 files; at most 10"):
        check_files([Path(str(n)) for n in range(11)], Limits(max_files=10), where=Path("sent"))


@pytest.mark.parametrize(
    ("table", "name"), [("plays", "{}.csv"), ("users", "{}.jsonl"), ("tracks", "deep/er/{}.parquet")]
)
def test_too_many_files_put_straight_into_the_landing_are_refused(tmp_path: Path, table: str, name: str) -> None:
    write_landing(tmp_path)
    for n in range(11):
        path = tmp_path / "landing" / table / name.format(n)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    open_landing(tmp_path, Limits(max_files=12))
    with pytest.raises(ContractError, match=rf"landing/{table}: holds 12 files; at most 11 .*") as told:
        open_landing(tmp_path, Limits(max_files=11))
    assert "[limits] max_files" in told.value.fix


def test_a_limit_below_one_is_no_limit() -> None:
    with pytest.raises(ValueError, match="max_rows is below 1"):
        Limits(max_rows=0)


# --- bombs: what they cost is measured, not timed ---------------------------------------------------------


def many_rows(path: Path) -> None:
    """Ten million plays in a few kilobytes."""
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int8()), pa.array(["x"]))
    table = pa.table({name: column for name in plays()[0] if name != "skipped"})
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        for _ in range(10):
            writer.write_table(table)


def large_cell(path: Path) -> None:
    """A user id of 64 million letters in a few kilobytes."""
    row = {name: ["x" * (64 << 20) if name == "user_id" else "x"] for name in users()[0]}
    pq.write_table(pa.table(row), path, compression="zstd", use_dictionary=False, write_statistics=False)


def endless_line(path: Path) -> None:
    with path.open("wb") as stream:
        stream.write(HEADER.encode())
        stream.seek(700 << 20)  # a hole: nothing on disk
        stream.write(b"x")


MEASURE = """
import resource, sys
from pathlib import Path
from warehouse.landing.delivery import read_delivery
import duckdb, pyarrow.csv, pyarrow.parquet
from schemas.errors import ContractError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_delivery(Path(sys.argv[1]), sys.argv[2], name="bomb")
except ContractError as error:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, error.message)
"""


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("plays.parquet", many_rows, "10,000,000 rows"),
        ("users.parquet", large_cell, "column 'user_id' holds 67,10"),
        ("users.csv", endless_line, "line 2 has more than"),
    ],
)
def test_a_bomb_is_refused_before_it_takes_memory(tmp_path: Path, name: str, make: Write, words: str) -> None:
    path = tmp_path / name
    make(path)
    told = subprocess.run([sys.executable, "-c", MEASURE, path, path.stem], capture_output=True, text=True, check=True)
    kibibytes, message = told.stdout.split(" ", 1)
    assert words in message
    assert int(kibibytes) < 64 << 10, "memory taken beyond the libraries' own"
