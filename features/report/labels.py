"""Titles beside the points of a scatter plot, none over another."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

FONT = 10.0
_LINE = 11.5
_NARROW, _WIDE = 0.57, 1.0  # advance of a letter, of a Chinese character, as a share of the font size
_GAP = 3.0
_RINGS = (0.0, 12.0, 26.0)  # how far a label may stand off its point; from the second on a line leads back
_DIRECTIONS = ((1, 0), (-1, 0), (0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7), (0, -1), (0, 1))
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A text that starts at (x, y), its baseline; a line leads to its point when ``far``.

    Args:
        to_x, to_y: end of that line at the text, its other end is the point.
    """

    point: int
    text: str
    x: float
    y: float
    far: bool
    to_x: float
    to_y: float


def text_width(text: str, font: float = FONT) -> float:
    """About how wide a text is drawn; wide East Asian characters count as two letters."""
    return _width(len(text), sum(map(_is_wide, text)), font)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _width(characters: int, wide: int, font: float = FONT) -> float:
    return font * (_WIDE * wide + _NARROW * (characters - wide))


def shortened(text: str, width: float) -> str:
    """The text, cut with an ellipsis where it would be wider; of a text without end only its beginning is read."""
    wide, fits = 0, 0  # how many characters leave room for the ellipsis
    for read, character in enumerate(text, start=1):
        wide += _is_wide(character)
        if _width(read, wide) > width:
            return f"{text[:fits].rstrip()}…"
        if _width(read + 1, wide) <= width:
            fits = read
    return text


def placed(
    points: Sequence[tuple[float, float, float]], texts: Sequence[str], taken: Sequence[Box], size: tuple[float, float]
) -> list[Label]:
    """Labels of the points in order of importance; a point whose surroundings are full gets none.

    A label overlaps no other, no point and nothing of ``taken``; nearer places are tried first.

    Args:
        points: x, y (downwards) and radius.
        taken: (left, top, right, bottom) of what else stands there.
        size: width and height of the field; labels stay inside.
    """
    filled = _Filled(size)
    for box in taken:
        filled.add(box)
    for x, y, r in points:
        filled.add((x - r, y - r, x + r, y + r))
    labels = []
    for number, ((x, y, r), text) in enumerate(zip(points, texts, strict=True)):
        found = _place(x, y, r, text_width(text), filled)
        if found is not None:
            box, far, (to_x, to_y) = found
            filled.add(box)
            labels.append(Label(number, text, round(box[0], 1), round(box[3] - 2.8, 1), far, to_x, to_y))
    return labels


def _place(x: float, y: float, r: float, width: float, filled: _Filled) -> tuple[Box, bool, tuple[float, float]] | None:
    """The first free place around a point."""
    for ring in _RINGS:
        for dx, dy in _DIRECTIONS:
            away = r + _GAP + ring
            middle_x = x + dx * away + (width / 2) * _sign(dx)
            middle_y = y + dy * away + (_LINE / 2) * _sign(dy)
            box = (middle_x - width / 2, middle_y - _LINE / 2, middle_x + width / 2, middle_y + _LINE / 2)
            if filled.free(box):
                end = (round(min(max(x, box[0]), box[2]), 1), round(min(max(y, box[1]), box[3]), 1))
                return box, ring > 0, end
    return None


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


class _Filled:
    """Boxes in a field, found by the cells of a coarse grid."""

    _CELL = 24.0

    def __init__(self, size: tuple[float, float]) -> None:
        self._size = size
        self._cells: dict[tuple[int, int], list[Box]] = {}

    def add(self, box: Box) -> None:
        """Take this place."""
        for cell in self._covered(box):
            self._cells.setdefault(cell, []).append(box)

    def free(self, box: Box) -> bool:
        """Whether the box lies inside the field and touches nothing."""
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > self._size[0] or bottom > self._size[1]:
            return False
        others = (other for cell in self._covered(box) for other in self._cells.get(cell, ()))
        return not any(left < o[2] and o[0] < right and top < o[3] and o[1] < bottom for o in others)

    def _covered(self, box: Box) -> list[tuple[int, int]]:
        left, top, right, bottom = (math.floor(edge / self._CELL) for edge in box)
        return [(i, j) for i in range(left, right + 1) for j in range(top, bottom + 1)]
