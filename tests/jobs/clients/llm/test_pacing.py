"""The gate: window, rates, breaker, retry budget."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.clients.llm.config import LlmConfig
from jobs.clients.llm.pacing import Breaker, Gate, Rate, RetryBudget


def gate(**extra: float) -> Gate:
    return Gate(LlmConfig("u", "k", "m", **({"concurrency": 16} | extra)), 0.0)


def test_a_complaint_halves_the_window_once_per_round_and_success_grows_it_by_one_per_round() -> None:
    made = gate()
    for _ in range(16):
        made.started(10, first=True)
    for n in range(12):  # twelve of one round complain
        made.busy(1.0 + n / 100, started=0.0, asked_s=0.0)
    assert made.window == 8
    made.busy(2.0, started=1.5, asked_s=0.0)
    assert made.window == 4
    for n in range(1, 5):
        for _ in range(made.window):
            made.succeeded()
        assert 4 + n - 1 <= made.window <= 4 + n
    for _ in range(1000):
        made.succeeded()
    assert made.window == 16


def test_everybody_waits_as_long_as_one_was_asked_to() -> None:
    made = gate(retry_after_cap_s=20.0)
    made.busy(5.0, started=4.0, asked_s=7.0)
    assert made.wait_s(5.0) == 7.0
    assert made.wait_s(11.0) == 1.0
    assert made.wait_s(12.0) == 0.0
    made.busy(20.0, started=19.0, asked_s=3600.0)
    assert made.wait_s(20.0) == 20.0
    made.failed(50.0, asked_s=4.0)
    assert made.wait_s(50.0) == 4.0


def test_complaints_without_a_word_pause_longer_and_longer() -> None:
    made, pauses, now = gate(), [], 0.0
    for _ in range(7):
        made.busy(now, started=now, asked_s=None)
        pauses.append(made.wait_s(now))
        now += 100.0
    assert pauses[:4] == [0.25, 0.5, 1.0, 2.0]
    assert max(pauses) <= 16.0
    assert pauses == sorted(pauses)


def test_no_more_than_the_window_is_in_flight() -> None:
    made = gate(concurrency=2)
    made.started(1, first=True)
    assert made.wait_s(0.0) == 0.0
    made.started(1, first=True)
    assert made.wait_s(0.0) == math.inf
    made.ended(1, 1)
    assert made.wait_s(0.0) == 0.0


@given(per_minute=st.floats(1, 6000), amounts=st.lists(st.integers(1, 500), min_size=1, max_size=40))
def test_a_rate_is_never_exceeded_by_more_than_a_second_and_one_request(per_minute: float, amounts: list[int]) -> None:
    rate, now, taken = Rate(per_minute, 0.0), 0.0, 0
    for amount in amounts:
        while (wait := rate.wait_s(now)) > 0:
            now += wait
        assert taken <= max(1.0, per_minute / 60) + now * per_minute / 60 + 1e-6
        rate.take(amount)
        taken += amount


def test_no_rate_is_no_limit() -> None:
    rate = Rate(0.0, 0.0)
    rate.take(10**9)
    assert rate.wait_s(0.0) == 0.0


def test_tokens_that_were_not_spent_are_given_back() -> None:
    made = gate(tokens_per_minute=600.0)
    made.started(100, first=True)
    assert made.wait_s(0.0) > 8.0
    made.ended(reserved=100, spent=5)
    assert made.wait_s(0.0) == 0.0


def test_the_breaker_rests_tries_once_and_closes() -> None:
    breaker = Breaker(3, rest_s=2.0)
    for _ in range(3):
        assert breaker.wait_s(0.0) == 0.0
        breaker.failed(0.0)
    breaker.failed(0.0)  # one that was still under way
    assert breaker.wait_s(0.5) == 1.5
    assert breaker.wait_s(2.0) == 0.0
    assert not breaker.down(1.0)
    breaker.started()
    assert breaker.wait_s(2.0) == math.inf
    breaker.failed(3.0)
    assert breaker.wait_s(3.0) == 4.0
    breaker.started()
    breaker.succeeded()
    assert breaker.wait_s(7.0) == 0.0
    assert not breaker.open


def test_two_failed_trials_are_down_until_the_next() -> None:
    breaker = Breaker(1, rest_s=1.0)
    breaker.failed(0.0)
    for now in (1.0, 3.0):
        breaker.started()
        breaker.failed(now)
    assert breaker.down(3.1)
    assert not breaker.down(7.0)
    assert breaker.wait_s(7.0) == 0.0
    breaker.close_for_good()
    assert breaker.down(1e9)


@pytest.mark.parametrize(("window", "opens"), [(16, False), (1, True)])
def test_complaints_open_the_breaker_only_when_there_is_nothing_left_to_halve(window: int, opens: bool) -> None:
    made = gate(concurrency=window, give_up_after=4)
    for n in range(4):
        made.busy(float(n), started=float(n) if window == 1 else -1.0, asked_s=0.0)
    assert made.breaker.open is opens


@given(st.integers(0, 2000))
def test_retries_are_a_share_of_requests(sent: int) -> None:
    budget = RetryBudget(0.2, sent=sent)
    assert sum(budget.take() for _ in range(sent + 100)) == math.floor(5 + 0.2 * sent)
