"""Asks, clients and clocks that tests of the client share."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from features.words.model.asking import Ask
from jobs.clients.llm.client import LlmClient
from jobs.clients.llm.config import configured
from jobs.clients.llm.scheduler import Clock

NIGHT = "2026-05-20"
SCHEMA = {"type": "object", "properties": {"ok": {"type": "integer"}}}
KEY = "sk-very-secret-0123456789"


def ask(n: int | str = 0, max_tokens: int = 20, **more: Any) -> Ask:
    """A short ask; different numbers are different asks."""
    return Ask("Count things.", f"data {n}", max_tokens, SCHEMA, **more)


def open_client(home: Path, url: str, night: str = NIGHT, clock: Clock | None = None, **extra: Any) -> LlmClient:
    """A client with short waits."""
    settings = {"base_url": url, "api_key": SecretStr(KEY), "model": "tiny", "timeout_s": 10.0, "rest_s": 0.05,
                "retry_after_cap_s": 0.1, "batch_poll_s": 0.05}  # fmt: skip
    config = configured(settings | extra)
    assert config is not None
    return LlmClient(config, home, night, clock)


class Told(Clock):
    """A clock that only moves by waiting."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.at

    def wait(self, changed: threading.Condition, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += seconds
