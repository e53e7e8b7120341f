"""What a score is to those who play it; :mod:`features.sample` composes such scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

DRUM_CHANNEL = 9
VOLUME, PAN = 7, 10  # General MIDI controllers
DRUM_RING_S = 0.9  # drums ring on, but not for ever: some kits loop their samples until told to stop


class NoteLike(Protocol):
    """A note: seconds, MIDI pitch, velocity 1..127."""

    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...
    @property
    def pitch(self) -> int: ...
    @property
    def velocity(self) -> int: ...


class PartLike(Protocol):
    """One player: General MIDI program (or drum kit), mix, notes."""

    @property
    def program(self) -> int: ...
    @property
    def drums(self) -> bool: ...
    @property
    def volume(self) -> int: ...
    @property
    def pan(self) -> int: ...
    @property
    def notes(self) -> Sequence[NoteLike]: ...


class ScoreLike(Protocol):
    """A song: its parts, and how it is to sound."""

    @property
    def duration_s(self) -> float: ...
    @property
    def parts(self) -> Sequence[PartLike]: ...
    @property
    def reverb(self) -> float: ...
    @property
    def loudness_lufs(self) -> float: ...
