"""Placing the boxes of a directed graph in rows and columns: every arrow points down, few cross.

Pure and deterministic: the same graph gives the same picture. Nodes are names, arrows are pairs
``(above, below)``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

Arrow = tuple[str, str]
_SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Grid:
    """Where each node is, and which arrows are drawn.

    Args:
        cells: node to (row, column), both from 0 at the top left.
        down: arrows from a higher row to a lower one.
        up: arrows against the current, those that would close a cycle.
    """

    cells: Mapping[str, tuple[int, int]]
    down: tuple[Arrow, ...]
    up: tuple[Arrow, ...]

    @property
    def rows(self) -> int:
        """The number of rows."""
        return 1 + max(row for row, _ in self.cells.values())


def arrange(nodes: Sequence[str], weights: Mapping[Arrow, int], columns: int) -> Grid:
    """A grid of at most ``columns`` nodes per row.

    Args:
        nodes: in an order that decides between equals.
        weights: arrows, with how much each counts when a cycle must be broken.
    """
    forward, up = without_cycles(weights)
    down = reduced(forward)
    rows = _rows(nodes, down, columns)
    return Grid(_columns(rows, down, columns), tuple(sorted(down)), tuple(sorted(up)))


def without_cycles(weights: Mapping[Arrow, int]) -> tuple[set[Arrow], set[Arrow]]:
    """Arrows that make no cycle, heaviest first, and those that would close one."""
    kept: set[Arrow] = set()
    closing: set[Arrow] = set()
    for arrow in sorted(weights, key=lambda a: (-weights[a], a)):
        above, below = arrow
        (closing if above == below or above in reachable(below, kept) else kept).add(arrow)
    return kept, closing


def reachable(start: str, arrows: Iterable[Arrow]) -> set[str]:
    """Everything that a walk along arrows from ``start`` comes to."""
    pairs = list(arrows)
    found: set[str] = set()
    frontier = {start}
    while frontier:
        frontier = {below for above, below in pairs if above in frontier} - found
        found |= frontier
    return found


def reduced(arrows: Collection[Arrow]) -> set[Arrow]:
    """The arrows of an acyclic graph that no longer way says already (its transitive reduction)."""
    kept = set(arrows)
    for above, below in sorted(arrows):
        if below in reachable(above, kept - {(above, below)}):
            kept.discard((above, below))
    return kept


def _rows(nodes: Sequence[str], arrows: Collection[Arrow], columns: int) -> list[list[str]]:
    """Rows from the top (after Coffman and Graham): a node comes once all that point to it are above."""
    depth = {n: _longest(n, arrows) for n in nodes}
    order = {n: i for i, n in enumerate(nodes)}
    touched = {n for arrow in arrows for n in arrow}
    alone = [n for n in nodes if n not in touched]
    waiting = [n for n in nodes if n in touched]
    rows: list[list[str]] = []
    while waiting:
        ready = [n for n in waiting if not any(below == n and above in waiting for above, below in arrows)]
        row = sorted(ready, key=lambda n: (-depth[n], order[n]))[:columns]
        rows.append(row)
        waiting = [n for n in waiting if n not in row]
    for node in alone:
        room = next((row for row in reversed(rows) if len(row) < columns), None)
        if room is None:
            rows.append([node])
        else:
            room.append(node)
    return rows


def _longest(node: str, arrows: Collection[Arrow]) -> int:
    """The number of arrows on the longest way down from a node."""
    return max((1 + _longest(below, arrows) for above, below in arrows if above == node), default=0)


def _columns(rows: Sequence[Sequence[str]], arrows: Collection[Arrow], columns: int) -> dict[str, tuple[int, int]]:
    """Columns that keep the ends of an arrow near one another, found by sweeps up and down."""
    column = {n: i for row in rows for i, n in enumerate(row)}
    near: dict[str, list[str]] = {n: [] for n in column}
    for above, below in arrows:
        near[above].append(below)
        near[below].append(above)
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 else reversed(rows):
            best = min(permutations(range(columns), len(row)), key=lambda p: _stretch(row, p, near, column))
            column.update(zip(row, best, strict=True))
    return {n: (i, column[n]) for i, row in enumerate(rows) for n in row}


def _stretch(
    row: Sequence[str], chosen: Sequence[int], near: Mapping[str, Sequence[str]], column: Mapping[str, int]
) -> tuple[int, Sequence[int]]:
    """How far arrows would reach sideways; equal choices go by the leftmost."""
    return sum(abs(c - column[m]) for n, c in zip(row, chosen, strict=True) for m in near[n]), chosen
