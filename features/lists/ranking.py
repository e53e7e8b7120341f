"""The ranking score: a weighted sum of features in 0..1, per user and candidate."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from features.lists.listeners import Listeners
from features.lists.params import ListParams
from features.lists.pool import Pool
from features.lists.songs import Floats, Ints, Songs
from features.lists.weather import weather_fit
from features.ranker.scorer import FEATURES, Ranker
from schemas.vocabulary import CANDIDATE_SOURCES

# Width of the daypart match on Russell's plane: a song 0.35 away fits 0.6 as well.
_FELT_WIDTH = 0.35
_DAY_PLAYS = 30.0  # so many plays on a kind of day halve the doubt about its feeling


@dataclass(frozen=True, slots=True)
class Ranked:
    """Scores of a pool.

    Args:
        score: larger is better; comparable within one user [shape=(pairs,)].
        strongest: number in CANDIDATE_SOURCES of the source that adds most [shape=(pairs,)].
        fit: match with the dayparts the user listens in, 0..1 [shape=(pairs,)].
    """

    score: Floats
    strongest: np.ndarray
    fit: Floats


def rank(
    table: dict[str, Floats],
    rows: Floats,
    pool: Pool,
    songs: Songs,
    listeners: Listeners,
    ranker: Ranker,
    params: ListParams,
) -> Ranked:
    """Score personal users by all features, the others by what is popular, fresh and fits the weather.

    Args:
        table: as :func:`features` returns it; rows: the same as :func:`matrix` returns it.
        ranker: the one that serves tonight.
    """
    score = ranker.score(rows)
    common = np.flatnonzero(~listeners.personal[pool.user])
    plain = weighted({name: values[common] for name, values in table.items()}, params.common)
    score[common] = _mixed(plain, pool.user[common], pool.track[common], songs, params)
    by_source = np.array([ranker.weights[FEATURES.index(name)] for name in CANDIDATE_SOURCES])
    # A source that proposed with score 0 still counts before one that did not propose.
    strength = np.where(pool.proposed, pool.sources * by_source + 1e-9, -1.0)
    return Ranked(score=score, strongest=np.argmax(strength, axis=1), fit=table["daypart"])


def weighted(table: dict[str, Floats], weights: object) -> Floats:
    """Sum of weight x feature, added in the order the weights are declared."""
    total = np.zeros(len(next(iter(table.values()))))
    for field in fields(weights):  # type: ignore[arg-type]
        total += getattr(weights, field.name) * table[field.name]
    return total


def matrix(table: dict[str, Floats]) -> Floats:
    """Features in the order of FEATURES, each lying together in memory [shape=(pairs, features)]."""
    return np.stack([table[name] for name in FEATURES]).T


def features(pool: Pool, songs: Songs, listeners: Listeners, near: Floats, liked: Floats) -> dict[str, Floats]:
    """Every feature of every pair, in 0..1, by the name of its weight.

    Args:
        near: as :func:`features.lists.space.closeness` returns it.
        liked: as :func:`features.lists.liking.liking` returns it.
    """
    u, t = pool.user, pool.track
    table = {name: pool.sources[:, place] for place, name in enumerate(CANDIDATE_SOURCES)}
    table |= {
        "liking": liked,
        "collaborative": near,
        "loved": np.minimum(np.log1p(np.maximum(pool.weight, 0)) / 4, 1.0),
        "artist": pool.artist_pull,
        "genre": _share(listeners.genre, u, songs.genre[t]),
        "language": _share(listeners.language, u, songs.language[t]),
        "key": _share(listeners.key, u, songs.key[t]),
        "mood": _mood(listeners, songs, u, t),
        "tempo": _tempo(listeners, songs, u, t),
        "energy": np.nan_to_num(1 - np.abs(songs.energy[t] - listeners.energy[u]), nan=0.5),
        "daypart": _daypart(listeners, songs, u, t),
        "day": _day(listeners, songs, u, t),
        "weather": weather_fit(listeners.frame["weather"], u, songs, t),
        "freshness": songs.freshness[t],
        "unheard": (~pool.heard).astype(np.float64),
        "fatigue": np.minimum(pool.plays_7d / 10, 1.0),
        "skipped": pool.skips / np.maximum(pool.plays, 1),
    }
    common = ~listeners.personal[u]
    reads = listeners.frame["language"].to_numpy()[u] == _language_names(songs)[t]
    table["language"] = np.where(common, reads.astype(np.float64), table["language"])
    return table


def _language_names(songs: Songs) -> np.ndarray:
    return songs.frame["language"].fill_null("").to_numpy()


def _share(shares: Floats, user: np.ndarray, item: np.ndarray) -> Floats:
    """The user's share of the song's item on the scale of their largest share; 0 when unknown."""
    largest = shares.max(axis=1)
    scaled = shares / np.where(largest > 0, largest, 1)[:, None]
    found: Floats = np.where(item >= 0, scaled[user, np.maximum(item, 0)], 0.0)
    return found


def _mood(listeners: Listeners, songs: Songs, user: np.ndarray, track: np.ndarray) -> Floats:
    """Cosine of the user's mood shares and the song's mood probabilities."""
    mine, its = _unit(listeners.mood), _unit(songs.moods)
    total = np.zeros(len(user))
    for mood in range(mine.shape[1]):
        total += mine[user, mood] * its[track, mood]
    return total


def _unit(rows: Floats) -> Floats:
    norm = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    unit: Floats = rows / np.where(norm > 0, norm, 1)
    return unit


def _tempo(listeners: Listeners, songs: Songs, user: np.ndarray, track: np.ndarray) -> Floats:
    """1 within the user's band, falling by e for each quarter octave outside; 0.5 when unknown."""
    tempo, low, high = songs.tempo[track], listeners.tempo_low[user], listeners.tempo_high[user]
    outside = np.maximum(np.maximum(np.log2(low / tempo), np.log2(tempo / high)), 0)
    fit: Floats = np.nan_to_num(np.exp(-4 * outside), nan=0.5)
    return fit


def _daypart(listeners: Listeners, songs: Songs, user: np.ndarray, track: np.ndarray) -> Floats:
    """Nearness to the feeling of each daypart, weighted by how much the user listens in it."""
    valence, arousal = songs.valence[track], songs.arousal[track]
    total = np.zeros(len(user))
    for part in range(4):
        apart = (valence - listeners.daypart_valence[user, part]) ** 2
        apart += (arousal - listeners.daypart_arousal[user, part]) ** 2
        total += listeners.daypart_share[user, part] * np.exp(-apart / (2 * _FELT_WIDTH**2))
    silent = listeners.daypart_share[user].sum(axis=1) == 0
    fit: Floats = np.where(silent, 0.5, np.nan_to_num(total, nan=0.5))
    return fit


def _day(listeners: Listeners, songs: Songs, user: np.ndarray, track: np.ndarray) -> Floats:
    """How much nearer the song is to the feeling of such a day, workday or day off, than to that of the other
    kind; 0.5 where they feel the same, or few plays tell of them.
    """
    plays = listeners.day_plays
    surely = (plays / (plays + _DAY_PLAYS)).min(axis=1)
    side = np.where(listeners.day_off, 1, 0)
    row = np.arange(len(side))
    near = []
    for kind in (side, 1 - side):
        apart = (songs.valence[track] - listeners.day_valence[row, kind][user]) ** 2
        apart += (songs.arousal[track] - listeners.day_arousal[row, kind][user]) ** 2
        near.append(np.exp(-apart / (2 * _FELT_WIDTH**2)))
    fit: Floats = 0.5 + np.nan_to_num(near[0] - near[1], nan=0.0) * surely[user] / 2
    return fit


def _mixed(score: Floats, user: Ints, track: Ints, songs: Songs, params: ListParams) -> Floats:
    """Score x variety^(place among the user's songs of that genre): the best of each genre first."""
    genre = songs.genre[track]
    order = np.lexsort((track, -score, genre, user))
    group = user[order] * (len(songs.genres) + 1) + genre[order] + 1
    starts = np.r_[True, group[1:] != group[:-1]] if len(group) else np.zeros(0, dtype=bool)
    first = np.maximum.accumulate(np.where(starts, np.arange(len(group)), 0)) if len(group) else group
    place = np.empty(len(score))
    place[order] = np.arange(len(group)) - first
    mixed: Floats = score * params.variety**place
    return mixed
