"""Evidence rows for every chosen song: at least one, the strongest first, and no list of one tune.

A kind of reason leads at most ``leading_share`` of a list's songs; of those beyond, the ones
that lose least by it are led by their next reason. A song that has no other reason keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from features.lists import reasons, ties
from features.lists.build import Bucket
from features.lists.known import EvidenceContext, known
from features.lists.reasons import Reason
from features.lists.rules import ListParams
from features.lists.songs import Floats, Ints
from features.night import Night
from schemas import TABLES
from schemas.vocabulary import EVIDENCE_KINDS

_PERSONAL = (
    reasons.tempo_band, reasons.looped_tempo, reasons.key_match, reasons.mood_match, reasons.daypart_mood,
    reasons.hour_habit, reasons.genre_share, reasons.resting, reasons.discovery, ties.artist_rotation,
    ties.featured_artist, ties.liked_artist, ties.same_album,
)  # fmt: skip
_PUBLIC = (
    reasons.fresh_release, reasons.weather_fit, reasons.popular, reasons.popular_near, reasons.catalogue_pick
)  # fmt: skip


def evidence(
    chosen: pl.DataFrame, made: Bucket, tables: Mapping[str, pl.DataFrame], params: ListParams, night: Night
) -> pl.DataFrame:
    """One row per user, track and reason (contract ``evidence``).

    Users without a profile get reasons that say nothing about them: popularity, release, weather.

    Args:
        chosen: as :func:`features.lists.build.daily_lists` returns it.
        tables: the inputs of the stage by name.
    """
    if not chosen.height:
        return TABLES["evidence"].empty()
    seen = known(chosen, made, tables, params, night)
    found = sorted(_found(seen), key=lambda reason: EVIDENCE_KINDS.index(reason.kind))
    strength = np.full((chosen.height, len(found)), -np.inf)
    for column, reason in enumerate(found):
        strength[reason.rows, column] = reason.strength
    row, kind, seq = _told(strength, seen.u, params)
    rows = _rows(found, row, kind).with_columns(chosen["user_id"].gather(row), chosen["track_id"].gather(row))
    return TABLES["evidence"].frame(rows.with_columns(seq=pl.Series(seq)))


def _found(seen: EvidenceContext) -> Iterator[Reason]:
    yield from (of(seen) for of in _PUBLIC)
    yield from (of(seen) for of in _PERSONAL)
    yield from reasons.days_off(seen)
    yield from ties.by_neighbours(seen)
    yield from ties.same_credits(seen)


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
    place = np.arange(len(group))
    first = np.searchsorted(group, group)
    over: Ints = alive[place - first >= most[user[alive]]]
    return over


def _rows(found: Sequence[Reason], row: Ints, column: Ints) -> pl.DataFrame:
    """The contract's columns of the told reasons, in the order given."""
    numbers = {name: np.full(len(row), np.nan) for name in ("value", "value_high", "song_value")}
    texts = {name: np.zeros(len(row), np.int64) for name in ("subject", "subject_too", "song_text")}
    names = {name: [pl.Series([None], dtype=pl.String)] for name in texts}
    slot = np.zeros(int(row.max()) + 1, np.int64)
    for number, reason in enumerate(found):
        at = np.flatnonzero(column == number)
        slot[reason.rows] = np.arange(len(reason.rows))
        rows = slot[row[at]]
        for name, values in numbers.items():
            if (given := getattr(reason, name)) is not None:
                values[at] = given[rows]
        for name, codes in texts.items():
            if (words := getattr(reason, name)) is not None:
                codes[at] = words.at[rows] + sum(map(len, names[name]))
                names[name].append(words.names)
    said = {
        name: pl.Series([getattr(reason, name) for reason in found], dtype=pl.String).gather(column)
        for name in ("kind", "source_table", "unit")
    }
    return pl.DataFrame(
        {name: pl.Series(values).fill_nan(None) for name, values in numbers.items()}
        | {name: pl.concat(names[name]).gather(codes) for name, codes in texts.items()}
        | said
    )
