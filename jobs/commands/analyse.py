"""Any files or folders to audio features and emotions, without a home: what ``daily30 analyse`` does.

Files are heard in worker processes. Should one die, the files it left are heard again one
by one, each in a process of its own, and a file that kills that twice is called crashed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas import TABLES
from schemas.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from warehouse.media.decode import AudioFiles

_OF_A_TRACK = ("track_id", "content_key", "audio_content_id")
_OF_A_FAILURE = ("reason", "detail", "signal", "attempts")
# Of the emotions, what the sound alone can say.
_FELT = (
    "valence", "valence_confidence", "arousal", "arousal_confidence",
    "moods", "mood_probabilities", "scenes", "scene_probabilities",
)  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A file to hear.

    Args:
        folder: no link may lead out of it.
        name: path inside it.
        shown: the path as the user knows it.
    """

    folder: str
    name: str
    shown: str


def find(paths: Sequence[Path]) -> list[Found]:
    """Every file named or lying in a named folder, in order; hidden files and folders are passed over.

    A named file may be a link; links inside a folder are not followed out of it.
    """
    found: list[Found] = []
    for path in paths:
        if path.is_dir():
            found += [Found(str(path), name, _plain(path / name)) for name in _inside(path)]
        elif path.exists() or path.is_symlink():
            real = path.resolve()
            found.append(Found(str(real.parent), real.name, _plain(path)))
        else:
            raise UsageError(f"{_plain(path)} does not exist", fix="name files or folders of music.")
    return found


def _inside(folder: Path) -> list[str]:
    names: list[str] = []
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(root).relative_to(folder)
        names += [str(here / name) for name in sorted(files) if not name.startswith(".")]
    return names


def _plain(path: Path) -> str:
    """A path that can be printed and stored, whatever bytes the name has."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def analyse(found: Sequence[Found], workers: int) -> Iterator[Row]:
    """A row per file as each is done: ``path``, ``audio_sha256``, features and emotions, or a reason."""
    left: set[int] = set()
    with _pool(workers, len(found)) as pool:
        running = {pool.submit(hear, file): number for number, file in enumerate(found)}
        for done in as_completed(running):
            try:
                yield done.result()
            except BrokenProcessPool:
                left.add(running[done])
    for number in sorted(left):
        yield _alone(found[number])


def _alone(file: Found) -> Row:
    from jobs.audio import ATTEMPTS

    for _ in range(ATTEMPTS):
        with _pool(1, 1) as pool:
            try:
                return pool.submit(hear, file).result()
            except BrokenProcessPool:
                continue
    detail = "the process that heard it died"
    return {"path": file.shown, "reason": "crashed", "detail": detail, "signal": None, "attempts": ATTEMPTS}


def _pool(workers: int, files: int) -> ProcessPoolExecutor:
    size = max(min(workers, files), 1)
    return ProcessPoolExecutor(size, mp_context=get_context("spawn"), initializer=_one_thread)


def _one_thread() -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
        os.environ[name] = "1"


_DECODERS: dict[str, AudioFiles] = {}


def hear(file: Found) -> Row:
    """What one file holds; runs in a worker, which keeps its decoder from file to file."""
    from jobs import audio
    from warehouse.media.decode import AudioFiles
    from warehouse.media.probe import MediaError

    if file.folder not in _DECODERS:
        for decoder in _DECODERS.values():
            decoder.close()
        _DECODERS.clear()
        _DECODERS[file.folder] = AudioFiles(Path(file.folder))
    files = _DECODERS[file.folder]
    try:
        digest = files.sha256(file.name)
    except MediaError as error:
        return {"path": file.shown, "reason": error.reason, "detail": error.detail, "signal": None, "attempts": 0}
    row = audio.hear(file.name, files)
    felt = {} if "reason" in row else feel(row)
    return {"path": file.shown, "audio_sha256": digest, **row, **felt}


def feel(features: Row) -> Row:
    """What the shipped emotion model hears in a row of features: no words, no tags, no genre."""
    from features.emotions.audio_model import shipped
    from features.emotions.describe import describe

    unknown: Row = {"track_id": "", "listener_tags": [], "genre": None, "language": None}
    told = describe(unknown, features, None, shipped())
    return {name: told[name] for name in _FELT} | {"emotion_model": told["model"]}


def frame(rows: Sequence[Row]) -> pl.DataFrame:
    """One row per file, sorted by path: features and emotions, or nulls and a reason."""
    import polars as pl

    failures = TABLES["audio_failures"]
    schema: dict[str, Any] = {"path": pl.String(), "audio_sha256": pl.String()}
    schema |= {c.name: c.dtype() for c in TABLES["audio_features"].columns if c.name not in _OF_A_TRACK}
    schema |= {name: TABLES["emotions"].column(name).dtype() for name in _FELT} | {"emotion_model": pl.String()}
    schema |= {name: failures.column(name).dtype() for name in _OF_A_FAILURE}
    plain = [{name: row.get(name) for name in schema} for row in rows]
    return pl.DataFrame(plain, schema=schema, orient="row").sort("path")
