"""The audio stage: every track accounted for, content heard once, carried rows reused."""

from __future__ import annotations

import hashlib

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from features.audio.analyse import content_key, parameters
from jobs.audio import run
from schemas import TABLES
from tests import sounds
from tests.frames import rows
from warehouse.media.decode import AudioFiles, MediaError
from warehouse.media.shared import SharedAudio

NOTHING = TABLES["audio_features"].empty()
NO_FAILURE = TABLES["audio_failures"].empty()


class Counting(AudioFiles):
    """Audio files that note what was decoded."""

    def __init__(self, folder):
        super().__init__(folder)
        self.decoded = []

    def open(self, audio_path):
        self.decoded.append(audio_path)
        return super().open(audio_path)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audio")
    sounds.write(folder / "major.wav", sounds.chords(sounds.C_MAJOR))
    (folder / "copy.wav").write_bytes((folder / "major.wav").read_bytes())
    sounds.write(folder / "clicks.flac", sounds.clicks(120, 8), codec="flac", container="flac")
    sounds.write(folder / "silence.wav", sounds.sine(2) * 0)
    sounds.write(folder / "blink.wav", sounds.sine(0.05))
    (folder / "words.mp3").write_text("no music here")
    (folder / "folder.wav").mkdir()
    return folder


@pytest.fixture
def files(shelf):
    with Counting(shelf) as opened:
        yield opened


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def tracks(shelf):
    def track(track_id, path):
        file = shelf / path if path else None
        sha = digest(file) if file is not None and file.is_file() else None
        return {"track_id": track_id, "audio_path": path, "audio_sha256": sha}

    return rows(
        "tracks",
        [
            track("t1", "major.wav"), track("t2", "copy.wav"), track("t3", "clicks.flac"), track("t4", "silence.wav"),
            track("t5", "blink.wav"), track("t6", "words.mp3"), track("t7", "folder.wav"), track("t8", "gone.wav"),
            track("t9", None), track("ta", "../major.wav"),
        ],
    )  # fmt: skip


def hear(tracks, files, carried=NOTHING, ledger=NO_FAILURE, shared=None):
    return run(tracks=tracks, audio_files=files, shared_audio=shared, carried=carried, ledger=ledger)


def test_every_track_ends_in_one_table(tracks, files):
    made = hear(tracks, files)
    assert made["audio_features"]["track_id"].to_list() == ["t1", "t2", "t3"]
    assert dict(made["audio_failures"].select("track_id", "reason").iter_rows()) == {
        "t4": "silent", "t5": "too_short", "t6": "unsupported_format", "t7": "not_a_file", "t8": "missing_file",
        "t9": "no_audio", "ta": "not_a_file",
    }  # fmt: skip
    assert all(made["audio_failures"]["detail"])
    for name, frame in made.items():
        assert frame.schema == TABLES[name].schema()


def test_equal_content_is_heard_once_and_is_one_recording(tracks, files):
    made = hear(tracks, files)["audio_features"]
    assert files.decoded.count("major.wav") + files.decoded.count("copy.wav") == 1
    one, two = made.row(0, named=True), made.row(1, named=True)
    assert one["audio_content_id"] == two["audio_content_id"] != made["audio_content_id"][2]
    assert {**one, "track_id": ""} == {**two, "track_id": ""}


@pytest.mark.parametrize("name", ["major.wav", "words.mp3"])
def test_content_in_two_buckets_is_heard_once_all_the_same(tracks, files, shelf, tmp_path, name):
    twins = pl.concat(
        tracks.head(1).with_columns(
            track_id=pl.lit(n), audio_path=pl.lit(name), audio_sha256=pl.lit(digest(shelf / name)), audio_shared=True
        )
        for n in ("ta", "tb")
    )
    whole = hear(twins, files, shared=SharedAudio(tmp_path / "whole"))
    files.decoded.clear()
    parts = [hear(twins[i : i + 1], files, shared=SharedAudio(tmp_path / "parts")) for i in range(2)]
    assert files.decoded == [name]
    for table, frame in whole.items():
        assert_frame_equal(frame, pl.concat([p[table] for p in parts]))
    assert sum(frame.height for frame in whole.values()) == 2


def test_carried_rows_spare_the_decoder_and_change_nothing(tracks, files):
    cold = hear(tracks, files)
    files.decoded.clear()
    renamed = cold["audio_features"].with_columns(track_id=pl.lit("old-") + pl.col("track_id"))
    warm = hear(tracks, files, renamed)
    assert "major.wav" not in files.decoded
    assert "clicks.flac" not in files.decoded
    for name in cold:
        assert_frame_equal(cold[name], warm[name])


def test_rows_of_a_home_that_knew_no_content_ids_are_reused_and_get_them(tracks, files):
    cold = hear(tracks, files)["audio_features"]
    files.decoded.clear()
    old = cold.with_columns(audio_content_id=pl.lit(None, dtype=pl.String))
    assert_frame_equal(hear(tracks, files, old)["audio_features"], cold)
    assert "major.wav" not in files.decoded


def test_rows_of_another_extractor_are_not_reused(tracks, files):
    old = hear(tracks.head(1), files)["audio_features"].with_columns(content_key=pl.lit("an older key"))
    files.decoded.clear()
    hear(tracks.head(1), files, old)
    assert files.decoded == ["major.wav"]


@pytest.mark.slow
def test_order_and_buckets_do_not_matter(tracks, files):
    whole = hear(tracks, files)
    shuffled = hear(tracks.sample(fraction=1, shuffle=True, seed=3), files)
    parts = [hear(tracks[i::3], files) for i in range(3)]
    for name, frame in whole.items():
        assert_frame_equal(frame, shuffled[name])
        assert_frame_equal(frame, pl.concat([p[name] for p in parts]).sort("track_id"))


def test_a_missing_file_fails_whatever_is_known_of_its_content(tracks, files, shelf):
    ghost = tracks.head(1).with_columns(
        track_id=pl.lit("t0"), audio_path=pl.lit("gone.wav"), audio_sha256=pl.lit(digest(shelf / "major.wav"))
    )
    made = hear(pl.concat([ghost, tracks.head(1)]), files)
    assert made["audio_failures"]["track_id"].to_list() == ["t0"]
    assert made["audio_features"]["track_id"].to_list() == ["t1"]


def test_without_a_hash_the_file_is_hashed(tracks, files, shelf):
    unhashed = tracks.head(1).with_columns(audio_sha256=pl.lit(None, pl.String))
    made = hear(unhashed, files)["audio_features"]
    assert made["content_key"].to_list() == [content_key(digest(shelf / "major.wav"), parameters(files.max_s))]


def test_an_empty_bucket_gives_empty_tables(tracks, files):
    made = hear(tracks.head(0), files)
    assert {name: frame.schema for name, frame in made.items()} == {
        name: TABLES[name].schema() for name in ("audio_features", "audio_failures")
    }
    assert all(frame.is_empty() for frame in made.values())


class Failing(Counting):
    """Files whose decoder dies as often as told."""

    def __init__(self, folder, deaths):
        super().__init__(folder)
        self.deaths = deaths

    def open(self, audio_path):
        sound = super().open(audio_path)
        if self.deaths:
            self.deaths -= 1
            raise MediaError("crashed", "the decoder died of SIGSEGV", "SIGSEGV")
        return sound


def test_a_crash_is_tried_twice_and_then_kept_in_the_ledger(tracks, shelf):
    with Failing(shelf, 1) as files:
        assert hear(tracks.head(1), files)["audio_features"].height == 1
    with Failing(shelf, 9) as files:
        failed = hear(tracks.head(1), files)["audio_failures"]
        assert files.decoded == ["major.wav"] * 2
        row = failed.row(0, named=True)
        assert (row["reason"], row["signal"], row["attempts"]) == ("crashed", "SIGSEGV", 2)


def test_what_is_in_the_ledger_is_not_tried_again_until_the_file_changes(tracks, files):
    cold = hear(tracks, files)
    attempts = dict(cold["audio_failures"].select("track_id", "attempts").iter_rows())
    assert attempts == {"t4": 1, "t5": 1, "t6": 1, "t7": 0, "t8": 0, "t9": 0, "ta": 0}
    files.decoded.clear()
    warm = hear(tracks, files, cold["audio_features"], cold["audio_failures"])
    assert files.decoded == []
    for name, frame in cold.items():
        assert_frame_equal(frame, warm[name])
    changed = tracks.with_columns(audio_sha256=pl.when(track_id="t6").then(pl.lit("ab" * 32)).otherwise("audio_sha256"))
    hear(changed, files, cold["audio_features"], cold["audio_failures"])
    assert files.decoded == ["words.mp3"]
