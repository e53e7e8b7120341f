"""What was played after a night, and lists held against it: small logs whose truth is known."""

from __future__ import annotations

from datetime import date, timedelta

import ir_measures
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import R, nDCG

from features.evaluation.afterwards import OWN, PLACES, SPANS, Afterwards, afterwards, only_new, scored
from features.night import Night
from tests.frames import rows

pytestmark = pytest.mark.slow

NIGHT = Night(date(2026, 8, 1))
SONGS = [f"s{n:02}" for n in range(12)]
Play = tuple[str, str, int]
"""Listener, song, days after the night (before it: negative)."""


def laid_out(plays: list[Play], users: tuple[str, ...] = ("a", "b", "c"), known: list[str] = SONGS) -> Afterwards:
    log = [{"user_id": u, "track_id": t, "local_date": NIGHT.ds + timedelta(days=n)} for u, t, n in plays]
    tracks, people = [{"track_id": t} for t in known], [{"user_id": u} for u in users]
    return afterwards(rows("plays", log), rows("tracks", tracks), rows("users", people), NIGHT)


PLAYS: list[Play] = [
    ("a", "s00", -3), ("a", "s00", 1), ("a", "s01", 1), ("a", "s02", 7), ("a", "s03", 8), ("a", "s02", 2),
    ("b", "s01", -20), ("b", "s01", 5), ("c", "s05", -1), ("d", "s01", 1), ("b", "later", 3),
]  # fmt: skip


def cells(on: Afterwards, songs: str, days: int) -> set[tuple[str, str]]:
    found = on.relevant(songs, days).tocoo()
    return {(on.users[int(u)], on.tracks[int(t)]) for u, t in zip(found.row, found.col, strict=True)}


def test_new_songs_are_those_first_heard_in_the_days_after() -> None:
    on = laid_out(PLAYS)
    assert on.users.to_list() == ["a", "b"], "c played nothing then, d is not known"
    assert cells(on, "all", 1) == {("a", "s00"), ("a", "s01")}
    assert cells(on, "new", 1) == {("a", "s01")}
    assert cells(on, "all", 7) == {("a", "s00"), ("a", "s01"), ("a", "s02"), ("b", "s01")}
    assert cells(on, "new", 7) == {("a", "s01"), ("a", "s02")}, "s03 comes on the eighth day, 'later' is unknown"


def test_groups_are_told_from_what_was_known() -> None:
    groups = laid_out(PLAYS).groups
    assert groups["newcomers"].to_list() == [True, False]
    later = [("a", f"s{n:02}", 3) for n in range(4, 9)] * 5
    assert laid_out([*PLAYS, *later]).groups.equals(groups)
    flags = laid_out([*PLAYS, ("a", "s00", -40)]).groups
    assert flags["many plays"].to_list() == [True, False]
    assert flags["repeaters"].to_list() == [True, False], "b's one song was first heard in the last 30 days"
    assert flags["explorers"].to_list() == [False, True]


def test_without_songs_heard_before_the_others_move_up() -> None:
    on = laid_out(PLAYS)
    assert only_new(np.array([[0, 3, 4], [2, 1, -1]]), on.heard).tolist() == [[3, 4, -1], [2, -1, -1]]


def judged(on: Afterwards, lists: np.ndarray, own: np.ndarray | None = None) -> pl.DataFrame:
    return scored(on, {"x": {"new": lists, "all": lists}}, np.full(len(lists), 2) if own is None else own)


def test_figures_by_hand() -> None:
    on = laid_out(PLAYS)
    found = judged(on, np.array([[0, 1, 9, 2], [1, -1, -1, -1]]), own=np.array([3, 0]))
    row = found.filter(pl.col("user_id") == "a", pl.col("songs") == "new", pl.col("days") == 7)
    five, own = row.filter(pl.col("places") == 5), row.filter(pl.col("places") == OWN)
    reached = 1 / np.log2(3) + 1 / np.log2(5)
    assert five["ndcg"].item() == pytest.approx(reached / (1 + 1 / np.log2(3)))
    assert five.select("recall", "hits", "offered").row(0) == (1.0, 2.0, 5.0)
    assert own.select("ndcg", "hits", "offered").row(0) == (None, 1.0, 3.0)
    assert found.filter(pl.col("user_id") == "b")["songs"].unique().to_list() == ["all"], "b met nothing new"


LOGS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(SONGS), st.integers(-9, 9)), min_size=1, max_size=40)


@given(LOGS)
def test_the_truth_scores_one(plays: list[Play]) -> None:
    on = laid_out(plays)
    for songs in ("new", "all"):
        for days in SPANS:
            lists = np.full((len(on.users), 30), -1)
            for user, own in enumerate(on.relevant(songs, days).tolil().rows):
                lists[user, : len(own)] = own
            rows_ = judged(on, lists).filter(pl.col("songs") == songs, pl.col("days") == days, pl.col("places") > 0)
            assert rows_["ndcg"].to_list() == pytest.approx([1.0] * rows_.height)
            whole = rows_.filter(pl.col("places") == 30)
            assert whole["recall"].to_list() == [1.0] * whole.height


@given(LOGS, st.lists(st.permutations(range(len(SONGS))), min_size=3, max_size=3))
def test_figures_equal_those_of_ir_measures(plays: list[Play], orders: list[list[int]]) -> None:
    on = laid_out(plays)
    lists = np.full((len(on.users), 30), -1)
    lists[:, : len(SONGS)] = np.array(orders)[: len(on.users)]
    found = judged(on, lists)
    ranked = zip(on.users, lists[:, : len(SONGS)].tolist(), strict=True)
    run = [ir_measures.ScoredDoc(u, SONGS[t], float(-rank)) for u, own in ranked for rank, t in enumerate(own)]
    for songs in ("new", "all"):
        for days in SPANS:
            qrels = [ir_measures.Qrel(user, song, 1) for user, song in sorted(cells(on, songs, days))]
            for places in PLACES:
                mine = found.filter(pl.col("songs") == songs, pl.col("days") == days, pl.col("places") == places).sort(
                    "user_id"
                )
                for metric, column in ((nDCG @ places, "ndcg"), (R @ places, "recall")):
                    theirs = {m.query_id: m.value for m in ir_measures.iter_calc([metric], qrels, run)} if qrels else {}
                    assert mine[column].to_list() == pytest.approx([theirs[u] for u in sorted(theirs)])


@given(LOGS, st.randoms())
def test_the_order_of_rows_changes_nothing(plays: list[Play], random: object) -> None:
    shuffled = list(plays)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = laid_out(plays), laid_out(shuffled, users=("c", "a", "b"), known=SONGS[::-1])
    assert one.users.equals(other.users)
    assert one.groups.equals(other.groups)
    lists = np.tile(np.arange(10), (len(one.users), 1))
    assert judged(one, lists).equals(judged(other, lists))
