"""Unheard tracks land where their content says."""

from dataclasses import replace

import numpy as np
import pytest

from features.collaborative.content_map import Content, mapped_factors

PENALTIES = (0.1, 1.0, 10.0, 100.0)


def catalogue(tracks=60, artists=10, seed=0):
    """Tracks whose place is their artist's, plus noise; the last track of each artist is unheard."""
    rng = np.random.default_rng(seed)
    artist = np.arange(tracks) % artists
    centres = rng.normal(size=(artists, 4))
    factors = (centres[artist] + 0.05 * rng.normal(size=(tracks, 4))).astype(np.float32)
    content = Content(rng.normal(size=(tracks, 6)) * 0.1, np.zeros((tracks, 3)), artist, np.arange(tracks))
    support = np.where(np.arange(tracks) >= tracks - artists, 0, 5)
    return content, factors, support, centres


def test_an_unheard_track_lands_near_its_artists_other_songs():
    content, factors, support, centres = catalogue()
    placed = mapped_factors(content, np.where(support[:, None] > 0, factors, 0), support, PENALTIES, 1000)
    nearest = ((placed[support == 0][:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert nearest.tolist() == content.artist[support == 0].tolist()


def discography(artists=30, albums=3, songs=5, seed=1):
    """Each artist's albums lie apart; the last song of each album is unheard."""
    rng = np.random.default_rng(seed)
    artist = np.repeat(np.arange(artists), albums * songs)
    album = np.repeat(np.arange(artists * albums), songs)
    centres = rng.normal(size=(artists, 4))
    places = centres[np.arange(artists * albums) // albums] + 0.6 * rng.normal(size=(artists * albums, 4))
    factors = (places[album] + 0.05 * rng.normal(size=(len(album), 4))).astype(np.float32)
    support = np.where(np.arange(len(album)) % songs == songs - 1, 0, 5)
    nothing = np.zeros((len(album), 2))
    return Content(nothing, nothing, artist, album), factors * (support > 0)[:, None], support, places


def test_a_new_song_of_a_known_album_lands_near_it():
    """Not only near its artist: with albums the miss is a small part of what it is without."""
    content, factors, support, places = discography()
    cold = support == 0
    by_album = mapped_factors(content, factors, support, PENALTIES, 1000)[cold]
    alone = replace(content, album=np.arange(len(content.album)))
    by_artist = mapped_factors(alone, factors, support, PENALTIES, 1000)[cold]
    truth = places[content.album[cold]]
    assert np.abs(by_album - truth).mean() < 0.25 * np.abs(by_artist - truth).mean()
    nearest = ((by_album[:, None] - places[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert nearest.tolist() == content.album[cold].tolist()


def test_a_new_album_leaves_the_artists_place():
    """Where the album's other songs are unheard too, the song lands at its artist's mean."""
    content, factors, support, _ = discography()
    new = content.album == 7
    support = np.where(new, 0, support)
    factors = factors * (support > 0)[:, None]
    placed = mapped_factors(content, factors, support, PENALTIES, 1000)[new]
    theirs = factors[(content.artist == content.artist[new][0]) & (support > 0)]
    assert np.abs(placed - theirs.mean(axis=0)).max() < 0.35
    assert np.ptp(placed, axis=0).max() < 1e-5


def test_text_places_a_track_of_an_unknown_artist():
    rng = np.random.default_rng(3)
    text, weights = rng.normal(size=(80, 5)), rng.normal(size=(5, 4))
    truth = (text @ weights).astype(np.float32)
    support = np.where(np.arange(80) < 70, 3, 0)
    content = Content(text, np.zeros((80, 2)), np.arange(80), np.arange(80))
    placed = mapped_factors(content, np.where(support[:, None] > 0, truth, 0), support, PENALTIES, 1000)
    assert placed[70:] == pytest.approx(truth[70:], abs=0.3)


def test_heard_tracks_stay_and_nothing_heard_gives_zero():
    content, factors, support, _ = catalogue()
    placed = mapped_factors(content, factors, support, PENALTIES, 1000)
    assert placed[support > 0].tobytes() == factors[support > 0].tobytes()
    assert not mapped_factors(content, factors, np.zeros(60, int), PENALTIES, 1000).any()


def test_one_heard_track_is_enough_to_go_on():
    content, factors, _, _ = catalogue()
    support = (np.arange(60) == 7).astype(int)
    assert np.isfinite(mapped_factors(content, factors, support, PENALTIES, 1000)).all()


def test_training_may_be_bounded():
    content, factors, support, centres = catalogue(tracks=200)
    placed = mapped_factors(content, factors, support, PENALTIES, 60)
    assert np.abs(placed[support == 0] - centres[content.artist[support == 0]]).mean() < 0.5


def test_penalties_must_be_given():
    content, factors, support, _ = catalogue()
    with pytest.raises(ValueError, match="ridge_penalties"):
        mapped_factors(content, factors, support, (), 1000)
