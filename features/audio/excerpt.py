"""The minute that is listened to closely: three windows out of a recording of any length.

Samples are kept in groups of about 24 s, at most seven minutes of them. When there are more,
every other group is let go, so that groups all over the recording stay within reach.
"""

from __future__ import annotations

import numpy as np

from features.audio.spectrum import SAMPLE_RATE_HZ, Floats

WINDOW = 20 * SAMPLE_RATE_HZ
WINDOWS = 3
STARTS = (0.15, 0.50, 0.85)  # of what the windows leave free
_GROUP_BLOCKS, _MOST_GROUPS = 4, 18


class Excerpt:
    """Keeps the samples of a mono signal that arrives in blocks of one length."""

    def __init__(self) -> None:
        self._groups: list[tuple[int, list[Floats]]] = []  # (first sample, blocks)
        self._stride = 1  # one of so many groups is kept
        self._blocks = 0
        self._samples = 0

    def hear(self, mono: Floats) -> None:
        """The next block [shape=(n,)]."""
        number, within = divmod(self._blocks, _GROUP_BLOCKS)
        if number % self._stride == 0:
            if within == 0:
                self._groups.append((self._samples, []))
            self._groups[-1][1].append(mono)
        self._blocks += 1
        self._samples += len(mono)
        if len(self._groups) > _MOST_GROUPS:
            self._groups = self._groups[::2]
            self._stride *= 2

    def finish(self) -> Floats:
        """All of a recording of up to a minute; else 20 s from each of three positions."""
        if self._samples <= WINDOWS * WINDOW + SAMPLE_RATE_HZ:
            return np.concatenate([block for _, blocks in self._groups for block in blocks])
        free = self._samples - WINDOW
        return np.concatenate([self._window(int(free * at)) for at in STARTS])

    def _window(self, start: int) -> Floats:
        """20 s from ``start``, or from the nearest group kept."""
        if self._stride == 1:
            parts = [(first, np.concatenate(blocks)) for first, blocks in self._groups if self._touches(first, start)]
            whole = np.concatenate([part for _, part in parts])
            begin = start - parts[0][0]
            return whole[begin : begin + WINDOW]
        long_enough = [(first, blocks) for first, blocks in self._groups if sum(map(len, blocks)) >= WINDOW]
        _, blocks = min(long_enough, key=lambda group: (abs(group[0] - start), group[0]))
        return np.concatenate(blocks)[:WINDOW]

    def _touches(self, first: int, start: int) -> bool:
        length = len(self._groups[0][1][0]) * _GROUP_BLOCKS
        return first < start + WINDOW and first + length > start
