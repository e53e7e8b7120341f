"""How many new songs the best thirty hold once the weight of ``unheard`` is set."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.ranker.new_share import balanced, new_share, shift_to
from features.ranker.params import RankerParams
from features.ranker.scorer import FEATURES, of_settings
from features.ranker.weights import Weights
from tests.features.ranker.world import NIGHT, nights
from tests.frames import rows

DS = NIGHT.days_before(3)
UNHEARD = FEATURES.index("unheard")


def share(score: np.ndarray, group: np.ndarray, new: np.ndarray) -> float:
    """By the definition: of each list's best thirty, new ones first where scores are equal."""
    shares = []
    for n in range(group[-1] + 1):
        at = np.flatnonzero(group == n)
        best = at[np.lexsort((~new[at], -score[at]))][:30]
        shares.append(new[best].mean())
    return float(np.mean(shares))


@given(
    seed=st.integers(0, 10_000), sizes=st.lists(st.integers(1, 90), min_size=1, max_size=8), people=st.floats(0, 1),
    habit=st.floats(0, 1), odds=st.floats(0.05, 0.95),
)  # fmt: skip
def test_the_share_is_what_was_wanted(seed: int, sizes: list[int], people: float, habit: float, odds: float) -> None:
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    score, new = rng.normal(size=len(group)), rng.random(len(group)) < odds
    own = share(score, group, new)
    wanted = own + habit * (people - own)
    shift = shift_to(people, score, group, new, replace(RankerParams(), habit=habit))
    found = share(score + shift * new + 1e-9 * new, group, new)
    step = max(1 / min(size, 30) / len(sizes) for size in sizes) + 1e-9
    most, least = share(score + 1e6 * new, group, new), share(score - 1e6 * new, group, new)
    assert found == pytest.approx(np.clip(wanted, least, most), abs=step)


def test_what_people_play_is_told_by_days_after_the_list() -> None:
    log = {"u": [("old", -9), ("old", 1), ("new", 1), ("later", 2)], "v": [("mine", -1), ("mine", 1)], "w": [("x", 5)]}
    plays = rows("plays", [
        {"user_id": u, "track_id": t, "local_date": DS + timedelta(days=n), "skipped": t == "later" and u == "v"}
        for u, ps in log.items() for t, n in ps
    ])  # fmt: skip
    logged = rows("ranking_history", [{"ds": DS, "user_id": u, "track_id": "a"} for u in "uvw"])
    assert new_share(logged, plays, 1) == pytest.approx((1 / 2 + 0) / 2)
    assert new_share(logged, plays, 2) == pytest.approx((2 / 3 + 0) / 2)
    assert new_share(logged, plays, 7) == pytest.approx((2 / 3 + 0 + 1) / 3)
    assert new_share(logged, plays.clear(), 7) is None


def test_only_the_weight_of_unheard_moves_and_rows_in_any_order_move_it_alike() -> None:
    logged, plays = nights(users=10)
    ranker, params = of_settings(Weights()), RankerParams()
    found = balanced(ranker, FEATURES, logged, plays, 1, params)
    assert found.weights[UNHEARD] != ranker.weights[UNHEARD]
    assert (np.delete(found.weights, UNHEARD) == np.delete(ranker.weights, UNHEARD)).all()
    mixed = balanced(ranker, FEATURES, logged.sample(fraction=1, shuffle=True, seed=4), plays.reverse(), 1, params)
    assert (found.weights == mixed.weights).all()
    assert balanced(ranker, FEATURES, logged, plays.filter(pl.lit(False)), 1, params) is ranker
