"""Five nights of a library: taken in, retagged and moved, backed up and thinned, encoded anew, taken in again."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from tests.library import put, song, tag

FIRST = date(2026, 11, 10)
SONGS, SECONDS, PER_DAY, DAYS_BEFORE = 16, 12, 10, 9
LISTENERS = ("ann", "Ann_", "_ann")  # three people
Run = Callable[..., object]


@dataclass(frozen=True)
class Library:
    """Music and listens below a folder; ``run`` is ``daily30 ... --home HOME``."""

    root: Path
    run: Run

    @property
    def music(self) -> Path:
        return self.root / "Music"

    def file(self, number: int, suffix: str = ".mp3") -> Path:
        return self.music / f"{number:02d}{suffix}"

    def nights(self) -> Iterator[date]:
        """Each night's day, once what happened before it has happened."""
        changes = (self._begin, self._retag_and_move, self._back_up_and_delete, self._encode_anew, lambda: None)
        for number, change in enumerate(changes):
            ds = FIRST + timedelta(days=number)
            change()
            self.run("ingest", "folder", self.music, "--added-on", ds)
            self._listen(ds)
            yield ds

    def _begin(self) -> None:
        for n in range(SONGS):
            put(self.file(n), song(n, SECONDS), **names(n))

    def _retag_and_move(self) -> None:
        for n in range(5):
            tag(self.file(n), genre="Rock", title=f"Quite another title {n}")
        (self.music / "deep").mkdir()
        self.file(6).rename(self.music / "deep" / "six.mp3")

    def _back_up_and_delete(self) -> None:
        for n in (8, 9, 10):
            self.file(n).unlink()
        shutil.copytree(self.music, self.root / "backup")
        self.run("ingest", "folder", self.root / "backup", "--added-on", FIRST + timedelta(days=2))

    def _encode_anew(self) -> None:
        silence = np.zeros(9000, dtype=np.float32)
        for n in (11, 12):
            self.file(n).unlink()
            put(self.file(n, ".flac"), np.concatenate([silence, 0.5 * song(n, SECONDS)]), **names(n))

    def _listen(self, ds: date) -> None:
        for user in LISTENERS:
            path = self.root / f"{len(user)}{user}.jsonl"
            path.write_text("".join(f"{json.dumps(listen)}\n" for listen in listens(user, ds)), "utf-8")
            self.run("ingest", "listens", path, "--user", user)


def names(number: int) -> dict[str, str]:
    return {"title": f"Song {number}", "artist": f"Artist {number % 8}", "album": f"LP {number % 8}"}


def listens(user: str, until: date) -> Iterator[dict[str, object]]:
    """Everything the listener heard up to and including a day; the same beginning on every day."""
    rng = random.Random(user)
    day = FIRST - timedelta(days=DAYS_BEFORE)
    while day <= until:
        for hour in range(8, 8 + PER_DAY):
            told = names(rng.randrange(SONGS))
            metadata = {"track_name": told["title"], "artist_name": told["artist"], "release_name": told["album"]}
            at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            yield {"listened_at": int(at.timestamp()), "track_metadata": metadata}
        day += timedelta(days=1)


def heard(until: date) -> int:
    """Plays of everybody up to and including a day."""
    return len(LISTENERS) * PER_DAY * ((until - FIRST).days + DAYS_BEFORE + 1)
