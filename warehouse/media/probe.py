"""Which file may be decoded, and as what: paths kept inside a folder, formats recognised by content.

FFmpeg must never guess the format: a text file named ``x.mp3`` that holds ``#EXTM3U`` is a
playlist to it and makes it read other files. The format is therefore read from the first
bytes, taken from a short whitelist, and forced upon the decoder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

HEAD_BYTES = 65536
_MOV_ATOMS = (b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip")


class MediaError(Exception):
    """A file that cannot be turned into samples.

    Args:
        reason: stable code of ``audio_failures.reason``.
        detail: what was found, for a person.
        signal: name of the signal the decoder died of, where it did.
    """

    def __init__(self, reason: str, detail: str, signal: str | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.signal = signal

    def __reduce__(self) -> tuple[type[MediaError], tuple[str, str, str | None]]:
        return (type(self), (self.reason, self.detail, self.signal))


def locate(folder: Path, relative: str) -> Path:
    """The regular file ``relative`` names inside ``folder``, symlinks resolved; else MediaError."""
    if not relative or any(ord(c) < 32 for c in relative) or relative.startswith("-"):
        raise MediaError("not_a_file", f"the path {relative!r} is empty, has control characters or starts with '-'")
    if Path(relative).is_absolute() or ".." in Path(relative).parts:
        raise MediaError("not_a_file", f"the path {relative!r} leaves landing/audio")
    try:
        root = folder.resolve()
        path = (root / relative).resolve(strict=True)
        if not path.is_relative_to(root):
            raise MediaError("not_a_file", f"{relative!r} is a link that leaves landing/audio")
        mode = path.stat().st_mode
    except (OSError, RuntimeError, ValueError) as error:
        raise MediaError("missing_file", f"{relative!r} cannot be found: {type(error).__name__}") from error
    if not stat.S_ISREG(mode):
        raise MediaError("not_a_file", f"{relative!r} is not a regular file")
    return path


def sniff(path: Path) -> str:
    """FFmpeg's demuxer for this file, recognised by its content; MediaError when not on the whitelist."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            skip = id3_length(head)
            if skip:
                file.seek(skip)
                head = file.read(HEAD_BYTES)
    except OSError as error:
        raise MediaError("missing_file", f"cannot be read: {os.strerror(error.errno or 0)}") from error
    if not head and not skip:
        raise MediaError("unsupported_format", "the file is empty")
    demuxer = _demuxer(head)
    if demuxer is None:
        raise MediaError("unsupported_format", f"not mp3, flac, wav, ogg, mp4 or aac; it begins with {head[:12]!r}")
    return demuxer


def id3_length(head: bytes) -> int:
    """Bytes of the ID3v2 tag at the start, 0 without one (sizes are 4 x 7 bits)."""
    if len(head) < 10 or head[:3] != b"ID3":
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return size + (20 if head[5] & 0x10 else 10)


def _demuxer(head: bytes) -> str | None:
    if head[:4] == b"fLaC":
        return "flac"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return "wav"
    if head[4:8] in _MOV_ATOMS:
        return "mov"
    return _mpeg_demuxer(head)


def _mpeg_demuxer(head: bytes) -> str | None:
    """``mp3`` or ``aac`` when frames follow one another, after some junk at most."""
    at = head.find(b"\xff")
    while 0 <= at < len(head) - 7:
        needed = 2 if at == 0 else 4
        if _frames_in_a_row(head, at, _adts_length, needed):
            return "aac"
        if _frames_in_a_row(head, at, _mp3_length, needed):
            return "mp3"
        at = head.find(b"\xff", at + 1)
    return None


def _frames_in_a_row(head: bytes, at: int, measure: Callable[[bytes, int], int], needed: int) -> bool:
    """Whether ``needed`` frames follow one another; a single frame from the start on will do."""
    alone = at == 0
    for seen in range(needed):
        if at + 7 > len(head):
            return alone and seen > 0
        length = measure(head, at)
        if not length:
            return False
        at += length
    return True


_RATES_HZ = (44100, 48000, 32000)
_KBPS = {  # by (is MPEG 1, layer)
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _mp3_length(head: bytes, at: int) -> int:
    """Length of the MPEG audio frame (ISO 11172-3) at ``at``; 0 when none starts there."""
    b1, b2 = head[at + 1], head[at + 2]
    version, layer = b1 >> 3 & 3, 4 - (b1 >> 1 & 3)
    bitrate, rate = b2 >> 4, b2 >> 2 & 3
    if head[at] != 0xFF or b1 & 0xE0 != 0xE0 or version == 1 or layer == 4 or bitrate in (0, 15) or rate == 3:
        return 0
    hz = _RATES_HZ[rate] >> (0 if version == 3 else 1 if version == 2 else 2)
    kbps = _KBPS[(version == 3, layer)][bitrate - 1]
    padding = b2 >> 1 & 1
    if layer == 1:
        return (12000 * kbps // hz + padding) * 4
    return (72000 if layer == 3 and version != 3 else 144000) * kbps // hz + padding


def _adts_length(head: bytes, at: int) -> int:
    """Length of the AAC ADTS frame (ISO 13818-7) at ``at``; 0 when none starts there."""
    if head[at] != 0xFF or head[at + 1] & 0xF6 != 0xF0 or head[at + 2] >> 2 & 15 > 12:
        return 0
    length = (head[at + 3] & 3) << 11 | head[at + 4] << 3 | head[at + 5] >> 5
    return length if length > 7 else 0
