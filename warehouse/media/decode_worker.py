"""The decoding process: reads requests, writes samples, may die.

Run as a script by :mod:`warehouse.media.decode` with nothing of ours imported, so that it
starts in a fraction of a second and a hostile file can harm nothing but itself. One JSON
request a line on stdin (``path``, ``demuxer``, ``max_s``), one JSON answer a line on
stdout; samples go, as interleaved float32, into the inherited file descriptor argv[1].
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any

SAMPLE_RATE_HZ = 44100


def decode(request: dict[str, Any], sink: int) -> dict[str, Any]:
    """Decode one file into ``sink`` and describe it; what a damaged tail leaves is kept."""
    import av

    # mov may point to other files; FFmpeg follows such references only when told to.
    options = {"protocol_whitelist": "file", "format_whitelist": request["demuxer"]}
    with av.open(request["path"], format=request["demuxer"], options=options) as container:
        if not container.streams.audio:
            return {"reason": "undecodable", "detail": "it holds no sound"}
        claimed_s = (container.duration or 0) / 1e6
        if claimed_s > request["refuse_s"]:
            return {"reason": "too_long", "detail": f"{claimed_s:.0f} s long, more than {request['refuse_s']:.0f} s"}
        stream = container.streams.audio[0]
        if stream.codec_context is None:
            return {"reason": "undecodable", "detail": "its codec is not known"}
        stream.codec_context.thread_count = 1
        channels, rate = stream.codec_context.channels, stream.codec_context.sample_rate
        if channels < 1 or rate < 1:
            return {"reason": "undecodable", "detail": f"{channels} channels at {rate} Hz"}
        out_channels = 1 if channels == 1 else 2
        frames, damage = _write(container, stream, out_channels, int(request["max_s"] * SAMPLE_RATE_HZ), sink)
        if not frames:
            return {"reason": "undecodable", "detail": damage or "no sample could be decoded"}
        return {
            "frames": frames, "out_channels": out_channels, "sample_rate_hz": rate, "channels": channels,
            "codec": stream.codec_context.name, "damage": damage,
        }  # fmt: skip


def _write(container: Any, stream: Any, out_channels: int, max_frames: int, sink: int) -> tuple[int, str]:
    """Frames written and, when decoding stopped early, why."""
    import av

    resampler = av.AudioResampler(format="flt", layout="mono" if out_channels == 1 else "stereo", rate=SAMPLE_RATE_HZ)
    written, damage, broken = 0, "", 0
    packets = container.demux(stream)
    while written < max_frames:
        try:
            packet = next(packets, None)
            if packet is None:
                break
            for frame in packet.decode():
                written += _pour(resampler, frame, sink)
        except (av.error.FFmpegError, ValueError) as error:  # ValueError: the sample format changed midway
            damage, broken = str(error), broken + 1
            if broken > 100:
                break
    if damage or written < max_frames:
        written += _pour(resampler, None, sink)
    return min(written, max_frames), damage


def _pour(resampler: Any, frame: Any, sink: int) -> int:
    frames = 0
    for out in resampler.resample(frame):
        data = memoryview(out.to_ndarray().reshape(-1)).cast("B")
        while data:
            data = data[os.write(sink, data) :]
        frames += out.samples
    return frames


def main() -> None:
    """Answer requests until stdin closes."""
    sink, memory_bytes = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import av

    av.logging.set_level(None)
    for line in sys.stdin:
        os.ftruncate(sink, 0)
        os.lseek(sink, 0, os.SEEK_SET)
        try:
            answer = decode(json.loads(line), sink)
        except (av.error.FFmpegError, ValueError, MemoryError, OSError) as error:
            answer = {"reason": "undecodable", "detail": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
