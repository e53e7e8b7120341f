"""The choice model's tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from features.choice import albums, habits, memory
from features.choice.content import content
from features.choice.fitting import fit
from features.choice.inputs import ChoiceInputs
from features.choice.log import Log, satiation
from features.choice.model import Fitted, World
from features.choice.occasions import occasions
from features.choice.params import ChoiceParams
from features.days import with_kinds
from features.measurement import MeasurementPolicy
from features.night import Night
from schemas import TABLES
from schemas.listeners import CHOICE_DIM

# Less satiation than this is not worth a row: a play three weeks ago, at the default memory.
_FORGOTTEN = 0.03
_ALWAYS = -(10**6)


def learnt(
    inputs: ChoiceInputs, params: ChoiceParams, policy: MeasurementPolicy, night: Night, rng: np.random.Generator
) -> dict[str, pl.DataFrame]:
    """Fit the model to everyone who may be learnt from and lay out contracts ``choice_users``,
    ``choice_tracks``, ``satiation`` and ``choice_terms``.
    """
    people = inputs.users.filter("personalised").sort("user_id")
    catalogue = inputs.tracks.sort("track_id")
    ids = people["user_id"], catalogue["track_id"]
    log = Log.of(with_kinds(inputs.plays, people, inputs.contexts), *ids, params, night)
    given = occasions(log, _released(catalogue, night), params, rng)
    world = World(
        users=people.height,
        artist=_numbers(catalogue["artist_id"]),
        album=_numbers(catalogue["album_id"]),
        content=content(catalogue, inputs.emotions, inputs.audio_features, params, policy),
    )
    plain = replace(given, kind=np.zeros_like(given.kind))  # a fit that knows no days, nor albums
    short = fit(plain, world, replace(params, epochs=min(params.epochs, params.short_epochs)), rng.spawn(1)[0])
    lasting = memory.learn(log, plain, short, params)
    moves = habits.moves(given, short, world)
    world = replace(world, album_share=albums.shared(short, world), moves=moves)
    given = replace(given, kind=given.kind & moves.kinds).remembered(log, lasting.memory)
    fitted = fit(given, world, params, rng)
    tonight = with_kinds(people.select("user_id", local_date=pl.lit(night.serves_on)), people, inputs.contexts)
    return {
        "choice_users": _vectors("choice_users", ids[0], fitted.users(tonight["kind"].to_numpy())),
        "choice_tracks": _vectors("choice_tracks", ids[1], fitted.tracks),
        "satiation": _satiation(log, *ids, fitted, lasting.memory),
        "choice_terms": _terms(fitted, len(given), lasting, world),
    }


def _numbers(ids: pl.Series) -> np.ndarray:
    """A number per distinct id, in order of id; -1 for none."""
    numbers: np.ndarray = (ids.rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_numpy()
    return numbers


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


def _satiation(log: Log, people: pl.Series, ids: pl.Series, fitted: Fitted, lasting: float) -> pl.DataFrame:
    user, track, recent = satiation(log, lasting)
    on_the_day = recent * lasting
    kept = on_the_day > _FORGOTTEN
    rows = {
        "user_id": people.gather(user[kept]),
        "track_id": ids.gather(track[kept]),
        "recent_plays": on_the_day[kept],
        "cost": on_the_day[kept] * fitted.terms["satiation"],
    }
    return TABLES["satiation"].frame(pl.DataFrame(rows).sort("user_id", "track_id"))


def _terms(fitted: Fitted, plays: int, lasting: memory.Learnt, world: World) -> pl.DataFrame:
    learnt_from = {"plays": plays, "memory_repeats": lasting.repeats}
    named = {**fitted.terms, "memory": lasting.memory, "memory_gain": lasting.gain, **learnt_from}
    named |= fitted.day_effects(world) | {"album_share": world.album_share}
    rows = {"name": sorted(named), "value": [float(named[name]) for name in sorted(named)]}
    return TABLES["choice_terms"].frame(rows)
