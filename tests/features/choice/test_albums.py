"""What songs of an album share: measured, and lent to a new song of the album."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.choice.albums import shared
from features.choice.fitting import fit
from features.choice.model import World
from features.choice.occasions import Occasions
from features.choice.params import ChoiceParams
from tests.features.choice.test_model import choices, of

ARTISTS, RECORDS, SONGS = 12, 3, 4  # albums per artist, songs per album
PARAMS = ChoiceParams(factors=6, epochs=20)


def world_of(users: int) -> World:
    tracks = ARTISTS * RECORDS * SONGS
    number = np.arange(tracks)
    content = np.zeros((tracks, 1), np.float32)
    return World(users, number // (RECORDS * SONGS), number // SONGS, content)


def made(of_album: float, users: int = 80, plays: int = 150) -> tuple[Occasions, np.ndarray, World]:
    """Choices among eight songs by a liking of which a share lies between the albums of an artist."""
    rng, world = np.random.default_rng(2), world_of(users)
    tracks = len(world.artist)
    own = [rng.normal(size=(size, 4)) for size in (ARTISTS, ARTISTS * RECORDS, tracks)]
    place = 0.5 * own[0][world.artist] + of_album * own[1][world.album] + 0.4 * own[2]
    given, _, _ = choices(rng, users=users, tracks=tracks, plays=plays)
    liking = rng.normal(size=(users, 4)) @ place.T
    first = np.argmax(liking[given.user[:, None], given.tracks] + rng.gumbel(size=given.tracks.shape), axis=1)
    order = np.argsort(np.arange(8)[None] != first[:, None], axis=1, kind="stable")
    plain = np.zeros(given.tracks.shape, np.float32)
    given = replace(
        given,
        tracks=np.take_along_axis(given.tracks, order, axis=1),
        habit=plain,
        satiation=plain,
        skipped=np.zeros(len(given), bool),
    )
    return given, liking, world


def short(given, world):
    return fit(given, world, ChoiceParams(factors=6, epochs=8), np.random.default_rng(0))


def test_the_share_between_albums_is_measured():
    given, _, world = made(of_album=0.8)
    much = shared(short(given, world), world)
    given, _, world = made(of_album=0.0)
    assert much > 0.2
    assert shared(short(given, world), world) == 0.0


@pytest.mark.parametrize("album", [[-1] * 4, [0, 1, 2, 3], [0, 0, 0, 0]])
def test_nothing_is_measured_without_albums_to_compare(album):
    world = World(3, np.zeros(4, np.int64), np.array(album), np.zeros((4, 1), np.float32))
    given, _, _ = choices(np.random.default_rng(1), users=3, tracks=4, plays=5)
    assert shared(short(given, world), world) == 0.0


def test_a_new_song_of_a_loved_album_starts_well():
    """The last song of every third album is played by nobody; albums tell who will like it better than artists do."""
    given, liking, world = made(of_album=0.8)
    new = np.arange(SONGS - 1, len(world.artist), 3 * SONGS)
    unheard = ~np.isin(given.tracks, new)
    kept = given.at(np.flatnonzero(unheard[:, 0]))
    kept = replace(kept, usable=~np.isin(kept.tracks, new))
    share = shared(short(kept, world), world)
    alike = []
    for known in (world, replace(world, album_share=share)):
        found = fit(kept, known, PARAMS, np.random.default_rng(0))
        guess = of(found, world.users) @ found.tracks.T
        alike.append(np.mean([np.corrcoef(guess[u, new], liking[u, new])[0, 1] for u in range(world.users)]))
    assert share > 0.2
    assert alike[1] > alike[0] + 0.05
