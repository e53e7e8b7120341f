"""The order of a list: a shortest path through its songs, for many lists at once.

Neighbouring songs should be near in tempo, key, energy and valence; the first earns trust,
the last is settled. The path starts as the order by score and is improved by 2-opt (Croes 1958)
and or-opt (Or 1976) moves, the best move first, until none helps. All steps work list by list on
elementwise arithmetic, so a list's order does not depend on which others are in the batch.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from features.lists.params import OrderParams
from features.lists.songs import Floats, Ints

_EPSILON = 1e-5
_MOST_MOVES = 200
# Lists put in order at a time; their matrices fit a core's cache.
_BATCH = 128
_SHORT = 12
Costs = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lists:
    """Songs of lists of equal length n; every array is [shape=(lists, n)].

    Args:
        tempo: BPM, NaN when unknown. key: 0..23 as in Songs, -1 when unknown.
        energy: 0..1; valence, arousal: -1..1; NaN when unknown (taken as neutral).
        artists: numbers of credited artists, padded with -1 [shape=(lists, n, most)].
        trust: 0..1, how well a song would open the list.
        score_rank: place by score, 0 the best .. 1 the last; a path that goes from the best songs
            to the others costs ``decline`` in all, one that goes back and forth more, so the
            list declines gently (people hear the first songs most).
    """

    tempo: Floats
    key: Ints
    energy: Floats
    valence: Floats
    arousal: Floats
    artists: Ints
    trust: Floats
    score_rank: Floats


def order(lists: Lists, params: OrderParams) -> Ints:
    """Playing order of each list: place -> song [shape=(lists, n)]."""
    n = lists.tempo.shape[1]
    if n < 2 or lists.tempo.shape[0] == 0:
        return np.broadcast_to(np.arange(n), lists.tempo.shape).astype(np.int64)
    found = np.empty(lists.tempo.shape, dtype=np.int64)
    for low in range(0, len(found), _BATCH):
        part = Lists(*(getattr(lists, f.name)[low : low + _BATCH] for f in fields(Lists)))
        found[low : low + _BATCH] = shortest(costs(part, params))
    return found


def costs(lists: Lists, params: OrderParams) -> Floats:
    """Costs between songs, and from the start (node n) and to the end (node n + 1).

    Returns:
        Symmetric matrix [shape=(lists, n + 2, n + 2)]; start and end touch songs only.
    """
    count, n = lists.tempo.shape
    energy, valence, arousal = _known(lists.energy, 0.5), _known(lists.valence, 0.0), _known(lists.arousal, 0.0)
    between = (
        tempo_cost(lists.tempo, params)
        + key_cost(lists.key, params)
        + params.energy * np.abs(energy[:, :, None] - energy[:, None, :])
        + params.valence * np.abs(valence[:, :, None] - valence[:, None, :])
        + params.decline * np.abs(lists.score_rank[:, :, None] - lists.score_rank[:, None, :])
        + params.same_artist * _shares_artist(lists.artists)
    )
    whole = np.zeros((count, n + 2, n + 2))
    whole[:, :n, :n] = between
    opening = params.opening * (1 - lists.trust) + params.decline * lists.score_rank
    closing = params.closing * ((arousal + 1) / 2 + energy) / 2 + params.decline * (1 - lists.score_rank)
    whole[:, n, :n] = whole[:, :n, n] = opening
    whole[:, n + 1, :n] = whole[:, :n, n + 1] = closing
    whole[:, n, n + 1] = whole[:, n + 1, n] = 1e6
    whole[:, np.arange(n + 2), np.arange(n + 2)] = 0.0
    return whole


def tempo_cost(tempo: Floats, params: OrderParams) -> Floats:
    """Octaves between tempi, folded: double and half time are near; and jumps [shape=(lists, n, n)]."""
    octaves = np.abs(np.log2(tempo[:, :, None] / tempo[:, None, :]))
    folds = np.round(octaves)
    folded = np.abs(octaves - folds) * params.tempo + folds * params.octave
    jumps = params.jump * (np.abs(tempo[:, :, None] - tempo[:, None, :]) > params.jump_bpm)
    return np.where(np.isnan(folded), params.unknown * params.tempo * 0.5, folded + jumps)


def key_cost(key: Ints, params: OrderParams) -> Floats:
    """Steps on the circle of fifths between relative major keys, 0..6, and change of mode."""
    tonic, minor = key % 12, key // 12
    major = (tonic + 3 * minor) % 12  # the relative major of A minor is C
    place = major * 7 % 12
    apart = np.abs(place[:, :, None] - place[:, None, :])
    steps = np.minimum(apart, 12 - apart)
    cost = params.key * steps / 6 + params.mode * (minor[:, :, None] != minor[:, None, :])
    unknown = (key[:, :, None] < 0) | (key[:, None, :] < 0)
    return np.where(unknown, params.unknown * params.key, cost)


def _known(values: Floats, neutral: float) -> Floats:
    return np.nan_to_num(values, nan=neutral)


def _shares_artist(artists: Ints) -> NDArray[np.bool_]:
    count, n, most = artists.shape
    shared = np.zeros((count, n, n), dtype=np.bool_)
    credited = [(artists[:, :, slot], artists[:, :, slot] >= 0) for slot in range(most)]
    for mine, known in credited:
        for its, _ in credited:
            shared |= (mine[:, :, None] == its[:, None, :]) & known[:, :, None]
    return shared


def path_length(distance: Floats, path: Ints) -> Floats:
    """Cost of each list's path of songs, start and end included [shape=(lists,)]."""
    full = _closed(path)
    rows = np.arange(len(distance))[:, None]
    length: Floats = distance[rows, full[:, :-1], full[:, 1:]].sum(axis=1)
    return length


def shortest(distance: Floats) -> Ints:
    """A short path from start to end through all songs (nodes n and n + 1 of the matrix).

    The order by score is a good start, for the list declines. In a short list one wrong turn
    weighs more, so the nearest neighbours are tried as a second one.
    """
    count, n = len(distance), distance.shape[1] - 2
    path = improved(distance, np.tile(np.arange(n), (count, 1)))
    if n > _SHORT:
        return path
    other = improved(distance, _greedy(distance))
    shorter = path_length(distance, other) < path_length(distance, path) - _EPSILON
    return np.where(shorter[:, None], other, path)


def improved(distance: Floats, start: Ints) -> Ints:
    """The paths after moves, the best first, until none helps."""
    path = _closed(start)
    active = np.arange(len(distance))
    d = _placed(distance.astype(np.float32), active, path)
    for _ in range(_MOST_MOVES):
        gain, moved = _best_move(d)
        better = np.flatnonzero(gain < -_EPSILON)
        if not len(better):
            break
        active, moved = active[better], moved[better]
        path[active] = np.take_along_axis(path[active], moved, axis=1)
        d = _placed(d, better, moved)
    return path[:, 1:-1]


def _placed(d: Costs, lists: Ints, places: Ints) -> Costs:
    """Rows and columns of these lists' matrices in the order of ``places``."""
    size = d.shape[1]
    first = (lists[:, None] * size + places) * size
    placed: Costs = d.ravel().take(first[:, :, None] + places[:, None, :])
    return placed


def _closed(path: Ints) -> Ints:
    n = path.shape[1]
    ends = np.ones((len(path), 1), dtype=np.int64)
    return np.concatenate([ends * n, path, ends * (n + 1)], axis=1)


def _greedy(distance: Floats) -> Ints:
    """Nearest neighbour from the start, the songs that would end well left for last."""
    count, size = distance.shape[:2]
    n = size - 2
    rows = np.arange(count)
    left = np.ones((count, n), dtype=bool)
    path = np.empty((count, n), dtype=np.int64)
    here = np.full(count, n)
    for place in range(n):
        step = np.where(left, distance[rows, here, :n] - 0.3 * distance[rows, n + 1, :n], np.inf)
        here = np.argmin(step, axis=1)
        path[:, place] = here
        left[rows, here] = False
    return path


def _best_move(d: Costs) -> tuple[Costs, Ints]:
    """Change of length and new positions of the best single move of each list."""
    step = np.ascontiguousarray(d.diagonal(1, 1, 2))
    gain, moved = _two_opt(d, step)
    for length in (1, 2, 3):
        if d.shape[1] - 2 > length:
            other_gain, other = _or_opt(d, step, length)
            better = other_gain < gain - _EPSILON
            gain = np.where(better, other_gain, gain)
            moved = np.where(better[:, None], other, moved)
    return gain, moved


def _two_opt(d: Costs, step: Costs) -> tuple[Costs, Ints]:
    """Best reversal of positions i..j.

    Args:
        d: costs by position [shape=(lists, size, size)]; step: from each position to the next.
    """
    size = d.shape[1]
    inner = np.arange(1, size - 1)
    change = d[:, :-2, 1:-1] + d[:, 1:-1, 2:]  # (i - 1, j) and (i, j + 1)
    change -= step[:, :-1, None]
    change -= step[:, None, 1:]
    change[:, inner[:, None] >= inner[None, :]] = 0.0
    flat = change.reshape(len(d), -1)
    best = flat.argmin(axis=1)
    i, j = best // (size - 2) + 1, best % (size - 2) + 1
    place = np.arange(size)[None, :]
    inside = (place >= i[:, None]) & (place <= j[:, None])
    return flat[np.arange(len(d)), best], np.where(inside, i[:, None] + j[:, None] - place, place)


def _or_opt(d: Costs, step: Costs, length: int) -> tuple[Costs, Ints]:
    """Best move of ``length`` neighbouring songs elsewhere, turned or not."""
    size = d.shape[1]
    count = size - 1 - length  # segments first..last, first from 1
    head, tail = d[:, 1 : 1 + count], d[:, length : length + count]  # rows of first and last
    straight = head[:, :, :-1] + tail[:, :, 1:]  # into the gap between a position and the next
    turned = tail[:, :, :-1] + head[:, :, 1:]
    change = np.minimum(straight, turned)
    around = d.diagonal(length + 1, 1, 2) - step[:, :count] - step[:, length : length + count]
    change += around[:, :, None]
    change -= step[:, None, :]
    gap, first = np.arange(size - 1), np.arange(1, 1 + count)
    change[:, (gap >= first[:, None] - 1) & (gap <= first[:, None] + length - 1)] = 0.0
    flat = change.reshape(len(d), -1)
    best = flat.argmin(axis=1)
    rows = np.arange(len(d))
    segment, target = best // len(gap), best % len(gap)
    flip = turned[rows, segment, target] < straight[rows, segment, target]
    return flat[rows, best], _inserted(size, first[segment], length, target, flip)


def _inserted(size: int, first: Ints, length: int, target: Ints, flip: NDArray[np.bool_]) -> Ints:
    """Positions after moving segments behind position ``target``, by sorting keys."""
    place = np.arange(size)[None, :]
    offset = place - first[:, None]
    inside = (offset >= 0) & (offset < length)
    turn = np.where(flip[:, None], length - 1 - offset, offset)
    keys = np.where(inside, target[:, None] + (turn + 1) / (length + 1), place)
    return np.argsort(keys, axis=1, kind="stable")
