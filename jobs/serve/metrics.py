"""What the server did, in Prometheus' text format (version 0.0.4); counted in the event loop, so by one thread."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from warehouse.serving import VersionInfo

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


@dataclass(slots=True)
class _Latency:
    """Answers of one route: how many took up to each bound and no less than the one before; the last is of no bound."""

    counts: list[int]
    sum_s: float = 0.0


class Metrics:
    """Counts since the server started."""

    def __init__(self) -> None:
        self._answers: Counter[tuple[str, int]] = Counter()
        self._latency: dict[str, _Latency] = {}
        self._damaged = 0

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count an answer.

        Args:
            route: template of the path, never the path itself: there are as many of those as callers like.
        """
        self._answers[route, status] += 1
        latency = self._latency.setdefault(route, _Latency([0] * (len(BOUNDS_S) + 1)))
        latency.counts[bisect_left(BOUNDS_S, seconds)] += 1
        latency.sum_s += seconds

    def damage_met(self) -> None:
        """Count something that was damaged and therefore not served."""
        self._damaged += 1

    def text(self, served: VersionInfo | None, now: datetime) -> str:
        """Everything, for Prometheus.

        Args:
            served: the version served; None where none can be read.
            now: with its time zone.
        """
        return "".join(
            f"{line}\n" for line in (*self._requests(), *self._seconds(), *_version(served, now), *self._rest())
        )

    def _requests(self) -> Iterator[str]:
        yield from _head("daily30_http_requests_total", "counter", "Answers by route and status.")
        for (route, status), count in sorted(self._answers.items()):
            yield f'daily30_http_requests_total{{route="{route}",status="{status}"}} {count}'

    def _seconds(self) -> Iterator[str]:
        name = "daily30_http_request_duration_seconds"
        yield from _head(name, "histogram", "Seconds from a request to the end of its answer.")
        for route, latency in sorted(self._latency.items()):
            total = 0
            for bound, count in zip((*map(str, BOUNDS_S), "+Inf"), latency.counts, strict=True):
                total += count
                yield f'{name}_bucket{{route="{route}",le="{bound}"}} {total}'
            yield f'{name}_sum{{route="{route}"}} {latency.sum_s:.6f}'
            yield f'{name}_count{{route="{route}"}} {total}'

    def _rest(self) -> Iterable[str]:
        yield from _head("daily30_damaged_total", "counter", "Answers refused because what was asked for is damaged.")
        yield f"daily30_damaged_total {self._damaged}"


def _version(served: VersionInfo | None, now: datetime) -> Iterator[str]:
    yield from _head("daily30_served", "gauge", "1 where a version is served.")
    yield f"daily30_served {int(served is not None)}"
    if served is None:
        return
    yield from _head("daily30_served_version_info", "gauge", "The version served.")
    yield f'daily30_served_version_info{{version="{_label(served.version)}",ds="{served.ds}"}} 1'
    closed = datetime.combine(served.ds + timedelta(days=1), time(), UTC)
    yield from _head("daily30_served_version_age_seconds", "gauge", "Seconds since its listening day ended (UTC).")
    yield f"daily30_served_version_age_seconds {(now - closed).total_seconds():.0f}"


def _head(name: str, kind: str, words: str) -> tuple[str, str]:
    return f"# HELP {name} {words}", f"# TYPE {name} {kind}"


def _label(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
