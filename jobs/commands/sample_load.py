"""Write a landing of any size without audio or lyrics, part by part of its listeners: a load to run nights under."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from features.sample.catalogue import Catalogue, compose_catalogue
from features.sample.works import tracks_table
from features.seeds import Seeds
from jobs.commands.sample import disk_errors
from jobs.run.pool import one_thread_environment
from warehouse.landing.write import GrowingPlays, claim, finish, json_lines, write_jsonl, write_text

if TYPE_CHECKING:
    import polars as pl

    from features.sample.listeners.load import Shelf
    from jobs.run.progress import Progress

_VERSION = 1  # raise when the same arguments give another load
_PLAYS_A_PART = 200_000  # what is held at once, and by each worker
_README = """Songs without sound or lyrics, and listeners to run nights under, made by `daily30 sample --no-audio`.
Every song and name is invented by a program. Arguments: SAMPLE.json.
A load, no world: how good lists made from it are means nothing.
"""


@dataclass(frozen=True, slots=True)
class LoadSize:
    """What a load is made from; the same values give the same bytes, whatever the workers.

    Args:
        plays: about how many in all.
        days: listening days up to and including ``until``.
        until: ISO date of the last listening day.
    """

    users: int
    songs: int
    plays: int
    days: int
    seed: int
    until: str
    audio: bool = False
    version: int = _VERSION

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.until)

    def parts(self) -> list[range]:
        """Numbers of the listeners of each part."""
        step = max(1, _PLAYS_A_PART * self.users // max(self.plays, self.users))
        return [range(low, min(low + step, self.users)) for low in range(0, self.users, step)]


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows of some listeners, in landing form."""

    users: pl.DataFrame
    plays: pl.DataFrame
    feedback: pl.DataFrame


def write_load(home: Path, size: LoadSize, progress: Progress, workers: int = 2) -> bool:
    """Write ``landing/`` under ``home``; False when that very load was there already."""
    with disk_errors(home):
        landing = home / "landing"
        if not claim(landing, asdict(size)):
            return False
        progress.start("songs", total=1)
        catalogue = compose_catalogue(size.songs, size.last_day, Seeds(size.seed))
        _write_songs(catalogue, landing, size)
        progress.finish("songs", f"{size.songs:,} songs in the catalogue")
        shelf = landing / ".songs.parquet"
        catalogue.truth.write_parquet(shelf)
        del catalogue
        progress.start("listening", total=len(size.parts()))
        plays = _write_listening(landing, size, shelf, progress, workers)
        progress.finish("listening", f"{plays:,} plays of {size.users:,} listeners")
        shelf.unlink()
        finish(landing)
    return True


def _write_songs(catalogue: Catalogue, landing: Path, size: LoadSize) -> None:
    from features.sample.listeners.places import contexts

    silent = [replace(work, codec=None, lrc=None, copy_of=None) for work in catalogue.works]
    write_jsonl(landing / "tracks.jsonl", tracks_table(silent))
    contexts(size.days, size.last_day, Seeds(size.seed)).write_csv(landing / "contexts.csv")
    write_text(landing / "README.txt", _README)


def _write_listening(landing: Path, size: LoadSize, shelf: Path, progress: Progress, workers: int) -> int:
    """Append part after part; returns the number of plays."""
    total = 0
    with ExitStack() as stack:
        plays = stack.enter_context(GrowingPlays(landing / "plays"))
        users, feedback = (
            stack.enter_context((landing / name).open("w", encoding="utf-8", newline="\n"))
            for name in ("users.csv", "feedback.jsonl")
        )
        for part in _parts(size, shelf, workers):
            users.write(part.users.write_csv(include_header=users.tell() == 0))
            feedback.write(json_lines(part.feedback))
            plays.add(part.plays)
            total += part.plays.height
            progress.advance("listening", detail=f"{total:,} plays")
    return total


def _parts(size: LoadSize, shelf: Path, workers: int) -> Iterator[_Part]:
    """Every part in its order; no more of them are under way than there are workers, and one waits."""
    with one_thread_environment(), ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[_Part]] = deque()
        for numbers in size.parts():
            waiting.append(pool.submit(make_part, size, numbers, shelf))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def make_part(size: LoadSize, numbers: range, shelf: Path) -> _Part:
    """The listeners of these numbers and what they did."""
    from features.sample.listeners.load import lives
    from features.sample.listeners.people import draw, users_table

    songs, seeds, until = _shelf(shelf, size), Seeds(size.seed), size.last_day
    listeners = draw(size.users, size.days, until, songs.styles, seeds, numbers)
    mean = size.plays / (0.94 * size.users)  # the last 6 % of them came in these days
    plays, feedback = lives(listeners, songs, mean_plays=mean, days=size.days, until=until, seeds=seeds)
    return _Part(users_table(listeners), plays, feedback)


@cache
def _shelf(path: Path, size: LoadSize) -> Shelf:
    """The songs that are played, read once per worker."""
    import polars as pl

    from features.sample.listeners.load import Shelf

    return Shelf.of(pl.read_parquet(path), size.last_day - timedelta(days=size.days))
