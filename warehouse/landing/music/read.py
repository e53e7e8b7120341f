"""Music files read in processes of their own: what sounds, what its tags say, or why it is no music."""

from __future__ import annotations

import multiprocessing
import os
import resource
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.landing.music.extras import cover_of, keep_cover, words_of
from warehouse.landing.music.sound import MAX_S, Sound, counted_s, probe
from warehouse.landing.music.tags import Tags, open_tags, tags_of
from warehouse.landing.sound_bytes import sound_sha256
from warehouse.media.probe import MediaError

_FEW = 24  # files that one process reads before another has started
_BATCH = 128
_MEMORY_BYTES = 384 << 20  # of one file: its pictures and words many times over
_OF_THIS_PROCESS = Path("/proc/self/statm")
WORKERS = min(os.cpu_count() or 1, 8)


@dataclass(frozen=True, slots=True)
class MusicFile:
    """A music file as read.

    Args:
        audio_id: hash of its sound: see :mod:`warehouse.landing.sound_bytes`; ``""`` where it cannot be heard.
        duration_s: true length; None when nothing tells.
        tags: values under the names of :data:`warehouse.landing.music.tags.NAMES`.
        words: embedded lyrics, ``""`` without.
        cover: name of its cover below the folder of covers; None without.
        reason, detail: why it is no music, a key of ``REASONS``; ``""`` where it is.
    """

    audio_id: str = ""
    duration_s: float | None = None
    tags: Tags = field(default_factory=dict)
    words: str = ""
    cover: str | None = None
    reason: str = ""
    detail: str = ""


def read_file(path: Path, covers: Path) -> MusicFile:
    """One file; whatever is wrong with it is said, not raised.

    Args:
        covers: folder for embedded pictures.
    """
    try:
        with _no_more_than(_MEMORY_BYTES):
            sound = probe(path)
            file = open_tags(path, sound.container)
            audio_id, duration_s = sound_sha256(path), _duration_s(path, sound, file)
    except MediaError as error:
        return MusicFile(reason=error.reason, detail=error.detail)
    except OSError as error:
        return MusicFile(reason="unreadable_file", detail=error.strerror or "")
    except Exception as error:  # noqa: BLE001 - it must cost no other file
        return MusicFile(reason="undecodable", detail=f"{type(error).__name__}: {error}")
    picture = cover_of(file)
    return MusicFile(
        audio_id=audio_id,
        duration_s=duration_s,
        tags=tags_of(file, sound.metadata, sound.container),
        words=words_of(file),
        cover=keep_cover(picture, covers) if picture else None,
    )


@contextmanager
def _no_more_than(memory_bytes: int) -> Iterator[None]:
    """So much memory for this process beyond what it has: tags may be packed, and libraries unpack them whole."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    try:
        held = int(_OF_THIS_PROCESS.read_text().split()[0]) * resource.getpagesize()
    except OSError:  # a system without it
        yield
        return
    most = held + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (most if soft == resource.RLIM_INFINITY else min(most, soft), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _duration_s(path: Path, sound: Sound, file: Any) -> float | None:
    """Length the header tells; counted where it can only be guessed from the bit rate."""
    info = getattr(file, "info", None)
    if sound.container == "aac" or (sound.container == "mp3" and not getattr(info, "bitrate_mode", 0)):
        return counted_s(path, sound.container)
    told = float(getattr(info, "length", 0) or 0)
    return told if 0 < told <= MAX_S else sound.duration_s


def read_files(paths: Sequence[Path], covers: Path) -> Iterator[tuple[int, MusicFile]]:
    """Each file with its place in ``paths``, in the order in which they are done.

    A file that kills its reader costs nobody else: the batch that was under way is read again, one process a file.
    """
    if not paths:
        return
    workers = min(WORKERS, -(-len(paths) // _FEW))
    pool = _pool(workers)
    try:
        for start in range(0, len(paths), _BATCH):
            batch = range(start, min(start + _BATCH, len(paths)))
            under_way = {pool.submit(read_file, paths[n], covers): n for n in batch}
            torn: list[int] = []
            for done in as_completed(under_way):
                try:
                    yield under_way[done], done.result()
                except BrokenProcessPool:
                    torn.append(under_way[done])
            if torn:
                pool.shutdown()
                pool = _pool(workers)
            yield from ((n, _read_alone(paths[n], covers)) for n in sorted(torn))
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    """Processes forked from one that has done nothing but import this module: the first takes a moment, others none."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return ProcessPoolExecutor(workers, mp_context=context)


def _read_alone(path: Path, covers: Path) -> MusicFile:
    with _pool(1) as pool:
        try:
            return pool.submit(read_file, path, covers).result()
        except BrokenProcessPool:
            return MusicFile(reason="undecodable", detail="the reader died of it")
