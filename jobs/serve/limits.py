"""How often one caller may ask: token buckets (RFC 2697's committed rate), one per caller."""

from __future__ import annotations

from collections.abc import Callable

_MOST_CALLERS = 50_000


class Limits:
    """Buckets that fill at a steady rate; a request takes one drop out. Used by one thread, the event loop's.

    Args:
        per_s: drops a second; 0 for no limit.
        burst: drops that a full bucket holds.
        timer: seconds since any moment, never going back.
    """

    def __init__(self, per_s: float, burst: int, timer: Callable[[], float]) -> None:
        self._per_s, self._burst, self._timer = per_s, burst, timer
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait_s(self, caller: str) -> float:
        """Seconds until this caller may ask again; 0 when now, which counts."""
        if not self._per_s:
            return 0.0
        now = self._timer()
        held, then = self._buckets.get(caller, (float(self._burst), now))
        held = min(float(self._burst), held + (now - then) * self._per_s)
        if held < 1:
            self._buckets[caller] = held, now
            return (1 - held) / self._per_s
        self._buckets[caller] = held - 1, now
        if len(self._buckets) > _MOST_CALLERS:
            self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Drop buckets that are full again; of callers who all keep asking, those asked longest ago."""
        full_after = self._burst / self._per_s
        self._buckets = {c: b for c, b in self._buckets.items() if now - b[1] < full_after}
        newest = sorted(self._buckets, key=lambda c: self._buckets[c][1])[-(_MOST_CALLERS // 2) :]
        self._buckets = {c: self._buckets[c] for c in newest}
