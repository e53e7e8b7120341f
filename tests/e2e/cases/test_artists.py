"""Caps, blocks and versions where one artist and one song are written in many ways."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.cases.people import NIGHT, VERSIONS, Star, history, others, stars, version_songs, write
from tests.e2e.conftest import CopyHome, MakeOnce
from tests.e2e.here import SMALL, here
from tests.e2e.night import Night, Row, read_night

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
STARS = stars()
MARKS = {
    "Live": "live", "现场": "live", "Acoustic": "acoustic", "Edit": "edit", "Instrumental": "instrumental",
    "伴奏": "instrumental", "Demo": "demo", "DJ": "remix",
}  # fmt: skip
PEOPLE = [f"u{n}" for n in range(6)]
_VERSION = {
    title: next((v for mark, v in MARKS.items() if mark in title), None) for titles in VERSIONS for title in titles
}


def make(home: Path) -> None:
    """Six listeners, two for each star, who play its songs more than all others."""
    rest = [*version_songs(), *others(160)]
    rows = []
    for n, user in enumerate(PEOPLE):
        mine = STARS[n % 3].songs
        theirs = [song for star in STARS for song in star.songs if song not in mine]
        rows += history(user, [*mine, *theirs, *rest], loved=len(mine))
    here("ingest", "listens", write(home / "all.jsonl", rows), "--home", home)
    (home / "daily30.toml").write_text(SMALL)
    here("nightly", "--ds", NIGHT, "--home", home)


@pytest.fixture(scope="module")
def home(make_once: MakeOnce) -> Path:
    return make_once("cases_artists", make)


@pytest.fixture(scope="module")
def night(home: Path) -> Night:
    return read_night(home, NIGHT)


def songs_of(served: Row, star: Star) -> list[str]:
    return [song["title"] for song in served["songs"] if song["title"] in star.titles]


@pytest.mark.parametrize("star", STARS, ids=["mapped_or_not", "spellings", "chinese"])
def test_a_list_holds_no_more_of_an_artist_than_the_cap_whatever_the_credit(night: Night, star: Star) -> None:
    raised = {s["user_id"] for s in night.tables["list_summaries"] if "artist_cap_raised" in s["relaxations"]}
    held = {user: len(songs_of(served, star)) for user, served in night.lists.items()}
    assert set(held) == set(PEOPLE)
    assert {user: n for user, n in held.items() if n > (3 if user in raised else 2)} == {}
    assert sum(held.values()) > 0, "somebody hears it"
    assert not raised, "there is enough else to play"


@pytest.mark.parametrize("star", STARS, ids=["mapped_or_not", "spellings", "chinese"])
def test_an_artist_is_one_in_the_catalogue(night: Night, star: Star) -> None:
    credited = Counter(
        artist
        for track in night.tables["tracks"]
        if track["title"] in star.titles
        for artist in {track["artist_id"], *(track["featured_artist_ids"] or [])}
    )
    (_, most), (_, next_most) = credited.most_common(2)
    assert most == len(star.songs), "every song credits the star, under one id"
    assert next_most < most / 2


def test_whoever_blocks_an_artist_hears_none_of_their_songs(home: Path, copied: CopyHome) -> None:
    mine = copied(home)
    ids = {track["title"]: track["artist_id"] for track in read_night(mine, NIGHT).tables["tracks"]}
    by_name = ids[STARS[2].songs[0].title]  # as the catalogue names them
    blocks = [("u0", STARS[0].mbid), ("u1", STARS[1].mbid), ("u2", by_name)]
    rows = [
        {"user_id": u, "event_at": f"{NIGHT}T07:00:00Z", "kind": "block_artist", "subject_id": a} for u, a in blocks
    ]
    here("ingest", "delivery", write(mine / "feedback.jsonl", rows), "--home", mine)
    here("nightly", "--ds", NIGHT, "--home", mine)
    after = read_night(mine, NIGHT)
    for (user, _), star in zip(blocks, STARS, strict=True):
        assert len(after.lists[user]["songs"]) == 30
        assert songs_of(after.lists[user], star) == []


@pytest.mark.parametrize("titles", VERSIONS, ids=["as_told", "edits_and_demos", "chinese"])
def test_a_list_holds_one_version_of_a_song(night: Night, titles: tuple[str, ...]) -> None:
    held = {user: [s["title"] for s in served["songs"] if s["title"] in titles] for user, served in night.lists.items()}
    assert {user: found for user, found in held.items() if len(found) > 1} == {}
    assert any(held.values()), "somebody hears one"


def test_the_payload_says_which_version_it_is(night: Night) -> None:
    told = {s["title"]: s["version"] for served in night.lists.values() for s in served["songs"]}
    known = {title: _VERSION[title] for titles in VERSIONS for title in titles}
    assert {title: version for title, version in told.items() if version} == {
        title: version for title, version in known.items() if version and title in told
    }
    assert any(known.get(title) for title in told)
