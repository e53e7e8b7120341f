"""Deliveries of under 2 MB that ask for gigabytes: refused by name or set aside, in less than one gigabyte."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from tests.deliveries import DS, tracks, write_jsonl, write_landing
from tests.e2e import bombs
from tests.e2e.command import argv, environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

GIGABYTE = 1 << 30
# The process that starts the command is small: a child of a large one counts as large until it is another program.
MEASURED = """
import resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_AS, (12 << 30, 12 << 30))
done = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: exit code, what it said, the most memory that one of its processes took."""

    code: int
    said: str
    bytes: int


def run(*words: object) -> Ended:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *argv(*words)], env=environment(), capture_output=True, text=True, check=False
    )
    return Ended(done.returncode, done.stdout + done.stderr, int(done.stdout.strip().splitlines()[-1]) << 10)


def home_of(path: Path) -> Path:
    write_landing(path / "home")
    (path / "home" / "daily30.toml").write_text("workers = 1\nuser_buckets = 2\ntrack_buckets = 2\n")
    return path / "home"


IN_LANDING = [
    (bombs.long_cells, "plays/x.parquet", "max_unpacked_ratio"),
    (bombs.lying_footer, "users/x.parquet", "max_unpacked_ratio"),
    (bombs.same_page, "users/x.parquet", "max_unpacked_ratio"),
    (bombs.endless_lists, "tracks/x.parquet", "max_unpacked_ratio"),
    (bombs.torn_rows, "plays/x.csv", "max_unreadable_rows"),
    (bombs.no_json, "feedback/x.jsonl", "max_unreadable_rows"),
]


@pytest.mark.parametrize(("make", "name", "setting"), IN_LANDING)
def test_a_night_refuses_the_file(tmp_path: Path, make: Callable[[Path], None], name: str, setting: str) -> None:
    home = home_of(tmp_path)
    bomb = home / "landing" / name
    bomb.parent.mkdir(exist_ok=True)
    make(bomb)
    ended = run("nightly", "--home", home, "--ds", DS)
    _refused(ended, bomb, name, setting)


TO_INGEST = [
    (bombs.deep_schema, "users.parquet", "delivery", "too deeply nested"),
    (bombs.wide_struct, "users.parquet", "delivery", "max_columns"),
    (bombs.many_keys, "tracks.jsonl", "delivery", "max_columns"),
    (bombs.endless_line, "users.csv", "delivery", "max_line_bytes"),
    (bombs.empty_objects, "tracks.jsonl", "delivery", "max_quarantined_share"),
    (bombs.packed_line, "l.csv.gz", "listens", "max_line_bytes"),
    (bombs.packed_listens, "l.zip", "listens", "max_unpacked_ratio"),
    (bombs.long_cells, "plays.parquet", "log", "max_unpacked_ratio"),
]


@pytest.mark.parametrize(("make", "name", "kind", "setting"), TO_INGEST)
def test_ingest_refuses_the_file(
    tmp_path: Path, make: Callable[[Path], None], name: str, kind: str, setting: str
) -> None:
    home, bomb = home_of(tmp_path), tmp_path / name
    make(bomb)
    _refused(run("ingest", kind, bomb, "--home", home), bomb, name, setting)
    assert not list(home.rglob(f"*{bomb.suffix}~*"))


def _refused(ended: Ended, bomb: Path, name: str, setting: str) -> None:
    assert bomb.stat().st_size < 2_100_000
    assert ended.code == 3, ended.said
    assert name in ended.said
    assert setting in ended.said
    assert ended.bytes <= GIGABYTE, f"{ended.bytes:,} bytes"


def test_what_stands_alone_is_set_aside_and_the_night_goes_on(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    landing = home / "landing"
    (landing / "tracks").mkdir()
    bombs.deep_json(landing / "tracks" / "x.jsonl")
    for folder in ("lyrics", "audio"):
        (landing / folder).mkdir()
    bombs.repeated_line(landing / "lyrics" / "t0.lrc")
    bombs.long_claim(landing / "audio" / "claim.wav")
    bombs.sparse_sound(landing / "audio" / "sparse.flac")
    sounds = ("claim.wav", "sparse.flac")
    named = [track | {"audio_path": name} for track, name in zip(tracks(2), sounds, strict=True)]
    write_jsonl(landing / "tracks" / "y.jsonl", named)
    ended = run("nightly", "--home", home, "--ds", DS, "--until", "audio")
    assert ended.code == 0, ended.said
    assert ended.bytes <= GIGABYTE
    quarantined = pl.concat([pl.read_parquet(p) for p in (home / "lake" / "quarantine").rglob("*.parquet")])
    assert set(quarantined["reason"]) == {"too_deep", "too_large"}
    failed = pl.concat([pl.read_parquet(p) for p in (home / "lake" / "audio_failures").rglob("*.parquet")])
    reasons = dict(failed.select("track_id", "reason").iter_rows())
    assert (reasons["t0"], reasons["t1"]) == ("silent", "too_long")  # of the first what is there was heard


def test_a_song_whose_tags_are_a_bomb_is_taken_without_them(tmp_path: Path) -> None:
    home, music = home_of(tmp_path), tmp_path / "music"
    music.mkdir()
    bombs.packed_tag(music / "song.mp3")
    ended = run("ingest", "folder", music, "--home", home, "--json")
    assert ended.code == 0, ended.said
    assert ended.bytes <= GIGABYTE
    assert '"title":"song"' in (home / "landing" / "tracks" / "folder-music.jsonl").read_text()
