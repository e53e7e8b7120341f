"""Where the sound lies in an audio file: without tags, pictures and padding, so that a retag changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20
_ID3V1, _APE_FOOTER = 128, 32
Span = tuple[int, int]


def sound_sha256(path: Path) -> str:
    """SHA-256 of a file's sound: two files that differ in tags only have the same.

    Of a container nobody here knows, or one that is broken, the hash of the whole file.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        try:
            spans = [(start, min(end, size)) for start, end in _spans(file, size) if start < min(end, size)]
        except (ValueError, IndexError):
            spans = []
        whole = hashlib.sha256()
        for start, end in spans or [(0, size)]:
            file.seek(start)
            left = end - start
            while left > 0 and (block := file.read(min(left, _CHUNK))):
                whole.update(block)
                left -= len(block)
        return whole.hexdigest()


def _spans(file: BinaryIO, size: int) -> Iterator[Span]:
    """(start, end) of each run of sound."""
    start = _after_id3v2(file, 0)
    magic = _at(file, start, 12)
    if magic[:4] == b"fLaC":
        yield _after_flac_blocks(file, start + 4), size
    elif magic[:4] == b"OggS":
        yield from _ogg(file, start, size)
    elif magic[4:8] == b"ftyp":
        yield from (span for name, span in _boxes(file, start, size) if name == b"mdat")
    elif magic[:4] == b"RIFF" and magic[8:12] == b"WAVE":
        yield from (span for name, span in _chunks(file, start + 12, size) if name == b"data")
    else:
        yield start, _before_trailers(file, start, size)


def _at(file: BinaryIO, offset: int, count: int) -> bytes:
    file.seek(offset)
    return file.read(count)


def _after_id3v2(file: BinaryIO, start: int) -> int:
    """Behind ID3v2 tags (one or several) that begin at ``start``."""
    while (head := _at(file, start, 10))[:3] == b"ID3" and len(head) == 10:
        length = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        start += 10 + length + (10 if head[5] & 0x10 else 0)
    return start


def _before_trailers(file: BinaryIO, start: int, end: int) -> int:
    """Before ID3v1 and APEv2 tags at the end, in whatever order they stand."""
    before = -1
    while before != end:
        before = end
        if end - start > _ID3V1 and _at(file, end - _ID3V1, 3) == b"TAG":
            end -= _ID3V1
        foot = _at(file, max(end - _APE_FOOTER, start), _APE_FOOTER)
        if foot[:8] == b"APETAGEX":
            length = int.from_bytes(foot[12:16], "little")
            header = _APE_FOOTER if int.from_bytes(foot[20:24], "little") & 1 << 31 else 0
            end = max(end - length - header, start)
    return end


def _after_flac_blocks(file: BinaryIO, offset: int) -> int:
    while True:
        head = _at(file, offset, 4)
        if len(head) < 4:
            raise ValueError("a FLAC file without sound")
        offset += 4 + int.from_bytes(head[1:], "big")
        if head[0] & 0x80:
            return offset


def _ogg(file: BinaryIO, offset: int, size: int) -> Iterator[Span]:
    """Bodies of pages whose position is past the start: those before hold the codec's headers and comments.

    Page heads are left out: they carry numbers that move when the comments take more pages.
    """
    while offset < size:
        head = _at(file, offset, 27)
        if head[:4] != b"OggS":
            raise ValueError("not a page")
        lacing = _at(file, offset + 27, head[26])
        body = offset + 27 + len(lacing)
        offset = body + sum(lacing)
        if int.from_bytes(head[6:14], "little") not in (0, (1 << 64) - 1):
            yield body, offset


def _boxes(file: BinaryIO, offset: int, size: int) -> Iterator[tuple[bytes, Span]]:
    while offset + 8 <= size:
        head = _at(file, offset, 16)
        length, body = int.from_bytes(head[:4], "big"), offset + 8
        if length == 1:
            length, body = int.from_bytes(head[8:16], "big"), offset + 16
        end = size if length == 0 else offset + length
        if end < body:
            raise ValueError("a box shorter than its head")
        yield head[4:8], (body, min(end, size))
        offset = end


def _chunks(file: BinaryIO, offset: int, size: int) -> Iterator[tuple[bytes, Span]]:
    while offset + 8 <= size:
        head = _at(file, offset, 8)
        end = min(offset + 8 + int.from_bytes(head[4:], "little"), size)
        yield head[:4], (offset + 8, end)
        offset = end + end % 2
