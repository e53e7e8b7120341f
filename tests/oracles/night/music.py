"""Keys and steps between them, as a theory book has them."""

from __future__ import annotations

_NOTES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {"#": 1, "♯": 1, "b": -1, "♭": -1, "升": 1, "降": -1}
_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
Key = tuple[int, str]


def key(said: str) -> Key:
    """Pitch class and mode of "Eb minor" or 降E小调."""
    pitch = sum(_SIGNS.get(c, 0) for c in said.partition(" ")[0]) + _NOTES[next(c for c in said if c in _NOTES)]
    return pitch % 12, "minor" if "minor" in said or "小调" in said else "major"


def parallel(one: Key, other: Key) -> bool:
    """The same home note, another mode."""
    return one[0] == other[0] and one[1] != other[1]


def relative(one: Key, other: Key) -> bool:
    """Another mode with the same notes."""
    return one[1] != other[1] and fifths(one, other) == 0


def fifths(one: Key, other: Key) -> int:
    """Steps between two signatures on the circle of fifths."""
    places = [(pitch + (3 if mode == "minor" else 0)) * 7 % 12 for pitch, mode in (one, other)]
    apart = (places[0] - places[1]) % 12
    return min(apart, 12 - apart)


def shared(one: Key, other: Key) -> int:
    """Notes two keys have in common, the minor taken as natural."""
    scales = [{(pitch + step) % 12 for step in _SCALES[mode]} for pitch, mode in (one, other)]
    return len(scales[0] & scales[1])
