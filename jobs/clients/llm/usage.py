"""What a night's asking came to, read from the ledger by whoever wants to report it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from features.words.model.asking import Why
from jobs.clients.llm import ledger as llm_ledger


@dataclass(frozen=True, slots=True)
class Prices:
    """Money per million tokens, in whatever currency the reader thinks.

    Args:
        tokens_in, tokens_out: of direct requests.
        tokens_prefix: of prompt tokens from the endpoint's cache; None is the price of others.
        batch_share: share of the price that the Batch API takes.
    """

    tokens_in: float = 0.0
    tokens_out: float = 0.0
    tokens_prefix: float | None = None
    batch_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Usage:
    """One night.

    Args:
        night: its listening day.
        asks: questions put, whatever became of them; ``asks_cached`` of them were paid for before.
        calls: requests that left the shared, batch lines included; ``retries`` of them were repeats.
        tokens_in, tokens_out: as the endpoint counted them; batch tokens apart.
        tokens_prefix: of ``tokens_in``, from the endpoint's prompt cache.
        tokens_assumed: counted in full for requests whose cost nobody told (timeouts, cut answers).
        tokens_reserved: reservations that stand: requests under way, or of processes that died.
        tokens_taken: all of these together, which is what the ceiling is held against.
        failures: asks without a usable answer, by why.
        faults: what went wrong in requests, in the client's words ("429", "timeout", "cut", "garbled", …).
    """

    night: str
    asks: int
    asks_cached: int
    calls: int
    retries: int
    tokens_in: int
    tokens_out: int
    tokens_prefix: int
    batch_tokens_in: int
    batch_tokens_out: int
    tokens_assumed: int
    tokens_reserved: int
    tokens_taken: int
    failures: Mapping[Why, int]
    faults: Mapping[str, int]

    def money(self, prices: Prices) -> float:
        """What the endpoint will charge for what it counted, at these prices."""
        prefix = prices.tokens_in if prices.tokens_prefix is None else prices.tokens_prefix
        direct = (self.tokens_in - self.tokens_prefix) * prices.tokens_in + self.tokens_prefix * prefix
        batch = self.batch_tokens_in * prices.tokens_in + self.batch_tokens_out * prices.tokens_out
        return (direct + self.tokens_out * prices.tokens_out + batch * prices.batch_share) / 1e6


READER = "reader."
"""The step whose counts are the second reader's."""


def usage(home: Path, night: str, step: str = "") -> Usage:
    """The usage of a night of a home; all zero where nothing was ever asked.

    Args:
        step: whose: the writer's, or :data:`READER`. What is taken and reserved is both's together.
    """
    counts: dict[str, int] = {}
    taken = reserved = 0
    path = llm_ledger.at(home)
    if path.exists():
        with llm_ledger.telling(path), closing(sqlite3.connect(path, timeout=60)) as db:
            rows = db.execute("select name, n from counted where night = ?", (night,)).fetchall()
            counts = {name.removeprefix(step): n for name, n in rows if name.startswith(step)}
            taken = _sum(db, "taken", night)
            reserved = _sum(db, "reserved", night)
    names = ("asks", "asks_cached", "calls", "retries", "tokens_in", "tokens_out", "tokens_prefix", "batch_tokens_in",
             "batch_tokens_out", "tokens_assumed")  # fmt: skip
    return Usage(
        night=night,
        **{name: counts.get(name, 0) for name in names},
        tokens_reserved=reserved,
        tokens_taken=taken,
        failures={why: counts[f"why.{why}"] for why in Why if f"why.{why}" in counts},
        faults={n.removeprefix("fault."): k for n, k in sorted(counts.items()) if n.startswith("fault.")},
    )


def _sum(db: sqlite3.Connection, table: str, night: str) -> int:
    return int(db.execute(f"select coalesce(sum(tokens), 0) from {table} where night = ?", (night,)).fetchone()[0])
