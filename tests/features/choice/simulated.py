"""Plays of made-up listeners who tire of songs, as fast or slowly as asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from features.choice.fitting import fit
from features.choice.log import Log
from features.choice.memory import Learnt, learn
from features.choice.model import World
from features.choice.occasions import occasions
from features.choice.params import ChoiceParams
from features.night import Night
from tests.frames import rows

NIGHT = Night(date(2026, 3, 10))
_HABIT, _TIRES = 0.5, 0.6


def plays(memory: float, seed: int, users: int = 60, tracks: int = 24, days: int = 60, a_day: int = 4) -> pl.DataFrame:
    """Every listener plays ``a_day`` songs a day, by liking, habit and satiation, with Gumbel noise."""
    rng = np.random.default_rng(seed)
    liking = rng.normal(size=(users, 3)) @ rng.normal(size=(3, tracks)) * 0.5
    heard, tired = np.zeros((2, users, tracks))
    everyone, made = np.arange(users), []
    for ago in range(days - 1, -1, -1):
        day = NIGHT.ds - timedelta(days=ago)
        for turn in range(a_day):
            wanted = liking + _HABIT * np.log1p(heard) - _TIRES * tired + rng.gumbel(size=liking.shape)
            track = np.argmax(wanted, axis=1)
            heard[everyone, track] += 1
            tired[everyone, track] += 1
            at = datetime(day.year, day.month, day.day, 8 + turn, tzinfo=UTC)
            made += [
                {"user_id": f"u{u:03d}", "track_id": f"t{t:03d}", "played_at": at, "local_date": day, "skipped": False}
                for u, t in enumerate(track.tolist())
            ]
        tired *= memory
    return rows("plays", made).with_columns(kind=pl.lit(0))


def learnt(made: pl.DataFrame, params: ChoiceParams | None = None, seed: int = 0) -> Learnt:
    """The memory learnt from plays, as the choice stage learns it."""
    params, rng = params or ChoiceParams(factors=4, alternatives=12), np.random.default_rng(seed)
    users, tracks = made["user_id"].unique().sort(), made["track_id"].unique().sort()
    log = Log.of(made, users, tracks, params, NIGHT)
    given = occasions(log, np.full(len(tracks), -1000), params, rng.random((len(made), params.alternatives)))
    nothing = np.full(len(tracks), -1)
    world = World(len(users), np.arange(len(tracks)), nothing, np.zeros((len(tracks), 1), np.float32))
    short = ChoiceParams(factors=params.factors, epochs=params.short_epochs, memory=params.memory)
    return learn(log, given, fit(given, world, short, rng), params)
