"""Which service's row a JSON object is, told from what it holds; and the rows that a page wraps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from features.ingest.listens import lastfm, listenbrainz, maloja, spotify, subsonic
from features.ingest.listens.rows import LeftOut, Listen, Love, Refused, kind_of, mapping

Item = dict[str, Any]
Row = Listen | Love


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of row.

    Args:
        name: what it is called when told, e.g. ``ListenBrainz listens``.
        fits: whether an object is of this kind.
        read: its rows; raises ``Refused`` or ``LeftOut``.
    """

    name: str
    fits: Callable[[Item], bool]
    read: Callable[[Item], Iterator[Row]]


def _each(read: Callable[[Item], Row]) -> Callable[[Item], Iterator[Row]]:
    return lambda item: iter((read(item),))


# In this order; the first that fits reads the object.
KINDS: tuple[Kind, ...] = (
    Kind("ListenBrainz feedback", lambda i: "score" in i and "created" in i, _each(listenbrainz.feedback)),
    Kind("ListenBrainz listens", lambda i: "track_metadata" in i or "listened_at" in i, _each(listenbrainz.listen)),
    Kind("Spotify extended history", lambda i: "ms_played" in i and "ts" in i, _each(spotify.extended)),
    Kind("Spotify account history", lambda i: "msPlayed" in i and "endTime" in i, _each(spotify.account)),
    Kind("Maloja scrobbles", lambda i: "time" in i and ("track" in i or "artists" in i), _each(maloja.scrobble)),
    Kind("lastfmstats scrobbles", lambda i: isinstance(i.get("track"), str) and "date" in i, _each(lastfm.stats)),
    Kind("Last.fm loved tracks", lambda i: "name" in i and "artist" in i and "album" not in i, _each(lastfm.loved)),
    Kind("Last.fm scrobbles", lambda i: "name" in i and "artist" in i, _each(lastfm.scrobble)),
    Kind("Subsonic songs", lambda i: ("title" in i and "isDir" in i) or "playDate" in i, subsonic.song),
)  # fmt: skip

# Objects that exports carry beside listens, or that people take for them.
_OTHERS: tuple[tuple[str, Callable[[Item], bool]], ...] = (
    ("pinned recordings", lambda i: "pinned_until" in i or "blurb_content" in i),
    ("a YouTube history, which names no artist", lambda i: "titleUrl" in i and "header" in i),
    ("Spotify playlists", lambda i: "playlists" in i),
    ("Spotify's list of saved songs, which has no times", lambda i: "tracks" in i and "albums" in i),
    ("an answer of Last.fm that is an error", lambda i: "error" in i and "message" in i),
    ("an answer of an API that is an error", lambda i: "code" in i and "error" in i),
)
# Where pages keep their rows, and whose they say they are.
_WRAPS = (
    "payload", "listens", "feedback", "recenttracks", "lovedtracks", "scrobbles", "track", "subsonic-response",
    "nowPlaying", "starred2", "starred", "song", "entry", "playlist", "randomSongs", "songsByGenre", "searchResult3",
)  # fmt: skip


def rows_of(value: Any) -> Iterator[Row]:
    """Rows of one JSON value: an object of a known kind; raises ``Refused`` for anything else."""
    if not isinstance(value, dict):
        raise Refused(f"{kind_of(value)}, not an object")
    for kind in KINDS:
        if kind.fits(value):
            return kind.read(value)
    for name, fits in _OTHERS:
        if fits(value):
            raise LeftOut(name)
    raise Refused(f"an object of no known service (it has {', '.join(list(value)[:8]) or 'nothing'})")


def named(value: Any) -> str | None:
    """The name of the kind that reads ``value``; None for other values."""
    return next((k.name for k in KINDS if k.fits(value)), None) if isinstance(value, dict) else None


def unwrapped(value: Any) -> Iterator[Any]:
    """The rows that a page or a list holds; any other value is a row itself."""
    if isinstance(value, list):
        for item in value:
            yield from unwrapped(item)
        return
    inner = _inner(value)
    if inner is None:
        yield value
    else:
        for item in inner:
            yield from unwrapped(item)


def page_user(value: Any) -> str | None:
    """Whose a page says its rows are."""
    if not isinstance(value, dict):
        return None
    told = (
        value.get("user_id")
        or value.get("username")
        or value.get("user_name")
        or mapping(value.get("@attr")).get("user")
    )
    if isinstance(told, str) and told.strip():
        return told.strip()
    return next((found for name in _WRAPS if (found := page_user(value.get(name)))), None)


def _inner(value: Any) -> list[Any] | None:
    if not isinstance(value, dict) or named(value):
        return None
    held = [value[name] for name in _WRAPS if isinstance(value.get(name), list | dict)]
    return held or None
