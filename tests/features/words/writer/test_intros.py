"""Intros: bounds, themes, closings, and nights without a sentence coming back."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from features.words import grounding
from features.words.params import WordParams
from features.words.terms import forms
from features.words.writer import frames, intros
from features.words.writer.inputs import BriefTables
from features.words.writer.list_briefs import ListBrief, ListBriefs
from features.words.writer.written import Written
from jobs.run.body import gather
from schemas import TABLES
from tests.features.words import world

PARAMS = WordParams()
NAMES = ("users", "daily_lists", "list_summaries", "evidence", "taste", "affinity", "tracks", "facts", "emotions",
         "contexts", "copy_history")  # fmt: skip


def _desk(seed: int, count: int = 24, night: Night = world.NIGHT, history: pl.DataFrame | None = None) -> ListBriefs:
    made = world.catalogue()
    tables = made | world.listeners(made, count=count, seed=seed)
    if history is not None:
        tables["copy_history"] = history
    return ListBriefs(gather(BriefTables, tables), night, Seeds(seed), PARAMS, MeasurementPolicy())


@pytest.fixture(scope="module")
def orders() -> list[ListBrief]:
    return list(_desk(3, count=60).orders())


def _intro(order: ListBrief) -> Written:
    return intros.intro(order.slots, order.reader, order.newcomer, {}, order.draws, PARAMS)


def test_every_intro_keeps_its_bounds_and_says_only_what_is_told(orders: list[ListBrief]) -> None:
    for order in orders:
        low, high = PARAMS.intro_zh if order.slots.language == "zh" else PARAMS.intro_en
        made = _intro(order)
        assert grounding.check(made.text, order.slots.sheet(made.used), low=low, high=high) == []


def test_no_figure_is_told_twice(orders: list[ListBrief]) -> None:
    every = (frames.load(language, "intros") for language in ("zh", "en"))
    known = {frame.id: frame for sections in every for section in sections.values() for frame in section}
    for order in orders:
        told: set[str] = set()
        for frame in (known[i] for i in _intro(order).frame_ids if i.startswith("l_")):
            assert not frame.bare or frame.bare - told, frame.text
            told |= frame.bare


def test_a_theme_speaks_once_and_the_close_comes_last(orders: list[ListBrief]) -> None:
    for order in orders:
        if not order.reader.personalised and "low" not in order.slots.values:
            continue  # so little to say that a theme may speak again
        themes = [i.split(".")[0] for i in _intro(order).frame_ids]
        assert len(themes) == len(set(themes)), themes
        assert "l_close" not in themes[:-1]


def test_key_songs_stand_in_the_order_of_the_list_and_its_last_song_last(orders: list[ListBrief]) -> None:
    every = (frames.load(language, "intros") for language in ("zh", "en"))
    known = {frame.id: frame for sections in every for section in sections.values() for frame in section}
    marked = 0
    for order in orders:
        made = _intro(order)
        listed = [forms.speakable(e.song.title) for e in order.entries]
        marks = [slot for i in made.frame_ids if i.startswith("m_") for slot in known[i].uses]
        places = [listed.index(order.slots.values[s]) for s in marks if s in ("kin", "new_song", "rest", "top")]
        assert places == sorted(places), made.text
        ends = [slot for slot in made.used if slot in ("first", "kin", "new_song", "rest", "top", "last")]
        if "last" in order.slots.values:
            assert ends[-1] == "last", made.text
        marked += len({*marks, *ends}) > 2
    assert marked > len(orders) / 3


def test_most_intros_tell_a_song_on_the_way_and_none_a_tempo(orders: list[ListBrief]) -> None:
    own, told = [order for order in orders if order.reader.personalised], 0
    for order in own:
        made = _intro(order)
        ends = {order.slots.values.get("first"), order.slots.values.get("last"), order.slots.values.get("loop")}
        titles = {slot for slot in made.used if order.slots.proofs.get(slot, ("",))[0] == "quote"}
        told += bool({order.slots.values[slot] for slot in titles} - ends)
        assert "BPM" not in made.text
    assert told > 0.9 * len(own)


def test_what_the_opener_told_is_not_told_again(orders: list[ListBrief]) -> None:
    for order in orders:
        if not order.reader.personalised and "low" not in order.slots.values:
            continue  # so little to say that a theme may speak again
        made = intros.intro(order.slots, order.reader, False, {}, order.draws, PARAMS, opened=("loop",))
        assert not any(i.startswith("p_loop") for i in made.frame_ids)


def test_every_group_of_themes_has_frames_in_both_languages() -> None:
    for language in ("zh", "en"):
        known = set(frames.load(language, "intros"))
        assert {theme for group in intros.GROUPS.values() for theme in group} == known


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 5])
def test_in_fifteen_nights_no_sentence_comes_back(seed: int) -> None:
    history = TABLES["copy_history"].empty()
    seen: dict[str, set[str]] = {}
    for ago in range(14, -1, -1):
        night = Night(world.NIGHT.ds - timedelta(days=ago))
        desk = _desk(seed, count=12, night=night, history=history)
        orders = list(desk.orders())
        rows = [desk.list_copy(order) for order in orders]
        for order, row in zip(orders, rows, strict=True):
            if not order.reader.personalised and "low" not in order.slots.values:
                continue  # nothing known of the listener, little of the songs: what was said longest ago comes back
            ids = set(row["frame_ids"])
            assert len(ids) == len(row["frame_ids"])
            assert not ids & seen.setdefault(row["user_id"], set()), (row["user_id"], ago)
            seen[row["user_id"]] |= ids
        new = TABLES["list_copy"].frame(rows).with_columns(ds=pl.lit(night.ds))
        history = pl.concat([history, TABLES["copy_history"].frame(new)])
