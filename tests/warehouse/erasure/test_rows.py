"""One user's rows out of a delivered file: theirs alone, and all of theirs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.erasure.rows import without

Rows = list[tuple[str, str]]
_IDS = st.text(alphabet="u1-_.,\"'|\n é名", min_size=1, max_size=4)


def as_csv(rows: Rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("track_id", "user_id"), *((song, user) for user, song in rows)])
    return text.getvalue().encode()


def as_jsonl(rows: Rows) -> bytes:
    return "".join(json.dumps({"user_id": user, "track_id": song}) + "\n" for user, song in rows).encode()


def as_parquet(rows: Rows) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(rows, schema={"user_id": pl.String, "track_id": pl.String}, orient="row").write_parquet(file)
    return file.getvalue()


def read(data: bytes, suffix: str) -> Rows:
    if suffix == ".csv":
        return [(user, song) for song, user in list(csv.reader(io.StringIO(data.decode(), newline="")))[1:]]
    if suffix == ".jsonl":
        told: list[dict[str, Any]] = [json.loads(line) for line in data.splitlines()]
        return [(row["user_id"], row["track_id"]) for row in told]
    return [(str(user), str(song)) for user, song in pl.read_parquet(io.BytesIO(data)).iter_rows()]


_FORMS = {".csv": as_csv, ".jsonl": as_jsonl, ".parquet": as_parquet}


@pytest.mark.parametrize("suffix", _FORMS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ids=st.lists(_IDS, min_size=1, max_size=8), which=st.integers(0, 7))
def test_exactly_their_rows_go(tmp_path: Path, suffix: str, ids: list[str], which: int) -> None:
    """Ids inside one another, quoted, over two lines: only the same one is the same; a song may be called so too."""
    gone = ids[which % len(ids)]
    rows = [(user, song) for user in ids for song in (gone, "t-1")]
    if suffix == ".csv":
        rows = [(user, song) for user, song in rows if user.strip() == user]
    path = tmp_path / f"plays{suffix}"
    path.write_bytes(_FORMS[suffix](rows))
    data, number = without(path, lambda user: user == gone)
    left = [row for row in rows if row[0] != gone]
    assert (read(data, suffix), number) == (left, len(rows) - len(left))
    if not number:
        assert data == path.read_bytes()


def test_other_rows_keep_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes('\ufeffuser_id,"city"\r\nu10, "Graz" \r\nu1,x\r\n"u2","a\nb"\r\n'.encode())
    assert without(path, "u1".__eq__) == ('\ufeffuser_id,"city"\r\nu10, "Graz" \r\n"u2","a\nb"\r\n'.encode(), 1)


def test_a_row_that_is_no_record_goes_where_it_names_them(tmp_path: Path) -> None:
    ragged, torn = tmp_path / "plays.csv", tmp_path / "feedback.jsonl"
    ragged.write_bytes(b"user_id,track_id\nt-1,u1,7\nt-1,u10,7\n\xff,u2\n")
    assert without(ragged, "u1".__eq__) == (b"user_id,track_id\nt-1,u10,7\n\xff,u2\n", 1)
    torn.write_bytes(b'{"user_id": "u1", "kind"\n{"user_id": "u10", "kind"\n[1]\n\n')
    assert without(torn, "u1".__eq__) == (b'{"user_id": "u10", "kind"\n[1]\n\n', 1)


def test_ids_that_are_numbers_are_theirs_as_text(tmp_path: Path) -> None:
    lines, table = tmp_path / "plays.jsonl", tmp_path / "plays.parquet"
    lines.write_bytes(b'{"user_id": 7}\n{"user_id": 77}\n')
    assert without(lines, "7".__eq__) == (b'{"user_id": 77}\n', 1)
    pl.DataFrame({"user_id": [7, 77, 7]}).write_parquet(table)
    data, rows = without(table, "7".__eq__)
    assert (pl.read_parquet(io.BytesIO(data))["user_id"].to_list(), rows) == ([77], 2)


def test_a_file_without_users_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "tracks.csv"
    path.write_bytes(b"track_id,title\nu1,u1\n")
    assert without(path, "u1".__eq__) == (path.read_bytes(), 0)


@pytest.mark.parametrize("open_at", [0, 1, 2])
def test_a_mark_that_nothing_closes_takes_no_row_of_others_with_it(tmp_path: Path, open_at: int) -> None:
    lines = [f"{user},{song}\r\n" for user, song in (("u-1", "t-1"), ("u-2", "t-2"), ("u-3", "u-1"), ("u-1", "t-3"))]
    broken = [line if n != open_at else line.replace(",", ',"') for n, line in enumerate(lines)]
    path = tmp_path / "plays.csv"
    path.write_text("user_id,track_id\r\n" + "".join(broken), newline="")
    data, rows = without(path, lambda user: user == "u-1")
    assert data.decode() == "user_id,track_id\r\n" + "".join(broken[1:3])
    assert rows == 2
