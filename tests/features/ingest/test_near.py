"""Songs known from listens alone that may be other songs, misspelt."""

from __future__ import annotations

import polars as pl

from features.ingest.near import with_near
from tests.frames import rows

FOLDER, LISTENS = "tracks/folder-music.jsonl", "tracks/listens-ann.parquet"


def near(
    catalogue: list[tuple[str, str | None]], heard: list[tuple[str, str | None]], none: tuple[str, ...] = ()
) -> dict[str, list[str]]:
    """Ids of the songs near each heard one, ``h0`` ..., of ``c0`` ... of the catalogue."""
    named = [
        (f"{letter}{n}", *song) for letter, songs in (("c", catalogue), ("h", heard)) for n, song in enumerate(songs)
    ]
    tracks = rows("tracks", [{"track_id": i, "title": t, "artist_name": a} for i, t, a in named])
    files = [FOLDER] * len(catalogue) + [LISTENS] * len(heard)
    found = with_near(
        tracks.drop("near_track_ids").with_columns(source_file=pl.Series(files, dtype=pl.String)),
        pl.Series(none, dtype=pl.String),
    )
    assert found["track_id"].to_list() == [i for i, *_ in named]
    return {i: ids for i, ids in found.select("track_id", "near_track_ids").iter_rows() if ids}


def test_a_slip_in_title_or_artist_comes_near() -> None:
    songs = [("Main Menu", "Cy"), ("Cave", "Wansti"), ("Tree Boss", "Wansti")]
    heard = [("Man Menu", "Cy"), ("Cae - 2009 Remaster", "Wansti"), ("tree boss", "Waneti"), ("Far Away", "Wansti")]
    assert near(songs, heard) == {"h0": ["c0"], "h1": ["c1"], "h2": ["c2"]}


def test_another_figure_version_or_artist_is_another_song() -> None:
    songs = [("Forest 2", "Wansti"), ("Come and Find Me", "Eric"), ("Intro", "Brodd")]
    heard = [("Forest 3", "Wansti"), ("Come and Find Me (Live)", "Eric"), ("Intro", "Le Bidan")]
    assert near(songs, heard) == {}


def test_a_song_of_nobody_may_be_anybodys() -> None:
    assert near([("Through Pixelated Clouds", None)], [("Through Pixelated Clouds", "bart")]) == {"h0": ["c0"]}


def test_songs_of_a_catalogue_are_what_they_are_and_of_two_heard_ones_either_may_be_meant() -> None:
    assert near([("River", "Ann"), ("Rivers", "Ann")], []) == {}
    assert near([], [("River", "Ann"), ("Rivers", "Ann")]) == {"h0": ["h1"], "h1": ["h0"]}


def test_what_a_person_said_is_no_other_song_is_none() -> None:
    assert near([("River", "Ann")], [("Rivers", "Ann"), ("Rivr", "Ann")], none=("h0",)) == {"h1": ["c0", "h0"]}
