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
from features.lists.known import Known, known
from features.lists.reasons import Reason
from features.lists.rules import ListParams
from features.lists.songs import Floats, Ints
from features.night import Night
from schemas import TABLES
from schemas.vocabulary import EVIDENCE_KINDS

_PERSONAL = (
    reasons.tempo_band, reasons.looped_tempo, reasons.key_match, reasons.mood_match, reasons.daypart_mood,
    reasons.hour_habit, reasons.genre_share, reasons.resting, reasons.discovery, ties.artist_rotation,
    ties.featured_artist, ties.liked_artist, ties.same_album, ties.loved_tracks_together, ties.similar_track,
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


def _found(seen: Known) -> Iterator[Reason]:
    yield from (of(seen) for of in _PUBLIC)
    yield from (of(seen) for of in _PERSONAL)
    yield from ties.same_credits(seen)


def _told(strength: Floats, user: Ints, params: ListParams) -> tuple[Ints, Ints, Ints]:
    """Row, column and number of every reason told: the leading one, then the strongest others.

    Weak reasons (strength <= 0) are told only where they lead.
    """
    ranked = strength.copy()
    everyone = np.arange(len(strength))
    ranked[everyone, leading(strength, user, params.leading_share)] = np.inf
    order = np.argsort(-ranked, axis=1, kind="stable")[:, : params.reasons]
    kept = np.take_along_axis(ranked, order, axis=1) > 0
    song, place = np.nonzero(kept)
    return song, order[song, place], place + 1


def leading(strength: Floats, user: Ints, share: float) -> Ints:
    """The reason each song is led by: its strongest, but no kind beyond its share of a list.

    Where a kind is over its share, the songs whose next reason is nearly as strong move on to
    it. A song that finds every kind it has at its share is led by its strongest after all.

    Args:
        strength: -inf where a reason does not hold; <= 0 for those too weak to be moved to [shape=(songs, kinds)].
        user: number of the list each song stands in [shape=(songs,)].
        share: of a list's songs that a kind may lead, rounded up.
    """
    size = np.bincount(user, minlength=1)
    most = np.ceil(size * share).astype(np.int64)
    free = np.where(strength > 0, strength, -np.inf)
    while True:
        best = np.argmax(free, axis=1)
        over = _over(free, best, user, most)
        if not len(over):
            break
        free[over, best[over]] = -np.inf
    stuck = ~np.isfinite(free).any(axis=1)
    led: Ints = np.where(stuck, np.argmax(strength, axis=1), best)
    return led


def _over(free: Floats, best: Ints, user: Ints, most: Ints) -> Ints:
    """Songs beyond their leading kind's share: those that lose least by moving on."""
    kinds = free.shape[1]
    alive = np.flatnonzero(np.isfinite(free).any(axis=1))
    group = user[alive] * kinds + best[alive]
    counts = np.bincount(group, minlength=1)
    crowded = counts[group] > most[user[alive]]
    alive, group = alive[crowded], group[crowded]
    two = -np.sort(-free[alive], axis=1)[:, :2] if kinds > 1 else np.repeat(free[alive], 2, axis=1)
    loss = np.where(np.isfinite(two[:, 1]), two[:, 0] - two[:, 1], np.inf)
    order = np.lexsort((alive, -loss, group))
    group, alive = group[order], alive[order]
    starts = np.r_[True, group[1:] != group[:-1]] if len(group) else np.zeros(0, bool)
    first = np.maximum.accumulate(np.where(starts, np.arange(len(group)), 0)) if len(group) else group
    over: Ints = alive[np.arange(len(group)) - first >= most[user[alive]]]
    return over


def _rows(found: Sequence[Reason], row: Ints, column: Ints) -> pl.DataFrame:
    """The contract's columns of the told reasons, in order of ``row`` and number."""
    parts, places = [], []
    for number, reason in enumerate(found):
        at = np.flatnonzero(column == number)
        slot = np.zeros(int(row.max()) + 1, np.int64)
        slot[reason.rows] = np.arange(len(reason.rows))
        parts.append(_part(reason, slot[row[at]]))
        places.append(at)
    order = np.argsort(np.concatenate(places), kind="stable")
    return pl.concat(parts)[order]


def _part(reason: Reason, rows: Ints) -> pl.DataFrame:
    number = {n: getattr(reason, n) for n in ("value", "value_high", "song_value")}
    text = {n: getattr(reason, n) for n in ("subject", "song_text")}
    columns = {n: None if v is None else v[rows].astype(np.float64) for n, v in number.items()}
    columns |= {n: None if v is None else v.take(rows) for n, v in text.items()}
    said = {"kind": reason.kind, "source_table": reason.source_table, "unit": reason.unit}
    kinds = dict.fromkeys(number, pl.Float64) | dict.fromkeys((*text, *said), pl.String)
    return pl.select(
        *(pl.lit(v if v is None else pl.Series(v)).cast(kinds[n]).alias(n) for n, v in columns.items()),
        *(pl.repeat(v, len(rows), dtype=kinds[n]).alias(n) for n, v in said.items()),
    )
