"""The tool ``audio_files``: audio files to samples, decoded in a process that may die.

A child process decodes with FFmpeg (PyAV) under a memory limit and a wall-clock timeout and
hands samples over block by block, so that neither side ever holds a recording. When the
child crashes or hangs it is replaced and the file is reported, the caller goes on.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from schemas.errors import UsageError
from warehouse.media.decode_child import Child
from warehouse.media.probe import MediaError, locate, sniff

__all__ = ["AudioFiles", "DecodeLimits", "Decoded", "MediaError", "Sound", "open_audio_files"]

SAMPLE_RATE_HZ = 44100


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What decoding one file may cost.

    Args:
        max_s: seconds of sound decoded; the rest of a longer track is not heard.
        refuse_s: tracks that claim to be longer, and are large enough to be, are ``too_long``.
        timeout_s: wall-clock seconds that decoding may keep the listener waiting.
        memory_bytes: address space of the child.
        max_bytes: larger files are ``too_long``, whatever they hold.
    """

    max_s: float = 3600.0
    refuse_s: float = 10800.0
    timeout_s: float = 60.0
    memory_bytes: int = 1 << 30
    max_bytes: int = 2 << 30


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


class Sound:
    """A recording on its way: iterate once over its blocks, ``damage`` is known after the last.

    Blocks are float32 [shape=(channels, n)], 1 or 2 channels, full scale 1, at 44100 Hz.
    Iterating may raise MediaError.
    """

    def __init__(self, child: Child, reply: dict[str, Any]) -> None:
        self._child = child
        self.sample_rate_hz: int = reply["sample_rate_hz"]
        self.channels: int = reply["channels"]
        self.codec: str = reply["codec"]
        self.damage = ""
        self.ended = False

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        out_channels = 1 if self.channels == 1 else 2
        while frames := (line := self._child.line())["frames"]:
            data = np.frombuffer(self._child.take(frames * out_channels * 4), dtype=np.float32)
            yield np.ascontiguousarray(data.reshape(frames, out_channels).T)
        self.damage = line["damage"]
        self.ended = True


class AudioFiles:
    """Audio files under one folder. Close it, or use it as a context manager.

    Args:
        limits: in force from the next file that is opened; the memory limit from the next child.
    """

    def __init__(self, folder: Path, limits: DecodeLimits | None = None) -> None:
        self._folder = folder
        self.limits = limits or DecodeLimits()
        self._child: Child | None = None
        self._sound: Sound | None = None

    @property
    def decoder_pid(self) -> int | None:
        """Process id of the decoder, once one runs."""
        return None if self._child is None else self._child.process.pid

    @property
    def max_s(self) -> float:
        """Seconds heard of a longer recording."""
        return self.limits.max_s

    def open(self, audio_path: str) -> Sound:
        """The sound of the file at ``audio_path`` (relative to the folder); MediaError when it has none.

        A sound that was not heard to its end is given up when the next is opened.
        """
        path = self._located(audio_path)
        request = {
            "path": str(path),
            "demuxer": sniff(path),
            "max_s": self.limits.max_s,
            "refuse_s": self.limits.refuse_s,
        }
        if self._sound is not None and not self._sound.ended:
            self.close()
        if self._child is None:
            self._child = Child(self.limits.memory_bytes)
        try:
            reply = self._child.ask(request, self.limits.timeout_s)
        except BaseException:
            self.close()
            raise
        if "reason" in reply:
            raise MediaError(reply["reason"], reply["detail"])
        self._sound = Sound(self._child, reply)
        return self._sound

    def decode(self, audio_path: str) -> Decoded:
        """All samples of the file at once."""
        sound = self.open(audio_path)
        blocks = list(sound)
        samples = np.concatenate(blocks, axis=1)
        return Decoded(
            samples=samples,
            sample_rate_hz=sound.sample_rate_hz,
            channels=sound.channels,
            codec=sound.codec,
            duration_s=samples.shape[1] / SAMPLE_RATE_HZ,
            damage=sound.damage,
        )

    def check(self, audio_path: str) -> None:
        """MediaError unless a regular file lies there, and is not too large."""
        self._located(audio_path)

    def _located(self, audio_path: str) -> Path:
        path = locate(self._folder, audio_path)
        if (size := path.stat().st_size) > self.limits.max_bytes:
            most = f"at most {self.limits.max_bytes:,} are read (setting [audio_files] max_bytes)"
            raise MediaError("too_long", f"has {size:,} bytes; {most}")
        return path

    def sha256(self, audio_path: str) -> str:
        """Hash of the file's bytes, hexadecimal."""
        path = self._located(audio_path)
        try:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise MediaError("missing_file", f"cannot be read: {error.strerror}") from error

    def close(self) -> None:
        """End the child process, if one runs."""
        self._sound = None
        if self._child is not None:
            self._child.end()
            self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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
