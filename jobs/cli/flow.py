"""Text that breaks into lines as Chinese and English are set, for a terminal.

Rich breaks at spaces only: a Chinese sentence is one long word to it, pushed to the next line or cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement
from rich.text import Text

_NOT_AT_START = frozenset("，。、；：！？…—》」』】）％”’,.;:!?)]}%·")
_NOT_AT_END = frozenset("《「『【（“‘([{")


class Flow:
    """``text``, broken after spaces and between Chinese characters, no line starting with a closing mark."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        del console
        for paragraph in self.text.split("\n", allow_blank=True):
            for line in paragraph.divide(breaks(paragraph.plain, options.max_width)):
                line.rstrip()
                line.no_wrap, line.overflow = True, "fold"
                yield line

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        del console
        plain = self.text.plain
        widest = max((cell_len(line) for line in plain.split("\n")), default=0)
        longest = max((cell_len(piece.rstrip()) for line in plain.split("\n") for piece in _pieces(line)), default=0)
        return Measurement(longest, widest).with_maximum(options.max_width)


def breaks(line: str, width: int) -> list[int]:
    """Where to break ``line`` so that its parts take at most ``width`` cells, spaces at their ends not counted."""
    found: list[int] = []
    at = used = 0
    for piece in _pieces(line):
        room = cell_len(piece.rstrip())
        if used and used + room > width:
            found.append(at)
            used = 0
        if room > width:
            inside = _cut(piece, width)
            found += [at + cut for cut in inside]
            used = cell_len(piece[inside[-1] :]) if inside else room
        else:
            used += cell_len(piece)
        at += len(piece)
    return found


def _pieces(line: str) -> Iterator[str]:
    """Parts of ``line`` that stay together, in order."""
    start = 0
    for at, (before, after) in enumerate(pairwise(line), start=1):
        if _may_break(before, after):
            yield line[start:at]
            start = at
    if line:
        yield line[start:]


def _may_break(before: str, after: str) -> bool:
    if after.isspace() or after in _NOT_AT_START or before in _NOT_AT_END:
        return False
    return before.isspace() or cell_len(before) == 2 or cell_len(after) == 2


def _cut(piece: str, width: int) -> list[int]:
    """Where to cut a piece that is wider than a line."""
    cuts: list[int] = []
    used = 0
    for at, character in enumerate(piece):
        room = cell_len(character)
        if used and used + room > width:
            cuts.append(at)
            used = 0
        used += room
    return cuts
