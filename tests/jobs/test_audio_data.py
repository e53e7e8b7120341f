"""The 125 real tracks and the odd files of the acceptance data, through the stage."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import polars as pl
import pytest

from features.emotions.audio_model import shipped
from jobs import audio, emotions
from schemas import TABLES
from tests.frames import rows
from warehouse.media.decode import AudioFiles

DATA = Path(os.environ.get("DAILY30_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
pytestmark = [pytest.mark.data, pytest.mark.skipif(not DATA.is_dir(), reason="no acceptance data"), pytest.mark.slow]


def run(folder: Path, names: list[str]) -> dict[str, pl.DataFrame]:
    tracks = rows("tracks", [{"track_id": name, "audio_path": name} for name in names])
    with AudioFiles(folder) as files:
        return audio.run(
            tracks=tracks,
            audio_files=files,
            carried=TABLES["audio_features"].empty(),
            ledger=TABLES["audio_failures"].empty(),
        )


def in_range(frame: pl.DataFrame, table: str) -> bool:
    return all(
        frame[c.name].explode().drop_nulls().is_between(*c.range).all()
        if c.type.is_list
        else frame[c.name].drop_nulls().is_between(*c.range).all()
        for c in TABLES[table].columns
        if c.range
    )


def test_odd_files_are_classified_and_the_run_goes_on():
    folder = DATA / "audio_edge"
    names = sorted(p.name for p in folder.iterdir() if p.suffix not in (".csv", ".txt"))
    made = run(folder, names)
    failed = dict(made["audio_failures"].select("track_id", "reason").iter_rows())
    assert failed == {
        "empty.mp3": "unsupported_format",
        "essentia__silence.flac": "silent",
        "module__gd-matth.it": "unsupported_format",
        "module__goin_march.it": "unsupported_format",
        "module__pingus-9.it": "unsupported_format",
        "silence_40s.mp3": "silent",
        "text_named.mp3": "unsupported_format",
    }
    assert made["audio_features"].height == len(names) - len(failed)
    assert in_range(made["audio_features"], "audio_features")


def test_every_real_track_is_heard_and_felt():
    folder = DATA / "audio"
    names = sorted(p.name for p in folder.iterdir() if p.suffix != ".csv")
    made = run(folder, names)
    assert made["audio_features"].height + made["audio_failures"].height == len(names) == 125
    assert made["audio_failures"].is_empty()
    assert in_range(made["audio_features"], "audio_features")
    tracks = rows("tracks", [{"track_id": name} for name in names])
    felt = emotions.run(
        tracks=tracks, audio_features=made["audio_features"], lyrics=TABLES["lyrics"].empty(), emotion_model=shipped()
    )["emotions"]
    assert in_range(felt, "emotions")
    with (folder / "manifest.csv").open() as file:
        hints = {row["path"]: row["va_hint"] for row in csv.DictReader(file)}
    hinted = felt.with_columns(hint=pl.col("track_id").replace_strict(hints))
    aroused, calm = (hinted.filter(pl.col("hint").str.starts_with(h))["arousal"].mean() for h in ("A+", "A-"))
    pleasant, sad = (
        hinted.filter(pl.col("hint").str.contains(h, literal=True))["valence"].mean() for h in ("V+", "V-")
    )
    assert aroused > calm + 0.2
    assert pleasant > sad + 0.1


def test_tempo_and_key_against_scores():
    folder = DATA / "keytempo"
    with (folder / "truth.csv").open() as file:
        truth = {row["path"]: row for row in csv.DictReader(file)}
    heard = {row["track_id"]: row for row in run(folder, sorted(truth))["audio_features"].iter_rows(named=True)}
    ratios = [heard[path]["tempo_bpm"] / float(row["tempo_bpm"]) for path, row in truth.items()]
    exact = sum(abs(r - 1) <= 0.04 for r in ratios) / len(ratios)
    octave = sum(any(abs(r / k - 1) <= 0.04 for k in (1, 2, 0.5, 3, 1 / 3)) for r in ratios) / len(ratios)
    hymns = [
        (heard[p]["key"], heard[p]["mode"]) == (r["key"], r["mode"]) for p, r in truth.items() if r["source"] == "hymns"
    ]
    assert exact >= 0.74
    assert octave >= 0.89
    assert sum(hymns) / len(hymns) >= 0.9
