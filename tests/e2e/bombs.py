"""Deliveries of under 2 MB that ask for gigabytes: what a test, and nobody else, sends."""

from __future__ import annotations

import gzip
import json
import struct
import zipfile
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.deliveries import plays, tracks, users, write_jsonl

_I32, _I64, _TEXT, _LIST, _STRUCT = 5, 6, 8, 9, 12  # types of compact Thrift, in which Parquet keeps its footer
_CELL = 1 << 28


# --- Parquet --------------------------------------------------------------------------------------


def long_cells(path: Path) -> None:
    """Five million plays, each with a user id of 4,000 letters: 20 GB, kept as one word and runs of its number."""
    row = {name: "x" for name in plays()[0] if name != "skipped"} | {"user_id": "u" * 4_000}
    index = pa.array([0] * 1_000_000, pa.int8())
    table = pa.table({name: pa.DictionaryArray.from_arrays(index, pa.array([x])) for name, x in row.items()})
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        for _ in range(5):
            writer.write_table(table)


def lying_footer(path: Path) -> None:
    """One cell of a quarter of a gigabyte, and a footer that speaks of a hundred bytes."""
    row = {name: ["x" * _CELL if name == "user_id" else "x"] for name in users()[0]}
    pq.write_table(pa.table(row), path, compression="zstd", use_dictionary=False, write_statistics=False)
    data = path.read_bytes()
    honest = _number(pq.read_metadata(path).row_group(0).column(0).total_uncompressed_size)
    body, footer = data[: -8 - _footer_bytes(data)], data[-8 - _footer_bytes(data) : -8]
    assert footer.count(honest) >= 1
    footer = footer.replace(honest, _number(100))
    path.write_bytes(body + footer + struct.pack("<I", len(footer)) + b"PAR1")


def same_page(path: Path) -> None:
    """Nine hundred row groups of five thousand rows, all in the same pages."""
    row = dict.fromkeys(users()[0], "x") | {"user_id": "u" * 4_000}
    pq.write_table(pa.table({n: [x] * 5_000 for n, x in row.items()}), path, compression="zstd", use_dictionary=False)
    data, footer = path.read_bytes(), pq.read_metadata(path)
    columns = [_chunk(footer.row_group(0).column(n)) for n in range(footer.num_columns)]
    group = _struct((1, _LIST, _list(_STRUCT, columns)), (2, _I64, _number(100)), (3, _I64, _number(5_000)))
    leaves = [
        _struct((1, _I32, _number(6)), (3, _I32, _number(1)), (4, _TEXT, _text(n)), (6, _I32, _number(0))) for n in row
    ]
    path.write_bytes(
        _file(data[: -8 - _footer_bytes(data)], [_branch("schema", len(row)), *leaves], 4_500_000, [group] * 900)
    )


def _chunk(column: pq.ColumnChunkMetaData) -> bytes:
    """A column as a footer tells it, somewhat smaller than it is."""
    start, length = _number(column.data_page_offset), _number(column.total_compressed_size)
    encodings, path = _list(_I32, [_number(0)]), _list(_TEXT, [_text(column.path_in_schema)])
    told = (
        (1, _I32, _number(6)),
        (2, _LIST, encodings),
        (3, _LIST, path),
        (4, _I32, _number(6)),
        (5, _I64, _number(5_000)),
    )
    sizes = ((6, _I64, _number(100)), (7, _I64, length), (9, _I64, start))
    return _struct((2, _I64, start), (3, _STRUCT, _struct(*told, *sizes)))


def deep_schema(path: Path) -> None:
    """A column of a hundred thousand structs within one another."""
    inner = [_branch("user_id" if n == 0 else "a", 1) for n in range(100_000)]
    leaf = _struct((1, _I32, _number(6)), (3, _I32, _number(0)), (4, _TEXT, _text("a")))
    path.write_bytes(_file(b"PAR1", [_branch("schema", 1), *inner, leaf], 0, []))


def wide_struct(path: Path) -> None:
    """A column with nine thousand fields of its own."""
    fields = pa.struct([(f"f{n}", pa.string()) for n in range(9_000)])
    row = {name: pa.array(["x"]) for name in users()[0]} | {"more": pa.array([{}], fields)}
    pq.write_table(pa.table(row), path, compression="zstd", write_statistics=False)


def endless_lists(path: Path) -> None:
    """Three songs of thirty million tags each."""
    number = 30_000_000
    tags = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int8()), number), pa.array(["x"]))
    row = {name: pa.array([value]) for name, value in tracks()[0].items()}
    table = pa.table(row | {"listener_tags": pa.ListArray.from_arrays(pa.array([0, number]), tags)})
    with pq.ParquetWriter(path, table.schema, compression="zstd", write_statistics=False) as writer:
        for _ in range(3):
            writer.write_table(table)


# --- text -----------------------------------------------------------------------------------------


def endless_line(path: Path) -> None:
    """A CSV whose second line does not end."""
    path.write_text(",".join(users()[0]) + "\n" + "u" * 1_900_000)


def torn_rows(path: Path) -> None:
    """A CSV of nine hundred thousand rows of one cell."""
    path.write_text(",".join(plays()[0]) + "\n" + "x\n" * 900_000)


def empty_objects(path: Path) -> None:
    """Six hundred thousand JSON objects with nothing in them, after one that has every key."""
    write_jsonl(path, tracks())
    with path.open("a") as stream:
        stream.write("{}\n" * 600_000)


def no_json(path: Path) -> None:
    """Nine hundred thousand lines of JSON that are no objects."""
    path.write_text("1\n" * 900_000)


def deep_json(path: Path) -> None:
    """Lists within lists, a million of them, beside songs that are sound."""
    write_jsonl(path, tracks())
    with path.open("a") as stream:
        stream.write('{"track_id": ' + "[" * 450_000 + "]" * 450_000 + "}\n")


def many_keys(path: Path) -> None:
    """A JSON object of a hundred thousand keys in each of two lines."""
    path.write_text("\n".join(json.dumps({f"k{line}{n}": 0 for n in range(60_000)}) for line in range(2)))


# --- packed ---------------------------------------------------------------------------------------


def packed_line(path: Path) -> None:
    """A gzip of one line of half a gigabyte."""
    with gzip.open(path, "wb") as stream:
        stream.write(b"artist,track,time\n")
        for _ in range(512):
            stream.write(b"x" * (1 << 20))


def packed_listens(path: Path) -> None:
    """A zip of ten million listens."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as stream:
        stream.write(b"artist,track,uts\n")
        for _ in range(40):
            stream.write(b"a,a,1700000000\n" * 250_000)


def packed_tag(path: Path) -> None:
    """An MP3 whose title, packed as ID3 allows, unpacks to a quarter of a gigabyte."""
    packer = zlib.compressobj(9)
    text = packer.compress(b"\x03") + b"".join(packer.compress(b"x" * (1 << 20)) for _ in range(256)) + packer.flush()
    body = struct.pack(">I", 0x7FFFFFFF)[:4] + text
    frame = b"TIT2" + _syncsafe(len(body)) + b"\x00\x09" + body
    tag = b"ID3\x04\x00\x00" + _syncsafe(len(frame)) + frame
    sound = (b"\xff\xfb\x90\x00" + b"\x00" * 413) * 40
    path.write_bytes(tag + sound)


def long_claim(path: Path) -> None:
    """A WAV whose header claims four gigabytes of sound."""
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 0xFFFFFFFF, b"WAVE", b"fmt ", 16, 1, 1, 8_000, 16_000, 2, 16, b"data", 0xFFFFFFF0
    )
    path.write_bytes(head + b"\0" * 100_000)


def repeated_line(path: Path) -> None:
    """Lyrics whose one line is sung at a hundred thousand moments."""
    path.write_text("".join(f"[{n // 60 % 100:02d}:{n % 60:02d}]" for n in range(100_000)) + "la " * 600)


def sparse_sound(path: Path) -> None:
    """A sound file of four terabytes, all of it a hole."""
    with path.open("wb") as stream:
        stream.write(b"fLaC" + b"\0" * 100)
        stream.truncate(4 << 40)


# --- compact Thrift -------------------------------------------------------------------------------


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _number(number: int) -> bytes:
    return _varint(number << 1)


def _text(text: str) -> bytes:
    return _varint(len(text)) + text.encode()


def _list(kind: int, items: list[bytes]) -> bytes:
    few = len(items) < 15
    return bytes([(len(items) if few else 15) << 4 | kind]) + (b"" if few else _varint(len(items))) + b"".join(items)


def _struct(*fields: tuple[int, int, bytes]) -> bytes:
    out, last = b"", 0
    for number, kind, value in fields:
        out, last = out + bytes([(number - last) << 4 | kind]) + value, number
    return out + b"\x00"


def _branch(name: str, children: int) -> bytes:
    """An element of a schema that has others below it."""
    return _struct((3, _I32, _number(0)), (4, _TEXT, _text(name)), (5, _I32, _number(children)))


def _file(pages: bytes, schema: list[bytes], rows: int, groups: list[bytes]) -> bytes:
    """Pages, and a footer that says what is wanted."""
    told = ((1, _I32, _number(1)), (2, _LIST, _list(_STRUCT, schema)), (3, _I64, _number(rows)))
    footer = _struct(*told, (4, _LIST, _list(_STRUCT, groups)))
    return pages + footer + struct.pack("<I", len(footer)) + b"PAR1"


def _footer_bytes(data: bytes) -> int:
    size: int = struct.unpack("<I", data[-8:-4])[0]
    return size


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
