"""Past nights with a known ranker: features, habits, and plays of the day after drawn from both."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from features.night import Night
from features.ranker.scorer import FEATURES
from tests.frames import rows

NIGHT = Night(date(2026, 5, 20))
TRUE = {"liking": 6.0, "energy": 3.0}


def nights(count=5, users=60, tracks=40, seed=1, true=TRUE, nonlinear=False):
    """``ranking_history`` of the nights before NIGHT and ``plays`` of their next days.

    A play is drawn among the known half by the true weights and habit, among the new half by the
    true weights and popularity.
    """
    rng = np.random.default_rng(seed)
    logged, played = [], []
    for ago in range(count, 0, -1):
        ds = NIGHT.days_before(ago)
        for u in range(users):
            x = rng.random((tracks, len(FEATURES)))
            known = np.arange(tracks) < tracks // 2
            x[:, FEATURES.index("unheard")] = ~known
            plays = np.where(known, rng.integers(1, 30, tracks), 0)
            love = sum(weight * x[:, FEATURES.index(name)] for name, weight in true.items())
            if nonlinear:
                love = love + 5.0 * (x[:, FEATURES.index("tempo")] > 0.5) * (x[:, FEATURES.index("mood")] > 0.5)
            pull = love + np.where(known, 0.8 * np.log1p(plays), 1.5 * x[:, FEATURES.index("popular")])
            for half in (known, ~known):
                at = np.flatnonzero(half)
                best = at[np.argsort(-(pull[at] + rng.gumbel(size=len(at))))[:3]]
                played += [(f"u{u:03d}", f"t{ago}{t:03d}", ds + timedelta(days=1)) for t in best]
            logged += [
                {
                    "user_id": f"u{u:03d}",
                    "ds": ds,
                    "track_id": f"t{ago}{t:03d}",
                    "features": x[t].tolist(),
                    "plays": int(plays[t]),
                }
                for t in range(tracks)
            ]
    made = [{"user_id": u, "track_id": t, "local_date": day, "skipped": False} for u, t, day in played]
    return rows("ranking_history", logged), rows("plays", made)


def shuffled(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sample(fraction=1, shuffle=True, seed=3)
