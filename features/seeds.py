"""Randomness from identity: the same stage and user give the same stream, whatever the order."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Seeds:
    """A root seed from which every stream is derived.

    Args:
        root: the run's seed.
    """

    root: int

    def integer(self, *names: str | int) -> int:
        """A stable 64-bit integer for these names."""
        text = "\x1f".join([str(self.root), *(str(n) for n in names)])
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")

    def rng(self, *names: str | int) -> np.random.Generator:
        """A generator of its own for these names, e.g. ``seeds.rng("lists", user_id)``."""
        import numpy as np

        return np.random.Generator(np.random.PCG64(self.integer(*names)))
