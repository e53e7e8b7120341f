"""Write the sample music app into a home: landing files as an app would deliver them, and the truth beside."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from features.sample.catalogue import Catalogue, compose_catalogue
from features.sample.notes import sample_notes
from features.sample.works import Work
from features.seeds import Seeds
from schemas.errors import OutsideServiceError, UsageError
from warehouse.landing.write import claim, finish, write_jsonl, write_plays, write_text

if TYPE_CHECKING:
    from features.sample.listeners import Listening
    from jobs.run.progress import Progress

_VERSION = 3  # raise when the same arguments give another sample
_README = """A sample music app, made by `daily30 sample`: every song, name and lyric is invented by a program,
played with the TimGM6mb soundfont; the listeners are simulated. Arguments: SAMPLE.json.

tracks.jsonl   one JSON object per track
users.csv      one row per listener
plays/         one Parquet file per UTC date
feedback.jsonl likes, blocks, playlist additions
contexts.csv   weather and festivals per city and day
notes.jsonl    a few lines on artists and a song, to be quoted: what the catalogue says, written for the sample
audio/ lyrics/ the files tracks.jsonl names

In CSV files `|` stands between the elements of a list; an empty cell is an empty list or unknown.
What the songs and listeners truly are lies in ../truth, which the pipeline never reads.
"""


@dataclass(frozen=True, slots=True)
class SampleSize:
    """What a sample is made from; the same values give the same bytes, sound
    but for the player (:func:`warehouse.media.synth.play`).

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
    from features.sample.listeners import simulate

    with disk_errors(home):
        landing = home / "landing"
        if not claim(landing, asdict(size)):
            return False
        (landing / "audio").mkdir(exist_ok=True)
        seeds = Seeds(size.seed)
        until = date.fromisoformat(size.until)
        catalogue = compose_catalogue(size.songs, until, seeds)
        with _player(workers) as pool:
            songs = _submit_songs(catalogue, landing / "audio", seeds, pool, progress)
            # This process is idle while the workers play, so the listeners live meanwhile.
            progress.start("listening", total=1)
            listening = simulate(catalogue.truth, users=size.users, days=size.days, until=until, seeds=seeds)
            progress.finish("listening", f"{listening.plays.height:,} plays of {size.users:,} listeners")
            for song in as_completed(songs):
                progress.advance("songs", detail=song.result())
        _copy_rereleases(catalogue, landing / "audio")
        progress.finish("songs", f"{len(songs)} songs played and encoded")
        _write_landing(catalogue, listening, landing)
        write_jsonl(landing / "notes.jsonl", sample_notes(catalogue.tracks, until))
        _write_truth(catalogue, listening, home / "truth")
        finish(landing)
    return True


@contextmanager
def _player(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Spawned workers; what waits is dropped when something goes wrong."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_single_threaded) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _submit_songs(
    catalogue: Catalogue, folder: Path, seeds: Seeds, pool: ProcessPoolExecutor, progress: Progress
) -> list[Future[str]]:
    """Compose, play and encode every song that is missing; files a killed run left are kept."""
    wanted = [w for w in catalogue.works if w.audio_path and not w.copy_of]
    missing = [w for w in wanted if not (folder / str(w.audio_path)).is_file()]
    progress.start("songs", total=len(wanted))
    progress.advance("songs", len(wanted) - len(missing))
    return [pool.submit(make_audio, work, folder, seeds) for work in missing]


def _copy_rereleases(catalogue: Catalogue, folder: Path) -> None:
    for work in catalogue.works:
        if work.copy_of:
            shutil.copyfile(folder / f"{work.copy_of}.{work.codec}", folder / str(work.audio_path))


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


def _write_landing(catalogue: Catalogue, listening: Listening, landing: Path) -> None:
    write_jsonl(landing / "tracks.jsonl", catalogue.tracks)
    for work in catalogue.works:
        if work.lrc:
            write_text(landing / "lyrics" / f"{work.track_id}.lrc", work.lrc)
    listening.users.write_csv(landing / "users.csv")
    listening.contexts.write_csv(landing / "contexts.csv")
    write_jsonl(landing / "feedback.jsonl", listening.feedback)
    write_plays(landing / "plays", listening.plays)
    write_text(landing / "README.txt", _README)


def _write_truth(catalogue: Catalogue, listening: Listening, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    catalogue.truth.write_parquet(folder / "tracks.parquet")
    listening.truth_users.write_parquet(folder / "users.parquet")
    listening.truth_tomorrow.write_parquet(folder / "tomorrow.parquet")


@contextmanager
def disk_errors(home: Path) -> Iterator[None]:
    """What the disk refuses, said as what to do about it."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OutsideServiceError(f"the disk of {home} is full", fix="free some space and run again.") from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST):
            raise UsageError(f"cannot write a home at {home}: {error.strerror}", fix="give another --home.") from error
        raise
