"""A multinomial logit of repeated choices over latent and content factors.

The utility of track t for listener u at an occasion is

    s(u, t) + habit * log(1 + plays before) - satiation * recent plays      for a known song,
    scale * s(u, t) + exposure(t)                                           for one never heard,

and s(u, t) = base(t) + p(u) . q(t) + w(u) . content(t) is the liking we are after: what draws
the listener apart from habit, weariness and what everybody meets. q(t) and base(t) are sums of
the track's own, its artist's and its content's part, so songs nobody has played have a place too.
That the song was skipped or not is a second, binary outcome of liking less satiation.

Multinomial logit: McFadden (1974). Habit and satiation in repeat consumption: Anderson, Kumar,
Tomkins, Vassilvitskii (WWW 2014). Fitted by Adam on sampled alternatives, with ridge penalties.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from features.choice.occasions import Occasions
from features.choice.params import ChoiceParams

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Parameters = dict[str, np.ndarray]
# Terms of the utility and of the skip, their starting values, in this order.
TERMS = {"skip_slope": 1.0, "habit": 0.2, "satiation": 0.3, "skip_offset": 0.0, "first_scale": 1.0}
_CHUNK = 16_384  # occasions whose vectors are gathered at once: about 200 MB
_DENSE = 4_000_000  # cells of listeners x tracks up to which all likings are computed at once: much faster
_UNUSABLE = np.float32(-1e9)


@dataclass(frozen=True, slots=True)
class World:
    """What the occasions are about.

    Args:
        users: number of listeners.
        artist: number of each track's main artist [shape=(tracks,), int64].
        content: [shape=(tracks, contents), float32].
    """

    users: int
    artist: np.ndarray
    content: np.ndarray

    @property
    def artists(self) -> int:
        return int(self.artist.max(initial=-1)) + 1

    def by_artist(self, rows: np.ndarray) -> np.ndarray:
        """Sum of rows over the tracks of each artist [shape=(artists, columns)]."""
        total = np.zeros((self.artists, *rows.shape[1:]), np.float32)
        np.add.at(total, self.artist, rows)
        return total


@dataclass(frozen=True, slots=True)
class Fitted:
    """Liking as an inner product, and the terms beside it.

    Args:
        users: p(u), w(u) and 1 [shape=(users, factors + contents + 1), float32].
        tracks: q(t), content(t) and base(t) [shape=(tracks, factors + contents + 1), float32].
        terms: by the names of TERMS.
    """

    users: np.ndarray
    tracks: np.ndarray
    terms: dict[str, float]


def fit(given: Occasions, world: World, params: ChoiceParams, rng: np.random.Generator) -> Fitted:
    """Fit all parameters; without occasions every liking is 0 and the terms are where they start."""
    held, adam = _start(world, params, rng), _Adam(params.learning_rate)
    charges = _charges(params)
    for _ in range(params.epochs if len(given) else 0):
        for batch in np.array_split(rng.permutation(len(given)), min(params.steps, len(given))):
            slopes = _slopes(held, given, np.sort(batch), world)
            share = 2 * len(batch) / len(given)
            for name, charge in charges.items():
                slopes[name] = slopes[name] + np.float32(share * charge) * held[name]
            adam.step(held, slopes)
    users, tracks = _vectors(held, world)
    return Fitted(users, tracks, dict(zip(TERMS, held["terms"].astype(float).tolist(), strict=True)))


@dataclass(slots=True)
class _Adam:
    """Kingma and Ba (ICLR 2015) with their constants."""

    rate: float
    steps: int = 0
    mean: Parameters = field(default_factory=dict)
    square: Parameters = field(default_factory=dict)

    def step(self, held: Parameters, slopes: Parameters) -> None:
        """Move every parameter in place against its slope."""
        self.steps += 1
        grown, spread = 1 - 0.9**self.steps, 1 - 0.999**self.steps
        for name, slope in slopes.items():
            mean = self.mean.setdefault(name, np.zeros_like(slope))
            square = self.square.setdefault(name, np.zeros_like(slope))
            mean += np.float32(0.1) * (slope - mean)
            square += np.float32(0.001) * (slope * slope - square)
            held[name] -= (
                np.float32(self.rate / grown) * mean / (np.sqrt(square / np.float32(spread)) + np.float32(1e-8))
            )


def _start(world: World, params: ChoiceParams, rng: np.random.Generator) -> Parameters:
    tracks, contents, factors = len(world.artist), world.content.shape[1], params.factors

    def small(*shape: int) -> np.ndarray:
        return (rng.standard_normal(shape) * 0.1).astype(np.float32)

    def nothing(*shape: int) -> np.ndarray:
        return np.zeros(shape, np.float32)

    return {
        "user": small(world.users, factors),
        "track": small(tracks, factors),
        "artist": nothing(world.artists, factors),
        "content": nothing(contents, factors),
        "taste": nothing(world.users, contents),
        "track_bias": nothing(tracks, 1),
        "artist_bias": nothing(world.artists, 1),
        "content_bias": nothing(contents, 1),
        "exposure": nothing(tracks),
        "patience": nothing(world.users),
        "terms": np.array(list(TERMS.values()), np.float32),
    }


def _charges(params: ChoiceParams) -> dict[str, float]:
    by = params.penalties
    biases = dict.fromkeys(("track_bias", "artist_bias", "content_bias", "exposure", "patience"), by.bias)
    latent = {"user": by.listener, "track": by.track, "artist": by.artist, "content": by.content_map}
    return latent | {"taste": by.content_taste} | biases


def _vectors(held: Parameters, world: World) -> tuple[np.ndarray, np.ndarray]:
    """Vectors whose inner product is s(u, t)."""
    place = held["track"] + held["artist"][world.artist] + world.content @ held["content"]
    base = held["track_bias"] + held["artist_bias"][world.artist] + world.content @ held["content_bias"]
    ones = np.ones((world.users, 1), np.float32)
    return np.hstack([held["user"], held["taste"], ones]), np.hstack([place, world.content, base])


def _slopes(held: Parameters, given: Occasions, batch: np.ndarray, world: World) -> Parameters:
    """Gradient of the weighted negative log-likelihood of a batch."""
    users, tracks = _vectors(held, world)
    shape = (len(users), len(tracks))
    pull = None
    rest = {name: np.zeros_like(held[name]) for name in ("exposure", "patience", "terms")}
    for low in range(0, len(batch), _CHUNK):
        rows = batch[low : low + _CHUNK]
        part = _pulls(users, tracks, held, given, rows, rest)
        summed = _summed(given.user[rows], given.tracks[rows], part, shape)
        pull = summed if pull is None else pull + summed
    on_users, on_tracks = pull @ tracks, pull.T @ users  # type: ignore[union-attr]
    factors = held["user"].shape[1]
    on_place, on_base = on_tracks[:, :factors], on_tracks[:, -1:]
    return {
        "user": on_users[:, :factors],
        "taste": on_users[:, factors:-1],
        "track": on_place,
        "artist": world.by_artist(on_place),
        "content": world.content.T @ on_place,
        "track_bias": on_base,
        "artist_bias": world.by_artist(on_base),
        "content_bias": world.content.T @ on_base,
        **rest,
    }


def _pulls(
    users: np.ndarray, tracks: np.ndarray, held: Parameters, given: Occasions, rows: np.ndarray, rest: Parameters
) -> np.ndarray:
    """Slope by each s(u, t) of these occasions [shape=(rows, 1 + alternatives)]; adds the other slopes to ``rest``."""
    slope, habit, tire, offset, scale = (np.float32(v) for v in held["terms"])
    user, shown, first = given.user[rows], given.tracks[rows], given.first[rows]
    weight, tired = given.weight[rows], given.satiation[rows]
    liking = _likings(users, tracks, user, shown)
    known = liking + habit * given.habit[rows] - tire * tired
    utility = np.where(first[:, None], scale * liking + held["exposure"][shown], known)
    utility = np.where(given.usable[rows], utility, _UNUSABLE)
    share = np.exp(utility - utility.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    share[:, 0] -= 1
    share *= weight[:, None]
    repeat = share * ~first[:, None]
    fresh = share * first[:, None]
    rest["exposure"] += np.bincount(shown.ravel(), fresh.ravel(), len(rest["exposure"])).astype(np.float32)
    enjoyed = liking[:, 0] + held["patience"][user] - tire * tired[:, 0]
    missed = weight * (1 / (1 + np.exp(slope * enjoyed - offset)) - given.skipped[rows])
    rest["patience"] -= np.bincount(user, slope * missed, len(rest["patience"])).astype(np.float32)
    rest["terms"] += np.array(
        [
            -(missed * enjoyed).sum(),
            (repeat * given.habit[rows]).sum(),
            slope * (missed * tired[:, 0]).sum() - (repeat * tired).sum(),
            missed.sum(),
            (fresh * liking).sum(),
        ],
        np.float32,
    )
    pull: np.ndarray = np.where(first[:, None], scale * share, share).astype(np.float32)
    pull[:, 0] -= slope * missed
    return pull


def _likings(users: np.ndarray, tracks: np.ndarray, user: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """s(u, t) of every song shown [shape=(rows, 1 + alternatives), float32]."""
    if len(users) * len(tracks) <= _DENSE:
        return np.asarray((users @ tracks.T)[user[:, None], shown])
    return np.asarray(np.einsum("bd,bkd->bk", users[user], tracks[shown]))


def _summed(user: np.ndarray, tracks: np.ndarray, pull: np.ndarray, shape: tuple[int, int]) -> np.ndarray | csr_array:
    """Slopes added up by listener and track [shape=shape]."""
    if shape[0] * shape[1] <= _DENSE:
        cell = (user[:, None] * shape[1] + tracks).ravel()
        dense: np.ndarray = np.bincount(cell, pull.ravel(), shape[0] * shape[1]).reshape(shape).astype(np.float32)
        return dense
    from scipy.sparse import coo_array

    row = np.repeat(user, tracks.shape[1])
    added: csr_array = coo_array((pull.ravel(), (row, tracks.ravel())), shape=shape).tocsr()
    return added
