"""Buckets: pure, uniform, independent; arms: settings changed for the treated alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, chi2_contingency, chisquare

from features.lists.experiments import BUCKETS, Experiment, buckets, per_user

USERS = [f"u{number:06d}" for number in range(50_000)]


def test_a_bucket_is_a_function_of_user_experiment_and_salt():
    whole = buckets(USERS[:50], "a", "salt")
    assert whole.tolist() == [int(buckets([user], "a", "salt")[0]) for user in USERS[:50]]
    assert buckets(["u1", "用户", ""], "calibration", "daily30").tolist() == [372, 226, 112]
    assert (whole != buckets(USERS[:50], "b", "salt")).mean() > 0.9
    assert (whole != buckets(USERS[:50], "a", "other")).mean() > 0.9
    assert buckets([], "a", "salt").shape == (0,)


def test_buckets_are_uniform():
    counts = np.bincount(buckets(USERS, "a", "salt"), minlength=BUCKETS)
    assert len(counts) == BUCKETS
    assert chisquare(counts).pvalue > 0.001


@pytest.mark.parametrize(("one", "other"), [(("a", "s"), ("b", "s")), (("a", "s"), ("a", "t"))])
def test_experiments_and_salts_are_independent(one, other):
    table = np.zeros((10, 10), dtype=int)
    np.add.at(table, (buckets(USERS, *one) // 100, buckets(USERS, *other) // 100), 1)
    found = chi2_contingency(table)
    assert found.dof == 81
    assert found.statistic < chi2.ppf(0.999, 81)


def test_the_treated_share_gets_the_value():
    trial = Experiment("bold", setting="calibration", value=0.9, share=0.25)
    values = per_user("calibration", 0.3, USERS, [trial], "salt")
    numbers, arms = trial.arms(USERS, "salt")
    treated = numbers < 250
    assert (values == np.where(treated, 0.9, 0.3)).all()
    assert arms == np.where(treated, "treated", "control").tolist()
    assert treated.mean() == pytest.approx(0.25, abs=0.01)
    assert (per_user("new_songs", 1, USERS[:9], [trial], "salt") == 1).all()


def test_a_share_of_zero_only_logs():
    trial = Experiment("quiet", setting="new_songs", value=5.0)
    assert (per_user("new_songs", 1, USERS, [trial], "salt") == 1).all()
    assert set(trial.arms(USERS[:500], "salt")[1]) == {"control"}
