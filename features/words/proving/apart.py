"""A text taken apart into the sentences that what is known could have made; what is left over is what nobody said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features.words.facts.slots import Slots
from features.words.writer import frames
from features.words.writer.frames import Frame


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence that what is known bears out.

    Args:
        frames: one, or an opening and the clauses after it.
        row: which row of evidence it tells (``seq``); None where it tells of song, listener or list.
    """

    section: str
    text: str
    frames: tuple[Frame, ...]
    slots: Slots
    row: int | None = None

    @property
    def figures(self) -> dict[str, str]:
        """Slot -> what it says."""
        return {slot: self.slots.values[slot] for frame in self.frames for slot in frame.uses}


def sentence(section: str, chosen: tuple[Frame, ...], slots: Slots, row: int | None = None) -> Sentence:
    """The sentence of these frames."""
    return Sentence(section, frames.joined(chosen, slots.values, slots.language), chosen, slots, row)


def taken_apart(text: str, known: Sequence[Sentence]) -> list[Sentence | str]:
    """The text as sentences of ``known`` and, between them, stretches that are none of these.

    As little as possible is left over, in as few sentences as possible; spaces between sentences count for nothing.
    """
    pieces = {s.text: s for s in reversed(known) if s.text and s.text in text}
    best: list[tuple[int, int, Sentence | None]] = [(0, 0, None)] * (len(text) + 1)  # left over, sentences, first one
    for at in range(len(text) - 1, -1, -1):
        left, count, _ = best[at + 1]
        best[at] = (left + (not text[at].isspace()), count, None)
        for piece, found in pieces.items():
            if text.startswith(piece, at) and _parted(text, at) and _parted(text, at + len(piece)):
                left, count, _ = best[at + len(piece)]
                if (left, count + 1) < best[at][:2]:
                    best[at] = (left, count + 1, found)
    return _walked(text, best)


def _parted(text: str, at: int) -> bool:
    """Whether no word or number runs across this place: "430 songs" is not "30 songs" with a 4 before it."""
    return not (text[at - 1 : at].isalnum() and text[at : at + 1].isalnum())


def _walked(text: str, best: Sequence[tuple[int, int, Sentence | None]]) -> list[Sentence | str]:
    parts: list[Sentence | str] = []
    at, rest = 0, ""
    while at < len(text):
        found = best[at][2]
        if found is None:
            rest += text[at]
            at += 1
            continue
        parts += [rest.strip(), found]
        rest = ""
        at += len(found.text)
    return [part for part in (*parts, rest.strip()) if part]
