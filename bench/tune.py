"""Weights of the ranking, fitted listwise: softmax of scores against shares of relevance (ListNet,
Cao et al. 2007), on nights whose tomorrow is known.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from features.lists import build
from features.lists.inputs import ListInputs
from features.lists.params import ListParams
from features.lists.ranking import features
from features.measurement import MeasurementPolicy
from jobs.run.body import gather
from tests.worlds.sketch import Sketch

_RIDGE = 1e-4


def fit(apps: list[Sketch]) -> dict[str, float]:
    """Weight of every feature, over the personal users of these apps."""
    from scipy.optimize import minimize

    parts = [_part(app) for app in apps]
    names = list(parts[0][0])
    data = [(np.stack([table[n] for n in names], axis=1), *rest) for table, *rest in parts]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = _RIDGE * weights @ weights, 2 * _RIDGE * weights
        for x, user, share in data:
            score = x @ weights
            users = int(user.max()) + 1
            top = np.full(users, -np.inf)
            np.maximum.at(top, user, score)
            raised = np.exp(score - top[user])
            whole = np.bincount(user, raised, users)[user]
            total -= (share * (score - top[user] - np.log(whole))).sum() / users / len(data)
            slope = slope - x.T @ (share - raised / whole) / users / len(data)
        return total, slope

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return {name: float(weight) for name, weight in zip(names, found, strict=True)}


def _part(app: Sketch) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Features, user number from 0, and share of the user's relevance, of every personal pair."""
    made = build.bucket(gather(ListInputs, app.tables), ListParams(), MeasurementPolicy(), app.night)
    pairs = pl.DataFrame(
        {
            "user_id": made.listeners.frame["user_id"].gather(made.pool.user),
            "track_id": made.songs.frame["track_id"].gather(made.pool.track),
        }
    )
    loved = pairs.join(app.truth, on=["user_id", "track_id"], how="left", maintain_order="left")["relevance"]
    relevance = loved.fill_null(0).cast(pl.Float64).to_numpy()
    whole = np.bincount(made.pool.user, relevance, made.listeners.frame.height)[made.pool.user]
    kept = made.listeners.personal[made.pool.user] & (whole > 0)
    table = {
        name: values[kept]
        for name, values in features(made.pool, made.songs, made.listeners, made.near, made.liked).items()
    }
    user = np.unique(made.pool.user[kept], return_inverse=True)[1]
    return table, user, relevance[kept] / whole[kept]
