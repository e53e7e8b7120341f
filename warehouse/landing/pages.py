"""What a Parquet file unpacks to, by the heads of its pages, which a reader goes by whatever the footer says."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Span = tuple[int, int]
_VALUE_BYTES = 16  # a text of a frame takes as much before its first letter
_PAGE_BYTES = 1 << 10  # so that pages with nothing in them are not free
_UNPACKED, _PACKED, _CONTENTS = 2, 3, (5, 7, 8)  # fields of a page's head; contents: data, dictionary, data (version 2)
_DEEPEST = 4


def unpacked_bytes(path: Path, chunks: Iterable[Span], most: int) -> int:
    """Bytes that the pages of these chunks take in memory; counting ends beyond ``most``.

    Args:
        chunks: (first byte, length) of each column of each row group, as the footer places them.

    Raises:
        ValueError: no page begins where one should.
    """
    total = 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for start, length in chunks:
            if start < 0 or length < 0:
                raise ValueError(f"no column begins at byte {start:,}")
            at, end = start, start + length
            while at < end and total <= most:
                head, body = _head(data, at)
                counts = [head[field].get(1, 0) for field in _CONTENTS if field in head]
                total += _PAGE_BYTES + max(head[_UNPACKED], 0) + _VALUE_BYTES * max([*counts, 0])
                at = body + head[_PACKED]
    return total


def _head(data: mmap.mmap, at: int) -> tuple[dict[int, Any], int]:
    """Fields of the page that begins here, and where its contents do."""
    try:
        head, body = _struct(data, at, 0)
    except IndexError:
        raise ValueError(f"a page is cut off at byte {at:,}") from None
    if head.get(_UNPACKED, -1) < 0 or head.get(_PACKED, -1) < 0:
        raise ValueError(f"no page begins at byte {at:,}")
    return head, body


def _struct(data: mmap.mmap, at: int, depth: int) -> tuple[dict[int, Any], int]:
    """A struct of compact Thrift: numbers and structs by field, texts passed over."""
    found: dict[int, Any] = {}
    number = 0
    while kind := data[at]:
        step, kind = kind >> 4, kind & 15
        if step:
            number, at = number + step, at + 1
        else:
            number, at = _integer(data, at + 1)
        found[number], at = _value(data, at, kind, depth)
    return found, at + 1


def _value(data: mmap.mmap, at: int, kind: int, depth: int) -> tuple[Any, int]:
    match kind:
        case 1 | 2:  # true, false
            return kind == 1, at
        case 3:
            return data[at], at + 1
        case 4 | 5 | 6:
            return _integer(data, at)
        case 8:
            length, at = _varint(data, at)
            return None, at + length
        case 12 if depth < _DEEPEST:
            return _struct(data, at, depth + 1)
    raise ValueError(f"no page has a field of type {kind}")


def _integer(data: mmap.mmap, at: int) -> tuple[int, int]:
    number, at = _varint(data, at)
    return number >> 1 ^ -(number & 1), at


def _varint(data: mmap.mmap, at: int) -> tuple[int, int]:
    number = shift = 0
    while (byte := data[at]) & 0x80:
        number, shift, at = number | (byte & 0x7F) << shift, shift + 7, at + 1
        if shift > 63:
            raise ValueError("a number that does not end")
    return number | byte << shift, at + 1
