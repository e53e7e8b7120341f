"""Covers: the same for the same song, another for another, in its mood's colours, and nothing but a picture."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from features.headers.cover import MOTIFS, Shown, colours, cover_svg

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "defs", "linearGradient", "radialGradient", "stop", "rect", "circle", "path", "polygon", "ellipse"}


def song(track_id: str = "t1", genre: str | None = "folk", valence: float | None = 0.3, arousal: float | None = 0.1):
    return Shown(track_id, genre, valence, arousal)


def test_the_same_song_has_the_same_cover_and_others_have_others() -> None:
    assert cover_svg(song()) == cover_svg(song())
    covers = [cover_svg(song(f"t{i}", genre=None, valence=None, arousal=None)) for i in range(60)]
    assert len(set(covers)) == 60
    assert len({re.sub(r"[-\d.]+|#\w+", "", cover) for cover in covers}) >= len(MOTIFS)


@pytest.mark.parametrize("genre", [None, "folk", "guofeng", "lofi", "electronic", "rock", "playful", "jazz", "ambient"])
def test_a_cover_is_a_drawing_and_nothing_else(genre: str | None) -> None:
    for i in range(12):
        drawn = cover_svg(song(f'"><script>{i}', genre=genre))
        root = ElementTree.fromstring(drawn)
        assert {node.tag.removeprefix(SVG) for node in root.iter()} <= DRAWN
        assert "href" not in drawn
        assert "nan" not in drawn
        assert len(drawn) < 16_000


def test_colours_follow_the_mood() -> None:
    def warmth(valence: float, arousal: float) -> int:
        drawn = colours(song(valence=valence, arousal=arousal))
        assert set(drawn) == {"sky", "horizon", "accent", "second", "ink", "light"}
        assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in drawn.values())
        return int(drawn["accent"][1:3], 16) - int(drawn["accent"][5:7], 16)

    assert warmth(-0.6, 0.6) > 60
    assert warmth(-0.6, -0.6) < 0


def test_a_song_without_a_mood_has_colours_of_its_own() -> None:
    assert len({colours(song(f"t{i}", valence=None, arousal=None))["accent"] for i in range(40)}) > 30
