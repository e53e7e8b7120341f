"""What the ranker saw of every candidate, for the next nights to learn from."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from features.lists.build import Bucket
from features.lists.params import ListParams
from schemas import TABLES
from schemas.ranker import RANKING_FEATURES


def ranking_log(made: Bucket, params: ListParams, ranker: pl.DataFrame) -> pl.DataFrame:
    """One row per logged user and candidate (contract ``ranking_log``); users without a profile teach nothing.

    Args:
        made: the bucket, scored.
        params: the share of users to log...
        ranker: ... which the contract of this name lowers where there are more than it learns from.
    """
    share = min([params.logged, *ranker["logged_share"]])
    names = made.listeners.frame["user_id"]
    logged = np.array([_logged(name, share) for name in names.to_list()], dtype=bool) & made.listeners.personal
    kept = np.flatnonzero(logged[made.pool.user])
    values = np.ascontiguousarray(made.features[kept], dtype=np.float32)
    column = pl.Series(values=values, dtype=pl.Array(pl.Float32, RANKING_FEATURES)).arr.to_list()
    rows = {
        "user_id": names.gather(made.pool.user[kept]),
        "track_id": made.songs.frame["track_id"].gather(made.pool.track[kept]),
        "features": column,
        "score": made.ranked.score[kept],
        "plays": made.pool.plays[kept],
        "plays_7d": made.pool.plays_7d[kept],
    }
    return TABLES["ranking_log"].frame(rows) if len(kept) else TABLES["ranking_log"].empty()


def _logged(user_id: str, share: float) -> bool:
    """A stable draw by user, the same every night, so that a user's nights follow one another."""
    draw = int.from_bytes(hashlib.blake2b(user_id.encode(), digest_size=8, person=b"ranking").digest(), "big")
    return draw < share * 2**64
