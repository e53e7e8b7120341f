"""`daily30 sample`: a whole landing, the same whatever the workers, never over somebody else's files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from jobs.commands.sample import SampleSize, write_sample
from schemas.errors import UsageError

pytestmark = pytest.mark.slow

SIZE = SampleSize(users=4, songs=12, days=3, seed=7, until="2026-11-21")


class Silent:
    def start(self, name: str, total: int | None = None) -> None: ...
    def advance(self, name: str, steps: int = 1, detail: str = "") -> None: ...
    def finish(self, name: str, detail: str = "") -> None: ...


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    assert write_sample(home, SIZE, Silent(), workers=2)
    return home


def test_every_delivery_file_is_there(home: Path) -> None:
    landing = home / "landing"
    tracks = [json.loads(line) for line in (landing / "tracks.jsonl").read_text("utf-8").splitlines()]
    assert len(tracks) == 12
    for track in tracks:
        for key, folder in (("audio_path", "audio"), ("lyrics_path", "lyrics")):
            assert track[key] is None or (landing / folder / track[key]).stat().st_size > 100
    assert pl.read_csv(landing / "users.csv").height == 4
    assert (landing / "contexts.csv").is_file()
    assert (landing / "feedback.jsonl").is_file()
    days = sorted(p.name for p in (landing / "plays").iterdir())
    assert days
    for name in days:
        plays = pl.read_parquet(landing / "plays" / name)
        assert {f"ds={d}.parquet" for d in plays["played_at"].dt.date().cast(pl.String)} == {name}
    assert "landing" not in {p.name for p in (home / "truth").iterdir()}
    assert {p.name for p in (home / "truth").iterdir()} == {"tracks.parquet", "users.parquet", "tomorrow.parquet"}


def test_the_landing_can_be_read(home: Path) -> None:
    from warehouse.landing import open_landing

    landing = open_landing(home)
    tracks = landing.frame("landing_tracks")
    assert tracks.height == 12
    assert tracks["audio_path"].is_null().to_list() == tracks["audio_sha256"].is_null().to_list()
    lyrics = landing.frame("landing_lyrics")
    assert lyrics.height == tracks["lyrics_path"].is_not_null().sum()
    assert all(len(row["lines"]) == len(row["line_start_s"]) > 2 for row in lyrics.iter_rows(named=True))
    assert landing.frame("landing_plays").height > 0
    assert landing.frame("landing_unreadable").is_empty()


@pytest.mark.slow
def test_one_worker_writes_the_same_bytes(home: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, SIZE, Silent(), workers=1)
    assert hashes(tmp_path) == hashes(home)


def test_the_same_command_again_does_nothing(home: Path) -> None:
    before = hashes(home)
    written = {p: p.stat().st_mtime_ns for p in home.rglob("*")}
    assert not write_sample(home, SIZE, Silent())
    assert {p: p.stat().st_mtime_ns for p in home.rglob("*")} == written
    assert hashes(home) == before


def test_other_arguments_are_refused_in_a_finished_home(home: Path) -> None:
    other = SampleSize(users=5, songs=12, days=3, seed=7, until="2026-11-21")
    with pytest.raises(UsageError, match="other arguments") as refused:
        write_sample(home, other, Silent())
    assert "--home" in refused.value.fix


def test_a_foreign_landing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "tracks.csv").write_text("track_id\n")
    with pytest.raises(UsageError, match="not a sample"):
        write_sample(tmp_path, SIZE, Silent())
    assert [p.name for p in (tmp_path / "landing").iterdir()] == ["tracks.csv"]


def test_a_file_where_the_home_should_be(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(UsageError, match="cannot write a home"):
        write_sample(tmp_path / "home", SIZE, Silent())
