"""Many asks at once through the Batch API: cheaper, slower, and still there after a crash.

A batch is written down before it is made, carries our token as metadata, and its id is written down
before anybody waits. Whoever comes next with the same asks, in this process or another, waits for
that batch instead of paying again. What a batch does not deliver is asked directly afterwards.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from features.words.model.asking import Answer, Why
from jobs.clients.llm.pending_batches import Batch, PendingBatches
from jobs.clients.llm.queue import Job
from jobs.clients.llm.scheduler import SharedState
from jobs.clients.llm.wire import Reading, body, bound, read

if TYPE_CHECKING:
    from openai import OpenAI

_LOG = logging.getLogger(__name__)
_MOST_BYTES = 90_000_000  # of a file; endpoints take 100 to 200 MB
_MOST_PAGES = 3  # of the endpoint's newest batches, looked through for ours
_URL: Final = "/v1/chat/completions"
_STRANGE = (AttributeError, TypeError, ValueError)  # a page, null or broken JSON where an object was due
_ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
_NOT_OFFERED = frozenset({400, 403, 404, 405, 422, 501})


class BatchClient:
    """Makes, finds and fetches batches."""

    def __init__(self, openai: OpenAI, shared: SharedState) -> None:
        self._openai, self._shared = openai, shared
        self._book = PendingBatches(shared.ledger, shared.config.endpoint, shared.config.model)
        self._pause, self._waited = threading.Condition(), 0.0

    @property
    def offered(self) -> bool:
        """Whether batches are wished for and the endpoint is not known to lack them."""
        return self._shared.config.batch and self._shared.probe.capability.batch

    def holds(self, jobs: Iterable[Job]) -> bool:
        """Whether any of these asks travels in a batch already."""
        return bool(self._book.holding(job.key for job in jobs))

    def serve(self, jobs: list[Job]) -> tuple[dict[int, Answer], list[Job]]:
        """Answers by place, and the jobs that are left to ask directly."""
        under_way = [b for b in map(self._found, self._book.holding(j.key for j in jobs)) if b is not None]
        travelling = {key for batch in under_way for key in batch.lines}
        new = [job for job in jobs if job.key not in travelling]
        if self.offered and len(new) >= self._shared.config.batch_from:
            under_way += self._made(new)
        unfinished = self._wait(under_way)
        late = {key for batch in unfinished for key in batch.lines}
        answers, left = {}, []
        for job in jobs:
            kept = self._shared.ledger.answer(job.key, self._shared.night)
            if kept is not None:
                answers[job.place] = kept
            elif job.key in late:
                answers[job.place] = Answer(None, Why.DEADLINE)
            else:
                left.append(job)
        counts = [f"why.{a.why}" for a in answers.values() if a.why is not None]
        self._shared.ledger.count(self._shared.night, counts)
        return answers, left

    def _made(self, jobs: list[Job]) -> list[Batch]:
        made = []
        for some in self._portions(jobs):
            batch = self._book.open(self._shared.night, [(job.key, bound(job.ask)) for job, _ in some])
            if batch is None:
                break
            sent = self._sent(batch, b"".join(line for job, line in some if job.key in batch.lines))
            if sent is None:
                break
            made.append(sent)
        return made

    def _portions(self, jobs: list[Job]) -> Iterator[list[tuple[Job, bytes]]]:
        """Jobs with their lines, in portions that fit into one file."""
        config, some, size = self._shared.config, list[tuple[Job, bytes]](), 0
        for job in jobs:
            request = body(
                job.ask,
                config.model,
                self._shared.probe.capability,
                temperature=config.temperature,
                listener_field=config.listener_field,
            )
            line = {"custom_id": job.key, "method": "POST", "url": _URL, "body": request}
            text = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
            if some and (len(some) >= config.batch_lines or size + len(text) > _MOST_BYTES):
                yield some
                some, size = [], 0
            some.append((job, text))
            size += len(text)
        if some:
            yield some

    def _sent(self, batch: Batch, lines: bytes) -> Batch | None:
        """The batch as the endpoint took it; None where it did not, or where nobody knows yet."""
        import openai

        try:
            file = self._openai.files.create(file=("asks.jsonl", lines), purpose="batch")
        except openai.APIStatusError as error:
            self._book.close(batch, {})
            if error.status_code in _NOT_OFFERED:
                _LOG.warning("llm: no batches here (status %s)", error.status_code)
                self._shared.probe.no_batch()
            return None
        except (openai.OpenAIError, *_STRANGE):
            self._book.close(batch, {})
            return None
        try:
            made = self._openai.batches.create(
                input_file_id=_id(file), endpoint=_URL, completion_window="24h", metadata={"daily30": batch.token}
            )
            return self._book.named(batch, _id(made))
        except openai.APIStatusError as error:
            if error.status_code in _NOT_OFFERED:
                self._book.close(batch, {})
                self._shared.probe.no_batch()
                return None
            return self._found(batch)
        except (openai.OpenAIError, *_STRANGE):  # it may have been made all the same
            return self._found(batch)

    def _found(self, batch: Batch) -> Batch | None:
        """A batch whose id was never told, looked for by our token; None and forgotten where there is none."""
        import openai

        if batch.id is not None:
            return batch
        try:
            for place, known in enumerate(self._openai.batches.list(limit=100)):
                if (known.metadata or {}).get("daily30") == batch.token:
                    return self._book.named(batch, known.id)
                if place >= 100 * _MOST_PAGES:
                    self._book.close(batch, {}, lost=True)  # it may stand further back
                    return None
        except (openai.OpenAIError, *_STRANGE) as error:
            _LOG.warning("llm: batches cannot be listed (%s)", type(error).__name__)
            self._book.close(batch, {}, lost=True)
            return None
        self._book.close(batch, {})
        return None

    def _wait(self, batches: list[Batch]) -> list[Batch]:
        """Fetch batches as they end; those that did not within the wait."""
        shared = self._shared
        began, errors = shared.clock.now(), 0
        until = began + shared.config.batch_wait_s - self._waited
        left = batches
        while left:
            looked = [self._looked(batch) for batch in left]
            errors = errors + 1 if None in looked else 0
            left = [batch for batch, ended in zip(left, looked, strict=True) if not ended]
            now = shared.clock.now()
            if not left or errors >= shared.config.give_up_after or now + shared.config.batch_poll_s > until:
                break
            with self._pause:
                shared.clock.wait(self._pause, shared.config.batch_poll_s)
        self._waited += shared.clock.now() - began
        return left

    def _looked(self, batch: Batch) -> bool | None:
        """Whether it has ended, and then its answers are kept; None where the endpoint did not say."""
        import httpx2
        import openai

        try:
            state = self._openai.batches.retrieve(batch.id or "")
            if state.status not in _ENDED:
                return False
            readings: dict[str, Reading] = {}
            if state.output_file_id:
                readings = self._fetched(batch, state.output_file_id)
        except openai.NotFoundError:
            self._book.close(batch, {}, lost=True)
            return True
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, *_STRANGE) as error:
            _LOG.warning("llm: batch not seen (%s)", type(error).__name__)
            return None
        self._book.close(batch, readings)
        return True

    def _fetched(self, batch: Batch, file_id: str) -> dict[str, Reading]:
        """Readings by key, of lines that were answered; the others cost nothing."""
        made: dict[str, Reading] = {}
        with self._openai.files.with_streaming_response.content(file_id) as response:
            for line in response.iter_lines():
                key, payload = _line(line)
                if key in batch.lines and key not in made and payload is not None:
                    reading = read(payload)
                    if reading.why is not Why.DOWN:
                        made[key] = reading
        return made


def _id(made: Any) -> str:
    """What the endpoint calls something it made; ValueError where that is no name."""
    if not isinstance(made.id, str) or not made.id:
        raise ValueError("no id")
    return made.id


def _line(text: str) -> tuple[str, Any]:
    """(key, completion) of one line of a result file; no completion where it failed or says nothing."""
    try:
        line = json.loads(text)
        response = line["response"]
        return str(line["custom_id"]), response["body"] if response["status_code"] == 200 else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", None
