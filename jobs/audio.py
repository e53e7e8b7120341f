"""Stage ``audio``: every track ends in audio_features or, with a reason, in audio_failures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.audio.analyse import EXTRACTOR_VERSION, analyse, audio_content_id, content_key, parameters
from features.audio.errors import Unanalysable
from schemas import TABLES
from warehouse.media.probe import MediaError

ATTEMPTS = 2
PASSING = frozenset({"crashed", "timeout", "out_of_memory"})  # may go better a second time
Row = dict[str, Any]


class Sound(Protocol):
    """A recording on its way at 44.1 kHz: blocks [shape=(channels, n)] and what the file is."""

    sample_rate_hz: int
    channels: int
    codec: str

    def __iter__(self) -> Iterator[NDArray[np.float32]]: ...


class AudioFiles(Protocol):
    """The tool: files under landing/audio; all three may raise MediaError, and so may iterating a sound."""

    @property
    def max_s(self) -> float: ...
    def check(self, audio_path: str, /) -> None: ...
    def sha256(self, audio_path: str, /) -> str: ...
    def open(self, audio_path: str, /) -> Sound: ...


class SharedRow(Protocol):
    """What is known of one file that several tracks share."""

    def read(self) -> Row | None: ...
    def write(self, row: Row, /) -> None: ...


class SharedAudio(Protocol):
    """The tool: what other buckets heard; a key's entry is held by one worker at a time."""

    def entry(self, key: str, /) -> AbstractContextManager[SharedRow]: ...


def run(
    *,
    tracks: pl.DataFrame,
    audio_files: AudioFiles,
    shared_audio: SharedAudio,
    carried: pl.DataFrame,
    ledger: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """One row per track in one of the two tables; equal content is analysed once, in whatever buckets it lies.

    Whether a track's own file is there is looked at for every track, whatever is known of its
    content, so that a row never depends on which other tracks share the bucket.

    Args:
        carried: known features; ledger: known failures. Both are taken over by content key.
    """
    params = parameters(audio_files.max_s)
    known = [row for frame in (ledger, carried) for row in frame.sort("track_id").iter_rows(named=True)]
    heard: dict[str, Row] = {row["content_key"]: row for row in known}
    outcomes: dict[str, list[Row]] = {"audio_features": [], "audio_failures": []}
    for track in tracks.sort("track_id").iter_rows(named=True):
        path = track["audio_path"]
        try:
            digest = _digest(track, audio_files)
        except MediaError as error:
            content, key, row = None, content_key(f"none at {path}", params), _failure(error, attempts=0)
        else:
            content, key = audio_content_id(digest), content_key(digest, params)
            if key not in heard:
                listen = partial(hear, path, audio_files)
                heard[key] = _once(key, listen, shared_audio) if track["audio_shared"] else listen()
            row = heard[key]
        table = "audio_failures" if "reason" in row else "audio_features"
        own = {"track_id": track["track_id"], "audio_path": path, "content_key": key, "audio_content_id": content}
        outcomes[table].append({**row, **own})
    return {name: TABLES[name].frame(rows) for name, rows in outcomes.items()}


def _digest(track: Row, audio_files: AudioFiles) -> str:
    """The hash of the track's audio; MediaError when there is no file."""
    path = track["audio_path"]
    if path is None:
        raise MediaError("no_audio", "the catalogue names no audio file")
    audio_files.check(path)
    return track["audio_sha256"] or audio_files.sha256(path)


def _once(key: str, listen: Callable[[], Row], shared_audio: SharedAudio) -> Row:
    """What another bucket heard, or what is heard now and left for the others."""
    with shared_audio.entry(key) as entry:
        row = entry.read()
        if row is None:
            row = listen()
            entry.write(row)
        return row


def hear(path: str, audio_files: AudioFiles) -> Row:
    """Features of one file, or (with a ``reason``) its failure after the last attempt."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            sound = audio_files.open(path)
            measured = analyse(sound)
        except (MediaError, Unanalysable) as error:
            failure = _failure(error, attempt)
            if error.reason not in PASSING:
                break
        else:
            return {
                **measured,
                "extractor_version": EXTRACTOR_VERSION,
                "extractor_params": parameters(audio_files.max_s),
                "sample_rate_hz": sound.sample_rate_hz,
                "channels": sound.channels,
                "codec": sound.codec,
            }
    return failure


def _failure(error: MediaError | Unanalysable, attempts: int) -> Row:
    signal = error.signal if isinstance(error, MediaError) else None
    return {"reason": error.reason, "detail": error.detail, "signal": signal, "attempts": attempts}
