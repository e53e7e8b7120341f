"""Collaborative tables made in the plainest way: cosine of co-plays, a truncated SVD, counts by city."""

from __future__ import annotations

import numpy as np
import polars as pl

from schemas.listeners import FACTOR_DIM
from tests.frames import rows


def counts(plays: pl.DataFrame, people: pl.DataFrame, tracks: pl.DataFrame) -> np.ndarray:
    counts = np.zeros((people.height, tracks.height))
    u = {v: i for i, v in enumerate(people["user_id"])}
    t = {v: i for i, v in enumerate(tracks["track_id"])}
    for user_id, track_id, skipped in plays.select("user_id", "track_id", "skipped").iter_rows():
        counts[u[user_id], t[track_id]] += not skipped
    return np.log1p(counts)


def cosine(at: np.ndarray) -> np.ndarray:
    unit = at / np.maximum(np.linalg.norm(at, axis=1, keepdims=True), 1e-9)
    return np.clip(unit @ unit.T, -1, 1)


def neighbours(
    cosine: np.ndarray,
    tracks: pl.DataFrame,
    table: str,
    played: np.ndarray | None = None,
    heard: frozenset[str] = frozenset(),
) -> pl.DataFrame:
    """Nearest by cosine.

    Args:
        played: for the table that tells how many played both [shape=(users, tracks)]; heard: tracks with audio, for
            the table that tells how they sound.
    """
    ids = tracks["track_id"].to_list()
    np.fill_diagonal(cosine, -1)
    made = []
    for i, track_id in enumerate(ids):
        for rank, j in enumerate(np.argsort(-cosine[i], kind="stable")[:20], start=1):
            if cosine[i, j] > 0:
                near, other = float(cosine[i, j]), ids[int(j)]
                row = {"track_id": track_id, "rank": rank, "neighbour_id": other, "similarity": near}
                if played is not None:
                    row["listeners"] = int(((played[:, i] > 0) & (played[:, j] > 0)).sum())
                elif {track_id, other} <= heard:
                    row["audio_similarity"] = near
                made.append(row)
    return rows(table, made)


def factors(counts: np.ndarray, people: pl.DataFrame, tracks: pl.DataFrame) -> dict[str, pl.DataFrame]:
    left, values, right = np.linalg.svd(counts, full_matrices=False)
    kept = min(8, len(values))
    user = np.zeros((len(counts), FACTOR_DIM))
    track = np.zeros((counts.shape[1], FACTOR_DIM))
    user[:, :kept], track[:, :kept] = left[:, :kept] * values[:kept], right[:kept].T
    played = counts.sum(axis=1) > 0
    return {
        "cf_user_factors": rows(
            "cf_user_factors",
            [{"user_id": people["user_id"][i], "vector": user[i].tolist()} for i in np.flatnonzero(played).tolist()],
        ),
        "cf_track_factors": rows(
            "cf_track_factors",
            [{"track_id": v, "vector": track[i].tolist()} for i, v in enumerate(tracks["track_id"])],
        ),
    }


def unheard(counts: np.ndarray, people: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    """Of users who want personalisation the songs they never played, by common plays with those who do."""
    willing = counts * people["personalised"].to_numpy()[:, None]
    near = willing @ willing.T * (1 - np.eye(len(counts)))
    score = np.where((counts == 0) & (willing.sum(axis=1) > 0)[:, None], near @ willing, 0)
    return rows(
        "cf_user_knn",
        [
            {"user_id": people["user_id"][u], "track_id": tracks["track_id"][t], "score": float(score[u, t])}
            for u, t in np.argwhere(score > 0).tolist()
        ],
    )


def popularity(
    counts: np.ndarray, lately: np.ndarray, people: pl.DataFrame, tracks: pl.DataFrame, places: list[str]
) -> pl.DataFrame:
    """Counts of all plays for the ranks, those of the last 30 days for the listeners [shape=(users, tracks) each]."""
    cities = people["city"].fill_null("").to_numpy()
    made = []
    for place in ("*", *places):
        who = np.ones(len(counts), dtype=bool) if place == "*" else cities == place
        score = (counts[who] > 0).sum(axis=0)
        ranked = [t for t in np.argsort(-score, kind="stable") if score[t] > 0]
        made += [
            {
                "place": place,
                "track_id": tracks["track_id"][int(t)],
                "score": float(score[t]),
                "rank": rank,
                "listeners": int((lately[who, t] > 0).sum()),
            }
            for rank, t in enumerate(ranked, start=1)
        ]
    return rows("popularity", made)
