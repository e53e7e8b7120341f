"""No list is of one kind of evidence: who leads, and who moves on."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.evidence.choosing import leading


def test_the_songs_that_lose_least_move_on():
    strength = np.array([[0.9, 0.8], [0.9, 0.2], [0.9, -np.inf]])
    assert leading(strength, np.zeros(3, np.int64), 2 / 3).tolist() == [1, 0, 0]


def test_a_song_without_another_reason_keeps_it():
    strength = np.array([[0.9, -1.0], [0.9, -1.0], [0.9, -1.0]])
    assert leading(strength, np.zeros(3, np.int64), 1 / 3).tolist() == [0, 0, 0]


@given(st.data())
def test_beyond_its_share_a_kind_leads_only_songs_that_have_no_other_place(data):
    songs, kinds = data.draw(st.integers(1, 24)), data.draw(st.integers(1, 6))
    cells = st.lists(st.sampled_from([-np.inf, -1.0, 0.2, 0.4, 0.6, 0.8]), min_size=kinds, max_size=kinds)
    strength = np.array([data.draw(cells) for _ in range(songs)])
    strength[:, -1] = np.maximum(strength[:, -1], -1.0)
    user = np.sort(np.array(data.draw(st.lists(st.integers(0, 2), min_size=songs, max_size=songs)), np.int64))
    led = leading(strength, user, 1 / 3)
    for who in np.unique(user):
        mine = np.flatnonzero(user == who)
        most = int(np.ceil(len(mine) / 3))
        counts = np.bincount(led[mine], minlength=kinds)
        for kind in np.flatnonzero(counts > most):
            free = [
                s
                for s in mine[led[mine] == kind]
                if any(strength[s, other] > 0 and counts[other] < most for other in range(kinds) if other != kind)
            ]
            assert len(free) <= most


def test_leading_reasons_do_not_depend_on_who_shares_the_bucket():
    rng = np.random.default_rng(3)
    strength = np.where(rng.random((60, 5)) < 0.6, rng.random((60, 5)).round(1), -np.inf)
    strength[:, 0] = 0.1
    user = np.repeat([0, 1], 30)
    together = leading(strength, user, 1 / 3)
    apart = [leading(strength[user == who], np.zeros(30, np.int64), 1 / 3) for who in (0, 1)]
    assert together.tolist() == np.concatenate(apart).tolist()
