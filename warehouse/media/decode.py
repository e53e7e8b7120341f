"""The tool ``audio_files``: audio files to samples, in a process that may die.

A child process decodes with FFmpeg (PyAV) under a memory limit and a wall-clock timeout;
samples come back through an anonymous file in memory. When the child crashes or hangs it
is replaced and the file is reported, the caller goes on.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas.errors import UsageError
from warehouse.media.probe import MediaError, locate, sniff

__all__ = ["AudioFiles", "DecodeLimits", "Decoded", "MediaError", "open_audio_files"]

SAMPLE_RATE_HZ = 44100
_COPY_FRAMES = 1 << 18
_WORKER = Path(__file__).with_name("decode_worker.py")


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What decoding one file may cost.

    Args:
        max_s: seconds of sound decoded; the rest of a longer track is not heard.
        refuse_s: tracks that claim to be longer are refused as ``too_long``.
        timeout_s: wall-clock seconds before the child is killed.
        memory_bytes: address space of the child.
    """

    max_s: float = 1200.0
    refuse_s: float = 10800.0
    timeout_s: float = 60.0
    memory_bytes: int = 2 << 30


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded recording.

    Args:
        samples: float32 [shape=(channels, n)], 1 or 2 channels, full scale 1, at 44100 Hz.
        sample_rate_hz: rate of the file before resampling.
        channels: channels of the file before mixing down.
        codec: FFmpeg's name of the codec.
        duration_s: seconds decoded.
        damage: why decoding stopped early or skipped a part; empty for a sound file.
    """

    samples: NDArray[np.float32]
    sample_rate_hz: int
    channels: int
    codec: str
    duration_s: float
    damage: str = ""


class AudioFiles:
    """Audio files under one folder. Close it, or use it as a context manager."""

    def __init__(self, folder: Path, limits: DecodeLimits | None = None) -> None:
        self._folder = folder
        self._limits = limits or DecodeLimits()
        self._child: _Child | None = None

    def decode(self, audio_path: str) -> Decoded:
        """Samples of the file at ``audio_path`` (relative to the folder); MediaError when it has none."""
        path = locate(self._folder, audio_path)
        request = {
            "path": str(path),
            "demuxer": sniff(path),
            "max_s": self._limits.max_s,
            "refuse_s": self._limits.refuse_s,
        }
        if self._child is None:
            self._child = _Child(self._limits.memory_bytes)
        try:
            answer = self._child.ask(request, self._limits.timeout_s)
        except BaseException:
            self.close()
            raise
        if "reason" in answer:
            raise MediaError(answer["reason"], answer["detail"])
        return Decoded(
            samples=self._child.samples(answer["frames"], answer["out_channels"]),
            sample_rate_hz=answer["sample_rate_hz"],
            channels=answer["channels"],
            codec=answer["codec"],
            duration_s=answer["frames"] / SAMPLE_RATE_HZ,
            damage=answer["damage"],
        )

    def check(self, audio_path: str) -> None:
        """MediaError unless a regular file lies there."""
        locate(self._folder, audio_path)

    def sha256(self, audio_path: str) -> str:
        """Hash of the file's bytes, hexadecimal."""
        with locate(self._folder, audio_path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def close(self) -> None:
        """End the child process, if one runs."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def __enter__(self) -> AudioFiles:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Child:
    """One decoding process and the anonymous file it writes samples into."""

    def __init__(self, memory_bytes: int) -> None:
        self._sink = _anonymous_file()
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_WORKER), str(self._sink), str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(self._sink,),
            env={"PATH": os.environ.get("PATH", ""), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        self.end = weakref.finalize(self, _end, self._process, self._sink)

    def ask(self, request: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """The child's answer; MediaError ``timeout`` or ``crashed`` when there is none."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            raise MediaError("crashed", _death(process)) from None
        if not select.select([process.stdout], [], [], timeout_s)[0]:
            raise MediaError("timeout", f"decoding took longer than {timeout_s:g} s")
        line = process.stdout.readline()
        if not line.endswith(b"\n"):
            raise MediaError("crashed", _death(process))
        answer: dict[str, Any] = json.loads(line)
        return answer

    def samples(self, frames: int, channels: int) -> NDArray[np.float32]:
        """The samples just written [shape=(channels, frames)], copied out of the shared file."""
        planar = np.empty((channels, frames), dtype=np.float32)
        for start in range(0, frames, _COPY_FRAMES):
            count = min(_COPY_FRAMES, frames - start)
            data = os.pread(self._sink, count * channels * 4, start * channels * 4)
            planar[:, start : start + count] = np.frombuffer(data, dtype=np.float32).reshape(count, channels).T
        os.ftruncate(self._sink, 0)
        return planar


def _anonymous_file() -> int:
    create = getattr(os, "memfd_create", None)  # Linux only
    if create is not None:
        return int(create("daily30-samples"))
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _death(process: subprocess.Popen[bytes]) -> str:
    """How the child ended, the signal by name."""
    try:
        code = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return "the decoder stopped answering"
    if code < 0:
        return f"the decoder died of {signal.Signals(-code).name}"
    return f"the decoder ended with status {code}"


def _end(process: subprocess.Popen[bytes], sink: int) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
    os.close(sink)


def open_audio_files(home: Path, settings: Mapping[str, Any] | None = None, **_: object) -> AudioFiles:
    """The tool for the files under ``home/landing/audio``; ``settings`` are fields of DecodeLimits."""
    from pydantic import TypeAdapter, ValidationError

    allowed = {field.name for field in dataclasses.fields(DecodeLimits)}
    given = dict(settings or {})
    if unknown := sorted(set(given) - allowed):
        raise UsageError(
            f"setting audio_files.{unknown[0]} does not exist", fix=f"allowed: {', '.join(sorted(allowed))}"
        )
    try:
        limits = TypeAdapter(DecodeLimits).validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"setting audio_files.{field}: {first['msg']}", fix="give a number.") from None
    return AudioFiles(Path(home) / "landing" / "audio", limits)
