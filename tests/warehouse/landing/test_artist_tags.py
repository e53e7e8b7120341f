"""Artists of a file as the tags of each container hold them."""

from __future__ import annotations

from typing import Any

import pytest
from mutagen.id3 import ID3, TPE1, TXXX
from mutagen.mp4 import MP4FreeForm, MP4Tags

from warehouse.landing.artist_tags import artist_ids_of, artists_of

ANN, BOB = (f"a0000000-0000-4000-8000-00000000000{n}" for n in (1, 2))


def id3(*frames: Any) -> ID3:
    tags = ID3()
    for frame in frames:
        tags.add(frame)
    return tags


def mp4(**values: list[Any]) -> MP4Tags:
    tags = MP4Tags()
    tags.update({{"shown": "\xa9ART", "each": "----:com.apple.iTunes:ARTISTS"}[k]: v for k, v in values.items()})
    return tags


@pytest.mark.parametrize(
    ("tags", "artists"),
    [
        (id3(TPE1(encoding=3, text=["Ann", "Bob"])), ("Ann", "Bob")),
        (
            id3(TPE1(encoding=3, text=["Ann & Bob"]), TXXX(encoding=3, desc="ARTISTS", text=["Ann", "Bob"])),
            ("Ann", "Bob"),
        ),
        (id3(TPE1(encoding=3, text=["Ann & Bob"])), ()),
        ({"artist": ["Ann", "Bob"]}, ("Ann", "Bob")),
        ({"artist": ["Ann feat. Bob"], "artists": ["Ann", "Bob"]}, ("Ann", "Bob")),
        ({"artist": ["Simon & Garfunkel"], "artists": ["Simon & Garfunkel"]}, ()),
        (mp4(shown=["Ann & Bob"], each=[MP4FreeForm(b"Ann"), MP4FreeForm("Böb".encode())]), ("Ann", "Böb")),
        ({}, ()),
        (None, ()),
    ],
)
def test_names_one_each(tags: Any, artists: tuple[str, ...]) -> None:
    assert artists_of(tags) == artists


@pytest.mark.parametrize(
    "written", [[ANN, BOB], [f"{ANN}/{BOB}"], [f"{ANN}; {BOB}"], [f" {ANN.upper()}", BOB, ANN], ["none", f"{ANN}{BOB}"]]
)
def test_ids_however_players_join_them(written: list[str]) -> None:
    assert artist_ids_of({"musicbrainz_artistid": written}) == (ANN, BOB)
    assert artist_ids_of(id3(TXXX(encoding=3, desc="MusicBrainz Artist Id", text=written))) == (ANN, BOB)
