"""The decoding process: reads requests, writes samples, may die.

Run as a script by :mod:`warehouse.media.decode_child` with nothing of ours imported, so that it
starts in a fraction of a second and a hostile file can harm nothing but itself. One JSON
request a line on stdin (``path``, ``demuxer``, ``max_s``, ``refuse_s``); on stdout one JSON
line that describes the file (or its ``reason``), then blocks, each a JSON line ``{"frames": n}``
and n interleaved float32 frames, then a line ``{"frames": 0, "damage": ...}``.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any

SAMPLE_RATE_HZ = 44100
BLOCK_FRAMES = 1 << 16
# A file with fewer bytes per claimed second holds less than it claims.
_LEAST_BYTES_PER_S = 500
_MOST_ERRORS = 100


class Refused(Exception):
    """The file holds nothing to be heard; args are the reason code and the detail."""


class Blocks:
    """Gathers decoded frames into blocks on stdout."""

    def __init__(self, channels: int) -> None:
        self._frame_bytes = 4 * channels
        self._gathered = bytearray()
        self.frames = 0

    def add(self, data: memoryview) -> None:
        """Interleaved float32 frames."""
        self._gathered += data
        if len(self._gathered) >= BLOCK_FRAMES * self._frame_bytes:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered."""
        count = len(self._gathered) // self._frame_bytes
        if count:
            _say({"frames": count})
            sys.stdout.buffer.write(self._gathered)
            sys.stdout.buffer.flush()
            self._gathered.clear()
            self.frames += count


def decode(request: dict[str, Any]) -> None:
    """Answer one request; what a damaged tail leaves is kept."""
    import av

    handle = os.open(request["path"].encode("utf-8", "surrogateescape"), os.O_RDONLY)
    # mov may point to other files; FFmpeg follows such references only when asked to.
    options = {"protocol_whitelist": "file", "format_whitelist": request["demuxer"]}
    try:  # the handle's name is plain whatever the file's is, and the file cannot be swapped
        with av.open(f"/dev/fd/{handle}", format=request["demuxer"], options=options) as container:
            stream = _sound(container, request["refuse_s"], os.fstat(handle).st_size)
            context = stream.codec_context
            channels = context.channels
            header = {"sample_rate_hz": context.sample_rate, "channels": channels, "codec": context.name}
            _decode(container, stream, header, 1 if channels == 1 else 2, request["max_s"])
    finally:
        os.close(handle)


def _sound(container: Any, refuse_s: float, size: int) -> Any:
    """The first audio stream, if it can be decoded."""
    if not container.streams.audio:
        raise Refused("undecodable", "it holds no sound")
    claimed_s = (container.duration or 0) / 1e6
    if claimed_s > refuse_s and size > claimed_s * _LEAST_BYTES_PER_S:
        raise Refused("too_long", f"{claimed_s:.0f} s long, more than {refuse_s:.0f} s")
    stream = container.streams.audio[0]
    context = stream.codec_context
    if context is None:
        raise Refused("undecodable", "its codec is not known")
    context.thread_count = 1
    if context.channels < 1 or context.sample_rate < 1:
        raise Refused("undecodable", f"{context.channels} channels at {context.sample_rate} Hz")
    return stream


def _decode(container: Any, stream: Any, header: dict[str, Any], channels: int, max_s: float) -> None:
    """Write the description, the blocks and the end."""
    import av

    layout = "mono" if channels == 1 else "stereo"
    resampler = av.AudioResampler(format="flt", layout=layout, rate=SAMPLE_RATE_HZ)
    blocks = Blocks(channels)
    left, damage, broken = int(max_s * SAMPLE_RATE_HZ) * 4 * channels, "", 0
    packets = container.demux(stream)
    while left > 0 and broken <= _MOST_ERRORS:
        try:
            packet = next(packets, None)
            for frame in (None,) if packet is None else packet.decode():
                for out in resampler.resample(frame):
                    if header:
                        _say(header)
                        header = {}
                    # the plane itself: an array made of each 20 ms costs as much as decoding them
                    data = memoryview(out.planes[0])[: min(4 * channels * out.samples, left)]
                    left -= len(data)
                    blocks.add(data)
        except (av.error.FFmpegError, ValueError) as error:  # ValueError: the sample format changed midway
            damage, broken = str(error), broken + 1
        if packet is None:
            break
    if header:
        raise Refused("undecodable", damage or "no sample could be decoded")
    blocks.flush()
    _say({"frames": 0, "damage": damage})


def _say(line: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Answer requests until stdin closes."""
    memory_bytes = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import av

    av.logging.set_level(None)
    for line in sys.stdin:
        try:
            decode(json.loads(line))
        except Refused as refused:
            _say({"reason": refused.args[0], "detail": refused.args[1]})
        except MemoryError:
            _say({"reason": "out_of_memory", "detail": f"decoding needs more than {memory_bytes >> 20} MiB"})
        except (av.error.FFmpegError, ValueError, OSError) as error:
            memory = isinstance(error, av.error.MemoryError)
            _say({"reason": "out_of_memory" if memory else "undecodable", "detail": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main()
