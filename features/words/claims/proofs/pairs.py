"""Two songs against each other."""

from __future__ import annotations

import math
from collections.abc import Callable

from features.words.claims.claim import Claim
from features.words.claims.world import World
from features.words.facts.comparison import SHARED, beat
from features.words.facts.songs import Song
from features.words.terms.tonality import relation

FELT = 0.12
"""Differences of energy, valence and arousal under this are none."""
_NEAR_BPM = 4  # a difference up to which two tempos are told as the same or close

_BRIGHTNESS = {"warm": 0.0, "balanced": 1.0, "bright": 2.0}

_Value = Callable[[Song], float | None]
VALUES: dict[str, tuple[_Value, float]] = {
    "tempo": (lambda song: song.tempo, 0.0),
    "energy": (lambda song: song.energy_level, FELT),
    "valence": (lambda song: song.valence, FELT),
    "arousal": (lambda song: song.arousal, FELT),
    "length": (lambda song: song.length, 0.0),
    "year": (lambda song: None if song.release is None else song.release.year, 0.0),
    "brightness": (lambda song: _BRIGHTNESS.get(song.brightness or ""), 0.0),
    "release": (lambda song: None if song.release is None else song.release.toordinal(), 0.0),
}
"""attribute -> (its number, difference up to which two are alike)."""


def compares(claim: Claim, world: World) -> bool | None:
    """``of[0]`` of the subject is more, less or the same as the object's, by ``amount`` where that is told."""
    one, other = _both(claim, world)
    if one is None or other is None or claim.of is None:
        return None
    value, felt = VALUES[claim.of[0]]
    mine, theirs = value(one), value(other)
    if mine is None or theirs is None:
        return None
    difference = mine - theirs
    alike = _NEAR_BPM if claim.of[0] == "tempo" else felt
    if claim.direction == "same":
        return abs(difference) <= alike
    signed = difference if claim.direction == "more" else -difference
    if signed <= felt:
        return False
    return claim.amount is None or claim.amount.fits(signed)


def ratio(claim: Claim, world: World) -> bool | None:
    """The subject's tempo is so many times the object's (2, .5, 1.5)."""
    one, other = _both(claim, world)
    if one is None or other is None or not one.tempo or not other.tempo or claim.amount is None:
        return None
    told = {2.0: "double", 0.5: "half", 1.5: "three_halves", 1.0: "same"}.get(claim.amount.value)
    found = one.tempo / other.tempo
    if claim.amount.bound == "about" or told is None:
        return abs(math.log(found / claim.amount.value)) < 0.1
    return beat(found) == told


def key_relation(claim: Claim, world: World) -> bool | None:
    """The keys are same, relative, parallel or neighbour (a fifth apart); ``of`` ("key", relation).

    ``shared``: ``amount`` notes in common; ``mode``: both major or both minor.
    """
    one, other = _both(claim, world)
    if one is None or other is None or not one.key or not other.key or claim.of is None:
        return None
    found = relation(other.key, one.key)
    if found is None:
        return None
    if claim.of[1] == "shared":
        return claim.amount is not None and claim.amount.fits(found.shared)
    if claim.of[1] == "mode":
        return one.key.split()[1] == other.key.split()[1]
    return found.name == claim.of[1]


def shares(claim: Claim, world: World) -> bool | None:
    """Both songs carry the same artist, album, label, producer, composer, lyricist, genre, language, mood or theme."""
    one, other = _both(claim, world)
    if one is None or other is None or claim.of is None:
        return None
    name = claim.of[0]
    if name in ("mood", "theme"):
        mine, theirs = (one.moods, other.moods) if name == "mood" else (one.themes, other.themes)
        return None if not mine or not theirs else bool(set(mine) & set(theirs))
    assert name in (*SHARED, "acoustic", "voice", "brightness", "energy_shape", "dynamics", "metre"), name
    mine_, theirs_ = getattr(one, name), getattr(other, name)
    return None if not mine_ or not theirs_ else mine_ == theirs_


def _both(claim: Claim, world: World) -> tuple[Song | None, Song | None]:
    return world.songs.get(claim.subject or ""), world.songs.get(claim.object or "")


PROOFS = {"compares": compares, "ratio": ratio, "key_relation": key_relation, "shares": shares}
