"""One song by itself: what it measures, what it is, how it is felt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from features.words.claims.claim import Claim
from features.words.claims.proofs.pairs import VALUES
from features.words.claims.world import World
from features.words.facts.songs import Song

_NAMES = ("artist", "album", "label", "producer", "composer", "lyricist", "title")
_KINDS = (
    "genre",
    "language",
    "voice",
    "acoustic",
    "brightness",
    "dynamics",
    "energy_shape",
    "version",
    "key",
    "energy",
)
LEVELS: dict[str, Callable[[Song], bool | None]] = {
    "slow": lambda song: _at(song.tempo, most=92),
    "moderate": lambda song: _at(song.tempo, least=80, most=125),
    "fast": lambda song: _at(song.tempo, least=112),
    "low_energy": lambda song: _at(song.energy_level, most=0.45),
    "high_energy": lambda song: _at(song.energy_level, least=0.55),
    "positive": lambda song: _at(song.valence, least=0.1),
    "negative": lambda song: _at(song.valence, most=-0.1),
    "calm": lambda song: _at(song.arousal, most=0.0),
    "excited": lambda song: _at(song.arousal, least=0.1),
    "short": lambda song: _at(song.length, most=190),
    "long": lambda song: _at(song.length, least=255),
}
"""What a level's word may be said of; the bounds overlap, since people's do."""


def measures(claim: Claim, world: World) -> bool | None:
    """The song's tempo [BPM], length [s] or year is ``amount``; ``of`` (attribute, "")."""
    song = world.songs.get(claim.subject or "")
    if song is None or claim.of is None or claim.amount is None:
        return None
    value = song.metre if claim.of[0] == "metre" else VALUES[claim.of[0]][0](song)
    return None if value is None else claim.amount.fits(value)


def is_a(claim: Claim, world: World) -> bool | None:
    """The song's genre, key, mode, voice, shape, artist, ... is ``of[1]``; alternatives parted by ``|``."""
    song = world.songs.get(claim.subject or "")
    if song is None or claim.of is None:
        return None
    name, told = claim.of[0], str(claim.of[1])
    if name == "mode":
        return None if song.key is None else song.key.split()[1] == told
    assert name in (*_NAMES, *_KINDS, "danceability"), name
    value = world.danceability.get(song.track_id) if name == "danceability" else getattr(song, name)
    return None if not value else value in told.split("|")


def level(claim: Claim, world: World) -> bool | None:
    """The song is slow, fast, low or high in energy, ...; ``of`` ("level", one of LEVELS)."""
    song = world.songs.get(claim.subject or "")
    return None if song is None or claim.of is None else LEVELS[str(claim.of[1])](song)


def felt(claim: Claim, world: World) -> bool | None:
    """One of the song's moods is one of ``object`` (mood ids parted by ``|``)."""
    song = world.songs.get(claim.subject or "")
    if song is None or not song.moods or claim.object is None:
        return None
    return bool(set(song.moods) & set(claim.object.split("|")))


def released(claim: Claim, world: World) -> bool | None:
    """``of``: ("within_days", n), ("before", year), ("after", year), ("month", "2026-03"), ("day", "2026-03-05")."""
    song = world.songs.get(claim.subject or "")
    if song is None or song.release is None or claim.of is None:
        return None
    name, told = claim.of
    if name == "within_days":
        if world.today is None:
            return None
        age = world.today.date - song.release
        return song.release_parts == 3 and timedelta(0) <= age <= timedelta(days=float(told))
    if name in ("before", "after"):
        return song.release.year < float(told) if name == "before" else song.release.year > float(told)
    parts = {"month": 2, "day": 3}[name]
    return None if song.release_parts < parts else song.release.isoformat().startswith(str(told))


def _at(value: float | None, least: float = float("-inf"), most: float = float("inf")) -> bool | None:
    return None if value is None else least <= value <= most


PROOFS = {"measures": measures, "is_a": is_a, "level": level, "felt": felt, "released": released}
