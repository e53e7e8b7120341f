"""Payloads as stores keep and hand them on: JSON in UTF-8, read only where somebody asks for more than the bytes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import suppress

import msgspec
from rapidfuzz import fuzz, process

from warehouse.serving.store import Payload

NEAR = 400  # ids looked at on each side of the one asked for, in the order of their bytes


def to_json(payload: Payload) -> str:
    """Compact JSON with sorted keys, Chinese as is: the same payload gives the same bytes."""
    return to_bytes(payload).decode()


def to_bytes(payload: Payload) -> bytes:
    """:func:`to_json` in UTF-8."""
    return msgspec.json.encode(payload, order="sorted")


def songs_in(text: str | bytes) -> int:
    """How many songs a list's JSON tells of; none of what can no longer be read."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        told = msgspec.json.decode(text)
        songs = told.get("songs") if isinstance(told, dict) else None
        return len(songs) if isinstance(songs, list) else 0
    return 0


class JsonSnapshot(ABC):
    """Part of a snapshot: what its JSON says. A store's own snapshot inherits it and gives the JSON."""

    __slots__ = ()

    @abstractmethod
    def list_json(self, user_id: str) -> bytes | None:
        """A user's list as JSON."""

    @abstractmethod
    def review_json(self, track_id: str, language: str) -> bytes | None:
        """A review as JSON."""

    @abstractmethod
    def track_json(self, track_id: str) -> bytes | None:
        """A song as JSON."""

    def user_list(self, user_id: str) -> Payload | None:
        return _parsed(self.list_json(user_id))

    def review(self, track_id: str, language: str) -> Payload | None:
        return _parsed(self.review_json(track_id, language))

    def track(self, track_id: str) -> Payload | None:
        return _parsed(self.track_json(track_id))


def likeliest(user_id: str, among: Iterable[str], limit: int) -> list[str]:
    """The ids that look most like one, the likeliest first; the same of the same ids in any order."""
    return [found for found, *_ in process.extract(user_id, sorted({*among}), scorer=fuzz.ratio, limit=limit)]


def _parsed(text: bytes | None) -> Payload | None:
    return None if text is None else msgspec.json.decode(text, type=Payload)
