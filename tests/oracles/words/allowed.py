"""What one published text may say, and how names may be spoken."""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Allowed:
    """What one text may say."""

    numbers: dict[str, set[float]] = field(default_factory=lambda: defaultdict(set))
    clocks: set[str] = field(default_factory=set)
    quotes: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    keys: set[tuple[int, str]] = field(default_factory=set)
    weekday: int | None = None

    def number(self, measure: str, *values: float | None) -> None:
        self.numbers[measure] |= {float(math.floor(v + 0.5)) for v in values if v is not None}

    def name(self, *names: str | None) -> None:
        self.names |= {spoken(n) for n in names if n}

    def quote(self, *texts: str | None) -> None:
        self.quotes |= {spoken(t) for t in texts if t}


def spoken(name: str) -> str:
    """A name as it may stand in a text: no controls, no quotation marks, at most forty characters."""
    kept = (c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C" or c in "\t\n")
    clean = "".join(c for c in " ".join("".join(kept).split()) if c not in '《》「」“”"')
    return clean if len(clean) <= 40 else clean[:39].rstrip() + "…"
