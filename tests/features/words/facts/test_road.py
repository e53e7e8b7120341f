"""Where a list goes: the tempo of its thirds, their shape, and the places of its key songs."""

from __future__ import annotations

import pytest

from features.evidence.kind import EvidenceRow
from features.words.facts import road
from features.words.facts.reader import Entry
from features.words.facts.slots import Slots
from features.words.facts.songs import Song


def _list(*tempos: int | None, new: tuple[int, ...] = ()) -> list[Entry]:
    songs = (Song(f"t{n}", title=f"Song {n}", tempo=tempo) for n, tempo in enumerate(tempos, 1))
    return [Entry(rank, song, "a", rank in new) for rank, song in enumerate(songs, 1)]


@pytest.mark.parametrize(
    ("parts", "shape"),
    [
        ((90, 100, 110), "rise"), ((110, 100, 90), "fall"), ((90, 110, 95), "arch"), ((110, 90, 100), "dip"),
        ((100, 104, 101), "level"), ((90, 100, 104), "rise_level"), ((100, 90, 88), "fall_level"),
        ((100, 101, 110), "level_rise"), ((100, 104, 90), "level_fall"),
    ],
)  # fmt: skip
def test_a_shape_is_told_from_five_bpm_on(parts: tuple[int, int, int], shape: str) -> None:
    assert road.shape(parts) == shape


def test_each_third_is_told_by_its_median() -> None:
    assert road.thirds([80, 90, 100, 120, 121, 122, 95, 96, 200]) == (90, 121, 96)
    assert road.thirds([80, 90, None, 120, 121, 122, 95, 96, 200]) == (85, 121, 96)
    assert road.thirds([80, None, None, 120, 121, 122, 95, 96, 200]) is None
    assert road.thirds([80, 90, 100]) is None


def test_a_level_road_is_told_by_one_tempo() -> None:
    slots = Slots("en")
    road.add_road(slots, _list(108, 110, 112, 109, 111, 113, 110, 110, 112))
    assert slots.values["road_level"] == "111"
    assert "road" not in slots.values
    assert "road_start" not in slots.values


def test_the_fastest_song_is_one_alone_and_every_tempo_is_known() -> None:
    tempos = [80, 90, 100, 120, 150, 122, 95, 96, 110]
    slots = Slots("en")
    road.add_road(slots, _list(*tempos))
    assert (slots.values["top"], slots.values["top_place"], slots.values["top_bpm"]) == ("Song 5", "5", "150")
    for others in ([*tempos[:-1], 150], [*tempos[:-1], None]):
        slots = Slots("en")
        road.add_road(slots, _list(*others))
        assert "top" not in slots.values


def test_places_are_those_of_the_songs_named() -> None:
    slots = Slots("en")
    slots.title("loop", "Loop")
    slots.title("rest", "Song 4")
    led = {"t3": [EvidenceRow("similar_track", "l1", 0.9, None, None, None)]}
    road.add_places(slots, _list(*[100] * 8, new=(2, 6, 7, 8)), led, "l1")
    told = {slot: slots.values[slot] for slot in ("kin", "kin_place", "rest_place", "new_place", "new_late")}
    assert told == {"kin": "Song 3", "kin_place": "3", "rest_place": "4", "new_place": "2", "new_late": "3"}


def test_most_of_what_is_new_comes_late_only_where_some_came_before() -> None:
    slots = Slots("en")
    road.add_places(slots, _list(*[100] * 8, new=(6, 7)), {}, None)
    assert "new_late" not in slots.values
