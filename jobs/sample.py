"""Write the sample music app into a home: landing files as an app would deliver them, and the truth beside."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.sample.catalogue import Catalogue, Work, compose_catalogue
from features.seeds import Seeds
from schemas.errors import OutsideServiceError, UsageError

if TYPE_CHECKING:
    import polars as pl

    from features.sample.listeners import Listening
    from jobs.run.cli.common import Progress

MARKER, UNFINISHED = "SAMPLE.json", ".SAMPLE.unfinished.json"
_VERSION = 1  # raise when the same arguments give another sample
_README = """A sample music app, made by `daily30 sample`: every song, name and lyric is invented by a program,
played with the TimGM6mb soundfont; the listeners are simulated. Arguments: SAMPLE.json.

tracks.jsonl   one JSON object per track
users.csv      one row per listener
plays/         one Parquet file per UTC date
feedback.jsonl likes, blocks, playlist additions
contexts.csv   weather and festivals per city and day
audio/ lyrics/ the files tracks.jsonl names

In CSV files `|` stands between the elements of a list; an empty cell is an empty list or unknown.
What the songs and listeners truly are lies in ../truth, which the pipeline never reads.
"""


@dataclass(frozen=True, slots=True)
class SampleSize:
    """What a sample is made from; the same values give the same bytes.

    Args:
        days: listening days up to and including ``until``.
        until: ISO date of the last listening day.
    """

    users: int
    songs: int
    days: int
    seed: int
    until: str
    version: int = _VERSION


def write_sample(home: Path, size: SampleSize, progress: Progress, workers: int = 2) -> bool:
    """Write ``landing/`` and ``truth/`` under ``home``; False when that very sample was there already."""
    with _disk_errors(home):
        landing = _claim(home, size)
        if landing is None:
            return False
        seeds = Seeds(size.seed)
        until = date.fromisoformat(size.until)
        catalogue = compose_catalogue(size.songs, until, seeds)
        _write_audio(catalogue, landing, seeds, progress, workers)
        _write_catalogue(catalogue, landing)
        progress.start("listening", total=1)
        listening = _listen(catalogue, size, until, seeds)
        _write_listening(listening, landing)
        progress.finish("listening", f"{listening.plays.height:,} plays of {size.users:,} listeners")
        _write_truth(catalogue, listening, home / "truth")
        _write_text(landing / "README.txt", _README)
        (landing / UNFINISHED).replace(landing / MARKER)  # the marker comes last
    return True


def _claim(home: Path, size: SampleSize) -> Path | None:
    """The landing folder to write; None when it is complete; an error when it is somebody else's."""
    landing = home / "landing"
    done, begun = landing / MARKER, landing / UNFINISHED
    if done.is_file():
        if json.loads(done.read_text("utf-8")) == asdict(size):
            return None
        raise UsageError(
            f"{landing} holds a sample made with other arguments (see {done})",
            fix="give another --home, or remove its landing and truth folders first.",
        )
    if landing.exists() and not begun.is_file() and any(landing.iterdir()):
        raise UsageError(
            f"{landing} holds a delivery that is not a sample", fix="give another --home; a sample never overwrites."
        )
    if begun.is_file() and json.loads(begun.read_text("utf-8")) != asdict(size):
        shutil.rmtree(landing)  # half a sample of other arguments: ours, and of no use
    for folder in ("audio", "lyrics", "plays"):
        (landing / folder).mkdir(parents=True, exist_ok=True)
    _write_text(begun, json.dumps(asdict(size)) + "\n")
    return landing


def _write_audio(catalogue: Catalogue, landing: Path, seeds: Seeds, progress: Progress, workers: int) -> None:
    """Compose, play and encode every song on spawned workers; files a killed run left are kept."""
    folder = landing / "audio"
    wanted = [w for w in catalogue.works if w.audio_path and not w.copy_of]
    missing = [w for w in wanted if not (folder / str(w.audio_path)).is_file()]
    progress.start("songs", total=len(wanted))
    progress.advance("songs", len(wanted) - len(missing))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_single_threaded) as pool:
        jobs = [pool.submit(make_audio, work, folder, seeds) for work in missing]
        for job in as_completed(jobs):
            progress.advance("songs", detail=job.result())
    for work in catalogue.works:
        if work.copy_of:
            original = folder / f"{work.copy_of}.{work.codec}"
            shutil.copyfile(original, folder / str(work.audio_path))
    progress.finish("songs", f"{len(wanted)} songs played and encoded")


def _single_threaded() -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"


def make_audio(work: Work, folder: Path, seeds: Seeds) -> str:
    """Write one work's audio file; returns its title."""
    from features.sample.composer import compose
    from warehouse.media.encode_audio import encode
    from warehouse.media.synth import RATE, render

    tags = {"title": work.title, "artist": work.artist.name, "album": work.album.title}
    encode(render(compose(work.plan, seeds)), RATE, folder / str(work.audio_path), tags)
    return work.title


def _listen(catalogue: Catalogue, size: SampleSize, until: date, seeds: Seeds) -> Listening:
    from features.sample.listeners import simulate

    return simulate(catalogue.truth, users=size.users, days=size.days, until=until, seeds=seeds)


def _write_catalogue(catalogue: Catalogue, landing: Path) -> None:
    _write_jsonl(landing / "tracks.jsonl", catalogue.tracks)
    for work in catalogue.works:
        if work.lrc:
            _write_text(landing / "lyrics" / f"{work.track_id}.lrc", work.lrc)


def _write_listening(listening: Listening, landing: Path) -> None:
    import polars as pl

    listening.users.write_csv(landing / "users.csv")
    listening.contexts.write_csv(landing / "contexts.csv")
    _write_jsonl(landing / "feedback.jsonl", listening.feedback)
    dated = listening.plays.with_columns(day=pl.col("played_at").dt.date().cast(pl.String))
    for (day,), plays in dated.group_by("day", maintain_order=True):
        plays.drop("day").write_parquet(landing / "plays" / f"ds={day}.parquet")


def _write_truth(catalogue: Catalogue, listening: Listening, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    catalogue.truth.write_parquet(folder / "tracks.parquet")
    listening.truth_users.write_parquet(folder / "users.parquet")
    listening.truth_tomorrow.write_parquet(folder / "tomorrow.parquet")


def _write_jsonl(path: Path, frame: pl.DataFrame) -> None:
    lines = (json.dumps(row, ensure_ascii=False, default=_iso) for row in frame.iter_rows(named=True))
    _write_text(path, "".join(f"{line}\n" for line in lines))


def _iso(value: Any) -> str:
    return str(value.isoformat())


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def _disk_errors(home: Path) -> Iterator[None]:
    """What the disk refuses, said as what to do about it."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OutsideServiceError(f"the disk of {home} is full", fix="free some space and run again.") from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST):
            raise UsageError(f"cannot write a home at {home}: {error.strerror}", fix="give another --home.") from error
        raise
