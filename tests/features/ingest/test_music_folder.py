"""Tags, manifests and file names as catalogue rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from features.ingest.music_folder import artist_id, track_id, tracks_of
from features.ingest.tag_values import genres, language, mbids, number, released
from schemas.catalogue import TRACKS
from warehouse.landing.music.index import Known

DAY = date(2026, 3, 1)
ONE, TWO = "5b11f4ce-a62d-471e-81fc-a69a8278c7da", "b1a9c0e9-d987-4042-ae91-78d6a3267d69"


TOLD = {"title": "名前", "artist": "誰か", "context": "game, two players", "mood_label": "Energetic"}


def music(name: str, id_: str = "t1", told: dict[str, str] | None = None, **tags: str | list[str]) -> Known:
    lists = {k: [v] if isinstance(v, str) else v for k, v in tags.items()}
    return Known(name, audio_id=id_, track_id=id_, duration_s=10.0, tags=lists, told=told or {})


def row(*files: Known) -> dict[str, Any]:
    found = tracks_of(files, folder="mine", added_on=DAY)
    assert found.height == 1
    return found.row(0, named=True)


def test_a_guest_leaves_the_album_the_artists() -> None:
    guests = [row(music("a.ogg", artist=artist, album="LP"))["album_id"] for artist in ("Ann", "Ann feat. Bob")]
    assert guests[0] == guests[1]


def test_manifest_then_tags_then_file_name() -> None:
    files = [
        music("b/01 - Some_One - A Song.ogg", "t1"),
        music("a.ogg", "t2", title="Tagged", artist="Ärtist", album="LP", date="1999-05", genre="Jazz"),
        music("c.ogg", "t3", TOLD, title="Tagged"),
    ]
    found = tracks_of(files, folder="mine", added_on=DAY)
    assert tuple(found.columns) == TRACKS.names
    columns = ("title", "artist_name", "album_title", "release_date", "release_precision", "genre")
    assert found.select(columns).rows() == [
        ("Tagged", "Ärtist", "LP", date(1999, 5, 1), "month", "Jazz"),
        ("A Song", "Some One", None, None, None, None),
        ("名前", "誰か", None, None, None, None),
    ]
    assert found["listener_tags"].to_list() == [[], [], ["energetic", "game", "two players"]]
    assert found["audio_path"].to_list() == [f"mine/t{n}.ogg" for n in (2, 1, 3)]


def test_the_same_sound_is_one_track_and_artists_one_id() -> None:
    files = [music("x.ogg", artist="Bob"), music("y.ogg", artist="BOB"), music("z.ogg", "t2", artist="bob")]
    found = tracks_of(files, folder="f", added_on=DAY)
    assert found.height == 2
    assert found["artist_id"].n_unique() == 1


def test_a_file_that_a_manifest_names_tells_its_track() -> None:
    assert row(music("a.ogg", title="Tag"), music("b.ogg", told={"title": "Told"}))["title"] == "Told"


@pytest.mark.parametrize(
    ("tags", "names", "shown"),
    [
        ({"artist": ["Alice", "Bob"]}, ["Alice", "Bob"], None),
        ({"artist": "Alice & Bob", "artists": ["Alice", "Bob"]}, ["Alice", "Bob"], "Alice & Bob"),
        ({"artist": "AC/DC"}, ["AC/DC"], None),
        ({"artist": "AC/DC", "artists": "AC/DC"}, ["AC/DC"], None),
        ({"album_artist": "Album Artist"}, ["Album Artist"], None),
        ({"album_artist": "Various Artists"}, ["Carol"], None),
        ({"album_artist": "Unknown Artist"}, ["Carol"], None),
        ({}, ["Carol"], None),
    ],
)
def test_every_credited_artist_is_kept(tags: dict[str, Any], names: list[str], shown: str | None) -> None:
    found = row(music("va/02 Carol - In Name.mp3", **tags))
    assert [found["artist_id"], *found["featured_artist_ids"]] == [artist_id(name) for name in names]
    assert found["artist_name"] == names[0]
    if "artist_credit" in found:
        assert (found["featured_artist_names"], found["artist_credit"]) == (names[1:], shown)


def test_ids_of_musicbrainz_go_with_their_artists() -> None:
    two = row(music("a.mp3", artist=["A", "B"], artist_mbids=[ONE, TWO], recording_mbid=[ONE]))
    assert (two["artist_id"], two["featured_artist_ids"], two["recording_mbid"]) == (ONE, [TWO], ONE)
    text = row(music("a.mp3", artist="A feat. B", artist_mbids=[f"{ONE}; {TWO}"]))
    assert (text["artist_name"], text["artist_id"], text["featured_artist_ids"]) == ("A feat. B", ONE, [TWO])
    unequal = row(music("a.mp3", artist=["A", "B"], artist_mbids=[ONE]))
    assert unequal["artist_id"] == artist_id("A"), "nobody knows whose id it is"


def test_albums_of_a_compilation_are_one_album() -> None:
    tags: dict[str, Any] = {"album": "Best", "compilation": "1"}
    rows = [row(music("x.ogg", artist=name, **tags)) for name in ("A", "B")]
    assert rows[0]["album_id"] == rows[1]["album_id"]
    assert rows[0]["album_artist_name"] == "Various Artists"
    assert row(music("x.ogg", artist="A", album="Best"))["album_id"] != rows[0]["album_id"]


def test_numbers_genres_and_languages_are_kept() -> None:
    found = row(music("x.ogg", track="3/12", disc="2", genre=["Rock; Pop", "Jazz", "rock"], language="jpn"))
    assert (found["track_number"], found["disc_number"], found["genre"], found["language"]) == (3, 2, "Rock", "other")
    assert found["genres"] == ["Rock", "Pop", "Jazz"]


def test_a_language_known_before_stays_where_no_tag_tells_one() -> None:
    files = [music("x.ogg", "t1"), music("y.ogg", "t2", language="eng"), music("z.ogg", "t3")]
    found = tracks_of(files, folder="f", added_on=DAY, languages={"t1": "zh", "t2": "zh"})
    assert found["language"].to_list() == ["zh", "en", None]


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2019", date(2019, 1, 1), "year"),
        ("2019-03", date(2019, 3, 1), "month"),
        ("2019-03-04T10:00", date(2019, 3, 4), "day"),
        ("2019/03/04", date(2019, 3, 4), "day"),
        ("20190304", date(2019, 3, 4), "day"),
        ("2019-00-00", date(2019, 1, 1), "year"),
        ("2019-03-00", date(2019, 3, 1), "month"),
        ("2027", date(2027, 1, 1), "year"),
    ],
)
def test_dates_are_as_exact_as_they_are_told(text: str, day: date, precision: str) -> None:
    assert released(text, known_by=DAY) == (day, precision)


@pytest.mark.parametrize(
    "text", ["2019-02-31", "0000", "1721", "2028", "2099-01-01", "last year", "", "20190", "12345678901"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert released(text, known_by=DAY) is None


def test_values_of_tags() -> None:
    assert [number(t) for t in ("3", "03", "3/12", " 3 / 12", "3 of 12", "A1", "", "0/0", "-3")] == [3] * 5 + [None] * 4
    assert [language(t) for t in ("eng", "zh-CN", "Mandarin", "zxx", "jpn", "und", "")] == [
        "en", "zh", "zh", "instrumental", "other", None, None,
    ]  # fmt: skip
    assert mbids([f"{ONE}/{TWO}", ONE.upper(), "x"]) == mbids([f"{ONE}{TWO}"]) == [ONE, TWO]
    assert genres(["Rock", "rock", "R&B/Soul"]) == ["Rock", "R&B/Soul"]


def test_odd_names_still_have_a_printable_title() -> None:
    found = tracks_of([music("\x07\n.ogg"), music("07.ogg", "t2")], folder="f", added_on=DAY)
    assert found["title"].to_list() == ["untitled", "07"]
    assert found["artist_name"].to_list() == ["unknown artist"] * 2


def test_an_id_is_made_of_the_sound() -> None:
    assert track_id("0123456789abcdef0123") == "f0123456789abcdef"
