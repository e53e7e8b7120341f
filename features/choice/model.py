"""A multinomial logit of repeated choices over latent and content factors.

The utility of track t for listener u on a day of kind d is

    s(u, t, d) + habit * log(1 + plays before) - satiation * recent plays      for a known song,
    scale * s(u, t, d) + exposure(t)                                           for one never heard,

and s(u, t, d) = base(t) + p(u) . q(t) + [w(u) + shift(u, d)] . content(t) is the liking we are
after: what draws the listener on such a day, apart from habit, weariness and what everybody meets.
q(t) and base(t) are sums of the track's own, its album's, its artist's and its content's part, so
songs nobody has played have a vector too. shift(u, d) is 0 on a workday; on days off it is the
listener's own, drawn to everybody's; holidays and festivals add what they do to everybody.
That the song was skipped or not is a second, binary outcome of liking less satiation.

Multinomial logit: McFadden (1974). Habit and satiation in repeat consumption: Anderson, Kumar,
Tomkins, Vassilvitskii (WWW 2014). Fitted by Adam on sampled alternatives, with ridge penalties.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.choice.occasions import Occasions
from features.choice.params import ChoiceParams
from features.days import DESIGN, EFFECTS, KINDS

Parameters = dict[str, np.ndarray]
# Terms of the utility and of the skip, their starting values, in this order.
TERMS = {"skip_slope": 1.0, "habit": 0.2, "satiation": 0.3, "skip_offset": 0.0, "first_scale": 1.0}


@dataclass(frozen=True, slots=True)
class Moves:
    """Variances of the weights of content, 0 for what leaves no trace.

    Args:
        everyone: of what each effect does to everybody [shape=(effects,)].
        own: of what a day off does to one listener.
    """

    everyone: np.ndarray
    own: float

    @classmethod
    def none(cls) -> Moves:
        return cls(np.zeros(len(EFFECTS)), 0.0)

    @property
    def kinds(self) -> int:
        """Bits of a kind of day that make a difference."""
        bits = self.everyone > 0
        bits[0] |= self.own > 0
        return int((bits << np.arange(len(EFFECTS))).sum())


@dataclass(frozen=True, slots=True)
class World:
    """What the occasions are about.

    Args:
        users: number of listeners.
        artist, album: number of each track's main artist and album, -1 for none [shape=(tracks,), int64].
        content: [shape=(tracks, contents), float32].
        album_share: share of what is latent in a track that lies between albums; 0 leaves albums out.
        moves: how far kinds of days move what is chosen.
    """

    users: int
    artist: np.ndarray
    album: np.ndarray
    content: np.ndarray
    album_share: float = 0.0
    moves: Moves = Moves(np.zeros(len(EFFECTS)), 0.0)

    @property
    def groups(self) -> dict[str, np.ndarray]:
        """What tracks have in common: the number of each one's group, by name of the effect."""
        return {"artist": self.artist} | ({"album": self.album} if self.album_share > 0 else {})


@dataclass(frozen=True, slots=True)
class Listening:
    """Listeners on kinds of days: the rows that utilities are computed for.

    Args:
        user, kind: of each row [shape=(rows,), int64].
    """

    user: np.ndarray
    kind: np.ndarray

    @classmethod
    def of(cls, given: Occasions) -> tuple[Listening, np.ndarray]:
        """Every listener and kind that occurs once, and the row of each occasion."""
        codes, row = np.unique(given.user * KINDS + given.kind, return_inverse=True)
        user, kind = np.divmod(codes, KINDS)
        return cls(user, kind), row

    @property
    def effects(self) -> np.ndarray:
        """What sets the day apart [shape=(rows, effects), float32]."""
        return np.asarray(DESIGN[self.kind])


@dataclass(frozen=True, slots=True)
class Fitted:
    """Liking as an inner product, and the terms beside it.

    Args:
        held: what was learnt.
        tracks: q(t), content(t) and base(t) [shape=(tracks, factors + contents + 1), float32].
    """

    held: Parameters
    tracks: np.ndarray

    @property
    def terms(self) -> dict[str, float]:
        """By the names of TERMS."""
        return dict(zip(TERMS, self.held["terms"].astype(float).tolist(), strict=True))

    def day_effects(self, world: World) -> dict[str, float]:
        """How far a day off, a holiday or a festival moves the liking of a song: standard deviation over the
        catalogue of what each does to everybody, and of what a day off does to a listener beyond that.
        """
        if not len(world.content) or not world.users:
            return dict.fromkeys((*(f"{name}_moves" for name in EFFECTS), "day_off_moves_own"), 0.0)
        spread = np.cov(world.content.T, bias=True).astype(np.float64)
        everyone, own = (
            np.sqrt(np.maximum((shift @ spread * shift).sum(axis=1), 0.0))
            for shift in (self.held["everyone"], self.held["own"])
        )
        moved = {f"{name}_moves": float(value) for name, value in zip(EFFECTS, everyone, strict=True)}
        return moved | {"day_off_moves_own": float(own.mean())}


def listeners(held: Parameters, listening: Listening) -> np.ndarray:
    """Vectors of listeners on these days; the inner product with those of :func:`track_vectors` is s(u, t, d)."""
    effects = listening.effects
    taste = held["taste"][listening.user] + effects @ held["everyone"]
    taste += effects[:, :1] * held["own"][listening.user]
    return np.hstack([held["user"][listening.user], taste, np.ones((len(effects), 1), np.float32)])


def track_vectors(held: Parameters, world: World) -> np.ndarray:
    """Vectors of tracks."""
    vectors = held["track"] + world.content @ held["content"]
    base = held["track_bias"] + world.content @ held["content_bias"]
    for name, group in world.groups.items():
        vectors += spread(held[name], group)
        base += spread(held[f"{name}_bias"], group)
    return np.hstack([vectors, world.content, base])


def spread(rows: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Each member's row of its group; zeros where it has none."""
    if not len(rows):
        return np.zeros((len(group), rows.shape[1]), rows.dtype)
    return np.where(group[:, None] >= 0, rows[group], np.zeros(1, rows.dtype))


def start(world: World, params: ChoiceParams, rng: np.random.Generator) -> Parameters:
    """Parameters before anything is learnt."""
    tracks, contents, factors = len(world.artist), world.content.shape[1], params.factors

    def small(*shape: int) -> np.ndarray:
        return (rng.standard_normal(shape) * 0.1).astype(np.float32)

    def nothing(*shape: int) -> np.ndarray:
        return np.zeros(shape, np.float32)

    shared = {name: int(group.max(initial=-1)) + 1 for name, group in world.groups.items()}
    return {
        "user": small(world.users, factors),
        "track": small(tracks, factors),
        "content": nothing(contents, factors),
        "taste": nothing(world.users, contents),
        "everyone": nothing(len(EFFECTS), contents),
        "own": nothing(world.users, contents),
        "track_bias": nothing(tracks, 1),
        "content_bias": nothing(contents, 1),
        "exposure": nothing(tracks),
        "patience": nothing(world.users),
        "terms": np.array(list(TERMS.values()), np.float32),
        **{name: nothing(size, factors) for name, size in shared.items()},
        **{f"{name}_bias": nothing(size, 1) for name, size in shared.items()},
    }


def charges(world: World, params: ChoiceParams) -> dict[str, float | np.ndarray]:
    """Ridge penalty of each group of parameters."""
    by = params.penalties
    latent = {"user": by.listener, "track": by.track, "artist": by.artist, "content": by.content_map}
    days = {"everyone": ridge(world.moves.everyone)[:, None], "own": ridge(np.array(world.moves.own))}
    biases = ("track_bias", "artist_bias", "content_bias", "exposure", "patience")
    charged = latent | days | {"taste": by.content_taste} | dict.fromkeys(biases, by.bias)
    if world.album_share > 0:
        charged |= {"album": by.track / world.album_share, "album_bias": by.bias / world.album_share}
    return charged


def ridge(variance: np.ndarray) -> np.ndarray:
    """Penalty of weights of this variance; those of variance 0 are not fitted and need none."""
    return np.asarray(np.where(variance > 0, 0.5 / np.where(variance > 0, variance, 1.0), 0.0), dtype=np.float32)
