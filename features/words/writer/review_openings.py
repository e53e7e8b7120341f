"""How a review begins: with the one point of a song where it has one, tension or agreement, else with its mood."""

from __future__ import annotations

from features.words.facts.songs import Song
from schemas.vocabulary import MOODS

FAST, SLOW = 120, 85  # tempo from which, and up to which, a song is told as quick or slow [BPM]
_FELT = 0.15  # valence from which, and below minus which, a feeling is told as bright or dark
_VALENCE = {mood.id: mood.valence for mood in MOODS}
_AROUSAL = {mood.id: mood.arousal for mood in MOODS}
_APART = ("major_dark", "minor_bright", "fast_soft", "slow_strong")
_TOGETHER = ("fast_strong", "slow_soft")
# A point beside which a mood must be of this side, or must not be.
_BESIDE = {"major_dark": "dark", "minor_bright": "bright", "fast_calm": "calm", "slow_lively": "lively"}
_NEVER = {"fast_soft": "lively", "slow_strong": "calm", "fast_strong": "calm", "slow_soft": "lively"}


def side(value: float | None, low: float, high: float, below: str, above: str) -> str | None:
    """On which side of a middle a value lies; None in the middle and where it is unknown."""
    if value is None:
        return None
    return below if value <= low else above if value >= high else None


def pace(song: Song) -> str | None:
    """slow, mid or fast; None where the tempo is unknown."""
    return None if song.tempo is None else side(song.tempo, SLOW, FAST, "slow", "fast") or "mid"


def turns(song: Song) -> tuple[str, ...]:
    """Where two things measured pull apart; where none do, where pace and energy go together."""
    feeling = side(song.valence, -_FELT, _FELT, "dark", "bright")
    mode = song.key.split()[1] if song.key else None
    force = {"low": "soft", "high": "strong"}.get(song.energy or "")
    pairs = (f"{mode}_{feeling}", f"{pace(song)}_{force}")
    return tuple(pair for pair in pairs if pair in _APART) or tuple(pair for pair in pairs if pair in _TOGETHER)


def points(song: Song) -> tuple[str, ...]:
    """What an opening of tempo, key and mood may turn on: points that the mood first named bears out.

    Besides what was measured, a mood that a quick or a slow pace does not lead one to expect.
    """
    if song.tempo is None or song.key is None or not song.moods:
        return ()
    felt = _sides(song.moods[0])
    found = [
        point
        for point in (*turns(song), f"{pace(song)}_calm", f"{pace(song)}_lively")
        if (_BESIDE.get(point) in felt if point in _BESIDE else point in _NEVER and _NEVER[point] not in felt)
    ]
    return tuple(point for point in found if point not in _TOGETHER) or tuple(found)


def _sides(mood: str) -> set[str]:
    """What a mood is by the vocabulary: dark or bright, calm or lively, or neither."""
    found = (
        side(_VALENCE.get(mood), -0.3, 0.5, "dark", "bright"),
        side(_AROUSAL.get(mood), -0.3, 0.45, "calm", "lively"),
    )
    return {name for name in found if name is not None}


def opening(song: Song) -> tuple[str, ...]:
    """Sections of the first sentence; empty where neither tempo, key nor mood is known."""
    known = {"tempo": song.tempo, "key": song.key, "mood": song.moods}
    name = "_".join(kind for kind, value in known.items() if value)
    return tuple(f"open.{point}" for point in points(song)) or ((f"open.{name}",) if name else ())
