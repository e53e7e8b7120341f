"""A language model behind any OpenAI-compatible endpoint, made safe for a night.

Whatever goes wrong, :meth:`LlmClient.ask_all` answers every ask, with a reason where there is no
answer, and the built-in writer writes. What one request may do is in ``sending``, who may send
when in ``pacing`` and ``scheduler``, what is paid for in ``ledger``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from features.words.model.asking import Answer, Ask, Asker
from jobs.clients.llm import ledger as llm_ledger
from jobs.clients.llm.batch import BatchClient
from jobs.clients.llm.config import LlmConfig, configured
from jobs.clients.llm.ledger import Ledger
from jobs.clients.llm.pacing import Gate
from jobs.clients.llm.probe import Probe
from jobs.clients.llm.queue import Job
from jobs.clients.llm.scheduler import Clock, Scheduler, SharedState
from jobs.clients.llm.sending import Sender, connect
from jobs.clients.llm.usage import READER, Usage, usage


def open_llm(home: Path, settings: Mapping[str, Any], ds: date | None = None, **_: Any) -> LlmClient | None:
    """The client, or None when no base URL or key is configured."""
    config = configured(settings)
    if config is None:
        return None
    client = LlmClient(config, Path(home), str(ds))
    if ds is not None:
        client.forget((ds - timedelta(days=config.keep_nights)).isoformat())
    return client


class LlmClient:
    """Asks for JSON; safe to share between threads. Its second reader is a client of its own, under the same ceiling.

    Args:
        night: whose ceiling is charged, ISO date.
        clock: monotonic time.
        step: whose counts are kept, see ``usage``.
    """

    def __init__(self, config: LlmConfig, home: Path, night: str, clock: Clock | None = None, step: str = "") -> None:
        clock = clock or Clock()
        self.name, self.concurrency, self.prices = config.model, config.concurrency, config.prices
        self.night_tokens, self.listener_secret = config.night_tokens, config.listener_secret.get_secret_value()
        self._home, self._step = home, step
        self._openai = connect(config)
        ledger = Ledger(llm_ledger.at(home), config.night_tokens, step)
        self._shared = SharedState(
            config=config,
            ledger=ledger,
            night=night,
            sender=Sender(self._openai, config, clock.now),
            probe=Probe(ledger, config.endpoint, config.model, night),
            gate=Gate(config, clock.now()),
            clock=clock,
        )
        self._batches = BatchClient(self._openai, self._shared)
        self._waited, self._calls, self._began = 0.0, 0, -math.inf
        self.reader_tokens = config.reader_tokens
        self._second = LlmClient(config.second, home, night, clock, READER) if config.reader else None
        self.reader: Asker | None = self._second

    def ask_all(self, asks: Sequence[Ask]) -> list[Answer]:
        """Answers in the order of the asks; earlier asks are served first. Equal asks are paid once."""
        ledger, night = self._shared.ledger, self._shared.night
        keys = [self._key(ask) for ask in asks]
        answers: dict[str, Answer] = {}
        jobs: dict[str, Job] = {}
        for place, (key, ask) in enumerate(zip(keys, asks, strict=True)):
            if key not in answers and key not in jobs:
                kept = ledger.answer(key, night)
                if kept is None:
                    jobs[key] = Job(place, key, ask)
                else:
                    answers[key] = kept
        ledger.count(night, {"asks": len(asks), "asks_cached": sum(key in answers for key in keys)})
        if jobs:
            served = self._serve(list(jobs.values()))
            answers |= {key: served[job.place] for key, job in jobs.items()}
        return [
            answers[key] if key not in jobs or jobs[key].place == place else _repeated(answers[key])
            for place, key in enumerate(keys)
        ]

    def usage(self) -> Usage:
        """What this night came to so far, over all workers of the home."""
        return usage(self._home, self._shared.night, self._step)

    def forget(self, before: str) -> None:
        """Drop paid answers of nights before this one."""
        self._shared.ledger.forget(before)

    def close(self) -> None:
        if self._second is not None:
            self._second.close()
        self._openai.close()
        self._shared.ledger.close()

    def _serve(self, jobs: list[Job]) -> dict[int, Answer]:
        """Through the Batch API where that is wished for and enough is asked, the rest directly."""
        answers: dict[int, Answer] = {}
        many = self._batches.offered and len(jobs) >= self._shared.config.batch_from
        if many and not self._shared.probe.sure:  # a batch must not be how we learn what is refused
            first = next((job for job in jobs if not self._batches.holds([job])), None)
            if first is not None:
                answers |= self._directly([first])
                jobs = [job for job in jobs if job is not first]
        if jobs and (many or self._batches.holds(jobs)):
            fetched, jobs = self._batches.serve(jobs)
            answers |= fetched
        return answers | (self._directly(jobs) if jobs else {})

    def _directly(self, jobs: list[Job]) -> dict[int, Answer]:
        """The night's time runs while anybody waits for the endpoint."""
        until = self._enter()
        try:
            return Scheduler(self._shared, jobs, until).run()
        finally:
            self._leave()

    def _enter(self) -> float:
        with self._shared.changed:
            now = self._shared.clock.now()
            if self._calls == 0:
                self._began = now
            self._calls += 1
            return self._began + self._shared.config.deadline_s - self._waited

    def _leave(self) -> None:
        with self._shared.changed:
            self._calls -= 1
            if self._calls == 0:
                self._waited += self._shared.clock.now() - self._began

    def _key(self, ask: Ask) -> str:
        """What an answer depends on; not on how JSON was asked for, nor for whom."""
        config = self._shared.config
        schema = json.dumps(dict(ask.schema), sort_keys=True, ensure_ascii=False)
        target = (config.endpoint, config.model, str(config.temperature))
        return Ledger.key(*target, ask.system, ask.user, schema, str(ask.max_tokens))


def _repeated(answer: Answer) -> Answer:
    """The answer of an equal ask earlier in the same call, which paid for it."""
    return replace(answer, tokens_in=0, tokens_out=0, cached=answer.found is not None or answer.raw is not None)
