"""The asks of one call, served in their order by a few threads through the client's gate."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from features.words.model.asking import Answer, Why
from jobs.clients.llm.config import LlmConfig
from jobs.clients.llm.ledger import Ledger, Reservation
from jobs.clients.llm.pacing import Gate
from jobs.clients.llm.probe import Probe
from jobs.clients.llm.queue import Job, Queue
from jobs.clients.llm.sending import Fate, Sender, Sent
from jobs.clients.llm.wire import JsonMode, Reading, body, bound, json_mode_for

_MOST_BUSY = 8  # times an ask may be told that it is too many
_MOST_DENIED = 8  # times an ask may be said otherwise
_LEAST_S = 0.05  # a request is not worth starting with less time than this


class Clock:
    """Monotonic time, and waiting in it. Tests bring another."""

    def now(self) -> float:
        return time.monotonic()

    def wait(self, changed: threading.Condition, seconds: float) -> None:
        """Until notified, at most this long."""
        changed.wait(None if math.isinf(seconds) else seconds)


@dataclass(slots=True)
class SharedState:
    """What all calls of a client share; ``changed`` guards the gate and the probe."""

    config: LlmConfig
    ledger: Ledger
    night: str
    sender: Sender
    probe: Probe
    gate: Gate
    clock: Clock
    changed: threading.Condition = field(default_factory=threading.Condition)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A request on its way, and what was reserved for it."""

    job: Job
    json_mode: JsonMode
    body: Mapping[str, Any]
    held: Reservation
    started: float
    timeout_s: float
    repeated: bool


class Scheduler:
    """Serves jobs until each has its answer.

    Args:
        until: when the night's time is over, on the shared's clock.
    """

    def __init__(self, shared: SharedState, jobs: list[Job], until: float) -> None:
        self._shared, self._until = shared, until
        self._waiting = Queue(jobs)
        self._under_way = 0
        self.answers: dict[int, Answer] = {}

    def run(self) -> dict[int, Answer]:
        """Answers by place."""
        threads = min(self._shared.config.concurrency, len(self._waiting))
        if threads <= 1:
            self._work()
            return self.answers
        with ThreadPoolExecutor(max_workers=threads, thread_name_prefix="llm") as pool:
            try:
                for done in [pool.submit(self._work) for _ in range(threads)]:
                    done.result()
            except BaseException:
                with self._shared.changed:
                    self._until = -math.inf
                    self._shared.changed.notify_all()
                raise
        return self.answers

    def _work(self) -> None:
        while (dispatch := self._take()) is not None:
            sent = None
            try:
                sent = self._shared.sender.send(dispatch.body, dispatch.timeout_s)
            finally:
                with self._shared.changed:
                    try:
                        self._returned(dispatch, sent or Sent(Fate.FAILED, "bug", charged=True))
                    except BaseException:
                        self._until = -math.inf
                        raise
                    finally:
                        self._shared.changed.notify_all()

    def _take(self) -> Dispatch | None:
        """The next ask that may dispatch, with its tokens reserved; None when there is nothing left to do."""
        shared = self._shared
        with shared.changed:
            while self._waiting or self._under_way:
                now = shared.clock.now()
                self._give_up(now)
                wait = self._wait_s(now)
                if wait <= 0 and (dispatch := self._dispatch(now)) is not None:
                    return dispatch
                if wait > 0 and (self._waiting or self._under_way):
                    shared.clock.wait(shared.changed, wait)
            return None

    def _give_up(self, now: float) -> None:
        """Everything that waits, once there is no point in waiting."""
        over = self._until - now < _LEAST_S
        if over or self._shared.gate.breaker.down(now):
            for job in self._waiting.clear():
                self._fail(job, Why.DEADLINE if over else Why.DOWN)
            self._shared.changed.notify_all()

    def _wait_s(self, now: float) -> float:
        shared = self._shared
        ready = self._waiting.wait_s(now)
        if math.isinf(ready) or (not shared.probe.sure and shared.gate.in_flight):
            return math.inf
        return min(max(ready, shared.gate.wait_s(now)), self._until - now)

    def _dispatch(self, now: float) -> Dispatch | None:
        """The first ask that is ready leaves, if its tokens fit; None where things must be looked at again."""
        shared = self._shared
        job = self._waiting.first()
        held = shared.ledger.reserve(shared.night, bound(job.ask))
        if held is None and shared.gate.in_flight:  # what is under way will give some back
            shared.clock.wait(shared.changed, self._until - now)
            return None
        self._waiting.pop()
        if held is None:
            self._fail(job, Why.CEILING)
            return None
        self._under_way += 1
        shared.gate.started(held.tokens, first=not job.repeated)
        config, capability = shared.config, shared.probe.capability
        request = body(
            job.ask,
            config.model,
            capability,
            temperature=config.temperature,
            listener_field=config.listener_field,
        )
        timeout_s = min(config.timeout_s, self._until - now)
        return Dispatch(job, json_mode_for(job.ask, capability), request, held, now, timeout_s, job.repeated)

    def _returned(self, dispatch: Dispatch, sent: Sent) -> None:
        """Settle what it cost, tell the gate, then answer or queue again."""
        shared, job, now = self._shared, dispatch.job, self._shared.clock.now()
        self._under_way -= 1
        with shared.ledger.transaction():
            spent = self._settle(dispatch, sent)
            shared.gate.ended(dispatch.held.tokens, spent)
            if sent.fate is Fate.ANSWERED and sent.reading is not None:
                shared.gate.succeeded()
                obeyed = None if sent.reading.fault == "length" else sent.reading.found is not None
                shared.probe.answered(dispatch.json_mode, obeyed)
                self._answered(job, sent.reading)
            elif sent.fate is Fate.BUSY:
                shared.gate.busy(now, dispatch.started, sent.wait_s)
                job.busy += 1
                self._waiting.put(job, now) if job.busy <= _MOST_BUSY else self._fail(job, Why.DOWN)
            elif sent.fate is Fate.DENIED:
                self._denied(dispatch, sent, now)
            elif sent.fate is Fate.CLOSED:
                shared.gate.breaker.close_for_good()
                self._fail(job, Why.DOWN)
            else:
                shared.gate.failed(now, sent.wait_s)
                job.last = Why.DEADLINE if sent.fault == "timeout" else Why.DOWN
                self._retry(job, now + self._backoff_s(job))

    def _settle(self, dispatch: Dispatch, sent: Sent) -> int:
        shared = self._shared
        counts = {"calls": 1} | ({f"fault.{sent.fault}": 1} if sent.fault else {})
        if dispatch.repeated:
            counts["retries"] = 1
        tokens = sent.reading.tokens if sent.reading is not None else None
        if tokens is not None:
            counts |= {"tokens_in": tokens.into, "tokens_out": tokens.out, "tokens_prefix": tokens.prefix}
        elif sent.charged:
            counts["tokens_assumed"] = dispatch.held.tokens
        spent = tokens.total if tokens is not None else dispatch.held.tokens if sent.charged else 0
        shared.ledger.settle(dispatch.held, spent)
        shared.ledger.count(shared.night, counts)
        return spent

    def _answered(self, job: Job, reading: Reading) -> None:
        if reading.why is Why.UNREADABLE and reading.fault != "length" and job.tries == 0 and self._may_retry(job):
            self._waiting.put(job, -math.inf)
            return
        shared = self._shared
        shared.ledger.keep(job.key, shared.night, reading)
        if reading.why is not None:
            shared.ledger.count(shared.night, [f"why.{reading.why}"])
        tokens = reading.tokens
        self.answers[job.place] = Answer(
            reading.found, reading.why, reading.raw, tokens.into if tokens else 0, tokens.out if tokens else 0
        )

    def _denied(self, dispatch: Dispatch, sent: Sent, now: float) -> None:
        shared, job = self._shared, dispatch.job
        job.denied += 1
        if job.denied <= _MOST_DENIED and shared.probe.heed(sent, dispatch.json_mode, shared.config.listener_field):
            shared.gate.breaker.succeeded()
            self._waiting.put(job, -math.inf)
            return
        shared.gate.declined(now)
        self._fail(job, Why.REFUSED)

    def _retry(self, job: Job, not_before: float) -> None:
        if self._may_retry(job):
            self._waiting.put(job, not_before)
        else:
            self._fail(job, job.last)

    def _may_retry(self, job: Job) -> bool:
        if job.tries >= self._shared.config.retries or not self._shared.gate.retries.take():
            return False
        job.tries += 1
        return True

    def _backoff_s(self, job: Job) -> float:
        """Doubling, spread by the ask's own hash so that those that failed together do not return together."""
        spread = 0.5 + int(job.key[:4], 16) / 0xFFFF
        return min(0.25 * 2.0**job.tries * spread, self._shared.config.retry_after_cap_s)

    def _fail(self, job: Job, why: Why) -> None:
        self._shared.ledger.count(self._shared.night, [f"why.{why}"])
        self.answers[job.place] = Answer(None, why)
