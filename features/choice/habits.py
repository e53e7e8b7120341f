"""How far days off, holidays and festivals move what is chosen: measured before anything is fitted to it.

A fit that knows no days leaves what they do in its residuals: content of the song chosen less what
was expected of it. Where a listener has a habit, residuals of days off in different weeks agree
with each other more than with those of workdays. Where a holiday moves everybody, residuals of
different listeners agree. Each agreement gives the variance of a weight of content (a moment
estimator of a variance component); where it may be chance it is 0, and the effect is left out.
"""

from __future__ import annotations

import numpy as np

from features.choice.model import Fitted, Listening, Moves, World, listeners
from features.choice.occasions import Occasions
from features.choice.slopes import chosen, sum_over
from features.days import DESIGN, EFFECTS

_CHUNK = 16_384
_DOUBT = 2.0  # standard errors
_MOST = 300_000  # occasions looked at; their residuals take 50 MB
_LOOKED_AT = 2_000  # occasions from which the spread of content among alternatives is taken


def moves(given: Occasions, fitted: Fitted, world: World) -> Moves:
    """Measure the traces in a fit to these occasions that knows no days."""
    if not len(given):
        return Moves.none()
    given = given.at(slice(_MOST))
    left, spread = _residuals(given, fitted, world)
    scale = float((spread * spread).sum())
    if scale == 0:
        return Moves.none()
    effects = DESIGN[given.kind]
    everyone = [_of_everyone(left, given, effects[:, index] > 0) for index in range(len(EFFECTS))]
    return Moves(np.array(everyone) / scale, _of_one(left, given, effects[:, 0] > 0) / scale)


def _residuals(given: Occasions, fitted: Fitted, world: World) -> tuple[np.ndarray, np.ndarray]:
    """Weighted residuals [shape=(occasions, contents)] and mean covariance of content among alternatives."""
    listening, row = Listening.of(given)
    users = listeners(fitted.held, listening)
    left = np.zeros((len(given), world.content.shape[1]), np.float32)
    for low in range(0, len(given), _CHUNK):
        at = np.arange(low, min(low + _CHUNK, len(given)))
        share = chosen(users, fitted.tracks, fitted.held, given, at, row[at])[1]
        share[:, 0] -= 1
        left[at] = -np.einsum("bk,bkc->bc", share, world.content[given.tracks[at]]) * given.weight[at, None]
    some = np.linspace(0, len(given) - 1, min(len(given), _LOOKED_AT)).astype(np.int64)
    share = chosen(users, fitted.tracks, fitted.held, given, some, row[some])[1]
    shown = world.content[given.tracks[some]].astype(np.float64)
    away = (shown - np.einsum("bk,bkc->bc", share, shown)[:, None]) * np.sqrt(share)[:, :, None]
    flat = away.reshape(-1, shown.shape[2])
    return left, flat.T @ flat / len(some)


def _of_everyone(left: np.ndarray, given: Occasions, there: np.ndarray) -> float:
    """Mean product of residuals of two listeners on such days, beyond doubt."""
    return _beyond_doubt(_between(*[_by_user(left, given, there)] * 2), _DOUBT * np.sqrt(2))  # a pair is in two parts


def _of_one(left: np.ndarray, given: Occasions, off: np.ndarray) -> float:
    """How much more residuals of a listener's days off agree, in different weeks, than those of a day off and a
    workday do; less the same of two listeners, which is everybody's habit; beyond doubt.
    """
    weeks, index = np.unique(np.stack([given.user, given.week]), axis=1, return_inverse=True)
    resting, working = (_sums(left[t], given.weight[t], index[t], weeks.shape[1]) for t in (off, ~off))
    own = _within(resting, resting, weeks[0]) - _within(resting, working, weeks[0])
    of_all = _by_user(left, given, off), _by_user(left, given, ~off)
    return _beyond_doubt(own - _between(of_all[0], of_all[0]) + _between(*of_all))


Sums = tuple[np.ndarray, np.ndarray]
"""Residuals and weights added up by group [shape=(groups, contents) and (groups,)]."""


def _by_user(left: np.ndarray, given: Occasions, there: np.ndarray) -> Sums:
    return _sums(left[there], given.weight[there], given.user[there], int(given.user.max()) + 1)


def _sums(rows: np.ndarray, weight: np.ndarray, group: np.ndarray, groups: int) -> Sums:
    return sum_over(group, groups, np.float64) @ rows, np.bincount(group, weight, groups)


def _between(one: Sums, other: Sums) -> np.ndarray:
    """Mean product over all pairs of two listeners, as parts that add up to it [shape=(users,)]."""
    products = (one[0] * (other[0].sum(axis=0) - other[0])).sum(axis=1)
    return _mean(products, one[1] * (other[1].sum() - other[1]))


def _within(one: Sums, other: Sums, user: np.ndarray) -> np.ndarray:
    """Mean product over all pairs of different weeks of one listener, as parts that add up to it [shape=(users,)].

    Args:
        user: of each week.
    """
    users = int(user.max()) + 1

    def across(here: np.ndarray, there: np.ndarray) -> np.ndarray:
        over = sum_over(user, users, np.float64)
        whole = [over @ rows for rows in (here, there)]
        same = np.bincount(user, (here * there).sum(axis=1), users)
        return np.asarray((whole[0] * whole[1]).sum(axis=1) - same)

    return _mean(across(one[0], other[0]), across(one[1][:, None], other[1][:, None]))


def _mean(products: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Nothing counts where there are no pairs."""
    whole = pairs.sum()
    return np.asarray(products / whole) if whole > 0 else np.full(len(products), np.nan)


def _beyond_doubt(parts: np.ndarray, doubt: float = _DOUBT) -> float:
    """A sum of one part per listener, if it is larger than ``doubt`` standard errors; else 0."""
    if len(parts) < 2 or not np.isfinite(parts).all():
        return 0.0
    whole = float(parts.sum())
    return whole if whole > doubt * np.sqrt(len(parts) * parts.var(ddof=1)) else 0.0
