"""Every listener's own part of the choice model, and how tired each is of what."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from features.choice.folding import Own, fold_in
from features.choice.inputs import ListeningInputs
from features.choice.layout import released, vectors
from features.choice.log import Log, numbered, satiation
from features.choice.occasions import lots, occasions
from features.choice.params import ChoiceParams
from features.choice.shared import Shared
from features.days import with_kinds
from features.night import Night
from features.seeds import Seeds
from schemas import TABLES

# Less satiation than this is not worth a row: a play three weeks ago, at the default memory.
_FORGOTTEN = 0.03
_AT_ONCE = 20_000  # plays whose alternatives are held at once: about 50 MB


def listening(inputs: ListeningInputs, params: ChoiceParams, night: Night, seeds: Seeds) -> dict[str, pl.DataFrame]:
    """Contracts ``choice_users`` and ``satiation`` of whole listeners who may be learnt from.

    Each listener's rows come from their own plays and what is everybody's alone.
    """
    people = inputs.users.filter("personalised").sort("user_id")
    shared = Shared.of(inputs.choice_tracks, inputs.choice_days, inputs.choice_terms, params)
    since = released(shared.ids, inputs.tracks, night)
    plays = with_kinds(inputs.plays, people, inputs.contexts)
    numbers = numbered(plays, people["user_id"], shared.ids, params, night)
    own = [Own.none(shared)] * people.height
    tired = []
    for part in _parts(numbers):
        log = Log.of_numbers(part, len(shared.ids), params, night)
        draw = lots(log, people["user_id"], params, seeds)
        given = occasions(log, since, params, draw).remembered(log, shared.terms["memory"])
        for user, low, high in _runs(given.user):
            own[user] = fold_in(given.at(slice(low, high)), shared, params)
        tired.append(_satiation(log, people["user_id"], shared))
    tonight = with_kinds(people.select("user_id", local_date=pl.lit(night.serves_on)), people, inputs.contexts)
    mine = [one.vector(shared, kind) for one, kind in zip(own, tonight["kind"].to_list(), strict=True)]
    return {
        "choice_users": vectors("choice_users", people["user_id"], np.array(mine)),
        "satiation": pl.concat(tired) if tired else TABLES["satiation"].empty(),
    }


def _parts(numbers: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Plays of whole listeners, about :data:`_AT_ONCE` at a time."""
    runs = list(_runs(numbers["u"].to_numpy()))
    low = 0
    for place, (_, _, high) in enumerate(runs):
        if high - low >= _AT_ONCE or place == len(runs) - 1:
            yield numbers.slice(low, high - low)
            low = high


def _runs(user: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Each number, and from where to where it stands."""
    first = np.flatnonzero(np.r_[True, user[1:] != user[:-1]]) if len(user) else np.zeros(0, np.int64)
    for low, high in zip(first.tolist(), [*first[1:].tolist(), len(user)], strict=False):
        yield int(user[low]), low, high


def _satiation(log: Log, people: pl.Series, shared: Shared) -> pl.DataFrame:
    lasting = shared.terms["memory"]
    user, track, recent = satiation(log, lasting)
    on_the_day = recent * lasting
    kept = on_the_day > _FORGOTTEN
    rows = {
        "user_id": people.gather(user[kept]),
        "track_id": shared.ids.gather(track[kept]),
        "recent_plays": on_the_day[kept],
        "cost": on_the_day[kept] * shared.terms["satiation"],
    }
    return TABLES["satiation"].frame(pl.DataFrame(rows).sort("user_id", "track_id"))
