"""``daily30 sample --no-audio``: any size part by part, the same bytes whatever the workers, and nights run on it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from features.ingest.gates import IngestParams
from features.night import Night
from features.sample.listeners import load
from features.sample.listeners.people import draw
from features.seeds import Seeds
from jobs import ingest
from jobs.commands import sample_load
from jobs.commands.sample_load import LoadSize, write_load
from jobs.pipeline import STAGES
from jobs.run.body import apply
from jobs.run.night import runner, the_pipeline
from jobs.run.runner import select
from schemas import TABLES
from schemas.errors import UsageError
from tests.jobs.commands.test_sample import Silent, hashes
from warehouse.landing import open_landing

SIZE = LoadSize(users=40, songs=60, plays=3_000, days=20, seed=7, until="2026-11-21")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("load")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sample_load, "_PLAYS_A_PART", 1_000)
        assert write_load(home, SIZE, Silent(), workers=2)
    return home


def test_a_part_holds_about_as_many_plays_whatever_the_size() -> None:
    large = LoadSize(users=1_000_000, songs=1, plays=100_000_000, days=60, seed=7, until=SIZE.until)
    assert {len(part) * 100 for part in large.parts()} == {200_000}
    assert [n for part in large.parts() for n in part] == list(range(1_000_000))
    assert LoadSize(3, 1, 1, 1, 7, SIZE.until).parts() == [range(3)]


def test_no_more_parts_are_under_way_than_are_worked_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[range] = []

    class Now:
        def __init__(self, *_: object, **__: object) -> None: ...
        def __enter__(self) -> Now:
            return self

        def __exit__(self, *_: object) -> None: ...
        def submit(self, _: object, size: LoadSize, numbers: range, shelf: Path) -> Now:
            asked.append(numbers)
            return self

        def result(self) -> object:
            return len(asked)

    monkeypatch.setattr(sample_load, "ProcessPoolExecutor", Now)
    many = LoadSize(10_000, 60, 10_000_000, 20, 7, SIZE.until)
    given = list(sample_load._parts(many, home, workers=2))
    assert len(given) == len(many.parts()) == 50
    assert all(under_way <= taken + 3 for taken, under_way in enumerate(given))


@pytest.mark.slow
def test_one_worker_and_another_run_write_the_same_bytes(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_load, "_PLAYS_A_PART", 1_000)
    write_load(tmp_path, SIZE, Silent(), workers=1)
    assert hashes(tmp_path / "landing") == hashes(home / "landing")


def test_it_is_a_delivery_without_sound(home: Path) -> None:
    landing = home / "landing"
    tracks = [json.loads(line) for line in (landing / "tracks.jsonl").read_text("utf-8").splitlines()]
    assert len(tracks) == 60
    assert {(track["audio_path"], track["lyrics_path"]) for track in tracks} == {(None, None)}
    assert not (home / "truth").exists()
    assert pl.read_csv(landing / "users.csv")["user_id"].to_list() == [f"u{n:05d}" for n in range(1, 41)]
    for path in (landing / "plays").iterdir():
        plays = pl.read_parquet(path)
        assert {f"ds={d}.parquet" for d in plays["played_at"].dt.date().cast(pl.String)} == {path.name}
    names = {path.name for path in landing.iterdir()}
    assert names == {
        "README.txt",
        "SAMPLE.json",
        "contexts.csv",
        "feedback.jsonl",
        "plays",
        "tracks.jsonl",
        "users.csv",
    }


def test_it_passes_ingest_without_a_refused_row(home: Path) -> None:
    landing, stage = open_landing(home), STAGES["ingest"]
    tables = {name: landing.frame(name) for name in stage.reads if name.startswith("landing_")}
    tables["last_tracks"] = TABLES["last_tracks"].empty()
    night = Night(date.fromisoformat(SIZE.until))
    made = apply(ingest.run, tables, params=IngestParams(expectations=False), night=night)
    assert made["quarantine"].is_empty()
    assert made["plays"].height == pytest.approx(SIZE.plays, rel=0.25)
    assert made["plays"]["local_date"].n_unique() == SIZE.days
    assert made["feedback"].height > 0


def test_listeners_repeat_themselves_and_differ() -> None:
    songs = pl.DataFrame(
        {
            "track_id": [f"t{n:04d}" for n in range(400)],
            "style": [("folk", "rock")[n % 2] for n in range(400)],
            "artist_id": [f"a{n % 80}" for n in range(400)],
            "release_date": date(2020, 1, 1),
            "added_on": [date(2020, 1, 1) if n else date(2026, 11, 1) for n in range(400)],
            "available": [n != 1 for n in range(400)],
            "explicit": [n == 2 for n in range(400)],
            "regions": [["CN"] if n == 3 else [] for n in range(400)],
            "appeal": [0.9 if n < 40 else 0.1 for n in range(400)],
            "duration_s": 200.0,
        },
        schema_overrides={"regions": pl.List(pl.String)},
    )
    until, seeds = date.fromisoformat(SIZE.until), Seeds(7)
    shelf = load.Shelf.of(songs, until - timedelta(days=60))
    listeners = draw(200, 60, until, shelf.styles, seeds)
    plays, _ = load.lives(listeners, shelf, mean_plays=200, days=60, until=until, seeds=seeds)
    assert not {"t0000", "t0001", "t0002", "t0003"} & set(plays["track_id"])
    own = plays.group_by("user_id").agg(plays=pl.len(), songs=pl.col("track_id").n_unique())
    often = own.filter(pl.col("plays") > 50)
    assert (often["songs"] / often["plays"]).mean() < 0.5
    assert own["plays"].quantile(0.9) > 4 * own["plays"].quantile(0.25)
    popular = plays["track_id"].is_in(songs["track_id"][:40].implode()).mean()
    assert popular > 0.3
    kinds = plays.join(songs, on="track_id").group_by("user_id").agg(folk=(pl.col("style") == "folk").mean())
    assert kinds["folk"].std() > 0.1


def test_the_same_again_does_nothing_and_others_are_refused(home: Path) -> None:
    before = hashes(home)
    assert not write_load(home, SIZE, Silent())
    assert hashes(home) == before
    with pytest.raises(UsageError, match="other arguments"):
        write_load(home, LoadSize(41, 60, 3_000, 20, 7, SIZE.until), Silent())


@pytest.mark.slow
def test_a_night_runs_on_it_up_to_the_lists(home: Path) -> None:
    (home / "daily30.toml").write_text("user_buckets = 2\ntrack_buckets = 2\nworkers = 2\n")
    night = runner(home, date.fromisoformat(SIZE.until), flags={}, watcher=Silent())
    report = night.run(select(the_pipeline(), only=None, start=None, until="lists"))
    stages = {stage.stage: stage for stage in report.stages}
    assert stages["audio"].rows_out["audio_features"] == 0
    assert stages["lists"].rows_out["list_summaries"] == SIZE.users
