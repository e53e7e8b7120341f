"""The choice model's tables."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.choice.content import content
from features.choice.model import Fitted, World, fit
from features.choice.occasions import Log, occasions, satiation
from features.choice.params import ChoiceParams
from features.night import Night
from schemas import TABLES
from schemas.listeners import CHOICE_DIM

# Less satiation than this is not worth a row: a play three weeks ago.
_FORGOTTEN = 0.03
_ALWAYS = -(10**6)


def learnt(
    plays: pl.DataFrame,
    users: pl.DataFrame,
    tracks: pl.DataFrame,
    emotions: pl.DataFrame,
    audio_features: pl.DataFrame,
    params: ChoiceParams,
    night: Night,
    rng: np.random.Generator,
) -> dict[str, pl.DataFrame]:
    """Fit the model to everyone who may be learnt from and lay out contracts ``choice_users``,
    ``choice_tracks``, ``satiation`` and ``choice_terms``.
    """
    people = users.filter("personalised")["user_id"].sort()
    catalogue = tracks.sort("track_id")
    log = Log.of(plays, people, catalogue["track_id"], params, night)
    given = occasions(log, _released(catalogue, night), params, rng)
    artists = catalogue["artist_id"].rank("dense").fill_null(0).to_numpy().astype(np.int64) - 1
    world = World(len(people), artists, content(catalogue, emotions, audio_features, params))
    fitted = fit(given, world, params, rng)
    return {
        "choice_users": _vectors("choice_users", people, fitted.users),
        "choice_tracks": _vectors("choice_tracks", catalogue["track_id"], fitted.tracks),
        "satiation": _satiation(log, people, catalogue["track_id"], fitted, params),
        "choice_terms": _terms(fitted, len(given)),
    }


def _released(catalogue: pl.DataFrame, night: Night) -> np.ndarray:
    """Days from ``ds`` from which each track could be heard."""
    days = (catalogue["release_date"] - night.ds).dt.total_days()
    return days.fill_null(_ALWAYS).to_numpy().astype(np.int64)


def _vectors(table: str, ids: pl.Series, vectors: np.ndarray) -> pl.DataFrame:
    wide = np.zeros((len(ids), CHOICE_DIM), np.float32)
    wide[:, : vectors.shape[1]] = vectors
    column = pl.Series(values=wide, dtype=pl.Array(pl.Float32, CHOICE_DIM)).arr.to_list()
    contract = TABLES[table]
    return contract.frame({contract.key[0]: ids, "vector": column}) if len(ids) else contract.empty()


def _satiation(log: Log, people: pl.Series, ids: pl.Series, fitted: Fitted, params: ChoiceParams) -> pl.DataFrame:
    user, track, recent = satiation(log)
    on_the_day = recent * params.memory
    kept = on_the_day > _FORGOTTEN
    rows = {
        "user_id": people.gather(user[kept]),
        "track_id": ids.gather(track[kept]),
        "recent_plays": on_the_day[kept],
        "cost": on_the_day[kept] * fitted.terms["satiation"],
    }
    return TABLES["satiation"].frame(pl.DataFrame(rows).sort("user_id", "track_id"))


def _terms(fitted: Fitted, plays: int) -> pl.DataFrame:
    named = {**fitted.terms, "plays": float(plays)}
    return TABLES["choice_terms"].frame({"name": sorted(named), "value": [named[name] for name in sorted(named)]})
