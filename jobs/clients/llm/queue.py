"""Asks that wait to be sent, in their order."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass

from features.words.model.asking import Ask, Why


@dataclass(slots=True)
class Job:
    """One ask on its way; ``place`` is its place among the asks."""

    place: int
    key: str
    ask: Ask
    tries: int = 0
    busy: int = 0
    denied: int = 0
    last: Why = Why.DOWN

    @property
    def repeated(self) -> bool:
        """Whether it was sent before."""
        return self.tries + self.busy + self.denied > 0

    def __lt__(self, other: Job) -> bool:
        return self.place < other.place


class Queue:
    """Jobs that wait, by place; those put back for later join when their time has come."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._ready = sorted(jobs)
        self._later: list[tuple[float, Job]] = []

    def __len__(self) -> int:
        return len(self._ready) + len(self._later)

    def put(self, job: Job, not_before: float) -> None:
        heapq.heappush(self._later, (not_before, job))

    def wait_s(self, now: float) -> float:
        """0 where somebody is ready; infinite where nobody waits."""
        while self._later and self._later[0][0] <= now:
            heapq.heappush(self._ready, heapq.heappop(self._later)[1])
        if self._ready:
            return 0.0
        return self._later[0][0] - now if self._later else math.inf

    def first(self) -> Job:
        return self._ready[0]

    def pop(self) -> Job:
        return heapq.heappop(self._ready)

    def clear(self) -> list[Job]:
        """All of them, taken out."""
        left = self._ready + [job for _, job in self._later]
        self._ready, self._later = [], []
        return left
