"""Data of plots, laid out in 0..1 so that a template only has to scale them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DIGITS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, what it says, and its length as a share of the longest."""

    label: str
    text: str
    size: float


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of a scatter: place in 0..1 from the lower left, radius in 0..1, words, and a tone name."""

    x: float
    y: float
    r: float
    title: str
    detail: str
    tone: str


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: its name and points in 0..1 from the lower left."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on an axis at a place in 0..1."""

    label: str
    at: float


def bars(rows: Sequence[tuple[str, float, str]]) -> list[Bar]:
    """Bars of (label, value, text); the longest has size 1."""
    longest = max((value for _, value, _ in rows), default=0.0) or 1.0
    return [Bar(label, text, round(value / longest, DIGITS)) for label, value, text in rows]


def histogram(values: Sequence[float], low: float, high: float, bins: int, unit: str) -> list[Bar]:
    """Equal bins over [low, high]; values outside count in the outermost bins."""
    counts, width = [0] * bins, (high - low) / bins
    for value in values:
        counts[min(bins - 1, max(0, int((value - low) / width)))] += 1
    edges = [(low + i * width, low + (i + 1) * width) for i in range(bins)]
    rows = [(f"{a:.0f}", float(n), f"{a:.0f}–{b:.0f} {unit}: {n}") for (a, b), n in zip(edges, counts, strict=True)]
    return bars(rows)


def ticks(low: float, high: float, labels: Sequence[float]) -> list[Tick]:
    """Axis labels at these values of [low, high]."""
    return [Tick(f"{value:g}", place(value, low, high)) for value in labels]


def place(value: float, low: float, high: float) -> float:
    """``value`` as a share of [low, high], clipped."""
    return round(min(1.0, max(0.0, (value - low) / (high - low))), DIGITS)
