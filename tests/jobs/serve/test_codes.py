"""`/v1/codes`: the words are those that songs are told in."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from jobs.serve import models
from schemas.vocabulary import KEYS, MODES, MOOD_IDS
from tests.finished_home import finished_home
from tests.jobs.serve.served import client


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client(finished_home(tmp_path_factory.mktemp("home")))


def test_every_key_and_mood_has_a_name_in_both(api: TestClient) -> None:
    told = models.Codes.model_validate_json(api.get("/v1/codes").content)
    assert {(k.key, k.mode) for k in told.keys} == {(k, m) for k in KEYS for m in MODES}
    assert [m.code for m in told.moods] == list(MOOD_IDS)
    assert len({g.code for g in told.genres}) == len(told.genres) > 10
    names = [key.names for key in told.keys] + [code.names for code in (*told.moods, *told.genres)]
    assert all(one.zh and not one.zh.isascii() for one in names if one.zh != one.en)
    assert all(one.en.isascii() for one in names)
    c_sharp = next(k for k in told.keys if (k.key, k.mode) == ("C#", "minor"))
    assert (c_sharp.names.zh, c_sharp.names.en) == ("升C小调", "C# minor")


def test_they_are_the_names_that_songs_tell(api: TestClient) -> None:
    told = models.Codes.model_validate_json(api.get("/v1/codes").content)
    keys = {(k.key, k.mode): k.names.model_dump() for k in told.keys}
    moods, genres = ({c.code: c.names.model_dump() for c in codes} for codes in (told.moods, told.genres))
    seen = set()
    for song in api.get("/v1/users/u-lin/daily30").json()["songs"]:
        names = api.get(f"/v1/tracks/{song['track_id']}").json()["names"]
        said = {
            "key": keys.get((song["key"], song["mode"])),
            "mood": moods.get(song["mood"]),
            "genre": genres.get(song["genre"]),
        }
        for what, known in said.items():
            if known is not None:
                assert {language: names[language][what] for language in ("zh", "en")} == known
                seen.add(what)
    assert seen == {"key", "mood", "genre"}


def test_it_needs_no_store_and_is_kept(api: TestClient, tmp_path: Path) -> None:
    first = client(tmp_path).get("/v1/codes")
    assert first.content == api.get("/v1/codes").content
    again = api.get("/v1/codes", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, first.headers["cache-control"]) == (304, "public, no-cache")
