"""What every service's row comes to: a listen, or a love or hate."""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

_MBID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNDECODED = re.compile("[\udc80-\udcff]")
_LONGEST = 2_000  # letters of a name; beyond that a column slipped
_DAY_S = 86_400.0


class Refused(ValueError):
    """The row cannot be used; the message says why, for a person."""


class LeftOut(Exception):
    """The row is understood and left out on purpose; the message is its kind, e.g. ``podcasts``."""


class Listen(NamedTuple):
    """One song heard once.

    Args:
        at_us: start, microseconds since 1970 UTC.
        unit: what the number was written in, ``seconds`` unless it looks otherwise.
        length_s: the song's own length.
        heard_s: seconds heard; None where the service counts listens, not seconds.
        recording: MusicBrainz recording id.
        artists: MusicBrainz artist ids, main artist first.
        user: whose, where the row says so.
    """

    at_us: int
    unit: str
    title: str
    artist: str
    album: str | None = None
    length_s: float | None = None
    heard_s: float | None = None
    skipped: bool = False
    recording: str | None = None
    artists: tuple[str, ...] = ()
    user: str | None = None


class Love(NamedTuple):
    """One song loved or hated: ``kind`` is of ``FEEDBACK_KINDS``; names or a recording say which song."""

    at_us: int
    unit: str
    kind: str
    title: str | None = None
    artist: str | None = None
    recording: str | None = None
    user: str | None = None


def text(value: Any, name: str = "a name") -> str:
    """One printable line of a value, empty when there is none."""
    if value is None:
        return ""
    line = value if isinstance(value, str) else str(value)
    if not line.isprintable():
        if _UNDECODED.search(line):
            raise Refused(f"{name} is not UTF-8 text")
        line = "".join(c if c.isprintable() else " " for c in line)
    line = " ".join(line.split())
    if len(line) > _LONGEST:
        raise Refused(f"{name} has {len(line):,} letters; at most {_LONGEST:,} are a name")
    return line


def names(title: Any, artist: Any, called: tuple[str, str]) -> tuple[str, str]:
    """Title and artist of a listen; ``called`` is what the service calls them."""
    for value, name in zip((title, artist), called, strict=True):
        if value is not None and not isinstance(value, str | int | float):
            raise Refused(f"{name} is {kind_of(value)}, not a text")
    found = text(title, called[0]), text(artist, called[1])
    missing = [name for name, value in zip(called, found, strict=True) if not value]
    if missing:
        raise Refused(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    return found


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object, empty for anything else."""
    return value if isinstance(value, dict) else {}


def mbid(value: Any) -> str | None:
    """A MusicBrainz id in its usual form; None for anything else."""
    found = value.strip().lower() if isinstance(value, str) else ""
    return found if _MBID.fullmatch(found) else None


def mbids(value: Any) -> tuple[str, ...]:
    """MusicBrainz ids of a list, others left out."""
    return tuple(found for v in value if (found := mbid(v))) if isinstance(value, list) else ()


def seconds(value: Any, *, per_second: float = 1.0, least: float = 0.0) -> float | None:
    """A length in seconds; None unless it is above ``least`` and within a day."""
    if isinstance(value, bool):
        return None
    try:
        found = float(value) / per_second
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and least < found <= _DAY_S else None


def kind_of(value: Any) -> str:
    """What a JSON value is, for a person."""
    if isinstance(value, bool):
        return "true or false"
    kinds = ((dict, "an object"), (list, "a list"), (str, "a text"), ((int, float), "a number"), (type(None), "null"))
    return next(words for kind, words in kinds if isinstance(value, kind))
