"""What listeners did, as the client posts it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime

import msgspec

from jobs.serve.models.feedback import MOST_BYTES, MOST_EVENTS

_AROUND = b'{"events":[', b"]}"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a listener did; `/openapi.json` says which parts go with which kind.

    Args:
        kind: e.g. ``like_track``, ``block_artist``, ``complete``, ``skip`` or ``impression``.
        at: when, with its time zone; of ``complete`` and ``skip``, when the song began.
        track_id: the song; of ``block_artist`` none, but ``artist_id``.
        listened_s: how long it had played; of ``complete`` and ``skip`` alone.
        event_id: the app's own id, under which it is kept once however often it is sent; made up where none is given.
    """

    kind: str
    user_id: str
    at: datetime
    track_id: str | None = None
    artist_id: str | None = None
    listened_s: float | None = None
    event_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"{self.kind} of {self.user_id!r}: `at` has no time zone; give it one")


def bodies(events: Iterable[Event]) -> Iterator[bytes]:
    """Bodies that hold the events in their order, each as many as the server takes at once."""
    around, some, size = sum(map(len, _AROUND)), list[bytes](), 0
    for event in events:
        text = msgspec.json.encode({k: v for k, v in asdict(event).items() if v is not None})
        if some and (len(some) == MOST_EVENTS or around + size + len(text) > MOST_BYTES):
            yield b",".join(some).join(_AROUND)
            some, size = [], 0
        some.append(text)
        size += len(text) + 1
    if some:
        yield b",".join(some).join(_AROUND)
