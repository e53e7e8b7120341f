"""Files retagged, moved, deleted, backed up, encoded anew between five nights: no play lost, no song another."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from features.night import Night
from jobs.cli import app
from jobs.ingest import run
from jobs.pipeline import STAGES
from jobs.run.body import apply
from schemas import TABLES
from schemas.delivery import LANDING
from tests.e2e.five_nights import SONGS, Library, heard
from tests.e2e.here import SMALL, here
from tests.jobs.ingested import PARAMS
from warehouse.lake import Lake
from warehouse.landing import open_landing


def ingested(home: Path, ds: date, before: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """What stage ``ingest`` makes of the landing after the night that left ``before``."""
    landing = open_landing(home)
    given = {n: landing.frame(n) if n in LANDING else TABLES[n].empty() for n in STAGES["ingest"].reads}
    return apply(run, {**given, "last_tracks": TABLES["last_tracks"].frame(before)}, params=PARAMS, night=Night(ds))


def plays_by_song(out: dict[str, pl.DataFrame]) -> dict[str, int]:
    """Plays per song, by its title as first tagged."""
    joined = out["plays"].join(out["tracks"], on="track_id", maintain_order="left")
    counted = joined.group_by(pl.col("title").str.to_lowercase()).len()
    return dict(counted.iter_rows())


@pytest.mark.slow
def test_no_play_is_lost_and_no_song_becomes_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"

    def daily30(*args: object) -> None:
        app([*map(str, args), "--home", str(home), "--json"], standalone_mode=False)
        capsys.readouterr()

    tracks, ids = TABLES["tracks"].empty(), None
    for ds in Library(tmp_path, daily30).nights():
        out = ingested(home, ds, tracks)
        assert out["quarantine"].is_empty(), ds
        assert out["plays"].height == heard(ds)
        tracks = out["tracks"]
        played = set(out["plays"]["track_id"])
        ids = ids or played
        assert played == ids, "every play counts for the song it counted for on the first night"
        assert tracks.height == SONGS
        assert len(plays_by_song(out)) == SONGS
    gone = tracks.filter(~pl.col("available"))["title"].sort().to_list()
    assert gone == ["Song 10", "Song 8", "Song 9"], "what was deleted stays known, whoever listened to it"


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_every_night_makes_lists_that_are_explained(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "daily30.toml").write_text(SMALL)

    def daily30(*args: object) -> None:
        here(*args, "--home", home)

    for ds in Library(tmp_path, daily30).nights():
        daily30("nightly", "--ds", ds)
        night = Lake(home).night(ds)
        assert night.frame("plays").height == heard(ds)
        assert night.frame("audit").filter(~pl.col("passed"), severity="stop").is_empty()
        lists = night.frame("daily_lists")
        evidence = night.frame("evidence").select("user_id", "track_id").unique()
        assert lists.join(evidence, on=["user_id", "track_id"], how="anti").is_empty()
        for rank in lists.filter(user_id="ann")["rank"].head(3):
            assert not app(["explain", "ann", str(rank), "--home", str(home)], standalone_mode=False)
