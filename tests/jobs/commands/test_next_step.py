"""`daily30 status` names the right next step in every state of a home."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.cli import main
from jobs.commands.next_step import next_step
from jobs.run.landing import open_home
from tests.deliveries import plays, tracks, users, write_csv, write_jsonl, write_landing
from tests.finished_home import finished_home
from tests.published_night import NIGHT
from warehouse.lake.manifest import NightManifest, StageEntry
from warehouse.lake.store import LakeStore

Make = Callable[[Path], object]
DAY = str(NIGHT.ds)


def only_music(home: Path) -> None:
    write_jsonl(home / "landing" / "tracks" / "folder.jsonl", [{**tracks(1)[0], "audio_path": "x.wav"}])


def no_listeners(home: Path) -> None:
    only_music(home)
    write_csv(home / "landing" / "plays.csv", plays())


def odd_file(home: Path) -> None:
    write_landing(home)
    (home / "landing" / "plays" / "x.txt").touch()


def with_audio(home: Path) -> None:
    write_landing(home, tracks=[{**t, "audio_path": "x.wav"} for t in tracks()])


def published(home: Path) -> None:
    """A finished, published night made of what lies in the landing."""
    write_landing(home)
    finished_home(home)
    store = LakeStore(home)
    night = store.night(DAY, "DONE")
    assert night is not None
    night = night.extended("ingest", StageEntry(1, "f" * 32, open_home(home).digest()), {})
    for pointer in ("OPEN", "DONE"):
        store.put_night(night, pointer)
    store.put_current(night)


def delivered_since(home: Path) -> None:
    published(home)
    write_csv(home / "landing" / "users" / "more.csv", [{**users()[0], "user_id": "new"}])


def ran(home: Path, error: str, *, ago: timedelta = timedelta(0)) -> None:
    """A run of ``DAY`` that failed some time after the landing came."""
    with_audio(home)
    old = datetime.now(UTC).timestamp() - 3600
    for path in (home / "landing").rglob("*"):
        os.utime(path, (old, old))
    log = {"ds": DAY, "started": (datetime.now(UTC) - ago).isoformat(), "failed": {"stage": "audio", "error": error}}
    path = home / "runs" / f"ds={DAY}" / "1.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(log))


def interrupted(home: Path) -> None:
    with_audio(home)
    LakeStore(home).put_night(NightManifest(DAY), "OPEN")


STATES: list[tuple[str, Make, str, str]] = [
    ("empty", lambda h: h.mkdir(), "nothing has been delivered", "daily30 ingest folder MUSIC"),
    ("empty", lambda h: (h / "landing").mkdir(parents=True), "daily30 sample", "daily30 ingest folder MUSIC"),
    ("only_folder", only_music, "makes a listener 'me'", "daily30 nightly"),
    ("only_listens", write_landing, "no song has audio", "daily30 ingest folder MUSIC"),
    ("no_tracks", lambda h: write_csv(h / "landing" / "plays.csv", plays()), "the catalogue is missing",
     "daily30 ingest folder MUSIC"),
    ("no_users", no_listeners, "not whose they are",
     "daily30 ingest delivery USERS.csv"),
    ("broken_landing", odd_file, "plays/x.txt",
     "daily30 nightly"),
    ("ready", with_audio, "everything that a night needs", "daily30 nightly"),
    ("interrupted", interrupted, f"the night of {DAY} is not finished", f"daily30 nightly --ds {DAY}"),
    ("failed", lambda h: ran(h, "OutsideServiceError: the disk is full\n  fix: free space"),
     "stopped at stage audio: the disk is full\n  fix: free space", f"daily30 nightly --ds {DAY}"),
    ("refused", lambda h: ran(h, "AuditRefused: 1 checks failed: hashtags"), "not published: 1 checks failed",
     f"daily30 audit --ds {DAY}"),
    ("new_landing", lambda h: ran(h, "ContractError: bad", ago=timedelta(hours=2)), "delivered since the last night",
     "daily30 nightly"),
    ("published", published, f"the night of {DAY} is published", "daily30 show u-"),
    ("new_landing", delivered_since, "delivered since the last night", "daily30 nightly"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "make", "words", "command"), STATES, ids=[f"{n}-{s[0]}" for n, s in enumerate(STATES)]
)
def test_every_state_has_its_next_step(tmp_path: Path, state: str, make: Make, words: str, command: str) -> None:
    make(tmp_path / "home")
    step = next_step(tmp_path / "home")
    assert step.state == state, step
    assert words in step.words
    assert step.command.startswith(command)


def test_a_home_without_listening_wants_new_lists_every_day(tmp_path: Path) -> None:
    home = tmp_path / "home"
    published(home)
    shutil.rmtree(home / "landing" / "plays")
    night = LakeStore(home).night(DAY, "DONE")
    assert night is not None
    assert next_step(home).state == "new_landing", "the night had plays: it is not for the next one to forget them"


def test_status_tells_it_and_names_the_home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    with_audio(home)
    with pytest.raises(SystemExit):
        main(["status", "--home", str(home), "--json"])
    told = json.loads(capsys.readouterr().out)["next"]
    assert (told["state"], told["command"]) == ("ready", f"daily30 nightly --home {home}")
    with pytest.raises(SystemExit):
        main(["status", "--home", str(tmp_path / "nowhere"), "--json"])
    assert "daily30 ingest folder MUSIC" in json.loads(capsys.readouterr().err)["fix"]
