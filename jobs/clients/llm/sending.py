"""One request to the endpoint and its fate. No retries, no waiting, nothing logged that was said."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from features.words.model.asking import Why
from jobs.clients.llm.config import LlmConfig
from jobs.clients.llm.wire import Reading, read
from jobs.clients.retry_after import wait_s
from schemas.errors import UsageError

if TYPE_CHECKING:
    from ssl import SSLContext

    from openai import APIConnectionError, APIStatusError, OpenAI

_MOST_BYTES = 4_000_000
_LATE = (408, 504, 524)  # what stands behind a gateway may have answered by then, and charged
_BROKE = "insufficient_quota"  # OpenAI says it with 429, and waiting does not mend it


class Fate(StrEnum):
    """What became of a request."""

    ANSWERED = "answered"
    BUSY = "busy"  # too many requests: slower
    FAILED = "failed"  # no answer: perhaps the next time
    DENIED = "denied"  # it does not want this request
    CLOSED = "closed"  # it does not want us: wrong key, no money, no such model


@dataclass(frozen=True, slots=True)
class Sent:
    """A request's fate.

    Args:
        fault: what went wrong, in one word.
        reading: the completion, where one came.
        wait_s: how long the endpoint asked us to wait.
        charged: whether it may cost something although nobody said how much.
        complaint: what the endpoint complained of, to find out what it does not understand. Never logged: it may
            quote a key.
    """

    fate: Fate
    fault: str = ""
    reading: Reading | None = None
    wait_s: float | None = None
    charged: bool = False
    complaint: str = ""


def connect(config: LlmConfig) -> OpenAI:
    """The library's client, its own retries off; UsageError where the address is none.

    No redirect is followed: what is asked goes to the address that was set, and nowhere else.
    """
    import httpx2
    from openai import DefaultHttpxClient, OpenAI

    try:
        return OpenAI(
            base_url=config.base_url,
            api_key=config.api_key.get_secret_value(),
            max_retries=0,
            timeout=config.timeout_s,
            http_client=DefaultHttpxClient(verify=_authorities(), follow_redirects=False),
        )
    except (httpx2.InvalidURL, ValueError):
        raise UsageError("setting llm.base_url is no http address", fix="write it as https://…/v1.") from None


@cache
def _authorities() -> SSLContext:
    """Whom to trust: read once by a process, for reading them takes longer than many an answer."""
    import httpx2

    return httpx2.create_ssl_context()


class Sender:
    """Sends chat completions.

    Args:
        now: a monotonic clock [s].
    """

    def __init__(self, openai: OpenAI, config: LlmConfig, now: Callable[[], float] = time.monotonic) -> None:
        self._openai, self._config, self._now = openai, config, now

    def send(self, body: Mapping[str, Any], timeout_s: float) -> Sent:
        """One attempt.

        Args:
            timeout_s: for the whole of it. A body that drips is cut off at its next byte after that, or
                when it is silent for as long again.
        """
        import httpx2
        import openai

        ends = self._now() + timeout_s
        limit = httpx2.Timeout(timeout_s, connect=min(self._config.connect_s, timeout_s))
        given = dict(body)
        known = {k: given.pop(k) for k in ("model", "messages")}
        create = self._openai.chat.completions.with_streaming_response.create
        try:
            with create(**known, extra_body=given, timeout=limit) as response:
                return self._answered(response, ends)
        except openai.APIStatusError as error:
            return refused(error)
        except openai.APIConnectionError as error:
            return _unheard(error)
        except (httpx2.HTTPError, httpx2.StreamError, openai.OpenAIError) as error:
            slow = isinstance(error, httpx2.TimeoutException)
            return Sent(Fate.FAILED, "timeout" if slow else "cut", charged=True)

    def _answered(self, response: Any, ends: float) -> Sent:
        pieces, size = [], 0
        for piece in response.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > _MOST_BYTES:
                return Sent(Fate.FAILED, "alien", charged=True)
            if self._now() > ends:
                return Sent(Fate.FAILED, "timeout", charged=True)
        try:
            payload = json.loads(b"".join(pieces))
        except (ValueError, RecursionError):
            payload = None
        reading = read(payload)
        if reading.why is Why.DOWN:
            return Sent(Fate.FAILED, reading.fault, reading, charged=True)
        return Sent(Fate.ANSWERED, reading.fault, reading, charged=True)


def _unheard(error: APIConnectionError) -> Sent:
    """A connection that did not come about cost nothing; one that broke later may have."""
    import httpx2
    import openai

    if isinstance(error.__cause__, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.UnsupportedProtocol)):
        return Sent(Fate.FAILED, "unreachable")
    return Sent(Fate.FAILED, "timeout" if isinstance(error, openai.APITimeoutError) else "cut", charged=True)


def refused(error: APIStatusError) -> Sent:
    """The fate of a request that was answered with an error status; only what came too late may have been charged."""
    status, word = error.status_code, str(error.status_code)
    complaint = _complaint(error)
    if status == 429:
        fate = Fate.CLOSED if _BROKE in complaint else Fate.BUSY
        return Sent(fate, word, wait_s=wait_s(error.response.headers), complaint=complaint)
    if status in (408, 409) or status >= 500:
        late = status in _LATE
        return Sent(Fate.FAILED, word, wait_s=wait_s(error.response.headers), charged=late, complaint=complaint)
    closed = status in (401, 402) or status < 400  # elsewhere than where it was set is not where we ask
    return Sent(Fate.CLOSED if closed else Fate.DENIED, word, complaint=complaint)


def _complaint(error: APIStatusError) -> str:
    try:
        return f"{error.message} {json.dumps(error.body)}"[:4000].lower()
    except (TypeError, ValueError):
        return ""
