"""How much each listener would like each song now: the choice model's liking less satiation."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.lists.inputs import ListInputs
from features.lists.songs import Floats, Ints
from features.lists.space import placed

# Standard deviations from the listener's mean to which 0..1 stretches.
_REACH = 3.0


def liking(user: Ints, track: Ints, people: pl.DataFrame, catalogue: pl.DataFrame, inputs: ListInputs) -> Floats:
    """Utility of the pairs on the listener's own scale: 0.5 is the mean of their candidates, 1 three
    standard deviations above; 0.5 throughout for a listener the model does not know.

    Args:
        user, track: numbers of the pairs [shape=(pairs,)].
        people: ``u``, ``user_id``; catalogue: ``t``, ``track_id``.
        inputs: of them ``choice_users``, ``choice_tracks`` and ``satiation``.
    """
    mine = placed(people.select("user_id"), inputs.choice_users).astype(np.float64)
    its = placed(catalogue.select("track_id"), inputs.choice_tracks).astype(np.float64)
    known = people["user_id"].is_in(inputs.choice_users["user_id"].implode()).to_numpy()
    utility = np.zeros(len(user))
    by_user, by_track = np.ascontiguousarray(mine.T), np.ascontiguousarray(its.T)
    for place in np.flatnonzero(its.any(axis=0)):  # in this order for every pair: no bit depends on the bucket
        utility += by_user[place][user] * by_track[place][track]
    utility -= _tired(user, track, people, catalogue, inputs.satiation)
    count = np.maximum(np.bincount(user, minlength=people.height), 1)
    mean = np.bincount(user, utility, people.height) / count
    spread = np.sqrt(np.bincount(user, (utility - mean[user]) ** 2, people.height) / count)
    away = (utility - mean[user]) / np.where(spread > 0, spread, 1)[user]
    scaled: Floats = np.where(known[user], (np.clip(away, -_REACH, _REACH) / _REACH + 1) / 2, 0.5)
    return scaled


def _tired(user: Ints, track: Ints, people: pl.DataFrame, catalogue: pl.DataFrame, satiation: pl.DataFrame) -> Floats:
    pairs = pl.DataFrame({"u": people["u"].gather(user), "t": catalogue["t"].gather(track)})
    costs = satiation.join(people.select("u", "user_id"), on="user_id").join(
        catalogue.select("t", "track_id"), on="track_id"
    )
    joined = pairs.join(costs.select("u", "t", "cost"), on=["u", "t"], how="left", maintain_order="left")
    values: Floats = joined["cost"].cast(pl.Float64).fill_null(0.0).to_numpy()
    return values
