"""What may be recommended to whom: the rules that nothing ever relaxes.

A track must be available, playable by the app and released by the day of service, licensed in the user's
country, not explicit where that is unwanted, and not blocked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.night import Night

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def servable(tracks: pl.DataFrame, night: Night) -> pl.DataFrame:
    """Tracks available, playable and released by ``night.serves_on``; unknown release dates pass."""
    out = (pl.col("release_date") <= night.serves_on).fill_null(True)
    return tracks.filter(pl.col("available") & pl.col("playable").fill_null(True) & out)


@dataclass(frozen=True, slots=True)
class Rights:
    """Which servable tracks each kind of user may hear.

    Args:
        user_class: class of each user, a user's country and explicit setting [shape=(users,)].
        allowed: whether a class may hear a track [shape=(classes, tracks)].
    """

    user_class: Ints
    allowed: Bools

    def pairs(self, user: Ints, track: Ints) -> Bools:
        """Whether each (user, track) pair of row numbers is allowed [shape=(pairs,)]."""
        lawful: Bools = self.allowed[self.user_class[user], track]
        return lawful


def rights(users: pl.DataFrame, tracks: pl.DataFrame) -> Rights:
    """Rights by row number of ``users`` and ``tracks``; an unknown country hears what is free everywhere."""
    kinds = users.select("country", "explicit_ok").unique().sort("country", "explicit_ok", nulls_last=True)
    numbered = kinds.with_row_index("kind")
    joined = users.select("country", "explicit_ok").join(
        numbered, on=["country", "explicit_ok"], how="left", nulls_equal=True, maintain_order="left"
    )
    anywhere = tracks["regions"].list.len().to_numpy() == 0
    clean = ~tracks["explicit"].to_numpy()
    allowed = np.zeros((kinds.height, tracks.height), dtype=bool)
    for row, (country, explicit_ok) in enumerate(kinds.iter_rows()):
        here = anywhere | (
            tracks["regions"].list.contains(country).to_numpy() if country is not None else np.zeros_like(anywhere)
        )
        allowed[row] = here & (clean | explicit_ok)
    return Rights(user_class=joined["kind"].to_numpy().astype(np.int64), allowed=allowed)
