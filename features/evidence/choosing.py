"""Which evidence is told: at least one row per chosen song, the strongest first, and no list of one kind only.

A kind of evidence leads at most ``leading_share`` of a list's songs; of those beyond, the ones that lose least by it
are led by their next. A song that has no other evidence keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from features.evidence.context import context
from features.evidence.kind import EvidenceKind, Found
from features.evidence.registry import KINDS
from features.lists.inputs import ListInputs
from features.lists.listeners import Listeners
from features.lists.params import ListParams
from features.lists.songs import Floats, Ints, Songs
from features.measurement import MeasurementPolicy
from features.night import Night
from schemas import TABLES

_NUMBERS = ("value", "value_high", "song_value")
_TEXTS = ("subject", "subject_too", "song_text")


def evidence(
    chosen: pl.DataFrame,
    songs: Songs,
    listeners: Listeners,
    tables: ListInputs,
    params: ListParams,
    policy: MeasurementPolicy,
    night: Night,
) -> pl.DataFrame:
    """One row per user, track and reason (contract ``evidence``).

    Users without a profile get reasons that say nothing about them: popularity, release, weather.

    Args:
        chosen: the lists, as :func:`features.lists.build.daily_lists` returns them.
    """
    if not chosen.height:
        return TABLES["evidence"].empty()
    ctx = context(chosen, songs, listeners, tables, params, policy, night)
    kinds = list(KINDS.values())
    found = [kind.find(ctx) for kind in kinds]
    strength = np.full((chosen.height, len(found)), -np.inf)
    for number, each in enumerate(found):
        strength[each.rows, number] = each.strength
    row, column, seq = _told(strength, ctx.listener, params)
    rows = _rows(kinds, found, row, column).with_columns(
        chosen["user_id"].gather(row), chosen["track_id"].gather(row), seq=pl.Series(seq)
    )
    return TABLES["evidence"].frame(rows)


def _told(strength: Floats, user: Ints, params: ListParams) -> tuple[Ints, Ints, Ints]:
    """Row, column and number of every reason told: the leading one, then the strongest others.

    Weak reasons (strength <= 0) are told only where they lead.
    """
    left, everyone = strength.copy(), np.arange(len(strength))
    best = leading(strength, user, params.leading_share)
    songs, kinds, seqs = [everyone], [best], [np.ones(len(best), np.int64)]
    for seq in range(2, params.reasons + 1):
        left[everyone, best] = -np.inf
        best = np.argmax(left, axis=1)
        held = np.flatnonzero(left[everyone, best] > 0)
        songs, kinds, seqs = [*songs, held], [*kinds, best[held]], [*seqs, np.full(len(held), seq)]
    song, kind, number = np.concatenate(songs), np.concatenate(kinds), np.concatenate(seqs)
    order = np.lexsort((number, song))
    return song[order], kind[order], number[order]


def leading(strength: Floats, user: Ints, share: float) -> Ints:
    """The reason each song is led by: its strongest, but no kind beyond its share of a list.

    Where a kind is over its share, the songs whose next reason is nearly as strong move on to
    it. A song that finds every kind it has at its share is led by its strongest after all.

    Args:
        strength: -inf where a reason does not hold; <= 0 for those too weak to be moved to [shape=(songs, kinds)].
        user: number of the list each song stands in [shape=(songs,)].
        share: of a list's songs that a kind may lead, rounded up.
    """
    most = np.ceil(np.bincount(user, minlength=1) * share).astype(np.int64)
    free = np.where(strength > 0, strength, -np.inf)
    led: Ints = np.argmax(strength, axis=1)
    best, open_to = np.argmax(free, axis=1), np.flatnonzero(np.isfinite(free).any(axis=1))
    while len(over := _over(free, best, user, most, open_to)):
        free[over, best[over]] = -np.inf
        best[over] = np.argmax(free[over], axis=1)
        stuck = over[~np.isfinite(free[over, best[over]])]
        open_to = np.setdiff1d(open_to, stuck, assume_unique=True)
    led[open_to] = best[open_to]
    return led


def _over(free: Floats, best: Ints, user: Ints, most: Ints, open_to: Ints) -> Ints:
    """Of the songs still open, those beyond their leading kind's share that lose least by moving on."""
    kinds = free.shape[1]
    group = user[open_to] * kinds + best[open_to]
    crowded = np.bincount(group, minlength=1)[group] > most[user[open_to]]
    alive, group = open_to[crowded], group[crowded]
    rest = free[alive]
    now = rest[np.arange(len(alive)), best[alive]]
    rest[np.arange(len(alive)), best[alive]] = -np.inf
    order = np.lexsort((alive, rest.max(axis=1, initial=-np.inf) - now, group))  # most to lose first
    group, alive = group[order], alive[order]
    turn = np.arange(len(group)) - np.searchsorted(group, group)  # within its group
    over: Ints = alive[turn >= most[user[alive]]]
    return over


def _rows(kinds: Sequence[EvidenceKind], found: Sequence[Found], row: Ints, column: Ints) -> pl.DataFrame:
    """The contract's columns of the told reasons, in the order given; ``column`` is the kind of each."""
    numbers = {name: np.full(len(row), np.nan) for name in _NUMBERS}
    codes = {name: np.zeros(len(row), np.int64) for name in _TEXTS}
    names = {name: [pl.Series([None], dtype=pl.String)] for name in _TEXTS}  # code 0 says nothing
    where = np.zeros(int(row.max()) + 1, np.int64)
    for number, each in enumerate(found):
        told = np.flatnonzero(column == number)
        where[each.rows] = np.arange(len(each.rows))
        at = where[row[told]]
        for name in _NUMBERS:
            if (values := getattr(each, name)) is not None:
                numbers[name][told] = values[at]
        for name in _TEXTS:
            if (texts := getattr(each, name)) is not None:
                codes[name][told] = texts.at[at] + sum(map(len, names[name]))
                names[name].append(texts.names)
    of_kind: dict[str, list[str | None]] = {
        "kind": [kind.name for kind in kinds],
        "source_table": [kind.source for kind in kinds],
        "unit": [kind.unit for kind in kinds],
    }
    return pl.DataFrame(
        {name: pl.Series(values).fill_nan(None) for name, values in numbers.items()}
        | {name: pl.concat(names[name]).gather(codes[name]) for name in _TEXTS}
        | {name: pl.Series(values, dtype=pl.String).gather(column) for name, values in of_kind.items()}
    )
