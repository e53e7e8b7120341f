"""What is everybody's in the choice model, learnt from the panel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from features.choice import albums, habits, memory
from features.choice.content import content
from features.choice.fitting import fit
from features.choice.layout import released, vectors
from features.choice.log import Log
from features.choice.model import Fitted, World
from features.choice.occasions import lots, occasions
from features.choice.panel import within
from features.choice.params import ChoiceParams
from features.days import EFFECTS
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from schemas import TABLES


def learnt(
    choice_panel: pl.DataFrame, tracks: pl.DataFrame, emotions: pl.DataFrame, audio_features: pl.DataFrame,
    params: ChoiceParams, policy: MeasurementPolicy, night: Night, seeds: Seeds,
) -> dict[str, pl.DataFrame]:  # fmt: skip
    """Fit the model to the panel and lay out contracts ``choice_tracks``, ``choice_days`` and ``choice_terms``."""
    plays = within(choice_panel, params, seeds)
    people, catalogue = plays["user_id"].unique().sort(), tracks.sort("track_id")
    ids, rng = catalogue["track_id"], seeds.rng("choice")
    log = Log.of(plays, people, ids, params, night)
    given = occasions(log, released(ids, catalogue, night), params, lots(log, people, params, seeds))
    world = World(
        users=len(people),
        artist=_numbers(catalogue["artist_id"]),
        album=_numbers(catalogue["album_id"]),
        content=content(catalogue, emotions, audio_features, params, policy),
    )
    plain = replace(given, kind=np.zeros_like(given.kind))  # a fit that knows no days, nor albums
    short = fit(plain, world, replace(params, epochs=min(params.epochs, params.short_epochs)), rng.spawn(1)[0])
    lasting = memory.learn(log, plain, short, params)
    moves = habits.moves(given, short, world)
    world = replace(world, album_share=albums.shared(short, world), moves=moves)
    given = replace(given, kind=given.kind & moves.kinds).remembered(log, lasting.memory)
    fitted = fit(given, world, params, rng)
    return {
        "choice_tracks": vectors("choice_tracks", ids, fitted.tracks, exposure=fitted.held["exposure"]),
        "choice_days": _days(fitted, world, params),
        "choice_terms": _terms(fitted, len(given), lasting, world),
    }


def _numbers(ids: pl.Series) -> np.ndarray:
    """A number per distinct id, in order of id; -1 for none."""
    numbers: np.ndarray = (ids.rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_numpy()
    return numbers


def _days(fitted: Fitted, world: World, params: ChoiceParams) -> pl.DataFrame:
    everyone = fitted.held["everyone"]
    placed = np.hstack([np.zeros((len(EFFECTS), params.factors), np.float32), everyone])
    own = np.zeros(len(EFFECTS))
    own[0] = world.moves.own
    return vectors("choice_days", pl.Series(EFFECTS), placed, own_variance=own)


def _terms(fitted: Fitted, plays: int, lasting: memory.Learnt, world: World) -> pl.DataFrame:
    learnt_from = {"plays": plays, "listeners": world.users, "memory_repeats": lasting.repeats}
    named = {**fitted.terms, "memory": lasting.memory, "memory_gain": lasting.gain, **learnt_from}
    named |= fitted.day_effects(world) | {"album_share": world.album_share}
    rows = {"name": sorted(named), "value": [float(named[name]) for name in sorted(named)]}
    return TABLES["choice_terms"].frame(rows)
