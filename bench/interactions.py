"""Made-up listening with the shape of public interaction sets: clusters of taste, power-law popularity.

Every listener has a few tastes of different strength, every item belongs to one taste or two;
within a taste the popular items take most. A share of the pairs is chance, by popularity alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True, slots=True)
class World:
    """Size and character of a made-up interaction set.

    Args:
        users, items, pairs: how many; pairs drawn twice count once, so that a few less come out.
        tastes: clusters of items.
        per_user: tastes of a listener, at most.
        skew: exponent of Zipf's law within a taste.
        chance: share of pairs that follow overall popularity alone.
        activity: sigma of the log-normal number of pairs per listener.
    """

    users: int
    items: int
    pairs: int
    tastes: int
    per_user: int = 4
    skew: float = 0.8
    chance: float = 0.15
    activity: float = 0.9


WORLDS = {
    "sparse": World(users=30_000, items=40_000, pairs=800_000, tastes=600),
    "dense": World(users=4_000, items=2_500, pairs=240_000, tastes=40, skew=0.6, activity=0.6),
    "middling": World(users=8_000, items=9_000, pairs=250_000, tastes=150, per_user=6),
}


def pairs(world: World, seed: int = 0) -> pl.DataFrame:
    """One row per user and item: ``user``, ``item`` (text), ``weight`` 1."""
    rng = np.random.default_rng(seed)
    user = rng.choice(world.users, world.pairs, p=_shares(rng.lognormal(0, world.activity, world.users)))
    tastes = rng.integers(0, world.tastes, (world.users, world.per_user))
    strength = np.cumsum(rng.dirichlet(np.full(world.per_user, 0.6), world.users), axis=1)
    chosen = (rng.random(world.pairs)[:, None] > strength[user]).sum(axis=1).clip(max=world.per_user - 1)
    item = _of_taste(world, tastes[user, chosen], rng)
    random = rng.random(world.pairs) < world.chance
    item[random] = _of_taste(world, rng.integers(0, world.tastes, random.sum()), rng)
    frame = pl.DataFrame({"user": user, "item": item}).unique().sort("user", "item")
    return frame.select(pl.col("user", "item").cast(pl.String), weight=pl.lit(1.0))


def split(every: pl.DataFrame, share: float = 0.2, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(train, test): each pair is held out with probability ``share``."""
    held = np.random.default_rng(seed).random(every.height) < share
    return every.filter(~held), every.filter(held)


def _of_taste(world: World, taste: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An item of each taste by Zipf's law; one draw of five lands in the neighbouring taste."""
    size = world.items // world.tastes
    ranks = _shares(np.arange(1, size + 1) ** -world.skew)
    near = (taste + (rng.random(len(taste)) < 0.2)) % world.tastes
    item: np.ndarray = near * size + rng.choice(size, len(taste), p=ranks)
    return item


def _shares(values: np.ndarray) -> np.ndarray:
    shares: np.ndarray = values / values.sum()
    return shares
