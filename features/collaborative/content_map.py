"""From what a track is to where listeners would put it: a ridge map into collaborative space.

Cold start as in Gantner et al. (ICDM 2010), with two more inputs: the mean vector of the
artist's other tracks, and how far that of the album's other tracks lies from it. Means leave
out the track itself, in training too, so the map learns what the *other* songs say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Content:
    """What is known of each track without listeners; rows agree.

    Args:
        text: text vectors, zero where missing [shape=(tracks, TEXT_DIM)].
        audio: audio vectors, zero where missing [shape=(tracks, AUDIO_DIM)].
        artist: number of the main artist; one of its own for a track of nobody known [shape=(tracks,), int].
        album: number of the album; one of its own for a track without [shape=(tracks,), int].
    """

    text: np.ndarray
    audio: np.ndarray
    artist: np.ndarray
    album: np.ndarray


def mapped_factors(
    content: Content, factors: np.ndarray, support: np.ndarray, penalties: tuple[float, ...], most: int
) -> np.ndarray:
    """Factors of every track: as learnt where somebody heard it, mapped from content elsewhere.

    Args:
        content: of all tracks.
        factors: learnt factors; rows without support are ignored [shape=(tracks, factors)].
        support: listeners of each track [shape=(tracks,)].
        penalties: ridge penalties to choose from by leave-one-out error.
        most: train on so many tracks at most, those with most listeners.

    Returns:
        [shape=(tracks, factors), float32].
    """
    mapped = factors.astype(np.float32).copy()
    unheard = np.flatnonzero(support == 0)
    heard = np.flatnonzero(support > 0)
    if not len(unheard):
        return mapped
    if not len(heard):
        mapped[:] = 0.0
        return mapped
    inputs = _inputs(content, factors, support)
    train = np.sort(heard[np.lexsort((heard, -support[heard]))[:most]])
    trust = np.sqrt(support[train].astype(np.float64))[:, None]
    centre = (factors[train] * trust).sum(axis=0) / trust.sum()
    weights = _ridge(inputs[train] * trust, (factors[train] - centre) * trust, penalties)
    mapped[unheard] = (inputs[unheard] @ weights + centre).astype(np.float32)
    return mapped


def _inputs(content: Content, factors: np.ndarray, support: np.ndarray) -> np.ndarray:
    """Text, audio, mean vector of the artist's other heard tracks, way to the album's, presence of each [float64].

    The album enters as a way from the artist, so that where it says nothing the artist's vector stands.
    """
    heard = (support > 0).astype(np.float64)
    own = factors.astype(np.float64) * heard[:, None]
    scale = np.sqrt((own**2).sum() / max(heard.sum(), 1.0)) or 1.0  # so that the penalty treats all inputs alike
    artist, artist_known = _mean_of_others(content.artist, own, heard)
    album, album_known = _mean_of_others(content.album, own, heard)
    has_audio = np.any(content.audio != 0, axis=1)
    parts = [
        content.text,
        content.audio,
        has_audio[:, None],
        artist / scale,
        artist_known[:, None],
        (album - artist) * album_known[:, None] / scale,
        album_known[:, None],
    ]
    return np.hstack([np.asarray(p, dtype=np.float64) for p in parts])


def _mean_of_others(group: np.ndarray, own: np.ndarray, heard: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(mean vector of the group's other heard tracks, or 0; whether there are any) of each track."""
    groups = int(group.max(initial=-1)) + 1
    total = np.zeros((groups, own.shape[1]))
    np.add.at(total, group, own)
    others = np.bincount(group, weights=heard, minlength=groups)[group] - heard
    return (total[group] - own) / np.maximum(others, 1.0)[:, None] * (others > 0)[:, None], others > 0


def _ridge(inputs: np.ndarray, targets: np.ndarray, penalties: tuple[float, ...]) -> np.ndarray:
    """Ridge weights under the penalty with the least leave-one-out error [shape=(inputs, targets)]."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        values, vectors = np.linalg.eigh(inputs.T @ inputs)
        rotated = inputs @ vectors
        image = rotated.T @ targets
        best: tuple[float, np.ndarray] | None = None
        for penalty in penalties:
            shrink = 1.0 / (np.maximum(values, 0.0) + penalty)
            leverage = (rotated**2) @ shrink
            weights = shrink[:, None] * image
            residual = (targets - rotated @ weights) / np.maximum(1.0 - leverage, 1e-6)[:, None]
            error = float((residual**2).sum())
            if best is None or error < best[0]:
                best = (error, vectors @ weights)
    if best is None:
        raise ValueError("ridge_penalties is empty")
    return best[1]
