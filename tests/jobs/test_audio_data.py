"""The 125 real tracks and the odd files of the acceptance data, through the stage."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jobs import audio, recordings
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
            shared_audio=None,
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


ORIGINALS = {
    "cave": "supertux__cave", "theme": "supertux__theme", "greatgigantic": "supertux__greatgigantic",
    "battle": "tuxemon__JRPG_battle_loop", "isle": "tuxemon__JRPG_mysticIsle", "sad": "wesnoth__sad",
}  # fmt: skip


class Heard:
    """What the stage made of odd files and of the recordings they were made from."""

    def __init__(self, edge: dict[str, pl.DataFrame], plain: dict[str, pl.DataFrame], found: dict[str, str]) -> None:
        self.edge = edge["audio_features"]
        both = pl.concat([self.edge, plain["audio_features"]])
        same = recordings.run(audio_features=both)["recordings"]
        self.rows = {row["track_id"]: row for row in both.iter_rows(named=True)}
        self.failed = dict(edge["audio_failures"].select("track_id", "reason").iter_rows())
        self.recording = dict(same.select("track_id", "recording_id").iter_rows())
        self.found = found

    def original(self, name: str) -> dict[str, Any]:
        return self.rows[self.found[name]]

    def verdicts(self, path: str) -> dict[str, Callable[[], bool]]:
        """Per expectation of edge.csv, whether it holds of a file."""
        rows, failed, recording = self.rows, self.failed, self.recording

        def heard() -> dict[str, Any]:
            return rows[path]

        def same_key(name: str) -> bool:
            return all(heard()[c] == self.original(name)[c] for c in ("key", "mode"))

        return {
            # today's FFmpeg finds its way past the invalid frame
            "decode what is there, use real duration": lambda: (
                120 < heard()["duration_s"] < 197 and heard()["silence_end_s"] < 1
            ),
            "fall back to ffmpeg": lambda: heard()["codec"] == "opus",
            "not a duplicate; tempo differs": lambda: (
                recording[path] != recording[self.found["battle"]]
                and heard()["duration_s"] > 2 * self.original("battle")["duration_s"]
            ),
            "same key and timbre, different content": lambda: (
                recording[path] != recording[self.found["isle"]]
                and same_key("isle")
                and abs(heard()["spectral_centroid_hz"] / self.original("isle")["spectral_centroid_hz"] - 1) < 0.1
            ),
            "detect as duplicate": lambda: (
                recording[path] == recording[self.found[path.split("__")[2].removesuffix(".ogg")]]
            ),
            "short input": lambda: path in rows or failed[path] == "too_short",
            "must not get a confident mood": lambda: path in rows,  # moods are the emotions stage's
            "refuse or render": lambda: failed[path] == "unsupported_format",
            "decode partly or report": lambda: path in rows or path in failed,
            "report": lambda: failed[path] == "unsupported_format",
            "decode by content": lambda: heard()["codec"] == "vorbis",
            "no NaN, no confident mood": lambda: failed[path] == "silent",
            "resample": lambda: same_key("sad"),
            "handle": lambda: path in rows,
            "": lambda: path in rows or failed[path] == "silent",
        }


@pytest.fixture(scope="module")
def heard() -> Heard:
    files = sorted(p.name for p in (DATA / "audio").iterdir())
    found = {n: next(f for f in files if f.startswith(f"{stem}.")) for n, stem in ORIGINALS.items()}
    return Heard(run(DATA / "audio_edge", sorted(expected())), run(DATA / "audio", sorted(found.values())), found)


def expected() -> dict[str, str]:
    with (DATA / "audio_edge" / "edge.csv").open() as file:
        return {row["path"]: row["expected"] for row in csv.DictReader(file)}


def test_odd_files_are_classified_and_the_run_goes_on(heard: Heard):
    names = sorted(p.name for p in (DATA / "audio_edge").iterdir() if p.suffix not in (".csv", ".txt"))
    assert sorted(expected()) == names
    assert heard.failed == {
        "empty.mp3": "unsupported_format",
        "essentia__silence.flac": "silent",
        "module__gd-matth.it": "unsupported_format",
        "module__goin_march.it": "unsupported_format",
        "module__pingus-9.it": "unsupported_format",
        "silence_40s.mp3": "silent",
        "text_named.mp3": "unsupported_format",
    }
    assert heard.edge.height == len(names) - len(heard.failed)
    assert in_range(heard.edge, "audio_features")


def test_odd_files_behave_as_expected(heard: Heard):
    """Every line of edge.csv with an expectation, by what the stage and the recordings make of it."""
    assert [path for path, what in expected().items() if not heard.verdicts(path)[what]()] == []


def test_odd_files_are_the_same_recording_where_they_are(heard: Heard):
    recording, sad = heard.recording, heard.found["sad"]
    assert len({recording[f"essentia__dubstep.{s}"] for s in ("wav", "flac", "mp3", "aac")}) == 1
    assert recording["sad_8khz_8bit.wav"] == recording[sad]  # a poor copy of all of it
    assert recording["sad_96khz.flac"] != recording[sad]  # 15 s of it
    alike = ("dubstep", "cave", "theme", "greatgigantic", "sad_8khz", "wesnoth_victory.", "名字")
    others = [r for path, r in recording.items() if not any(name in path for name in alike)]
    assert len(set(others)) == len(others)


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
    assert exact >= 0.80
    assert octave >= 0.95
    assert sum(hymns) / len(hymns) >= 0.97
