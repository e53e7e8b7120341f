"""What stages are handed in the golden night: the same on every machine, without files, weights or codecs.

Sounds are made of whole numbers, vectors of text of a hash, videos of nothing but a count of frames: what is
checked is the stage, not FFmpeg, x264 or a language model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from features.emotions.audio_model import shipped
from jobs.report import WrittenFile
from schemas.sound import TEXT_DIM

RATE_HZ = 44_100
SECONDS = 12


class Sounds:
    """A tune per path: triangle waves under a beat, stereo, 12 s, one in nine silent."""

    max_s = 600.0

    def check(self, audio_path: str) -> None:
        del audio_path

    def sha256(self, audio_path: str) -> str:
        return hashlib.sha256(audio_path.encode()).hexdigest()

    def open(self, audio_path: str) -> Sound:
        return Sound(int(self.sha256(audio_path)[:8], 16))


class Sound:
    """One tune, in two blocks."""

    sample_rate_hz = RATE_HZ
    channels = 2
    codec = "flac"
    damage = ""

    def __init__(self, number: int) -> None:
        self.number = number

    def __iter__(self) -> Iterator[np.ndarray]:
        whole = _tune(self.number)
        yield from (whole[:, : 5 * RATE_HZ], whole[:, 5 * RATE_HZ :])


def _tune(number: int) -> np.ndarray:
    """[shape=(2, n)] float32: three notes of a chord, louder on the beat; every sample a whole number of 2^-15."""
    at = np.arange(SECONDS * RATE_HZ, dtype=np.int64)
    period = 130 + number % 97  # samples of the lowest note
    beat = RATE_HZ * 60 // (70 + number % 80)
    if number % 9 == 0:
        return np.zeros((2, len(at)), dtype=np.float32)
    waves = [np.abs((at * step) % (period * 4) - period * 2) * 4_000 // (period * 2) for step in (4, 5, 6)]
    loud = 1 + 3 * ((at % beat) < beat // 6)
    left = (sum(waves) - 6_000) * loud // 2
    right = (waves[0] + waves[1] - 4_000) * loud // 2
    return (np.stack([left, right]) / 32_768).astype(np.float32)


class NoSharing:
    """No two tracks share a file."""

    def place(self, key: str) -> AbstractContextManager[Any]:
        raise AssertionError(f"nothing is shared, {key} is asked for")


class HashedTexts:
    """Unit vectors that depend on every character of a text, and on nothing else."""

    name = "hashed"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        made = np.zeros((len(texts), TEXT_DIM), dtype=np.float32)
        for row, text in enumerate(texts):
            digest = hashlib.shake_128(text.encode()).digest(TEXT_DIM)
            made[row] = np.frombuffer(digest, dtype=np.uint8).astype(np.float32) - 127.5
        unit: np.ndarray = made / np.linalg.norm(made, axis=1, keepdims=True)
        return unit


class Frames:
    """Neither encodes nor keeps a video: how many frames of what size were drawn is its key."""

    font_path = ""

    def __init__(self) -> None:
        from warehouse.media.encode import VideoEncoder

        self.font_path = VideoEncoder().font_path

    def has(self, key: str) -> bool:
        return True

    def encode(
        self, frames: Iterable[np.ndarray], *, size: tuple[int, int], fps: int, crf: int, metadata: Mapping[str, str]
    ) -> bytes:
        drawn = [frame.shape for frame in frames]
        return json.dumps([len(drawn), list(drawn[0]), size, fps, crf, dict(metadata)]).encode()

    def put(self, data: bytes, suffix: str) -> str:
        """Posters are drawn by a rasteriser, whose pixels are its own affair; videos are what ``encode`` made."""
        digest = "0" * 32 if suffix == ".jpg" else hashlib.sha256(data).hexdigest()[:32]
        return digest + suffix


class Pages:
    """Writes no report: each part of the page by its hash."""

    def copy_media(self, keys: Sequence[str]) -> dict[str, str]:
        return {key: f"media/{key}" for key in sorted(keys)}

    def write_data_docs(self, tables: Mapping[str, pl.DataFrame]) -> None:
        assert tables

    def write(self, page: Mapping[str, Any]) -> list[WrittenFile]:
        return [_part(name, json.dumps(plain(value), sort_keys=True).encode()) for name, value in sorted(page.items())]


def _part(name: str, data: bytes) -> WrittenFile:
    return WrittenFile(name, hashlib.sha256(data).hexdigest(), len(data))


def plain(value: Any) -> Any:
    """A page's value as JSON takes it, floats to 6 digits."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return [plain(v) for v in value]
    if isinstance(value, float):
        return f"{value:.6g}"
    return value if value is None or isinstance(value, (int, str)) else str(value)


@contextmanager
def tools(home: Path) -> Iterator[dict[str, Any]]:
    """Every tool by its name; the serving store lies in ``home``."""
    from warehouse.serving import open_serving_store

    frames = Frames()
    yield {
        "audio_files": Sounds(), "shared_audio": NoSharing(), "emotion_model": shipped(),
        "text_encoder": HashedTexts(), "llm": None, "media": frames, "video_encoder": frames,
        "serving_store": open_serving_store(home=home, settings={}, lease_check=lambda: None), "report_writer": Pages(),
    }  # fmt: skip
