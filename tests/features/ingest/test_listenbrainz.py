"""ListenBrainz listens: real shapes, odd lines, ids that stay."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from features.ingest.listenbrainz import first_day, parse, plays_of, tracks_of, with_track_ids
from schemas.catalogue import TRACKS
from schemas.validate import check

MBID = "28b50c59-77e4-4254-a0bd-16797ddaa3ca"
NO_CATALOGUE = TRACKS.empty()


def listen(at: int, title: str = "晚风", artist: str = "Acid King", **told: Any) -> str:
    """A line as an export holds it."""
    info = told.pop("additional_info", {"submission_client": "a player", "recording_msid": "3ad5b1d0"})
    names = {"track_name": title, "artist_name": artist, "release_name": "III"}
    metadata = {**names, "additional_info": info, "mbid_mapping": told.pop("mbid_mapping", None)}
    return json.dumps({"listened_at": at, "inserted_at": 1709000000.5, "track_metadata": metadata, **told})


def test_a_listen_is_flattened() -> None:
    mapping = {"recording_mbid": MBID, "artist_mbids": ["4a00ec9d"], "artists": []}
    line = listen(1_700_000_000, additional_info={"duration_ms": 323000}, mbid_mapping=mapping, user_name="rob")
    found = parse([line]).frame.row(0, named=True)
    assert found == {
        "line": 1,
        "listened_at": 1_700_000_000,
        "title": "晚风",
        "artist": "Acid King",
        "album": "III",
        "duration_s": 323.0,
        "recording": MBID,
        "artist_mbid": "4a00ec9d",
        "user_name": "rob",
    }


def test_lines_that_are_no_listens_are_refused_with_their_number() -> None:
    odd = ["", "{", "[]", "{}", listen(0), listen(5, title=" "), json.dumps({"listened_at": "x", "track_metadata": {}})]
    found = parse([listen(1), *odd, listen(2)])
    assert found.frame["line"].to_list() == [1, 9]
    assert [n for n, _ in found.refused] == [3, 4, 5, 6, 7, 8]


@given(st.lists(st.text(), max_size=5))
def test_any_text_is_a_listen_or_refused(lines: list[str]) -> None:
    found = parse(lines)
    assert found.frame.height + len(found.refused) == sum(bool(line.strip()) for line in lines)


def test_ids_are_ours_then_the_recordings_then_the_names() -> None:
    catalogue = TRACKS.frame([{"track_id": "t7", "title": "ＬＯＶＥ", "artist_name": "ärtist", "duration_s": 200.0}])
    lines = [
        listen(10, "Love", "Ärtist"),
        listen(20, additional_info={"recording_mbid": MBID}),
        listen(30),  # the same song, not mapped this time
        listen(40, "Other"),
        listen(50, "OTHER"),
    ]
    found = with_track_ids(parse(lines).frame, catalogue)
    ids = found["track_id"].to_list()
    assert ids[0] == "t7"
    assert ids[1] == ids[2] == "mb" + MBID
    assert ids[3] == ids[4]
    assert ids[3].startswith("ls")
    assert found["known"].to_list() == [True, False, False, False, False]
    assert plays_of(found, "u")["listened_s"].to_list() == [200.0, 0.0, 0.0, 0.0, 0.0]


def test_plays_and_tracks_keep_their_contracts() -> None:
    lines = [listen(1_700_000_000 + n, f"song {n % 3}", additional_info={"duration": 60 + n}) for n in range(6)]
    found = with_track_ids(parse([*lines, lines[0]]).frame, NO_CATALOGUE)
    plays, tracks = plays_of(found, "名字"), tracks_of(found)
    assert plays.height == 6
    assert plays["played_at"][0] == datetime.fromtimestamp(1_700_000_000, UTC)
    assert tracks.height == 3
    assert check(tracks, TRACKS) == []
    assert tracks["added_on"].unique().to_list() == [date(2023, 11, 13)] == [first_day(found)]
    assert set(plays["track_id"]) == set(tracks["track_id"])


def test_no_unknown_song_gives_no_track() -> None:
    catalogue = TRACKS.frame([{"track_id": "t", "title": "晚风", "artist_name": "acid king"}])
    found = with_track_ids(parse([listen(5)]).frame, catalogue)
    assert tracks_of(found).is_empty()
    assert found.filter(pl.col("known")).height == 1
