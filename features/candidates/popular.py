"""Popular tracks per group of users who share a place and rights."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.candidates.eligibility import Ints
from features.candidates.setting import Setting
from features.candidates.sources import PROPOSAL, popularity_order, unexplained


def popular(scene: Setting, popularity: pl.DataFrame, depth: int) -> pl.DataFrame:
    """Popular everywhere; reaches into unplayed tracks where the played ones run out."""
    everyone = np.arange(scene.users.height)
    return by_rights(scene, everyone, popularity_order(scene, popularity, None), depth)


def popular_near(scene: Setting, popularity: pl.DataFrame, depth: int) -> pl.DataFrame:
    """Popular in the user's city; nothing for users without one."""
    cities = scene.users["city"].drop_nulls().unique().sort()
    found = [pl.DataFrame(schema=PROPOSAL)]
    for city in cities:
        here = np.flatnonzero((scene.users["city"] == city).fill_null(False).to_numpy())
        found.append(by_rights(scene, here, popularity_order(scene, popularity, city), depth))
    return pl.concat(found)


def by_rights(scene: Setting, users: Ints, order: pl.DataFrame, depth: int) -> pl.DataFrame:
    """Give each user the first ``depth`` tracks of ``order`` that their rights allow."""
    tracks, scores = order["t"].to_numpy().astype(np.int64), order["score"].to_numpy()
    found = [pl.DataFrame(schema=PROPOSAL)]
    classes = scene.rights.user_class[users]
    for kind in np.unique(classes):
        here = users[classes == kind]
        lawful = np.flatnonzero(scene.rights.allowed[kind, tracks])[:depth]
        rows = {
            "u": np.repeat(here, len(lawful)),
            "t": np.tile(tracks[lawful], len(here)),
            "score": np.tile(scores[lawful], len(here)),
        }
        found.append(unexplained(pl.DataFrame(rows)))
    return pl.concat(found)
