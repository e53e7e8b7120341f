"""How much of what is latent in a track it shares with its album, beyond its artist: measured, not assumed.

A fit without album effects leaves them in the tracks' own vectors: two songs of one album then lie
closer than two songs of one artist on different albums. The contrast of the two correlations, less
its standard error, is the album's share; where records of one artist do not differ it is 0, and no
strength is taken from the artist's effect.
"""

from __future__ import annotations

import numpy as np

from features.choice.model import Fitted, World

_LEAST = 0.02  # a share below is not worth its parameters


def shared(fitted: Fitted, world: World) -> float:
    """Share of the variance of tracks' own vectors that lies between the albums of an artist, 0..1.

    Args:
        fitted: a fit whose album effects are 0.
    """
    vectors = fitted.held["track"].astype(np.float64)
    within, across = _pairs(world)
    if not len(within) or not len(across):
        return 0.0
    spread = float((vectors * vectors).sum(axis=1).mean())
    same, other = ((vectors[pairs[:, 0]] * vectors[pairs[:, 1]]).sum(axis=1) / spread for pairs in (within, across))
    doubt = np.sqrt(same.var() / len(same) + other.var() / len(other))
    share = float(np.clip(same.mean() - other.mean() - doubt, 0.0, 0.9))
    return share if share >= _LEAST else 0.0


def _pairs(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Tracks next to each other in an album, and the first tracks of an artist's next albums [shape=(pairs, 2)]."""
    both = np.flatnonzero((world.artist >= 0) & (world.album >= 0))
    order = both[np.lexsort((both, world.album[both], world.artist[both]))]
    artist, album = world.artist[order], world.album[order]
    within = np.flatnonzero((artist[1:] == artist[:-1]) & (album[1:] == album[:-1]))
    first = np.flatnonzero(np.r_[True, (artist[1:] != artist[:-1]) | (album[1:] != album[:-1])] if len(order) else [])
    next_album = np.flatnonzero(artist[first][1:] == artist[first][:-1])
    return (
        np.stack([order[within], order[within + 1]], axis=1),
        np.stack([order[first[next_album]], order[first[next_album + 1]]], axis=1),
    )
