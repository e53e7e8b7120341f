"""How fast may be asked: one gate for all threads of a worker.

Window: requests in flight, grown by one per round without complaint and halved when the endpoint
says it is too many (additive increase, multiplicative decrease; Chiu and Jain 1989). Rates: token
buckets per minute. Breaker: after failures in a row the endpoint rests, then one request tries it.
No method waits; each says how long to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from jobs.clients.llm.config import LlmConfig

_LONGEST_REST_S = 300.0
_TRIALS = 2  # failed trials after which what waits is given up
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 8.0
_FREE_RETRIES = 5  # so that a handful of asks may be repeated at all


class Rate:
    """A token bucket holding a second's worth. What is taken may exceed what is there; then it is in debt.

    Args:
        per_minute: 0 is no limit.
    """

    def __init__(self, per_minute: float, now: float) -> None:
        self._per_s, self._at = per_minute / 60.0, now
        self._level = self._most = max(1.0, self._per_s)

    def wait_s(self, now: float) -> float:
        if self._per_s <= 0:
            return 0.0
        self._level = min(self._most, self._level + (now - self._at) * self._per_s)
        self._at = now
        return 0.0 if self._level > 0 else (1e-3 - self._level / self._per_s)

    def take(self, amount: float) -> None:
        self._level -= amount

    def give_back(self, amount: float) -> None:
        self._level = min(self._most, self._level + amount)


class Breaker:
    """Closed while things go well; open after failures in a row; half open for one trial at a time."""

    def __init__(self, give_up_after: int, rest_s: float) -> None:
        self._most, self._first_rest = give_up_after, rest_s
        self._failures, self._trials, self._until, self._trying = 0, 0, -math.inf, False

    @property
    def open(self) -> bool:
        return self._failures >= self._most

    def wait_s(self, now: float) -> float:
        """0 to go on; infinite while the trial is under way."""
        if not self.open:
            return 0.0
        return math.inf if self._trying else max(0.0, self._until - now)

    def down(self, now: float) -> bool:
        """Whether waiting is no longer worth it: trials failed too, and it is not time for the next."""
        return self.open and self._trials >= _TRIALS and now < self._until

    def started(self) -> None:
        self._trying = self.open

    def succeeded(self) -> None:
        self._failures, self._trials, self._trying = 0, 0, False

    def failed(self, now: float) -> None:
        if self.open and not self._trying:
            return  # one that left before it opened
        self._trials += int(self._trying)
        self._failures, self._trying = self._failures + 1, False
        if self.open:
            self._until = now + min(_LONGEST_REST_S, self._first_rest * 2.0**self._trials)

    def close_for_good(self) -> None:
        """The endpoint does not want us: no trial will change that."""
        self._failures, self._trials, self._until, self._trying = self._most, _TRIALS, math.inf, False


@dataclass(slots=True)
class RetryBudget:
    """Further attempts as a share of first ones, so that a storm of failures cannot multiply them."""

    share: float
    sent: int = 0
    used: int = 0

    def take(self) -> bool:
        if self.used + 1 > _FREE_RETRIES + self.share * self.sent:
            return False
        self.used += 1
        return True


class Gate:
    """Who may send when. Not locked: its caller holds one lock for it. Times are the caller's, monotonic [s]."""

    def __init__(self, config: LlmConfig, now: float) -> None:
        self.in_flight = 0
        self.breaker = Breaker(config.give_up_after, config.rest_s)
        self.retries = RetryBudget(config.retry_share)
        self._most, self._cap = config.concurrency, config.retry_after_cap_s
        self._window = float(config.concurrency)
        self._served = False
        self._cut_at = self._pause_until = -math.inf
        self._cuts = 0
        self._requests, self._tokens = Rate(config.requests_per_minute, now), Rate(config.tokens_per_minute, now)

    @property
    def window(self) -> int:
        """Requests that may be in flight."""
        return max(1, int(self._window))

    def wait_s(self, now: float) -> float:
        """0 where a request may start; infinite where another must end first."""
        if self.in_flight >= self.window:
            return math.inf
        waits = (self._requests.wait_s(now), self._tokens.wait_s(now), self.breaker.wait_s(now))
        return max(0.0, self._pause_until - now, *waits)

    def started(self, tokens: int, first: bool) -> None:
        """A request leaves; ``first`` where its ask was not sent before."""
        self.in_flight += 1
        self.retries.sent += int(first)
        self._requests.take(1)
        self._tokens.take(tokens)
        self.breaker.started()

    def ended(self, reserved: int, spent: int) -> None:
        self.in_flight -= 1
        self._tokens.give_back(max(0, reserved - spent))

    def succeeded(self) -> None:
        self._cuts, self._served = 0, True
        self._window = min(float(self._most), self._window + 1.0 / self._window)
        self.breaker.succeeded()

    def failed(self, now: float, asked_s: float | None) -> None:
        if asked_s is not None:
            self._pause_until = max(self._pause_until, now + min(asked_s, self._cap))
        self.breaker.failed(now)

    def declined(self, now: float) -> None:
        """One request was not wanted. From an endpoint that never served another that is a failure (a wrong model)."""
        if self._served:
            self.breaker.succeeded()
        else:
            self.breaker.failed(now)

    def busy(self, now: float, started: float, asked_s: float | None) -> None:
        """The endpoint wants fewer requests. Those that left before the last cut say nothing new.

        Args:
            started: when the request left.
            asked_s: how long the endpoint asked to wait.
        """
        floor = self.window == 1
        if started >= self._cut_at:
            self._window, self._cut_at = max(1.0, self._window / 2.0), now
            own = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0**self._cuts)
            self._cuts += 1
            asked_s = own if asked_s is None else asked_s
        if asked_s is not None:
            self._pause_until = max(self._pause_until, now + min(asked_s, self._cap))
        if floor or self.breaker.open:
            self.breaker.failed(now)
