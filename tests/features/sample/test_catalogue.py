"""The sample's catalogue: counts, dates, links between songs, the same for the same seed."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from features.ingest.sieve import with_defaults
from features.sample.catalogue import Catalogue, compose_catalogue
from features.sample.styles import STYLES
from features.sample.works import TRUTH_SCHEMA
from features.seeds import Seeds
from schemas import TABLES
from schemas.validate import check
from schemas.vocabulary import KEYS, MODES, TRACK_LANGUAGES

UNTIL = date(2026, 11, 21)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return compose_catalogue(300, UNTIL, Seeds(7))


def test_the_same_seed_gives_the_same_catalogue(catalogue: Catalogue) -> None:
    again = compose_catalogue(300, UNTIL, Seeds(7))
    assert again.tracks.equals(catalogue.tracks)
    assert again.truth.equals(catalogue.truth)
    assert [w.lrc for w in again.works] == [w.lrc for w in catalogue.works]


def test_another_seed_gives_another_catalogue(catalogue: Catalogue) -> None:
    assert not compose_catalogue(300, UNTIL, Seeds(8)).truth["tempo_bpm"].equals(catalogue.truth["tempo_bpm"])


def test_tracks_keep_their_contract(catalogue: Catalogue) -> None:
    delivered = with_defaults(catalogue.tracks, "tracks")
    derived = delivered.with_columns(pl.col("artist_join_phrases").fill_null([]))  # the ingest's
    assert check(TABLES["tracks"].frame(derived), TABLES["tracks"]) == []


def test_every_style_has_its_share(catalogue: Catalogue) -> None:
    counts = dict(catalogue.truth.group_by("style").len().iter_rows())
    assert set(counts) == {s.id for s in STYLES}
    assert len(counts) >= 12
    assert max(counts.values()) - min(counts.values()) <= 4


def test_sizes_of_the_default_sample(catalogue: Catalogue) -> None:
    tracks = catalogue.tracks
    assert tracks["title"].n_unique() == tracks.height == 300
    assert 70 <= tracks["artist_id"].n_unique() <= 80
    assert 100 <= tracks["album_id"].n_unique() <= 150
    assert 0.6 <= tracks["lyrics_path"].is_not_null().mean() <= 0.72
    assert tracks["audio_path"].is_null().sum() in range(6, 13)
    assert tracks.filter(~pl.col("available")).height in range(4, 9)
    assert tracks["regions"].list.len().gt(0).sum() in range(8, 16)
    assert 1 <= tracks["explicit"].sum() <= 30
    assert set(tracks["audio_path"].drop_nulls().str.split(".").list.last()) == {"opus", "mp3", "flac", "ogg", "m4a"}
    assert catalogue.truth["duration_s"].is_between(24.5, 38).all()


def test_dates_are_known_by_the_end_of_the_day(catalogue: Catalogue) -> None:
    tonight = catalogue.tracks.filter(pl.col("release_date") > UNTIL)
    assert tonight.height >= 4
    assert set(tonight["release_date"]) == {UNTIL + timedelta(days=1)}
    assert set(tonight["added_on"]) == {UNTIL}
    assert (catalogue.tracks["added_on"] <= UNTIL).all()
    rest = catalogue.tracks.filter(pl.col("release_date") <= UNTIL)
    assert (rest["added_on"] >= rest["release_date"]).all()


def test_people_behind_the_songs_are_shared(catalogue: Catalogue) -> None:
    for role in ("producer", "label", "composer"):
        assert catalogue.tracks[role].value_counts()["count"].max() >= 5
    own = catalogue.tracks.group_by("artist_id").agg(pl.col("label").n_unique())
    assert own["label"].max() == 1


def test_a_rerelease_is_the_same_recording(catalogue: Catalogue) -> None:
    copies = [w for w in catalogue.works if w.copy_of]
    assert len(copies) == 2
    by_id = {w.track_id: w for w in catalogue.works}
    for copy in copies:
        original = by_id[str(copy.copy_of)]
        assert (copy.plan, copy.codec, copy.lrc) == (original.plan, original.codec, original.lrc)
        assert copy.album.id != original.album.id
        assert copy.album.release_date >= original.album.release_date


def test_truth_describes_every_track(catalogue: Catalogue) -> None:
    truth = catalogue.truth
    assert dict(truth.schema) == TRUTH_SCHEMA
    assert truth["track_id"].to_list() == catalogue.tracks["track_id"].to_list()
    assert truth.null_count().sum_horizontal().item() == 0
    assert set(truth["key"]) <= set(KEYS)
    assert set(truth["mode"]) == set(MODES)
    assert set(truth["language"]) <= set(TRACK_LANGUAGES)
    assert set(truth.filter(~pl.col("tempo_clear"))["style"]) == {"ambient"}
    for column, low in (("valence", -1), ("arousal", -1), ("energy", 0), ("appeal", 0)):
        assert truth[column].is_between(low, 1).all()


def test_mood_steers_mode_and_energy(catalogue: Catalogue) -> None:
    means = dict(catalogue.truth.group_by("mode").agg(pl.col("valence").mean()).iter_rows())
    assert means["major"] - means["minor"] > 0.4
    assert catalogue.truth.select(pl.corr("arousal", "energy")).item() > 0.95


@pytest.mark.parametrize("songs", [12, 13, 24])
def test_small_catalogues(songs: int) -> None:
    small = compose_catalogue(songs, UNTIL, Seeds(1))
    assert small.truth.height == songs
    assert (small.tracks["release_date"] > UNTIL).any()


def test_titles_stay_distinct_in_a_large_catalogue() -> None:
    large = compose_catalogue(1500, UNTIL, Seeds(5))
    assert large.tracks["title"].n_unique() == 1500
