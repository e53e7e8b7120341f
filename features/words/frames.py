"""Sentence frames: one line of a text file each, with the slots it needs.

A frame's id is the hash of its own words, so an edited frame is a new frame, and moving
lines about changes nothing for anybody's last fourteen nights.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

AREAS = ("openers", "intros", "reasons", "reviews")


@dataclass(frozen=True, slots=True)
class Frame:
    """One sentence with slots.

    Args:
        id: ``<section>.<hash>``.
        text: ``str.format`` text.
        needs: slots it names; it may be used only where all of them are known.
    """

    id: str
    text: str
    needs: frozenset[str]

    def fill(self, slots: Mapping[str, str]) -> str:
        return self.text.format_map(slots)


def _frame(section: str, text: str) -> Frame:
    needs = frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
    digest = hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
    return Frame(f"{section}.{digest}", text, needs)


@lru_cache(maxsize=64)
def load(language: str, area: str) -> dict[str, tuple[Frame, ...]]:
    """All frames of an area by section: ``[section]`` lines, then a frame a line; ``;`` comments."""
    source = resources.files("features.words").joinpath(f"frames/{language}/{area}.txt").read_text("utf-8")
    sections: dict[str, list[Frame]] = {}
    name = ""
    for line in (raw.strip() for raw in source.splitlines()):
        if not line or line.startswith(";"):
            continue
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
            sections.setdefault(name, [])
        else:
            sections[name].append(_frame(name, line))
    return {section: tuple(frames) for section, frames in sections.items()}


@lru_cache(maxsize=65536)
def eligible(language: str, area: str, section: str, known: frozenset[str]) -> tuple[Frame, ...]:
    """Frames of a section whose every slot is known."""
    return tuple(f for f in load(language, area).get(section, ()) if f.needs <= known)


@lru_cache(maxsize=1)
def voice() -> str:
    """Hash of every frame in both languages: the version of the built-in writer's voice."""
    ids = [f.id for lang in ("zh", "en") for a in AREAS for fs in load(lang, a).values() for f in fs]
    return hashlib.blake2b("\n".join(sorted(ids)).encode(), digest_size=6).hexdigest()


class Draws:
    """A stream of uniform numbers in [0, 1), drawn beforehand and walked through."""

    def __init__(self, numbers: Sequence[float]) -> None:
        self._numbers, self._next = numbers, 0

    def index(self, size: int) -> int:
        """The next index below ``size``."""
        number = self._numbers[self._next % len(self._numbers)]
        self._next += 1
        return int(number * size)


def pick(frames: Sequence[Frame], draws: Draws, last_used: Mapping[str, int], taken: Collection[str]) -> Frame | None:
    """A frame not used lately; when all were, the one used longest ago.

    Args:
        last_used: frame id -> nights ago it was last used (1 = the night before).
        taken: frames already standing in this text.
    """
    free = [f for f in frames if f.id not in taken]
    if not free:
        return None
    fresh = [f for f in free if f.id not in last_used]
    if fresh:
        return fresh[draws.index(len(fresh))]
    oldest = max(last_used[f.id] for f in free)
    rested = [f for f in free if last_used[f.id] == oldest]
    return rested[draws.index(len(rested))]
