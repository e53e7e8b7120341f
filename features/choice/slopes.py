"""Slopes of the choice model's likelihood: of the song chosen among its alternatives, and of the skip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from features.choice.model import Listening, Parameters, World, listeners, track_vectors
from features.choice.occasions import Occasions

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Sums = Mapping[str, "csr_array"]

_CHUNK = 16_384  # occasions whose vectors are gathered at once: about 200 MB
_DENSE = 4_000_000  # cells of listeners x tracks up to which all likings are computed at once: much faster
_CACHED = 256  # occasions whose vectors fit a core's cache: three times as fast as all at once
_UNUSABLE = np.float32(-1e9)


def slopes_of(
    held: Parameters,
    given: Occasions,
    row: np.ndarray,
    listening: Listening,
    batch: np.ndarray,
    world: World,
    sums: Sums,
) -> Parameters:
    """Gradient of the weighted negative log-likelihood of a batch.

    Args:
        row: of ``listening``, for each occasion.
        sums: of ``listening`` and ``world``.
    """
    users, tracks = listeners(held, listening), track_vectors(held, world)
    shape = (len(users), len(tracks))
    pull = None
    rest = {name: np.zeros_like(held[name]) for name in ("exposure", "patience", "terms")}
    for low in range(0, len(batch), _CHUNK):
        at = batch[low : low + _CHUNK]
        part = _pulls(users, tracks, held, given, at, row[at], rest)
        summed = _summed(row[at], given.tracks[at], part, shape)
        pull = summed if pull is None else pull + summed
    on_users, on_tracks = pull @ tracks, pull.T @ users  # type: ignore[union-attr]
    return _on_listeners(held, listening, world, sums, on_users) | _on_tracks(held, world, sums, on_tracks) | rest


def _on_listeners(held: Parameters, listening: Listening, world: World, sums: Sums, slopes: np.ndarray) -> Parameters:
    factors = held["user"].shape[1]
    latent, taste, effects = slopes[:, :factors], slopes[:, factors:-1], listening.effects
    return {
        "user": sums["user"] @ latent,
        "taste": sums["user"] @ taste,
        "everyone": (effects * (world.moves.everyone > 0)).T @ taste,
        "own": sums["user"] @ (effects[:, :1] * taste * (world.moves.own > 0)),
    }


def _on_tracks(held: Parameters, world: World, sums: Sums, slopes: np.ndarray) -> Parameters:
    vectors, base = slopes[:, : held["user"].shape[1]], slopes[:, -1:]
    found = {
        "track": vectors,
        "content": world.content.T @ vectors,
        "track_bias": base,
        "content_bias": world.content.T @ base,
    }
    for name in world.groups:
        found[name] = sums[name] @ vectors
        found[f"{name}_bias"] = sums[name] @ base
    return found


def sums_of(held: Parameters, listening: Listening, world: World) -> Sums:
    """What sums rows of ``listening`` over each listener, those of tracks over each of what they have in common."""
    groups = {"user": listening.user, **world.groups}
    return {name: sum_over(group, len(held[name]), np.float32) for name, group in groups.items()}


def sum_over(group: np.ndarray, count: int, dtype: type[np.floating]) -> csr_array:
    """Matrix whose product with rows is their sum over the members of each group, those without one (-1) left out
    [shape=(count, rows)].
    """
    from scipy.sparse import csr_array

    member = np.flatnonzero(group >= 0)
    return csr_array((np.ones(len(member), dtype), (group[member], member)), shape=(count, len(group)))


def _pulls(
    users: np.ndarray,
    tracks: np.ndarray,
    held: Parameters,
    given: Occasions,
    at: np.ndarray,
    row: np.ndarray,
    rest: Parameters,
) -> np.ndarray:
    """Slope by each s(u, t, d) of the occasions ``at`` [shape=(at, 1 + alternatives)]; adds the others to ``rest``."""
    slope, _, tire, offset, scale = (np.float32(v) for v in held["terms"])
    user, shown, first = given.user[at], given.tracks[at], given.first[at]
    weight, tired = given.weight[at], given.satiation[at]
    liking, share = chosen(users, tracks, held, given, at, row)
    share[:, 0] -= 1
    share *= weight[:, None]
    repeat = share * ~first[:, None]
    fresh = share * first[:, None]
    rest["exposure"] += np.bincount(shown.ravel(), fresh.ravel(), len(rest["exposure"])).astype(np.float32)
    enjoyed = liking[:, 0] + held["patience"][user] - tire * tired[:, 0]
    missed = weight * (1 / (1 + np.exp(slope * enjoyed - offset)) - given.skipped[at])
    rest["patience"] -= np.bincount(user, slope * missed, len(rest["patience"])).astype(np.float32)
    rest["terms"] += np.array(
        [
            -(missed * enjoyed).sum(),
            (repeat * given.habit[at]).sum(),
            slope * (missed * tired[:, 0]).sum() - (repeat * tired).sum(),
            missed.sum(),
            (fresh * liking).sum(),
        ],
        np.float32,
    )
    pull: np.ndarray = np.where(first[:, None], scale * share, share).astype(np.float32)
    pull[:, 0] -= slope * missed
    return pull


def chosen(
    users: np.ndarray, tracks: np.ndarray, held: Parameters, given: Occasions, at: np.ndarray, row: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Liking of every song shown on the occasions ``at``, and the probability of each to be chosen
    [shape=(at, 1 + alternatives)].

    Args:
        users, tracks: vectors; row: of ``users``, for each occasion.
    """
    _, habit, tire, _, scale = (np.float32(v) for v in held["terms"])
    shown = given.tracks[at]
    liking = _likings(users, tracks, row, shown)
    known = liking + habit * given.habit[at] - tire * given.satiation[at]
    utility = np.where(given.first[at, None], scale * liking + held["exposure"][shown], known)
    utility = np.where(given.usable[at], utility, _UNUSABLE)
    share = np.exp(utility - utility.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    return liking, share


def _likings(users: np.ndarray, tracks: np.ndarray, row: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """s(u, t, d) of every song shown [shape=(rows, 1 + alternatives), float32]."""
    if len(users) * len(tracks) <= _DENSE:
        return np.asarray((users @ tracks.T)[row[:, None], shown])
    return np.concatenate(
        [
            np.matmul(tracks[shown[low : low + _CACHED]], users[row[low : low + _CACHED], :, None])[:, :, 0]
            for low in range(0, len(row), _CACHED)
        ]
    )


def _summed(row: np.ndarray, tracks: np.ndarray, pull: np.ndarray, shape: tuple[int, int]) -> np.ndarray | csr_array:
    """Slopes added up by listener, kind of day and track [shape=shape]."""
    if shape[0] * shape[1] <= _DENSE:
        cell = (row[:, None] * shape[1] + tracks).ravel()
        dense: np.ndarray = np.bincount(cell, pull.ravel(), shape[0] * shape[1]).reshape(shape).astype(np.float32)
        return dense
    from scipy.sparse import coo_array

    at = np.repeat(row, tracks.shape[1])
    added: csr_array = coo_array((pull.ravel(), (at, tracks.ravel())), shape=shape).tocsr()
    return added
