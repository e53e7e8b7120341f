"""Means over listeners and nights, worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from features.evaluation.afterwards import GROUPS, OWN, Afterwards, afterwards
from features.evaluation.standing import Standing, beyond_accuracy, standings
from features.night import Night
from features.seeds import Seeds
from tests.frames import rows

RIVALS = {"new": "them", "all": "them"}


def figures(*given: tuple[str, str, int, float, float]) -> pl.DataFrame:
    """(system, listener, places, nDCG or hits, offered) of the week's new songs; listener a plays much."""
    frame = pl.DataFrame(given, schema=["system", "user_id", "places", "value", "offered"], orient="row")
    own = pl.col("places") == OWN
    return frame.select(
        "system", "user_id", "places", "offered",
        songs=pl.lit("new"), days=pl.lit(7),
        ndcg=pl.when(~own).then("value"), recall=pl.when(~own).then("value"), hits="value",
        **{name: pl.col("user_id") == "a" if name == "many plays" else pl.lit(False) for name in GROUPS},
    )  # fmt: skip


def at(found: list[Standing], system: str, places: int = 30, group: str = "all") -> Standing:
    return next(s for s in found if (s.system, s.places, s.group) == (system, places, group))


def test_a_listener_counts_once_however_many_nights() -> None:
    nights = [("us", "a", 30, 0.2, 30.0), ("us", "a", 30, 0.4, 30.0), ("us", "b", 30, 0.9, 30.0),
              ("them", "a", 30, 0.1, 30.0), ("them", "a", 30, 0.1, 30.0), ("them", "b", 30, 0.5, 30.0)]  # fmt: skip
    found = standings(figures(*nights), RIVALS, Seeds(1))
    us, them = at(found, "us"), at(found, "them")
    assert us.listeners == 2
    assert us.ndcg is not None
    assert us.ndcg.mean == pytest.approx(0.6)
    assert (us.ndcg.low, us.ndcg.high) == pytest.approx((0.3, 0.9))
    assert us.over is not None
    assert us.over.mean == pytest.approx(0.3)
    assert (us.over.low, us.over.high) == pytest.approx((0.2, 0.4)), "listener by listener"
    assert them.over is None
    assert at(found, "us", group="many plays").listeners == 1
    assert standings(figures(*nights).sample(fraction=1, shuffle=True, seed=3).sort("system", descending=True), RIVALS,
                     Seeds(1)) == found  # fmt: skip


def test_own_places_are_judged_by_hits() -> None:
    found = standings(
        figures(("us", "a", OWN, 1.0, 4.0), ("us", "b", OWN, 0.0, 0.0),
                ("them", "a", OWN, 2.0, 4.0), ("them", "b", OWN, 0.0, 0.0)), RIVALS, Seeds(1),
    )  # fmt: skip
    us = at(found, "us", OWN)
    assert (us.ndcg, us.recall, us.hits.mean, us.share.mean, us.offered) == (None, None, 0.5, 0.25, 2.0)
    assert us.over is not None
    assert us.over.mean == -0.5


def laid_out(night: Night, songs: str) -> Afterwards:
    log = [{"user_id": u, "track_id": "x", "local_date": night.ds + timedelta(days=n)} for u in "ab" for n in (0, 1)]
    tracks, people = [{"track_id": t} for t in songs], [{"user_id": u} for u in "ab"]
    return afterwards(rows("plays", log), rows("tracks", tracks), rows("users", people), night)


def test_beyond_accuracy_by_hand() -> None:
    first, second = laid_out(Night(date(2026, 8, 1)), "xyz"), laid_out(Night(date(2026, 8, 8)), "axyz")
    then, now = np.array([[0, 1], [1, 2]]), np.array([[1, 3], [2, 0]])  # xy, yz; then xz, ya
    (found,) = beyond_accuracy([(first, {"us": {"all": then}}), (second, {"us": {"all": now}})])
    assert found.coverage == pytest.approx((1 + 1) / 2)
    assert found.overlap == pytest.approx(0.5), "x of xz, y of ya: the same songs under other numbers"
    assert found.heard == pytest.approx(0.25)
    assert beyond_accuracy([(first, {"us": {"all": then, "own": now}})])[0].overlap is None
