"""A row as it lies in the server: SHA-256 of what it says, then its JSON as a frame of zstd."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import zstandard

from warehouse.serving.checksums import checksum_of_bytes, damaged, require_bytes

_SUM = 32  # bytes
_LEVEL, _THREADS = 1, 2
_FEWEST, _SAMPLED = 100, 4_000_000  # rows, bytes
_LARGEST, _SHARE = 112_640, 32  # bytes of a dictionary, and of how many that it is learnt from
_SEGMENT, _RUN = 512, 8  # bytes; looking for the best ones takes seven times as long and packs no smaller
_MOST = 1 << 26  # bytes of a row; a changed header may claim any number

Dictionary = Callable[[int], zstandard.ZstdCompressionDict | None]


def as_bytes(*keys: str) -> bytes:
    """The field of a row: its keys, joined by a NUL."""
    return "\0".join(keys).encode("utf-8", "surrogatepass")


def trained(rows: Sequence[bytes]) -> bytes:
    """A dictionary of what rows have in common; empty where they are too few or too small to tell."""
    if len(rows) < _FEWEST:
        return b""
    samples: list[Any] = list(rows[: max(_FEWEST, _SAMPLED * len(rows) // sum(map(len, rows)))])
    size = min(_LARGEST, sum(map(len, samples)) // _SHARE)
    try:
        return zstandard.train_dictionary(size, samples, k=_SEGMENT, d=_RUN, level=_LEVEL).as_bytes()
    except zstandard.ZstdError:
        return b""


class Packer:
    """Rows of one version and table, packed.

    Args:
        dictionary: shared by all of them, or empty.
    """

    def __init__(self, version: str, dictionary: bytes) -> None:
        shared = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self._version = as_bytes(version)
        self._zstd = zstandard.ZstdCompressor(level=_LEVEL, dict_data=shared)

    def packed(self, rows: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
        """The values of rows by their fields; of a field that comes twice the last."""
        frames = self._zstd.multi_compress_to_buffer([json for _, json in rows], threads=_THREADS)
        return {
            field: bytes.fromhex(checksum_of_bytes(self._version, field, json)) + frames[n].tobytes()
            for n, (field, json) in enumerate(rows)
        }


def unpacked(value: bytes, version: str, *keys: str, dictionary: Dictionary, what: str) -> bytes:
    """The JSON of a row.

    Args:
        value: as it lies there.
        dictionary: gives the dictionary of a number, None where there is none.
        what: the row, for the error.

    Raises:
        DamagedStore: it is not what was written of this version and these keys.
    """
    told, frame = value[:_SUM], value[_SUM:]
    try:
        said = zstandard.get_frame_parameters(frame)
        if said.content_size > _MOST:
            raise damaged(what)
        shared = dictionary(said.dict_id) if said.dict_id else None
        json = zstandard.ZstdDecompressor(dict_data=shared).decompress(frame)
    except (zstandard.ZstdError, MemoryError) as error:
        raise damaged(what) from error
    require_bytes(told.hex(), version, *keys, payload=json, what=what)
    return json
