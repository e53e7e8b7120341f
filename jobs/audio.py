"""Stage ``audio``: every track ends in audio_features or, with a reason, in audio_failures."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.audio.analyse import EXTRACTOR_VERSION, analyse, content_key, recording_id
from features.audio.errors import Unanalysable
from schemas import TABLES
from warehouse.media.probe import MediaError

Row = dict[str, Any]


class Sound(Protocol):
    """A decoded recording at 44.1 kHz: samples [shape=(channels, n)] and what the file was."""

    @property
    def samples(self) -> NDArray[np.float32]: ...
    @property
    def sample_rate_hz(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def codec(self) -> str: ...


class AudioFiles(Protocol):
    """The tool: files under landing/audio; all three may raise MediaError."""

    def check(self, audio_path: str, /) -> None: ...
    def sha256(self, audio_path: str, /) -> str: ...
    def decode(self, audio_path: str, /) -> Sound: ...


def run(*, tracks: pl.DataFrame, audio_files: AudioFiles, carried: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """One row per track in one of the two tables; equal content is analysed once.

    Whether a track's own file is there is looked at for every track, whatever is known of its
    content, so that a row never depends on which other tracks share the bucket.
    """
    heard: dict[str, Row] = {row["content_key"]: row for row in carried.sort("track_id").iter_rows(named=True)}
    outcomes: dict[str, list[Row]] = {"audio_features": [], "audio_failures": []}
    for track in tracks.sort("track_id").iter_rows(named=True):
        path = track["audio_path"]
        try:
            digest = _digest(track, audio_files)
        except MediaError as error:
            key, row = content_key(f"none at {path}"), _failure(error)
        else:
            key = content_key(digest)
            row = heard[key] if key in heard else heard.setdefault(key, _hear(path, digest, audio_files))
        table = "audio_failures" if "reason" in row else "audio_features"
        outcomes[table].append({**row, "track_id": track["track_id"], "content_key": key, "audio_path": path})
    return {name: TABLES[name].frame(rows) for name, rows in outcomes.items()}


def _digest(track: Row, audio_files: AudioFiles) -> str:
    """The hash of the track's audio; MediaError when there is no file."""
    path = track["audio_path"]
    if path is None:
        raise MediaError("no_audio", "the catalogue names no audio file")
    audio_files.check(path)
    return track["audio_sha256"] or audio_files.sha256(path)


def _hear(path: str, digest: str, audio_files: AudioFiles) -> Row:
    """Features of one file, or its failure."""
    try:
        sound = audio_files.decode(path)
        measured = analyse(sound.samples)
    except (MediaError, Unanalysable) as error:
        return _failure(error)
    return {
        **measured,
        "recording_id": recording_id(digest),
        "extractor_version": EXTRACTOR_VERSION,
        "sample_rate_hz": sound.sample_rate_hz,
        "channels": sound.channels,
        "codec": sound.codec,
    }


def _failure(error: MediaError | Unanalysable) -> Row:
    return {"reason": error.reason, "detail": error.detail}
