"""Drawing boxes and lines as SVG text: one paper card that reads on a light and on a dark page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from jobs.commands.docs.routes import Drawing, Line, Point

WIDTH = 900
INK, SOFT, PAPER = "#1f2933", "#52606d", "#fbfaf7"
HUES = ("#2b6cb0", "#b7791f", "#2f855a", "#b83280", "#6b46c1", "#c05621", "#0987a0", "#9b2c2c", "#4a5568")
_NAME, _TEXT, _LEADING, _PAD = 12.5, 10.5, 13.5, 8.0
_LETTER = 0.56  # mean width of a letter as a share of the font's size, the widest common sans assumed
_ROUND = 5.0


def wrapped(text: str, width: float) -> list[str]:
    """Lines of small text that fit a box of this width."""
    return textwrap.wrap(text, int((width - 2 * _PAD) / (_TEXT * _LETTER)), break_long_words=False)


def box_height(lines: Sequence[str]) -> float:
    """Height of a box with a name and these lines."""
    return 2 * _PAD + _NAME + _LEADING * len(lines) + 1


def page(parts: Iterable[str], height: float, title: str) -> str:
    """A whole SVG file."""
    heads = "".join(
        f'<marker id="head{i}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5 8 4 0 7.5z" fill="{hue}"/></marker>'
        for i, hue in enumerate(HUES)
    )
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" font-family="Helvetica, Arial, \'DejaVu Sans\', sans-serif" role="img">\n'
        f"<title>{escape(title)}</title>\n<defs>{heads}</defs>\n"
        f'<rect width="{WIDTH}" height="{height:.0f}" rx="10" fill="{PAPER}"/>\n{body}\n</svg>\n'
    )


def text(at: Point, words: str, *, size: float = _TEXT, fill: str = SOFT, bold: bool = False) -> str:
    """One line of text, its baseline at ``at``."""
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size}" fill="{fill}"{weight}>{escape(words)}</text>'


def frame(corner: Point, size: Point, fill: str) -> str:
    """A floor: a large tinted rectangle."""
    (x, y), (w, h) = corner, size
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="8" fill="{fill}"/>'


def box(corner: Point, size: Point, name: str, lines: Sequence[str], *, edge: str = "#cbd2d9") -> str:
    """A white box: its name, then its purpose."""
    (x, y), (w, h) = corner, size
    shape = (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="5" fill="#ffffff" stroke="{edge}"/>'
        f'<rect x="{x:.1f}" y="{y + 5:.1f}" width="3" height="{h - 10:.1f}" fill="{edge}"/>'
    )
    first = y + _PAD + _NAME - 2
    words = [text((x + _PAD, first), name, size=_NAME, fill=INK, bold=True)]
    words += [text((x + _PAD, first + _LEADING * n + 1), line) for n, line in enumerate(lines, 1)]
    return shape + "".join(words)


def arrows(drawing: Drawing) -> list[str]:
    """Every line of a drawing; those of one hub in one colour."""
    ordered = sorted(drawing.corners, key=lambda n: (drawing.corners[n][1], drawing.corners[n][0]))
    hubs = {hub: i for i, hub in enumerate(n for n in ordered if any(line.hub == n for line in drawing.lines))}
    return [arrow(line, hubs) for line in drawing.lines]


def arrow(line: Line, hubs: Mapping[str, int]) -> str:
    """One line with rounded corners and its head; dashed where it points up."""
    hue = hubs[line.hub] % len(HUES)
    points = line.points[::-1] if line.rises else line.points
    dashed = ' stroke-dasharray="4 3"' if line.rises else ""
    return (
        f'<path d="{_rounded(points)}" fill="none" stroke="{HUES[hue]}" stroke-width="1.5"{dashed} '
        f'marker-end="url(#head{hue})"/>'
    )


def _rounded(points: Sequence[Point]) -> str:
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        (ax, ay), (bx, by) = _towards(here, before), _towards(here, after)
        parts.append(f"L{ax:.1f} {ay:.1f}Q{here[0]:.1f} {here[1]:.1f} {bx:.1f} {by:.1f}")
    return "".join([*parts, f"L{points[-1][0]:.1f} {points[-1][1]:.1f}"])


def _towards(start: Point, end: Point) -> Point:
    """The point a corner's radius away from ``start``, at most half way to ``end``."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = max(abs(dx), abs(dy))
    share = min(_ROUND / length, 0.5) if length else 0.0
    return start[0] + dx * share, start[1] + dy * share


def floor_arrow(start: Point, end: Point) -> str:
    """A thick grey arrow straight down from one floor to the next."""
    x, y, tip = start[0], start[1] + 3, end[1] - 3
    return f'<path d="M{x - 4:.1f} {y:.1f}h8V{tip - 9:.1f}h5l-9 9-9-9h5z" fill="#9aa5b1"/>'


def key(at: Point, hue: str, words: str) -> str:
    """An entry of a legend: a coloured bar and what it means."""
    (x, y) = at
    return f'<rect x="{x:.1f}" y="{y - 6:.1f}" width="4" height="12" fill="{hue}"/>' + text(
        (x + 10, y + 4), words, size=11
    )
