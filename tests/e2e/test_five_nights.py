"""Files retagged, moved, deleted, backed up, encoded anew between five nights: no play lost, no song another."""

from __future__ import annotations

from dataclasses import dataclass
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
from warehouse.lake import Lake, NightView
from warehouse.landing import open_landing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


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


@dataclass(frozen=True, slots=True)
class After:
    """What there was after one of the nights: what its ingest makes of the landing, what the night left, its proofs."""

    ds: date
    ingested: dict[str, pl.DataFrame]
    left: NightView
    explained: list[object]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> list[After]:
    """The five nights of one library, each looked at before the next change."""
    folder = tmp_path_factory.mktemp("five-nights")
    home = folder / "home"
    home.mkdir()
    (home / "daily30.toml").write_text(SMALL)

    def daily30(*args: object) -> None:
        here(*args, "--home", home)

    tracks, after = TABLES["tracks"].empty(), []
    for ds in Library(folder, daily30).nights():
        out = ingested(home, ds, tracks)
        tracks = out["tracks"]
        daily30("nightly", "--ds", ds)
        left = Lake(home).night(ds)
        ranks = left.frame("daily_lists").filter(user_id="ann")["rank"].head(3)
        proofs = [app(["explain", "ann", str(r), "--home", str(home)], standalone_mode=False) for r in ranks]
        after.append(After(ds, out, left, proofs))
    return after


def test_no_play_is_lost_and_no_song_becomes_another(nights: list[After]) -> None:
    ids = set(nights[0].ingested["plays"]["track_id"])
    for after in nights:
        out = after.ingested
        assert out["quarantine"].is_empty(), after.ds
        assert out["plays"].height == heard(after.ds)
        assert set(out["plays"]["track_id"]) == ids, "every play counts for the song it counted for on the first night"
        assert out["tracks"].height == SONGS
        assert len(plays_by_song(out)) == SONGS
    tracks = nights[-1].ingested["tracks"]
    gone = tracks.filter(~pl.col("available"))["title"].sort().to_list()
    assert gone == ["Song 10", "Song 8", "Song 9"], "what was deleted stays known, whoever listened to it"


def test_every_night_makes_lists_that_are_explained(nights: list[After]) -> None:
    assert len(nights) == 5
    for after in nights:
        night = after.left
        assert night.frame("plays").height == heard(after.ds)
        assert night.frame("audit").filter(~pl.col("passed"), severity="stop").is_empty()
        lists = night.frame("daily_lists")
        evidence = night.frame("evidence").select("user_id", "track_id").unique()
        assert lists.join(evidence, on=["user_id", "track_id"], how="anti").is_empty()
        assert not any(after.explained)
