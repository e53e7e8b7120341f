"""Leading arrows round boxes: down from a box, along a channel between rows, through a gutter between columns.

Arrows that meet at the same box, its *hub*, share one line; lines of different hubs never lie on
one another. Lengths are pixels, y grows downwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from jobs.commands.docs.layers import Arrow, Grid

_LANE, _PORT, _MARGIN = 8.0, 12.0, 9.0
Point = tuple[float, float]
Side = Literal["top", "bottom"]


@dataclass(frozen=True, slots=True)
class Line:
    """One arrow as drawn: its corner points, from the upper box to the lower one.

    Args:
        hub: the box whose line it shares.
        rises: it points up, against the current.
    """

    points: tuple[Point, ...]
    hub: str
    rises: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes as (left, top) corners, the lines between them, and the height of all."""

    corners: Mapping[str, Point]
    lines: tuple[Line, ...]
    height: float


@dataclass(frozen=True, slots=True)
class _Way:
    """An arrow before it has coordinates: rows, gutter and net are known."""

    above: str
    below: str
    net: str
    hub: str
    rises: bool
    gutter: int | None


class Router:
    """Finds the lines of one grid.

    Args:
        heights: height of every box.
        width: of a box.
        gutter: width of the space between columns and at both sides.
        hubs: which end arrows share, the box that they leave ("above") or the one they reach ("below").
    """

    def __init__(
        self, grid: Grid, heights: Mapping[str, float], width: float, gutter: float, hubs: Literal["above", "below"]
    ) -> None:
        self._grid, self._heights, self._width, self._gutter = grid, heights, width, gutter
        self._columns = 1 + max(column for _, column in grid.cells.values())
        self._ways = [self._way(a, hub=a[0] if hubs == "above" else a[1]) for a in grid.down]
        self._ways += [self._way((below, above), hub="", rises=True) for above, below in grid.up]
        self._ports = self._all_ports()

    def draw(self, top: float = 0.0, left: float = 0.0) -> Drawing:
        """Coordinates of everything, the grid's upper left corner at (left, top)."""
        lanes = self._channels()
        y, tops, channels = top, {}, {}
        for row in range(self._grid.rows):
            tops[row] = y
            y += max(self._heights[n] for n, (r, _) in self._grid.cells.items() if r == row)
            channels[row] = y
            used = [lane for (r, _), lane in lanes.items() if r == row]
            if row + 1 < self._grid.rows:
                y += 2 * _MARGIN + _LANE * (1 + max(used, default=0))
        corners = {n: (left + self._left(c), tops[r]) for n, (r, c) in self._grid.cells.items()}
        gutters = self._gutters()
        lines = []
        for way in self._ways:
            level = {k: channels[k] + _MARGIN + _LANE * lanes.get((k, way.net), 0) for k in channels}
            points = self._points(way, corners, level, left + gutters.get(way, 0.0))
            lines.append(Line(points, way.hub, way.rises))
        return Drawing(corners, tuple(lines), y - top)

    def _way(self, arrow: Arrow, *, hub: str, rises: bool = False) -> _Way:
        above, below = arrow
        net = hub or f"{above} {below}"
        return _Way(above, below, net, hub or below, rises, self._choose_gutter(above, below))

    def _choose_gutter(self, above: str, below: str) -> int | None:
        """The gutter for an arrow past other rows; None where the column below is free, or the next row is meant."""
        (top, from_column), (bottom, to_column) = self._grid.cells[above], self._grid.cells[below]
        between = {c for r, c in self._grid.cells.values() if top < r < bottom}
        if to_column not in between:
            return None
        start, end = self._middle(from_column), self._middle(to_column)
        return min(
            range(self._columns + 1), key=lambda g: abs(start - self._gutter_x(g)) + abs(end - self._gutter_x(g))
        )

    def _left(self, column: int) -> float:
        return self._gutter + column * (self._width + self._gutter)

    def _middle(self, column: int) -> float:
        return self._left(column) + self._width / 2

    def _gutter_x(self, gutter: int) -> float:
        return gutter * (self._width + self._gutter) + self._gutter / 2

    def _all_ports(self) -> dict[tuple[str, Side, str], float]:
        """(box, side, net) to x; upper sides and lower sides keep apart, so that stubs never overlap."""
        ends: dict[tuple[str, Side], dict[str, float]] = defaultdict(dict)
        for way in self._ways:
            ends[way.above, "bottom"][way.net] = self._middle(self._grid.cells[way.below][1])
            ends[way.below, "top"][way.net] = self._middle(self._grid.cells[way.above][1])
        ports = {}
        for (box, side), nets in ends.items():
            shift = 0.0 if side == "top" else _PORT / 2
            first = (len(nets) - 1) // 2 if side == "top" else len(nets) // 2
            for i, net in enumerate(sorted(nets, key=lambda n: (nets[n], n))):
                ports[box, side, net] = self._middle(self._grid.cells[box][1]) + _PORT * (i - first) + shift
        for way in self._ways:
            (row, column), (low, below) = self._grid.cells[way.above], self._grid.cells[way.below]
            if column == below and way.gutter is None and low > row:
                ports[way.above, "bottom", way.net] = ports[way.below, "top", way.net]
        return ports

    def _ends(self, way: _Way) -> tuple[float, float]:
        return self._ports[way.above, "bottom", way.net], self._ports[way.below, "top", way.net]

    def _channels(self) -> dict[tuple[int, str], int]:
        """(row above the channel, net) to the lane its horizontal part runs in."""
        spans: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for way in self._ways:
            (start, end), top, bottom = self._ends(way), *(self._grid.cells[n][0] for n in (way.above, way.below))
            if way.gutter is None:
                if start != end:
                    spans[top][way.net] += [start, end]
                continue
            spans[top][way.net] += [start, self._gutter_x(way.gutter)]
            spans[bottom - 1][way.net] += [self._gutter_x(way.gutter), end]
        return {(row, net): lane for row, nets in spans.items() for net, lane in _lanes(nets).items()}

    def _gutters(self) -> dict[_Way, float]:
        """Arrow to the x of its vertical part; nets that run side by side keep apart."""
        spans: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for way in self._ways:
            if way.gutter is not None:
                rows = (self._grid.cells[way.above][0], self._grid.cells[way.below][0])
                spans[way.gutter][way.net] += [float(r) for r in rows]
        placed = {gutter: _lanes(nets) for gutter, nets in spans.items()}
        count = {gutter: 1 + max(lanes.values()) for gutter, lanes in placed.items()}
        apart = {gutter: min(_LANE, (self._gutter - _LANE) / n) for gutter, n in count.items()}
        return {
            way: self._gutter_x(way.gutter)
            + apart[way.gutter] * (placed[way.gutter][way.net] - (count[way.gutter] - 1) / 2)
            for way in self._ways
            if way.gutter is not None
        }

    def _points(
        self, way: _Way, corners: Mapping[str, Point], level: Mapping[int, float], gutter_x: float
    ) -> tuple[Point, ...]:
        (start, end), left = self._ends(way), corners[way.above][0] - self._left(self._grid.cells[way.above][1])
        start, end = start + left, end + left
        top, bottom = self._grid.cells[way.above][0], self._grid.cells[way.below][0]
        leave = (start, corners[way.above][1] + self._heights[way.above])
        arrive = (end, corners[way.below][1])
        if way.gutter is None:
            middle = [(start, level[top]), (end, level[top])]
        else:
            middle = [
                (start, level[top]),
                (gutter_x, level[top]),
                (gutter_x, level[bottom - 1]),
                (end, level[bottom - 1]),
            ]
        return tuple(_corners([leave, *middle, arrive]))


def _lanes(spans: Mapping[str, Sequence[float]]) -> dict[str, int]:
    """Net to lane; nets whose spans overlap lie in different lanes."""
    ends: list[float] = []
    lanes = {}
    for net in sorted(spans, key=lambda n: (min(spans[n]), n)):
        low, high = min(spans[net]), max(spans[net])
        lane = next((i for i, end in enumerate(ends) if end < low - _LANE), len(ends))
        ends[lane : lane + 1] = [high]
        lanes[net] = lane
    return lanes


def _corners(points: Iterable[Point]) -> list[Point]:
    """The points without those that a straight line passes anyway."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and any(kept[-2][i] == kept[-1][i] == point[i] for i in (0, 1)):
            kept.pop()
        kept.append(point)
    return kept


def crossings(line: Line, corner: Point, size: Point) -> bool:
    """Whether a line runs through a box (corner and size given); touching its edge is not running through."""
    (x, y), (width, height) = corner, size
    return any(
        max(a[0], b[0]) > x and min(a[0], b[0]) < x + width and max(a[1], b[1]) > y and min(a[1], b[1]) < y + height
        for a, b in pairwise(line.points)
    )
