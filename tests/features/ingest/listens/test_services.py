"""Rows as each service writes them."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.ingest.listens import kinds, tables
from features.ingest.listens.rows import LeftOut, Listen, Love, Refused

MBID = "28b50c59-77e4-4254-a0bd-16797ddaa3ca"
ARTIST = "4a00ec9d-c635-463a-8cd4-eb61725f0c60"
GUEST = "1fc5d8e8-240c-4c0e-8ba9-5d5e3b8bb0ec"


def us(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000)


def one(item: object) -> Listen | Love:
    (found,) = kinds.rows_of(item)
    return found


def test_a_listen_of_listenbrainz() -> None:
    metadata = {
        "track_name": "2 Wheel  Nation",
        "artist_name": "Acid King feat. Guest",
        "release_name": "III",
        "additional_info": {"duration_ms": 323000, "submission_client": "a player", "recording_msid": "3ad5b1d0"},
        "mbid_mapping": {"recording_mbid": MBID.upper(), "artist_mbids": [ARTIST, GUEST], "artists": []},
    }
    item = {"listened_at": 1_700_000_000, "inserted_at": 1.7e9, "user_name": "rob", "track_metadata": metadata}
    assert one(item) == Listen(
        1_700_000_000_000_000,
        "seconds",
        "2 Wheel Nation",
        "Acid King feat. Guest",
        album="III",
        length_s=323.0,
        recording=MBID,
        artists=(ARTIST, GUEST),
        user="rob",
    )


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"track_metadata": None, "listened_at": 1}, "track_metadata is missing"),
        ({"listened_at": 1, "user_name": "me"}, "track_metadata is missing"),
        ({"track_metadata": {"track_name": "x", "artist_name": ["y"]}, "listened_at": 1}, "artist_name is a list"),
        ({"track_metadata": {"track_name": " "}, "listened_at": 1}, "track_name and artist_name are missing"),
        ({"track_metadata": {"track_name": "x", "artist_name": "y"}}, "listened_at is missing"),
        ({"track_metadata": {"track_name": "x" * 3000, "artist_name": "y"}, "listened_at": 1}, "3,000 letters"),
        ([], "a list, not an object"),
        ("text", "a text, not an object"),
        (5, "a number, not an object"),
        ({"a": 1}, "no known service (it has a)"),
        ({"score": 7, "created": 1, "recording_mbid": MBID}, "score is 7"),
        ({"score": 1, "created": 1_700_000_000, "recording_msid": "x"}, "names neither"),
        ({"ts": "2023-01-01T00:00:00Z", "ms_played": "x", "master_metadata_track_name": "a"}, "ms_played is 'x'"),
    ],
)
def test_what_is_no_listen_is_refused_by_name(item: object, words: str) -> None:
    with pytest.raises(Refused) as told:
        one(item)
    assert words in str(told.value)


KEYS = [
    *("track_metadata", "listened_at", "score", "created", "time", "track", "artists", "title", "name", "artist"),
    *("date", "ts", "ms_played", "endTime", "msPlayed", "album", "isDir", "played", "recenttracks", "payload"),
]


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda v: st.lists(v, max_size=4) | st.dictionaries(st.sampled_from(KEYS), v, max_size=6),
        max_leaves=12,
    )
)
def test_any_json_is_a_row_or_refused(value: Any) -> None:
    for item in kinds.unwrapped(value):
        with contextlib.suppress(Refused, LeftOut):
            assert all(found.at_us for found in kinds.rows_of(item))
    kinds.page_user(value)


def test_loves_and_hates_of_listenbrainz() -> None:
    love = {"recording_msid": None, "recording_mbid": MBID, "score": 1, "created": 1_700_000_000}
    assert one(love) == Love(1_700_000_000_000_000, "seconds", "like_track", recording=MBID)
    named = {"track_name": "a", "artist_name": "b", "mbid_mapping": None}
    hate = {**love, "recording_mbid": None, "score": -1, "track_metadata": named, "user_id": "rob"}
    assert one(hate) == Love(1_700_000_000_000_000, "seconds", "block_track", "a", "b", user="rob")
    with pytest.raises(LeftOut, match="taken back"):
        one({**love, "score": 0})


LASTFM = {
    "artist": {"mbid": ARTIST, "#text": "坂本龍一"},
    "streamable": "0",
    "image": [{"size": "small", "#text": "https://x/y.png"}],
    "mbid": "",
    "album": {"mbid": "", "#text": "1996"},
    "name": "Merry Christmas Mr. Lawrence",
    "url": "https://www.last.fm/music/x",
    "date": {"uts": "1704067140", "#text": "31 Dec 2023, 23:59"},
}


def test_scrobbles_and_loved_tracks_of_lastfm() -> None:
    at = us("2023-12-31 23:59")
    expected = Listen(at, "seconds", "Merry Christmas Mr. Lawrence", "坂本龍一", album="1996", artists=(ARTIST,))
    assert one(LASTFM) == expected
    extended = {**LASTFM, "artist": {"url": "", "name": "坂本龍一", "image": [], "mbid": ARTIST}, "loved": "0"}
    assert one(extended) == expected
    with pytest.raises(LeftOut, match="now playing"):
        one({k: v for k, v in LASTFM.items() if k != "date"} | {"@attr": {"nowplaying": "true"}})
    loved = {k: v for k, v in extended.items() if k not in ("album", "loved")}
    assert one(loved) == Love(at, "seconds", "like_track", "Merry Christmas Mr. Lawrence", "坂本龍一")
    page = {"recenttracks": {"track": [LASTFM, LASTFM], "@attr": {"user": "RJ", "page": "1"}}}
    assert list(kinds.unwrapped([page, page])) == [LASTFM] * 4
    assert kinds.page_user(page) == "RJ"
    assert list(kinds.unwrapped({"recenttracks": {"track": LASTFM}})) == [LASTFM], "one alone comes without a list"


def test_lastfmstats() -> None:
    item = {"track": "T", "artist": "A", "album": "", "albumId": "", "date": 1704067140000}
    assert one(item) == Listen(us("2023-12-31 23:59"), "seconds", "T", "A")


def test_account_data_of_spotify() -> None:
    item = {"endTime": "2023-12-31 23:59", "artistName": "A", "trackName": "T", "msPlayed": 200_500}
    assert one(item) == Listen(us("2023-12-31 23:55:39.5"), "seconds", "T", "A", heard_s=200.5)
    assert one({**item, "msPlayed": 2000}).skipped
    with pytest.raises(LeftOut, match="podcasts"):
        one({"endTime": "2023-12-31 23:59", "podcastName": "P", "episodeName": "E", "msPlayed": 9})
    with pytest.raises(LeftOut, match="no length"):
        one({**item, "msPlayed": 0})


EXTENDED = {
    "ts": "2023-12-31T23:59:00Z",
    "platform": "ios",
    "ms_played": 180_000,
    "conn_country": "DE",
    "ip_addr": "192.0.2.1",
    "master_metadata_track_name": "T",
    "master_metadata_album_artist_name": "A",
    "master_metadata_album_album_name": "L",
    "spotify_track_uri": "spotify:track:0",
    "episode_name": None,
    "episode_show_name": None,
    "spotify_episode_uri": None,
    "reason_start": "clickrow",
    "reason_end": "trackdone",
    "shuffle": False,
    "skipped": False,
    "offline": False,
    "offline_timestamp": 1704067140,
    "incognito_mode": False,
}


def test_extended_history_of_spotify() -> None:
    whole = Listen(us("2023-12-31 23:56"), "seconds", "T", "A", album="L", length_s=180.0, heard_s=180.0)
    assert one(EXTENDED) == whole
    skip = one({**EXTENDED, "ms_played": 50_000, "reason_end": "fwdbtn", "skipped": True})
    assert (skip.skipped, skip.heard_s, skip.length_s) == (True, 50.0, None)
    assert one({**EXTENDED, "ms_played": 50_000, "reason_end": "fwdbtn", "skipped": None}).skipped
    assert not one({**EXTENDED, "ms_played": 90_000, "reason_end": "logout", "skipped": None}).skipped
    for change, kind in (
        ({"incognito_mode": True}, "private sessions"),
        ({"master_metadata_track_name": None, "episode_name": "E"}, "podcasts"),
        ({"master_metadata_track_name": None, "audiobook_title": "B"}, "audiobooks"),
        ({"master_metadata_track_name": None}, "streams without a song's name"),
    ):
        with pytest.raises(LeftOut, match=kind):
            one({**EXTENDED, **change})


def test_maloja_of_every_version() -> None:
    track = {"artists": ["A", "B"], "title": "T", "album": {"artists": ["A"], "albumtitle": "L"}, "length": 200}
    item = {"time": 1704067140, "track": track, "duration": 150, "origin": "client:x"}
    at = us("2023-12-31 23:59")
    assert one(item) == Listen(at, "seconds", "T", "A, B", album="L", length_s=200.0, heard_s=150.0)
    assert one({**item, "duration": None}).heard_s is None
    old = {"time": 1704067140, "artists": ["A"], "title": "T", "album": "L", "duration": 200}
    assert one(old) == Listen(at, "seconds", "T", "A", album="L")


def test_songs_of_subsonic_and_navidrome() -> None:
    song = {"id": "1", "isDir": False, "title": "T", "artist": "A", "album": "L", "duration": 200}
    played = {**song, "played": "2023-12-31T23:59:00Z", "starred": "2024-01-01T00:00:00.5Z", "musicBrainzId": MBID}
    listen, love = kinds.rows_of(played)
    assert listen == Listen(us("2023-12-31 23:59"), "seconds", "T", "A", album="L", length_s=200.0, recording=MBID)
    assert love == Love(us("2024-01-01 00:00:00.5"), "seconds", "like_track", "T", "A", MBID)
    with pytest.raises(LeftOut, match="never played"):
        list(kinds.rows_of(song))
    with pytest.raises(LeftOut, match="now playing"):
        list(kinds.rows_of({**song, "username": "u", "minutesAgo": 0}))
    page = {"subsonic-response": {"status": "ok", "starred2": {"album": [{"id": "9"}], "song": [played]}}}
    assert list(kinds.unwrapped(page)) == [played]
    navidrome = {"playCount": 2, "playDate": "2023-12-31T23:59:00Z", "starred": False, "title": "T", "artist": "A"}
    assert one(navidrome).at_us == us("2023-12-31 23:59")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [["uts", "utc_time", "artist", "artist_mbid", "album", "album_mbid", "track", "track_mbid"],
             ["1704067140", "31 Dec 2023, 23:59", "A", ARTIST, "L", "", "T", MBID]],
            Listen(us("2023-12-31 23:59"), "seconds", "T", "A", album="L", recording=MBID, artists=(ARTIST,)),
            id="ghan.nl",
        ),
        pytest.param(
            [["Artist", "Album", "AlbumId", "Track", "Date#rob"], ["A", "L", "", "T", "1704067140000"]],
            Listen(us("2023-12-31 23:59"), "seconds", "T", "A", album="L"),
            id="lastfmstats",
        ),
        pytest.param(
            [["A", "L", "T", "31 Dec 2023 23:59"]],
            Listen(us("2023-12-31 23:59"), "seconds", "T", "A", album="L"),
            id="lastfm-to-csv",
        ),
        pytest.param(
            [["1704067140", "T", "A", "L", MBID, ARTIST, ""]],
            Listen(us("2023-12-31 23:59"), "seconds", "T", "A", album="L", recording=MBID, artists=(ARTIST,)),
            id="lastexport",
        ),
        pytest.param(
            [["user_000001", "2023-12-31T23:59:00Z", ARTIST, "A", "", "T"]],
            Listen(us("2023-12-31 23:59"), "seconds", "T", "A", artists=(ARTIST,), user="user_000001"),
            id="Last.fm-1K",
        ),
        pytest.param(
            [["2023-12-31", "23:59:00", "A", "T"]],
            Listen(us("2023-12-31 23:59"), "seconds", "T", "A"),
            id="lastfm-backup",
        ),
        pytest.param(
            [["#AUDIOSCROBBLER/1.1"], ["#TZ/UTC"], ["A", "L", "T", "3", "200", "S", "1704067140", MBID]],
            Listen(us("2023-12-31 23:59"), "seconds", "T", "A", "L", length_s=200.0, skipped=True, recording=MBID),
            id="scrobbler.log",
        ),
        pytest.param(
            [["user_name", "Track Name", "Artist Name", "date", "time", "ms_played"],
             ["rob", "T", "A", "2023-12-31", "23:59", "5000"]],
            Listen(us("2023-12-31 23:59"), "seconds", "T", "A", heard_s=5.0, user="rob"),
            id="any header",
        ),
    ],
)  # fmt: skip
def test_tables_of_every_exporter(rows: list[list[str]], expected: Listen) -> None:
    layout = tables.layout(rows)
    assert layout.listen(rows[-1]) == expected
    assert layout.headed is (len(rows) == 2)


def test_a_table_says_whose_it_is_and_what_its_clock_lacks() -> None:
    assert tables.layout([["Artist", "Album", "AlbumId", "Track", "Date#rob"]]).user == "rob"
    log = [["#AUDIOSCROBBLER/1.1"], ["#TZ/UNKNOWN"], ["A", "L", "T", "3", "200", "L", "1704067140"]]
    assert "taken as UTC" in tables.layout(log).note


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["a", "b"], ["1", "2"]], "no header and no known order of columns; the first row is 'a, b'"),
        ([["Song Name", "Event Start Timestamp", "Artist"]], "no column for the time; it has Song Name"),
        ([["track", "timestamp"]], "no column for the artist"),
        ([["1704067140", "x"]], "no header"),
        ([], "no header"),
    ],
)
def test_a_table_of_something_else_is_named(rows: list[list[str]], words: str) -> None:
    with pytest.raises(Refused) as told:
        tables.layout(rows)
    assert words in str(told.value)


def test_other_things_people_take_for_listens_are_left_out_by_name() -> None:
    watched = {"header": "YouTube Music", "title": "Watched X", "titleUrl": "https://y", "time": "2023-12-31T23:59:00Z"}
    with pytest.raises(LeftOut, match="YouTube"):
        one(watched)
    with pytest.raises(LeftOut, match="error"):
        one(json.loads('{"error": 6, "message": "User not found"}'))
