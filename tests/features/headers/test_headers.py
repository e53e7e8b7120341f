"""Loops without a seam, scenes for words and moods, the same pixels every time."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.headers.animate import Animation
from features.headers.brief import Brief, briefs
from features.headers.lettering import wrap
from features.headers.loop import loop_for
from features.headers.palette import palette
from features.headers.plan import HeaderParams, content_key, plan
from features.headers.scenes import SCENES, scene_name
from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from tests.frames import rows
from warehouse.media.encode import VideoEncoder

SMALL = HeaderParams(width=320, height=180, fps=8)
FONT = VideoEncoder().font_path
BRIEF = Brief(
    track_id="t1", title="夜航", artist="林小满", line="雨落在旧街的窗台", genre="ballad", valence=-0.4, arousal=-0.3,
    energy=0.4, tempo_bpm=72.0, moods=("sad",), themes=("rain",),
)  # fmt: skip


@given(st.floats(20, 400))
def test_a_loop_is_whole_beats_of_6_to_9_seconds(tempo: float) -> None:
    loop = loop_for(tempo, HeaderParams())
    assert 5.9 <= loop.seconds <= 9.1
    assert loop.beats % 2 == 0
    folded = loop.beats / loop.seconds * 60
    octaves = np.log2(folded / tempo)
    assert abs(octaves - round(octaves)) < 0.02


@given(st.floats(20, 400), st.floats(4, 12))
def test_the_least_room_holds_a_loop_at_every_tempo(tempo: float, least: float) -> None:
    loop = loop_for(tempo, HeaderParams(min_s=least, max_s=least + 2.41))
    assert least - 0.1 <= loop.seconds <= least + 2.5


def test_less_room_is_refused_before_the_night() -> None:
    with pytest.raises(ValueError, match=r"2\.4 s above min_s"):
        HeaderParams(min_s=6.0, max_s=6.5)


@given(st.floats(-1, 1), st.floats(-1, 1), st.integers(0, 99))
def test_colours_are_colours(valence: float, arousal: float, seed: int) -> None:
    p = palette(valence, arousal, np.random.default_rng(seed))
    parts = np.array([p.sky, p.horizon, p.accent, p.second, p.ink, p.light])
    assert parts.min() >= 0
    assert parts.max() <= 1
    assert sum(p.light) > sum(p.ink), "words must be readable"


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_moves_and_closes_its_loop(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("features.headers.animate.scene_name", lambda _: name)
    animation = Animation(replace(BRIEF, arousal=0.3), SMALL, FONT, Seeds(1))
    frames = [f[:, :, :3].astype(int).copy() for f in animation.frames()]
    steps = [np.abs(a - b).mean() for a, b in pairwise(frames)]
    seam = np.abs(frames[-1] - frames[0]).mean()
    assert len(frames) == animation.loop.frames
    assert max(steps) > 0.1, "nothing moves"
    assert seam <= max(steps) * 1.5, "the end does not meet the beginning"


def test_same_brief_same_pixels_other_song_other_pixels() -> None:
    def first(brief: Brief) -> np.ndarray:
        return next(Animation(brief, SMALL, FONT, Seeds(1)).frames()).copy()

    assert np.array_equal(first(BRIEF), first(BRIEF))
    assert not np.array_equal(first(BRIEF), first(replace(BRIEF, track_id="t2")))


def test_words_choose_the_scene_before_style_and_mood() -> None:
    assert scene_name(BRIEF) == "rain"
    assert scene_name(replace(BRIEF, themes=("moon", "rain"))) == "moonwater"
    assert scene_name(replace(BRIEF, themes=(), genre="electronic")) == "pulse"
    assert scene_name(replace(BRIEF, themes=(), genre="", valence=0.6, arousal=0.1)) == "sunfield"


def test_wrapping_is_even_and_loses_nothing() -> None:
    class Font:
        def measureText(self, text: str) -> float:
            return 10.0 * len(text)

    lines = wrap("we were running through the summer rain", Font(), 300)
    assert " ".join(lines) == "we were running through the summer rain"
    assert len(lines) == 2
    assert min(map(len, lines)) > 12
    assert "".join(wrap("雨落在旧街的窗台我把名字写成尘埃", Font(), 100)) == "雨落在旧街的窗台我把名字写成尘埃"


def test_briefs_know_what_is_known_and_stay_calm_otherwise() -> None:
    tracks = rows("tracks", [{"track_id": "a", "title": "A"}, {"track_id": "b", "title": "B", "genre": "jazz"}])
    sound = rows("audio_features", [{"track_id": "a", "tempo_bpm": 120.0, "tempo_confidence": 0.9, "energy": 0.8}])
    words = rows(
        "lyrics",
        [
            {
                "track_id": "a",
                "lines": ["下雨的夜里我等你", "雨伞下的心跳", "下雨的夜里我等你"],
                "line_start_s": [1.0, 2.0, 3.0],
            }
        ],
    )
    found = briefs(tracks, sound, rows("emotions", [{"track_id": "a", "valence": -0.5}]), words, MeasurementPolicy())
    assert found["a"].line == "下雨的夜里我等你"
    assert found["a"].themes[0] == "rain"
    assert (found["a"].tempo_bpm, found["b"].tempo_bpm) == (120.0, 84.0)
    assert found["b"].line == ""


def test_the_plan_keeps_renders_and_says_why_a_still() -> None:
    params = replace(SMALL, ceiling=2)
    needs = rows(
        "header_plan",
        [
            {"track_id": t, "need": n, "content_key": "", "action": "still"}
            for t, n in zip("abcd", (1, 5, 3, 3), strict=True)
        ],
    )
    keys = {t: f"key-{t}" for t in "abcd"}
    made = plan(needs.select("track_id", "need"), keys, {"b": "key-b", "c": "old"}, params)
    assert dict(made.select("track_id", "action").iter_rows()) == {
        "b": "keep",
        "c": "render",
        "d": "render",
        "a": "still",
    }
    assert "ceiling of 2" in made.filter(track_id="a")["reason"][0]


def test_the_key_follows_the_picture_not_the_ceiling() -> None:
    assert content_key(BRIEF, SMALL) == content_key(BRIEF, replace(SMALL, ceiling=1))
    assert content_key(BRIEF, SMALL) != content_key(BRIEF, replace(SMALL, width=640))
    assert content_key(BRIEF, SMALL) != content_key(replace(BRIEF, title="别的"), SMALL)
