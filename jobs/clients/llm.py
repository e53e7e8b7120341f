"""A language model behind any OpenAI-compatible endpoint, made safe for a night.

Own retry budget, explicit timeouts, a cap on Retry-After, a deadline, a spend ceiling, and a
cache so that nothing is paid twice. Whatever goes wrong, :meth:`LlmClient.ask` returns None
and the built-in writer writes.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.clients.llm_ledger import Ledger
from schemas.errors import UsageError

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

_LOG = logging.getLogger(__name__)
_RETRIED = (408, 409, 429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class LlmConfig:
    """Settings section ``[llm]``.

    Args:
        base_url, api_key, model: the endpoint; without URL or key no model writes anything.
        timeout_s: longest one request may take.
        concurrency: requests in flight at once, per worker.
        retries: further attempts after a failed one.
        retry_after_cap_s: longest wait the endpoint may ask for.
        deadline_s: longest a worker spends on requests in one night, summed over its threads.
        give_up_after: failures in a row after which the endpoint counts as down.
        night_tokens: spend ceiling of a night [tokens], all workers together.
    """

    base_url: str
    api_key: str
    model: str
    timeout_s: float = 30.0
    concurrency: int = 4
    retries: int = 2
    retry_after_cap_s: float = 20.0
    deadline_s: float = 900.0
    give_up_after: int = 5
    night_tokens: int = 2_000_000


def open_llm(home: Path, settings: Mapping[str, Any], ds: date | None = None, **_: Any) -> LlmClient | None:
    """The client, or None when no base URL or key is configured."""
    if not settings.get("base_url") or not settings.get("api_key"):
        return None
    if not settings.get("model"):
        raise UsageError("setting llm.model is missing", fix="name the model, e.g. DAILY30_LLM__MODEL=…")
    known = {f.name: f.type for f in fields(LlmConfig)}
    unknown = sorted(set(settings) - set(known))
    if unknown:
        raise UsageError(f"setting llm.{unknown[0]} is not known", fix=f"allowed: {', '.join(sorted(known))}.")
    values = {name: _typed(name, str(known[name]), value) for name, value in settings.items()}
    config = LlmConfig(**values)
    return LlmClient(config, Ledger(Path(home) / "cache" / "llm" / "ledger.sqlite", config.night_tokens), str(ds))


def _typed(name: str, kind: str, value: Any) -> Any:
    plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    try:
        return {"str": str, "int": int, "float": float}[kind](plain)
    except (TypeError, ValueError):
        raise UsageError(f"setting llm.{name} must be a number", fix=f"correct {name}.") from None


class LlmClient:
    """Asks for JSON; safe to share between threads.

    Args:
        night: whose ceiling is charged.
    """

    def __init__(self, config: LlmConfig, ledger: Ledger, night: str) -> None:
        from openai import OpenAI

        self.name, self.concurrency = config.model, config.concurrency
        self._config, self._ledger, self._night = config, ledger, night
        self._openai = OpenAI(base_url=config.base_url, api_key=config.api_key, timeout=config.timeout_s, max_retries=0)
        self._gate = threading.Semaphore(config.concurrency)
        self._failures, self._asked_s = 0, 0.0

    def ask(self, system: str, user: str, max_tokens: int) -> dict[str, Any] | None:
        """The endpoint's JSON object, from the cache where it was paid for already; None on any failure."""
        key = Ledger.key(self._config.base_url, self.name, system, user, str(max_tokens))
        kept = self._ledger.answer(key)
        if kept is None:
            with self._gate:
                kept = self._request(key, system, user, max_tokens)
        return None if kept is None else _object(kept)

    def close(self) -> None:
        self._openai.close()
        self._ledger.close()

    def _request(self, key: str, system: str, user: str, max_tokens: int) -> str | None:
        for tried in range(self._config.retries + 1):
            if self._failures >= self._config.give_up_after or self._asked_s >= self._config.deadline_s:
                return None
            # A token is at least one byte, so this bounds what the request can cost.
            bound = len(system.encode()) + len(user.encode()) + max_tokens
            if not self._ledger.reserve(self._night, bound):
                return None
            started = time.monotonic()
            answer, spent, wait_s = self._once(system, user, max_tokens, bound, tried)
            self._ledger.settle(self._night, bound, spent)
            self._asked_s += time.monotonic() - started
            if answer is not None:
                self._failures = 0
                self._ledger.keep(key, answer, spent)
                return answer
            self._failures += 1
            if wait_s is None:
                return None
            if tried < self._config.retries:
                time.sleep(wait_s)
                self._asked_s += wait_s
        return None

    def _once(
        self, system: str, user: str, max_tokens: int, bound: int, tried: int
    ) -> tuple[str | None, int, float | None]:
        """(answer, tokens spent, seconds to wait before another try or None for no other try)."""
        import openai

        try:
            made = self._openai.chat.completions.create(
                model=self.name,
                messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
                response_format={"type": "json_object"},
                max_tokens=max_tokens,
                temperature=0.7,
            )
            return _content(made), _spent(made, bound), None
        except openai.APIStatusError as error:
            _LOG.warning("llm: status %s", error.status_code)
            return None, 0, self._wait(error, tried) if error.status_code in _RETRIED else None
        except openai.APIConnectionError as error:  # timeouts too: it may have been charged
            _LOG.warning("llm: %s", type(error).__name__)
            return None, bound, self._backoff(tried)
        except (openai.OpenAIError, ValueError, AttributeError, TypeError, IndexError, KeyError) as error:
            _LOG.warning("llm: answer unreadable (%s)", type(error).__name__)
            return None, bound, None

    def _wait(self, error: Any, tried: int) -> float:
        try:
            asked = float(error.response.headers.get("retry-after", ""))
        except ValueError:
            return self._backoff(tried)
        return min(max(asked, 0.0), self._config.retry_after_cap_s)

    def _backoff(self, tried: int) -> float:
        return min(0.25 * 2.0**tried, self._config.retry_after_cap_s)


def _content(made: ChatCompletion) -> str:
    return made.choices[0].message.content or ""


def _spent(made: ChatCompletion, bound: int) -> int:
    """Tokens the endpoint says it took; the bound where it does not say."""
    return bound if made.usage is None else min(bound, made.usage.total_tokens)


def _object(text: str) -> dict[str, Any] | None:
    """The JSON object in an answer, also inside a code fence; None for anything else."""
    body = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
