"""Random grid with rules that collide, and a reading of the rules in plain loops."""

from __future__ import annotations

from collections import Counter

import numpy as np

from features.lists.assembly import CandidateGrid

SONGS = 30


def random_shelves(
    users: int, width: int, seed: int, artists: int = 12, recordings: int | None = None, trouble: float = 0.3
) -> CandidateGrid:
    """Users of different sizes; ``trouble`` is the share of songs that need a relaxation.

    Args:
        recordings: different recordings, so that few of them mean many twins.
    """
    rng = np.random.default_rng(seed)
    shape = users, width
    credited = np.stack([rng.integers(0, artists, shape), rng.integers(-artists, artists, shape)], axis=2)
    credited[:, :, 1] = np.where(credited[:, :, 1] == credited[:, :, 0], -1, np.maximum(credited[:, :, 1], -1))
    nights = np.where(rng.random(shape) < trouble, rng.integers(1, 15, shape), 99)
    needs = np.where(nights <= 7, 1 << 7, 0) | np.where((nights > 7) & (nights < 99), 1 << 2, 0)
    for bit in (3, 4, 6):  # disliked, played out, played on ds
        needs |= np.where(rng.random(shape) < trouble / 3, 1 << bit, 0)
    mixes = [rng.dirichlet(np.full(n, 0.5), users) for n in (6, 4, 3)]
    mixes[0][rng.random(users) < 0.2] = 0.0  # nothing known of them
    least = rng.integers(0, 8, users)
    return CandidateGrid(
        size=rng.integers(0, width + 1, users),
        score=1 / np.log2(np.cumsum(needs == 0, axis=1) - (needs == 0) + 2.0),
        artists=credited,
        album=rng.integers(-1, artists * 2, shape),
        recording=rng.integers(0, recordings or width * 20, shape),
        needs=needs,
        nights=nights,
        discovery=rng.random(shape) < 0.3,
        new=rng.random(shape) < 0.1,
        facets=tuple(rng.integers(-1, n, shape) for n in (6, 4, 3)),
        mix=tuple(mixes),
        strength=rng.choice([0.0, 0.3, 0.6], users),
        least=least,
        most=least + rng.integers(0, 20, users),
        new_songs=rng.integers(0, 3, users),
    )


def broken(grid: CandidateGrid, user: int, chosen: list[int]) -> set[str]:
    """Rules that the list breaks, by name; "never" for what nothing allows."""
    credits = [[a for a in set(grid.artists[user, place].tolist()) if a >= 0] for place in chosen]
    artists = Counter(a for of_song in credits for a in of_song)
    albums = Counter(album for album in grid.album[user, chosen].tolist() if album >= 0)
    most = max(artists.values(), default=0)
    discoveries = sum(grid.discovery[user, chosen].tolist())
    nights = grid.nights[user, chosen].tolist()
    needs = grid.needs[user, chosen].tolist()
    twice = len(set(grid.recording[user, chosen].tolist())) < len(chosen)
    beyond = any(place >= grid.size[user] for place in chosen) or len(set(chosen)) < len(chosen)
    found = {
        "never": twice or beyond or len(chosen) > SONGS,
        "discovery_share": not grid.least[user] <= discoveries <= grid.most[user],
        "album_cap": max(albums.values(), default=0) > 2,
        "recommended_the_week_before": any(8 <= n <= 14 for n in nights),
        "disliked": any(n >> 3 & 1 for n in needs),
        "played_out": any(n >> 4 & 1 for n in needs),
        "artist_cap_raised": most >= 3,
        "played_on_ds": any(n >> 6 & 1 for n in needs),
        "recommended_last_week": any(n <= 7 for n in nights),
        "artist_cap_lifted": most > 3,
    }
    return {name for name, is_so in found.items() if is_so}


def worth(grid: CandidateGrid, user: int, chosen: list[int]) -> float:
    """Steck's objective: (1 - strength) x scores - strength x KL(mix || list), thirty places counted."""
    strength = grid.strength[user]
    total = (1 - strength) * sum(grid.score[user, chosen].tolist())
    for facet, mix in zip(grid.facets, grid.mix, strict=True):
        counts = Counter(facet[user, chosen].tolist())
        for kind, share in enumerate(mix[user].tolist()):
            if share > 0:
                held = 0.99 * counts[kind] / SONGS + 0.01 * share
                total -= strength * share * np.log(share / held)
    return float(total)
