"""Any bytes are an export, or no export by an error of ours."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.commands.intake.reading import Read, read_export
from schemas.errors import ContractError, Daily30Error
from tests.jobs.commands.intake.told import START, listen, listens, spotify
from warehouse.landing.limits import Limits


class Quiet:
    """Progress that nobody sees."""

    def start(self, name: str, total: int | None = None) -> None: ...

    def advance(self, name: str, steps: int = 1, detail: str = "") -> None: ...

    def finish(self, name: str, detail: str = "") -> None: ...


def read(path: Path) -> Read:
    return read_export(path, Quiet())


def zipped(**files: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


GOOD = {
    "lines": "\n".join(map(json.dumps, listens(4))).encode(),
    "array": json.dumps(spotify(4)).encode(),
    "page": json.dumps(
        {"recenttracks": {"track": [{"name": "a", "artist": {"#text": "b"}, "date": {"uts": "1"}}]}}
    ).encode(),
    "table": b'artist,track,date\nA,T,31 Dec 2023 23:59\n"A\nB",T,2023-01-01T00:00:00Z\n',
    "log": b"#AUDIOSCROBBLER/1.1\n#TZ/UTC\nA\tL\tT\t1\t200\tL\t1704067140\t\n",
}
GOOD |= {"gzip": gzip.compress(GOOD["lines"]), "zip": zipped(a=GOOD["array"], b=GOOD["table"])}


@pytest.mark.parametrize("kind", GOOD)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_file_that_was_hurt_is_read_or_refused(tmp_path: Path, kind: str, seed: int) -> None:
    rng = random.Random(seed)
    hurt = bytearray(GOOD[kind])
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(hurt))
        hurt[at : at + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
    path = tmp_path / "x"
    path.write_bytes(hurt[: rng.randint(1, len(hurt))] if rng.random() < 0.3 else hurt)
    try:
        found = read(path).gathered
    except Daily30Error as error:
        if not error.fix:
            raise
        return
    assert found.plays().height + len(found.loves) + found.refused == found.read


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    try:
        read(path)
    except Daily30Error as error:
        if not error.fix:
            raise


def test_a_folder_of_exports_has_the_listener_that_is_nearest(tmp_path: Path) -> None:
    for name in ("ann", "ben"):
        (tmp_path / name / "listens").mkdir(parents=True)
        (tmp_path / name / "listens" / "1.jsonl").write_text(json.dumps(listen(START)))
        (tmp_path / name / "user.json").write_text(json.dumps({"username": name}))
    (tmp_path / "c.zip").write_bytes(zipped(**{"user.json": b'{"username": "cy"}', "1.jsonl": GOOD["lines"]}))
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.jsonl").write_text("no")
    found = read(tmp_path)
    assert found.gathered.plays()["user"].value_counts().sort("user").rows() == [("ann", 1), ("ben", 1), ("cy", 4)]
    assert (found.files, found.others) == (3, [])


def test_a_file_that_breaks_off_in_an_archive_is_named(tmp_path: Path) -> None:
    whole = gzip.compress(GOOD["lines"] * 5000)
    (tmp_path / "x.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ContractError, match=r"x\.jsonl(\.gz)?: cannot be read"):
        read(tmp_path / "x.jsonl.gz")


def test_what_is_broken_in_a_folder_or_archive_costs_nothing_else(tmp_path: Path) -> None:
    lines = GOOD["lines"] + b"\n"
    members = zipped(a=GOOD["array"], b=lines * 50, c=GOOD["table"])
    with zipfile.ZipFile(io.BytesIO(members)) as archive:
        start = archive.getinfo("b").header_offset + 40
    damaged = members[:start] + bytes(20) + members[start + 20 :]
    cut = gzip.compress(lines * 5000)[:-500]
    files = {"1.zip": b"PK\x03\x04 broken", "2.gz": cut, "3.zip": damaged, "4.jsonl": GOOD["lines"]}
    files["5.json"] = GOOD["array"][:-9]
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    found = read(tmp_path)
    assert [str(fault).partition(":")[0] for fault in found.broken] == ["1.zip", "2.gz", "3.zip/b", "5.json"]
    assert found.files == 3  # a and c of the archive, and what lies beside it
    assert found.gathered.plays().height > 4 * 4000  # what came before the cut stays


SMALL = Limits(max_file_bytes=2_000, max_rows=40, max_line_bytes=300)


@pytest.mark.parametrize("name", ["l.csv", "l.jsonl", "l.json"])
def test_an_export_that_is_too_large_on_disk_is_refused_before_it_is_read(tmp_path: Path, name: str) -> None:
    """Only packed exports had a limit."""
    rows = listens(30)
    text = {"l.csv": "artist,track,time\n" + "A,T,1704067140\n" * 200, "l.jsonl": "\n".join(map(json.dumps, rows))}
    (tmp_path / name).write_text(text.get(name, json.dumps(rows)))
    with pytest.raises(ContractError, match="bytes; at most 2,000 are read") as told:
        read_export(tmp_path / name, Quiet(), SMALL)
    assert "max_file_bytes" in told.value.fix


@pytest.mark.parametrize("kind", ["table", "lines", "archive", "folder"])
def test_more_listens_than_are_read_at_once_are_refused_whole(tmp_path: Path, kind: str) -> None:
    table, lines = b"artist,track,time\n" + b"A,T,1704067140\n" * 60, "\n".join(map(json.dumps, listens(60))).encode()
    half = b"artist,track,time\n" + b"A,T,1704067140\n" * 30
    path = tmp_path / "sent"
    if kind == "folder":
        path.mkdir()
        for n in range(2):
            (path / f"{n}.csv").write_bytes(half)
    else:
        path.write_bytes({"table": table, "lines": lines, "archive": zipped(a=half, b=half)}[kind])
    with pytest.raises(ContractError, match="more listens than are read at once; at most 40"):
        read_export(path, Quiet(), Limits(max_rows=40))


@pytest.mark.parametrize(
    "row", ["A" * 400, '"A\n",' * 90, "A,T,1704067140" + "," * 400], ids=["letters", "quoted lines", "cells"]
)
def test_a_row_without_end_is_refused(tmp_path: Path, row: str) -> None:
    (tmp_path / "l.csv").write_text(f"artist,track,time\nA,T,1704067140\n{row}\n")
    with pytest.raises(ContractError, match="a row has more than 300 bytes") as told:
        read_export(tmp_path / "l.csv", Quiet(), SMALL)
    assert "max_line_bytes" in told.value.fix


def test_a_row_without_end_among_other_files_costs_what_follows_it_only(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("artist,track,time\n" + "A,T,1704067140\n" * 30 + "A" * 400)
    (tmp_path / "b.csv").write_text("artist,track,time\nB,T,1704067140\n")
    read = read_export(tmp_path, Quiet(), SMALL)
    assert [fault.message for fault in read.broken] == ["a.csv: a row has more than 300 bytes"]
    assert read.gathered.read == 31
