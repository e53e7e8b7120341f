"""A finished text of the built-in writer, with what it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features.words.facts.slots import Slots
from features.words.writer.frames import Frame


@dataclass(frozen=True, slots=True)
class Written:
    """A text, the frames it was made of, and the slots they used, in order."""

    text: str
    frame_ids: list[str]
    used: tuple[str, ...]


def written(chosen: Sequence[Frame], slots: Slots, text: str | None = None) -> Written:
    """The text of some frames; ``text`` where it was joined already."""
    if text is None:
        text = "".join(f.fill(slots.values) for f in chosen)
    return Written(text, [f.id for f in chosen], tuple(slot for f in chosen for slot in f.uses))
