"""The mood map: every track has its place, titles find room without covering anything."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.measurement import MeasurementPolicy
from features.report import labels
from features.report.labels import Label, placed, shortened, text_width
from features.report.mood_map import HEIGHT, WIDTH, mood_map
from schemas import TABLES
from tests.frames import rows

FIELD = (600.0, 400.0)
FONT_HEIGHT = 11.5


def box(label: Label) -> tuple[float, float, float, float]:
    bottom = label.y + 2.8
    return label.x, bottom - FONT_HEIGHT, label.x + text_width(label.text), bottom


def overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    """By more than what rounding a place to a tenth can do."""
    return a[0] < b[2] - 0.2 and b[0] < a[2] - 0.2 and a[1] < b[3] - 0.2 and b[1] < a[3] - 0.2


points = st.lists(st.tuples(st.floats(0, FIELD[0]), st.floats(0, FIELD[1]), st.floats(2, 6)), min_size=1, max_size=60)


@given(points, st.text(min_size=1, max_size=20))
def test_no_label_covers_a_label_a_point_or_leaves_the_field(where, text):
    labels = placed(where, [text] * len(where), [], FIELD)
    boxes = [box(label) for label in labels]
    dots = [(x - r, y - r, x + r, y + r) for x, y, r in where]
    for n, one in enumerate(boxes):
        assert not any(overlap(one, other) for other in boxes[n + 1 :] + dots)
        assert one[0] >= -0.1
        assert one[1] >= -0.1
        assert one[2] <= FIELD[0] + 0.1
        assert one[3] <= FIELD[1] + 0.1


def test_a_label_stands_right_of_a_lonely_point_and_elsewhere_at_the_edge():
    (middle,) = placed([(300, 200, 4)], ["night"], [], FIELD)
    assert (middle.x, middle.far) == (307.0, False)
    (edge,) = placed([(596, 200, 4)], ["night"], [], FIELD)
    assert edge.x + text_width("night") <= 596 - 4


def test_a_crowded_point_gets_a_line_or_nothing():
    wall = [(308.0, 150.0, 600.0, 250.0), (0.0, 150.0, 292.0, 250.0)]
    assert placed([(300, 200, 4)], ["night train"], wall, (600, 400)) == []
    around = [(290.0, 190.0, 310.0, 210.0)]
    (label,) = placed([(300, 200, 4)], ["night train"], around, (600, 400))
    assert label.far


def test_chinese_characters_are_twice_as_wide_and_long_titles_end_in_an_ellipsis():
    assert text_width("夜航") > 1.7 * text_width("ab")
    assert shortened("short", 100) == "short"
    cut = shortened("All the Way to the Colder Skyline", 100)
    assert cut.endswith("…")
    assert text_width(cut) <= 100
    assert text_width(cut.replace("…", "w…")) > 100


def test_of_a_title_without_end_only_its_beginning_is_read(monkeypatch):
    """Counted, not timed: cutting a letter at a time and measuring anew took a report of 100,000 letters minutes."""
    looked_at = []

    def narrow(character: str) -> bool:
        looked_at.append(character)
        return False

    monkeypatch.setattr(labels, "_is_wide", narrow)
    assert shortened("a" * 100_000, 100) == "a" * 16 + "…"
    assert len(looked_at) < 20


POLICY = MeasurementPolicy()
_SURE = {"valence_confidence": 0.8, "arousal_confidence": 0.8, "moods": ["calm"], "mood_probabilities": [0.7]}


@pytest.fixture
def night():
    tracks = rows("tracks", [{"track_id": f"t{n}", "title": f"Song {n}", "artist_name": "A"} for n in range(4)])
    felt = [(-0.8, 0.2), (0.1, 0.1), (0.4, -0.3), (0.0, 0.0)]
    emotions = rows(
        "emotions",
        [{"track_id": f"t{n}", "valence": v, "arousal": a, **_SURE} for n, (v, a) in enumerate(felt)],
    )
    lists = rows("daily_lists", [{"user_id": f"u{n}", "rank": 1, "track_id": "t2"} for n in range(3)])
    return tracks, emotions, lists


def _drawn(night):
    tracks, emotions, lists = night
    return mood_map(tracks, emotions, lists, POLICY)


def test_a_track_whose_feeling_may_not_be_said_is_not_drawn(night):
    tracks, emotions, lists = night
    unsure = emotions.with_columns(
        valence_confidence=pl.when(pl.col("track_id") == "t0").then(0.4).otherwise("valence_confidence")
    )
    found = _drawn((tracks, unsure, lists))
    assert {d.title for d in found.dots} == {"Song 1 — A", "Song 2 — A", "Song 3 — A"}
    assert found.tracks == 3


def test_axes_hold_every_track_and_neutral(night):
    found = _drawn(night)
    assert found.valence.low < -0.8 < found.valence.high
    assert (found.arousal.low, found.arousal.high) == (-0.35, 0.35)
    assert [d.title for d in found.dots] == ["Song 2 — A", "Song 0 — A", "Song 1 — A", "Song 3 — A"]
    assert found.dots[3].x == found.valence.zero
    assert found.dots[0].detail == "平静 calm · valence +0.40, arousal -0.30 · in 3 lists"
    assert found.radii[0] > found.radii[1] == found.radii[3]
    assert {label.text for label in found.labels} == {f"Song {n}" for n in range(4)}
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for _, _, x, y in found.places)


def test_a_map_without_tracks_is_an_empty_field():
    empty = {name: TABLES[name].empty() for name in ("tracks", "emotions", "daily_lists")}
    found = mood_map(**empty, policy=POLICY)
    assert (found.dots, found.labels, found.tracks) == ([], [], 0)
    assert found.valence.low < 0 < found.valence.high


def test_the_order_of_rows_does_not_matter(night):
    shuffled = [frame.sample(fraction=1.0, shuffle=True, seed=5) for frame in night]
    assert _drawn(shuffled) == _drawn(night)


def test_many_tracks_still_make_a_readable_map():
    count = 3000
    tracks = rows("tracks", [{"track_id": f"t{n}", "title": "夜航 Night", "artist_name": "A"} for n in range(count)])
    emotions = rows(
        "emotions",
        [
            {"track_id": f"t{n}", "valence": (n % 60) / 70 - 0.4, "arousal": (n // 60) / 60 - 0.4, **_SURE}
            for n in range(count)
        ],
    )
    found = mood_map(tracks, emotions, TABLES["daily_lists"].empty(), POLICY)
    assert len(found.dots) == 1500
    assert found.tracks == count
    assert 0 < len(found.labels) <= 400
