"""A row as it lies in the server: SHA-256 of what it says, then its JSON as a frame of zstd."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import zstandard

from warehouse.serving.checksums import checksum_of_bytes, damaged, require_bytes
from warehouse.serving.store import Payload

_SUM = 32  # bytes
_LEVEL = 1
_SAMPLES, _DICTIONARY = 100, 16_384
_MOST = 1 << 26  # bytes of a row; a changed header may claim any number
_encoder = msgspec.json.Encoder(order="sorted")

Dictionary = Callable[[int], zstandard.ZstdCompressionDict | None]


def as_json(payload: Payload) -> bytes:
    """Compact JSON with sorted keys, Chinese as is: the same payload gives the same bytes."""
    return _encoder.encode(payload)


def as_bytes(*keys: str) -> bytes:
    """The field of a row: its keys, joined by a NUL."""
    return "\0".join(keys).encode("utf-8", "surrogatepass")


def trained(rows: Sequence[bytes]) -> bytes:
    """A dictionary of what rows have in common; empty where they are too few to tell."""
    if len(rows) < _SAMPLES:
        return b""
    return zstandard.train_dictionary(_DICTIONARY, list(rows[:_SAMPLES]), level=_LEVEL).as_bytes()


class Packer:
    """Rows of one version and table, packed.

    Args:
        dictionary: shared by all of them, or empty.
    """

    def __init__(self, version: str, dictionary: bytes) -> None:
        shared = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self._version = as_bytes(version)
        self._zstd = zstandard.ZstdCompressor(level=_LEVEL, dict_data=shared)

    def packed(self, field: bytes, json: bytes) -> bytes:
        """The value of a row."""
        return bytes.fromhex(checksum_of_bytes(self._version, field, json)) + self._zstd.compress(json)


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
