"""Real recordings beside the sample's, from `daily30 ingest folder` to lists."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from features.emotions.audio_model import shipped
from jobs import emotions
from schemas import TABLES
from tests.e2e.real_library import DATA, NIGHT
from tests.frames import rows
from warehouse.landing.files import file_sha256

pytestmark = [
    pytest.mark.slow,
    pytest.mark.data,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not (DATA / "audio" / "manifest.csv").is_file(), reason="no acceptance data"),
]
WORKER_MB = 1024


@pytest.fixture(scope="module")
def home(real_library: Path) -> Path:
    """A small sample, the 125 real tracks and three who listen to them, a night up to its lists."""
    return real_library


def test_every_real_track_is_heard_and_may_be_listed(
    home: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    tables = {name: _table(home, name) for name in ("tracks", "audio_features", "audio_failures", "daily_lists")}
    # Tracks of the folder are told from the sample's by where their audio lies.
    real = set(tables["tracks"].filter(pl.col("audio_path").str.contains("/"))["track_id"])
    heard, failed = set(tables["audio_features"]["track_id"]), set(tables["audio_failures"]["track_id"])
    assert len(real) > 100
    assert real <= heard | failed
    assert not heard & failed
    assert tables["audio_failures"].filter(pl.col("track_id").is_in(real) & (pl.col("reason") == "")).is_empty()
    assert set(tables["daily_lists"]["track_id"]) & real, "nobody gets a real recording"
    per_user = tables["daily_lists"].group_by("user_id").len()["len"]
    assert per_user.to_list() == [30] * 11

    stages = json.loads((home / "runs" / f"ds={NIGHT}" / "1.json").read_text())["stages"]
    audio = next(s for s in stages if s["stage"] == "audio")
    analysed = tables["tracks"].height
    record_testsuite_property("audio_work_s_per_track", round(audio["work_s"] / analysed, 3))
    record_testsuite_property("audio_wall_s", audio["seconds"])
    record_testsuite_property("audio_peak_mb", audio["peak_mb"])
    assert audio["peak_mb"] <= WORKER_MB


def test_what_real_tracks_feel_like_agrees_with_the_scenes_they_were_made_for(home: Path) -> None:
    features = _table(home, "audio_features")
    assert all(features[c.name].drop_nulls().is_between(*c.range).all() for c in TABLES["audio_features"].columns
               if c.range and not c.type.is_list)  # fmt: skip
    hints = _hints(_table(home, "tracks"))
    heard = features.filter(pl.col("track_id").is_in(list(hints)))
    assert heard.height == len(hints) > 100
    tracks = rows("tracks", [{"track_id": track} for track in hints])  # the sound alone: no tag, no title
    felt = emotions.run(tracks=tracks, audio_features=heard, lyrics=TABLES["lyrics"].empty(), emotion_model=shipped())[
        "emotions"
    ]
    hinted = felt.with_columns(hint=pl.col("track_id").replace_strict(hints))
    aroused, calm = (_mean(hinted.filter(pl.col("hint").str.starts_with(h)), "arousal") for h in ("A+", "A-"))
    pleasant, sad = (
        _mean(hinted.filter(pl.col("hint").str.contains(h, literal=True)), "valence") for h in ("V+", "V-")
    )
    assert aroused > calm + 0.2
    assert pleasant > sad + 0.1


def _hints(tracks: pl.DataFrame) -> dict[str, str]:
    """track_id -> the manifest's hint of its scene, told by the file's bytes."""
    ids = dict(tracks.drop_nulls("audio_sha256").select("audio_sha256", "track_id").iter_rows())
    with (DATA / "audio" / "manifest.csv").open() as file:
        told = {row["path"]: row["va_hint"] for row in csv.DictReader(file)}
    return {ids[file_sha256(DATA / "audio" / path)]: hint for path, hint in told.items()}


def _mean(felt: pl.DataFrame, column: str) -> float:
    mean = felt[column].mean()
    assert isinstance(mean, float)
    return mean


def _table(home: Path, name: str) -> pl.DataFrame:
    """A table of the unfinished night, through its manifests."""
    folder = home / "lake" / "_nights" / f"ds={NIGHT}"
    night = json.loads((folder / f"{(folder / 'OPEN').read_text().strip()}.json").read_text())
    manifest = json.loads((home / "lake" / "_manifests" / name / f"{night['tables'][name]}.json").read_text())
    return pl.concat([pl.read_parquet(home / "lake" / p["path"]) for p in manifest["parts"]])
