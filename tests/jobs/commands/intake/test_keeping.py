"""A song keeps its id: retagged, moved, copied, encoded anew, deleted and back; another recording never takes it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from features.ingest import music_folder
from features.night import Night
from jobs.commands.intake import keeping
from jobs.ingest import run
from jobs.pipeline import STAGES
from jobs.run.body import apply
from schemas import TABLES
from schemas.delivery import LANDING
from tests.deliveries import DS, write_landing
from tests.finished_home import lake_night
from tests.frames import rows
from tests.jobs.ingested import PARAMS
from tests.library import put, song, tag
from warehouse.landing import open_landing
from warehouse.landing.files import file_sha256

pytestmark = pytest.mark.slow

Call = Callable[..., dict[str, Any]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_landing(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def take(home: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """``daily30 ingest folder PATH``: what it says."""
    from jobs.cli import app

    def call(path: Path, *args: str) -> dict[str, Any]:
        app(["ingest", "folder", str(path), *args, "--home", str(home), "--json"], standalone_mode=False)
        return dict(json.loads(capsys.readouterr().out))

    return call


def night(home: Path) -> dict[str, pl.DataFrame]:
    landing = open_landing(home)
    given = {n: landing.frame(n) if n in LANDING else TABLES[n].empty() for n in STAGES["ingest"].reads}
    out = apply(run, given, params=PARAMS, night=Night(DS))
    assert out["quarantine"].is_empty()
    return out


def songs(home: Path) -> dict[str, tuple[str, bool]]:
    """Title -> id and whether it is available, of the folder's tracks."""
    tracks = night(home)["tracks"].filter(pl.col("track_id").str.contains("^f[0-9a-f]{16}$"))
    return {title: (t, a) for t, title, a in tracks.select("track_id", "title", "available").iter_rows()}


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Three songs by Ann as mp3."""
    for number in range(3):
        put(tmp_path / "Music" / f"{number}.mp3", song(number), title=f"Song {number}", artist="Ann", album="LP")
    return tmp_path / "Music"


def test_a_retag_a_move_and_a_new_name_change_no_id(music: Path, home: Path, take: Call) -> None:
    take(music)
    before = songs(home)
    tag(music / "0.mp3", title="Better", artist="Anne")
    (music / "1.mp3").rename(music / "one.mp3")
    (music / "deep").mkdir()
    (music / "2.mp3").rename(music / "deep" / "2.mp3")
    said = take(music, "--added-on", "2026-03-10")
    assert (said["known_before"], said["withdrawn"]) == (3, 0)
    after = songs(home)
    assert after == {"Better": before["Song 0"], "Song 1": before["Song 1"], "Song 2": before["Song 2"]}


def test_a_backup_and_a_second_folder_of_the_same_name(music: Path, home: Path, take: Call, tmp_path: Path) -> None:
    take(music)
    before = songs(home)
    shutil.copytree(music, tmp_path / "backup")
    tag(tmp_path / "backup" / "1.mp3", title="Song 1 of the backup")
    take(tmp_path / "backup")
    put(tmp_path / "other" / "Music" / "x.mp3", song(9), title="Other", artist="Bea")
    take(tmp_path / "other" / "Music")
    after = songs(home)
    assert {t for t, _ in after.values()} == {t for t, _ in before.values()} | {after["Other"][0]}
    assert all(available for _, available in after.values())


def test_a_moved_folder_keeps_its_name_and_withdraws_nothing(
    music: Path, home: Path, take: Call, tmp_path: Path
) -> None:
    take(music)
    before = songs(home)
    shutil.move(music, tmp_path / "disk" / "Music")
    assert take(tmp_path / "disk" / "Music")["withdrawn"] == 0
    assert songs(home) == before


def test_a_deleted_file_stays_known_and_comes_back(music: Path, home: Path, take: Call, tmp_path: Path) -> None:
    take(music)
    before = songs(home)
    shutil.move(music / "0.mp3", tmp_path / "0.mp3")
    assert take(music)["withdrawn"] == 1
    assert songs(home) == before | {"Song 0": (before["Song 0"][0], False)}
    shutil.move(tmp_path / "0.mp3", music / "0.mp3")
    assert take(music)["withdrawn"] == 0
    assert songs(home) == before


@pytest.mark.parametrize("suffix", [".flac", ".opus", ".m4a"])
@pytest.mark.parametrize("keep_both", [False, True])
def test_the_same_music_encoded_anew_is_the_same_track(
    music: Path, home: Path, take: Call, suffix: str, keep_both: bool
) -> None:
    take(music, "--added-on", "2026-03-01")
    before = songs(home)
    later = np.concatenate([np.zeros(13000, dtype=np.float32), 0.5 * song(1)])  # three tenths of silence, less loud
    put(music / f"new{suffix}", later, title="SONG 1", artist="Ann", album="LP")
    if not keep_both:
        (music / "1.mp3").unlink()
    said = take(music, "--added-on", "2026-03-10")
    assert (said["encoded_anew"], said["withdrawn"]) == (1, 0)
    after = songs(home)
    assert {t for t, _ in after.values()} == {t for t, _ in before.values()}
    out = night(home)
    assert out["track_aliases"].select("track_id", "method").rows() == [(before["Song 1"][0], "reencoded")]
    again = take(music)
    assert (again["encoded_anew"], again["withdrawn"]) == (0, 0)
    assert songs(home) == after
    assert night(home)["track_aliases"].equals(out["track_aliases"])
    mine = out["tracks"].filter(track_id=before["Song 1"][0])
    assert str(mine["added_on"].item()) == "2026-03-01"
    assert mine["audio_path"].item().endswith(".mp3" if keep_both else suffix)


@pytest.mark.parametrize(
    ("sound", "tags"),
    [
        (song(77), {}),  # another recording of the same length
        (song(1, slowed=1.1), {}),
        (song(1), {"title": "Song 1 (Live)"}),
        (song(1), {"album": "Another LP"}),
        (song(1), {"artist": "Bea"}),
    ],
)
def test_another_recording_or_another_song_is_another_track(
    music: Path, home: Path, take: Call, sound: Any, tags: dict[str, str]
) -> None:
    take(music)
    put(music / "new.flac", sound, **{"title": "Song 1", "artist": "Ann", "album": "LP", **tags})
    (music / "1.mp3").unlink()
    said = take(music)
    assert (said["encoded_anew"], said["withdrawn"]) == (0, 1)
    assert night(home)["track_aliases"].is_empty()


def test_what_the_night_heard_is_one_track_from_the_next_ingest_on(
    music: Path, home: Path, take: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More files at once than are listened to: both stay until the night's stage ``recordings`` told."""
    monkeypatch.setattr(keeping, "_MOST_COMPARED", 0)
    take(music, "--added-on", "2026-03-01")
    put(music / "new.flac", song(1), title="Song 1", artist="Ann", album="LP")
    put(music / "best.flac", song(1)[:-900], title="Song 1", artist="Ann", album="Best of Ann")
    assert take(music, "--added-on", "2026-03-02")["encoded_anew"] == 0
    old, new, best = (_id_of(music / name) for name in ("1.mp3", "new.flac", "best.flac"))
    heard = [{"track_id": t, "recording_id": "r", "basis": "sound"} for t in (old, new, best)]
    lake_night(home, {"recordings": rows("recordings", heard)})
    assert take(music, "--added-on", "2026-03-03")["encoded_anew"] == 1
    assert night(home)["track_aliases"].select("alias_id", "track_id").rows() == [(new, old)]
    assert take(music, "--added-on", "2026-03-03")["encoded_anew"] == 0


def test_an_older_home_keeps_its_ids(music: Path, home: Path, take: Call) -> None:
    """There an id was one of all bytes, and no register told whose a folder is."""
    take(music)
    rows_file = home / "landing" / "tracks" / "folder-Music.jsonl"
    old = {}
    text = rows_file.read_text("utf-8")
    for path in music.glob("*.mp3"):
        new_id = next(t for t in songs(home).values())[0]
        del new_id
        track = _id_of(path)
        old[track] = f"f{file_sha256(path)[:16]}"
        text = text.replace(track, old[track])
        audio = home / "landing" / "audio" / "Music"
        (audio / f"{track}.mp3").unlink()
        shutil.copyfile(path, audio / f"{old[track]}.mp3")
    rows_file.write_text(text, "utf-8")
    (home / "landing" / ".folders.json").unlink()
    before = songs(home)
    assert {t for t, _ in before.values()} == set(old.values())
    tag(music / "2.mp3", title="Retagged")
    assert take(music)["withdrawn"] == 0
    assert {t for t, _ in songs(home).values()} == set(old.values())
    assert songs(home)["Retagged"] == before["Song 2"]


def _id_of(path: Path) -> str:
    from warehouse.landing.sound_bytes import sound_sha256

    return music_folder.track_id(sound_sha256(path))
