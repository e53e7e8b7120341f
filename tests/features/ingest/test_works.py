"""Which tracks are versions of one song: worked examples."""

from __future__ import annotations

import polars as pl
import pytest

from features.ingest.works import with_works
from features.names.titles import KINDS
from features.names.titles import SAME_RECORDING as SAME
from schemas.vocabulary import SAME_RECORDING, VERSIONS
from tests.frames import rows


def works(*tracks: tuple[str, str | None] | tuple[str, str | None, list[str]]) -> pl.DataFrame:
    """``work_id`` and ``version`` of tracks given as title, artist, guests."""
    delivered = [
        {
            "track_id": f"t{i}",
            "title": t,
            "artist_id": a,
            "artist_name": a,
            "featured_artist_ids": guests[0] if guests else [],
        }
        for i, (t, a, *guests) in enumerate(tracks)
    ]
    return with_works(rows("tracks", delivered).drop("work_id", "version"))


@pytest.mark.parametrize(
    ("title", "version"),
    [
        ("Night", None),
        ("Night (Live at Wembley)", "live"),
        ("Night - Remastered 2011", "remaster"),
        ("Night (Radio Edit)", "edit"),
        ("Night [Acoustic Version]", "acoustic"),
        ("Night (Instrumental)", "instrumental"),
        ("Night (Someone Remix)", "remix"),
        ("Night (Demo)", "demo"),
        ("Night (Karaoke Version)", "karaoke"),
        ("Night (Sped Up)", "sped_up"),
        ("Night - Slowed + Reverb", "slowed"),
        ("Night (Live) [2011 Remaster]", "live"),
        ("Night（现场版）", "live"),
        ("Night (伴奏)", "instrumental"),
        ("Night (DJ版)", "remix"),
        ("Night (降调)", "slowed"),
        ("Night (翻唱)", "cover"),
    ],
)
def test_versions_of_one_song_share_its_work(title: str, version: str | None) -> None:
    found = works(("Night", "a"), (title, "a"))
    assert found["work_id"].n_unique() == 1
    assert found["version"][1] == version


def test_one_title_of_two_artists_is_two_works_unless_they_sing_together() -> None:
    found = works(("Night", "a"), ("Night", "b"), ("Night (Live)", "a"), ("NIGHT", "b"))
    assert found["work_id"].n_unique() == 2
    assert works(("Night", "a"), ("Night (Live)", "b", ["a"]))["work_id"].n_unique() == 1


def test_a_cover_is_the_work_of_whom_it_names() -> None:
    found = works(("Night", "Star"), ("Night (Star cover)", "Fan"), ("Night (Cover)", "Other"))
    same = found["work_id"].to_list()
    assert same[0] == same[1] != same[2]


def test_titles_that_merely_sound_like_versions_are_songs() -> None:
    found = works(
        ("Live and Let Die", "a"), ("Acoustic", "a"), ("Remix to Ignition", "a"), ("Demo", "a"), ("Live", "a")
    )
    assert found["version"].null_count() == 5
    assert found["work_id"].n_unique() == 5


def test_of_nobody_known_no_song_is_known_to_be_the_same() -> None:
    assert works(("Night", None), ("Night (Live)", None))["work_id"].null_count() == 2


def test_the_vocabulary_is_that_of_titles() -> None:
    assert set(VERSIONS) == set(KINDS)
    assert set(SAME_RECORDING) == SAME
