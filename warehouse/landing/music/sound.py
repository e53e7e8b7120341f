"""Whether a music file can be heard: its first frame decoded, its length told by what it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from warehouse.media.probe import MediaError, sniff

_PROBED_PACKETS = 400  # damage at the start may be skipped, but not more than some seconds of it
MAX_S = 86400.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sound:
    """What a file tells of its sound.

    Args:
        container: FFmpeg's name of the format.
        duration_s: length by its header; None when it tells none.
        metadata: what FFmpeg reads of the tags, names in lower case.
    """

    container: str
    duration_s: float | None
    metadata: Mapping[str, str]


def probe(path: Path) -> Sound:
    """Decode until a first frame comes; MediaError when none does.

    Reasons are those of :data:`warehouse.landing.music.scan.REASONS`.
    """
    try:
        container = sniff(path)
    except MediaError as error:
        reason = "unreadable_file" if error.reason == "missing_file" else "not_audio"
        raise MediaError(reason, error.detail) from error
    return _opened(path, container, _probe)


def counted_s(path: Path, container: str) -> float | None:
    """Length in seconds, counted packet by packet: for files whose header does not tell it."""
    return _opened(path, container, _count)


def _opened(path: Path, demuxer: str, read: Callable[[Any, Any, str], T]) -> T:
    """What ``read`` makes of the opened file and its stream of sound; MediaError when it has none."""
    import av

    # Forced and confined: a file that is something else must not open other files.
    options = {"protocol_whitelist": "file", "format_whitelist": demuxer}
    try:
        with av.open(str(path), format=demuxer, options=options, metadata_errors="ignore") as container:
            stream = next(iter(container.streams.audio), None)
            if stream is None:
                raise MediaError("not_audio", f"a {demuxer} file without sound")
            return read(container, stream, demuxer)
    except (av.FFmpegError, OSError, ValueError, ArithmeticError, MemoryError) as error:
        raise MediaError("undecodable", f"{type(error).__name__}: {_short(error)}") from error


def _short(error: BaseException) -> str:
    """The error without the path, which may be anything."""
    return getattr(error, "strerror", None) or str(error)


def _probe(container: Any, stream: Any, demuxer: str) -> Sound:
    for packets, packet in enumerate(container.demux(stream), start=1):
        if packet.size and _has_frame(packet):
            break
        if packets >= _PROBED_PACKETS or not packet.size:
            raise MediaError("undecodable", f"none of the first {packets} packets can be decoded")
    seconds = container.duration / 1e6 if container.duration else 0.0
    metadata = {**container.metadata, **stream.metadata}
    return Sound(demuxer, seconds if 0 < seconds <= MAX_S else None, {k.lower(): str(v) for k, v in metadata.items()})


def _count(container: Any, stream: Any, _: str) -> float | None:
    ticks = sum(packet.duration or 0 for packet in container.demux(stream))
    seconds = float(ticks * stream.time_base) if stream.time_base else 0.0
    return seconds if 0 < seconds <= MAX_S else None


def _has_frame(packet: Any) -> bool:
    import av

    try:
        return any(frame.samples > 0 for frame in packet.decode())
    except (av.FFmpegError, ValueError):
        return False
