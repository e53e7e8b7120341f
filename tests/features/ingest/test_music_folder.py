"""Tags, manifests and file names as catalogue rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from features.ingest.music_folder import release_date, tracks_of
from schemas.catalogue import TRACKS, TRACKS_DERIVED
from schemas.validate import check
from warehouse.landing.music import MusicFile


def music(path: str, content: str = "1", duration_s: float | None = 10.0, **tags: str) -> MusicFile:
    return MusicFile(path, ".ogg", content * 64, duration_s, tags)


ANN, BOB = (f"a0000000-0000-4000-8000-00000000000{n}" for n in (1, 2))


def credit(file: MusicFile, manifest: dict[str, dict[str, str]] | None = None) -> dict[str, Any]:
    found = tracks_of([file], manifest or {}, folder="mine", added_on=date(2026, 3, 1))
    return found.row(0, named=True)


def test_artists_named_one_by_one_keep_their_ids_and_the_credit_as_shown() -> None:
    tagged = music("a.ogg", title="Duet", artist="Ann feat. Bob")
    row = credit(replace(tagged, artists=("Ann", "Bob"), artist_ids=(ANN, BOB)))
    assert (row["artist_id"], row["featured_artist_ids"]) == (ANN, [BOB])
    assert (row["artist_name"], row["featured_artist_names"]) == ("Ann", ["Bob"])
    assert row["artist_credit"] == "Ann feat. Bob"
    one_text = credit(replace(tagged, artist_ids=(ANN, BOB)))
    assert (one_text["artist_name"], one_text["featured_artist_ids"]) == ("Ann feat. Bob", [BOB])
    told = credit(replace(tagged, artists=("Ann", "Bob")), {"a.ogg": {"artist": "Cy"}})
    assert (told["artist_name"], told["artist_credit"], told["featured_artist_names"]) == ("Cy", None, None)


def test_an_albums_artist_stands_in_for_a_tracks_unless_it_is_a_compilations() -> None:
    assert credit(music("01.ogg", title="Night", album_artist="Ann"))["artist_name"] == "Ann"
    assert credit(music("Bob - Night.ogg", album_artist="Various Artists"))["artist_name"] == "Bob"
    guests = [credit(music("a.ogg", artist=artist, album="LP"))["album_id"] for artist in ("Ann", "Ann feat. Bob")]
    assert guests[0] == guests[1]


def test_manifest_then_tags_then_file_name() -> None:
    files = [
        music("b/01 - Some_One - A Song.ogg", "1"),
        music("a.ogg", "2", title="Tagged", artist="Ärtist", album="LP", date="1999-05", genre="Jazz"),
        music("c.ogg", "3", None, title="Tagged"),
    ]
    told = {"c.ogg": {"title": "名前", "artist": "誰か", "context": "game, two players", "mood_label": "Energetic"}}
    found = tracks_of(files, told, folder="mine", added_on=date(2026, 3, 1))
    assert {broken.column for broken in check(found, TRACKS)} <= {*TRACKS_DERIVED, "featured_artist_names"}
    assert found.select("title", "artist_name", "album_title", "release_date", "genre").rows() == [
        ("Tagged", "Ärtist", "LP", date(1999, 5, 1), "Jazz"),
        ("A Song", "Some One", None, None, None),
        ("名前", "誰か", None, None, None),
    ]
    assert found["listener_tags"].to_list() == [[], [], ["energetic", "game", "two players"]]
    assert found["audio_path"].to_list() == [f"mine/f{n * 16}.ogg" for n in "213"]


def test_the_same_content_is_one_track_and_artists_one_id() -> None:
    files = [music("x.ogg", artist="Bob"), music("y.ogg", artist="BOB"), music("z.ogg", "2", artist="bob")]
    found = tracks_of(files, {}, folder="f", added_on=date(2026, 3, 1))
    assert found.height == 2
    assert found["artist_id"].n_unique() == 1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019", date(2019, 1, 1)),
        ("2019-03", date(2019, 3, 1)),
        ("2019-03-04T10:00", date(2019, 3, 4)),
        ("2019-02-31", None),
        ("0000", None),
        ("1721", None),
        ("20190304", None),
        ("last year", None),
        ("", None),
    ],
)
def test_dates_of_tags(text: str, day: date | None) -> None:
    assert release_date(text) == day


def test_odd_names_still_have_a_printable_title() -> None:
    found = tracks_of([music("\x07\n.ogg"), music("07.ogg", "2")], {}, folder="f", added_on=date(2026, 3, 1))
    assert found["title"].to_list() == ["untitled", "07"]
