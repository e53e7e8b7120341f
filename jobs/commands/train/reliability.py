"""The reliability diagram: are answers as wrong as they expect to be?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Errors = Mapping[str, tuple[Doubles, Doubles]]
BINS = 6
_SIDE, _MARGIN, _MOST = 320, 48, 0.6


@dataclass(frozen=True, slots=True)
class Trust:
    """How far the expected errors of one axis can be trusted.

    Args:
        expected, real: mean errors of each of the bins of about equal size, surest first.
        rho: Spearman's correlation of expected with real error.
    """

    expected: Doubles
    real: Doubles
    rho: float


def trust(errors: Errors) -> Trust:
    """Over all corpora of one axis."""
    from scipy.stats import spearmanr

    expected = np.concatenate([pair[0] for pair in errors.values()])
    real = np.concatenate([pair[1] for pair in errors.values()])
    bins = np.array_split(np.argsort(expected, kind="stable"), BINS)
    rho = float(spearmanr(expected, real).statistic)
    return Trust(np.array([expected[b].mean() for b in bins]), np.array([real[b].mean() for b in bins]), rho)


def draw(trusts: Mapping[str, Trust]) -> str:
    """The diagrams of all axes side by side, as SVG."""
    width = len(trusts) * (_SIDE + 2 * _MARGIN)
    height = _SIDE + 2 * _MARGIN
    panels = [_panel(axis, t, n * (_SIDE + 2 * _MARGIN) + _MARGIN) for n, (axis, t) in enumerate(trusts.items())]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="12" fill="#333"><rect width="100%" height="100%" fill="#fff"/>{"".join(panels)}</svg>\n'
    )


def _panel(axis: str, found: Trust, left: int) -> str:
    def x(value: float) -> float:
        return round(left + value / _MOST * _SIDE, 1)

    def y(value: float) -> float:
        return round(_MARGIN + _SIDE - value / _MOST * _SIDE, 1)

    ticks = "".join(
        f'<text x="{x(v)}" y="{_MARGIN + _SIDE + 16}" text-anchor="middle">{v:.1f}</text>'
        f'<text x="{left - 6}" y="{y(v) + 4}" text-anchor="end">{v:.1f}</text>'
        for v in (0.0, 0.2, 0.4, 0.6)
    )
    points = list(zip(found.expected, found.real, strict=True))
    line = " ".join(f"{x(e)},{y(min(r, _MOST))}" for e, r in points)
    dots = "".join(f'<circle cx="{x(e)}" cy="{y(min(r, _MOST))}" r="4" fill="#c2410c"/>' for e, r in points)
    middle = left + _SIDE / 2
    return (
        f'<rect x="{left}" y="{_MARGIN}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#bbb"/>'
        f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(_MOST)}" y2="{y(_MOST)}" stroke="#bbb" stroke-dasharray="4"/>'
        f'<polyline points="{line}" fill="none" stroke="#c2410c"/>{dots}{ticks}'
        f'<text x="{middle}" y="{_MARGIN - 16}" text-anchor="middle" font-size="14">{axis}, rho {found.rho:.2f}</text>'
        f'<text x="{middle}" y="{_MARGIN + _SIDE + 36}" text-anchor="middle">expected error</text>'
        f'<text x="{left - 32}" y="{_MARGIN + _SIDE / 2}" text-anchor="middle" '
        f'transform="rotate(-90 {left - 32} {_MARGIN + _SIDE / 2})">real error</text>'
    )
