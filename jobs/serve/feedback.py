"""``POST /v1/feedback``: what listeners did with their lists, kept for the next night."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request, Response

from jobs.serve.access import Needs
from jobs.serve.models.feedback import MOST_BYTES, MOST_EVENTS, Taken
from jobs.serve.problems import Problem, described
from schemas.vocabulary import FEEDBACK_KINDS, PLAYED_KINDS
from warehouse.inbox import Event, Inbox, InboxError

BODY_S = 30.0
_DESCRIPTION = f"""Up to {MOST_EVENTS:,} events, kept for the next night once answered.

An event sent again under its `event_id` is the same event; another one under a known id is told in `other`, not
kept. Likes and blocks become feedback, `complete` and `skip` plays that the list started.
"""
_PROBLEMS = (
    "bad-request", "token-needed", "no-such-token", "scope-needed", "no-such-moment", "body-too-slow", "body-too-large",
    "too-many-requests", "inbox-out-of-reach",
)  # fmt: skip
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(hours=1)  # clocks of phones differ
_log = logging.getLogger(__name__)
_OF_ARTIST = "block_artist"
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
_ID = {"type": "string", "minLength": 1, "maxLength": 500}
_AT = {
    "type": "string",
    "format": "date-time",
    "description": "When, with its offset from UTC; of `complete` and `skip`, when the song began.",
}
_EVENT_ID = "^[A-Za-z0-9._:-]{8,128}$"


class Posted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing a listener did, as an app sends it."""

    event_id: Annotated[str, msgspec.Meta(pattern=_EVENT_ID)]
    user_id: _Id
    kind: Literal[(*FEEDBACK_KINDS, *PLAYED_KINDS)]  # type: ignore[valid-type]
    at: datetime
    track_id: _Id | None = None
    artist_id: _Id | None = None
    listened_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] | None = None


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    events: Annotated[list[Posted], msgspec.Meta(min_length=1, max_length=MOST_EVENTS)]


@dataclass(frozen=True, slots=True)
class Feedback:
    """The path that takes feedback.

    Args:
        clock: now, with its time zone.
    """

    inbox: Inbox
    clock: Callable[[], datetime]
    # SQLite writes one at a time: who waits for it must not take the threads of those who read.
    _writers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(2))

    def routes(self) -> APIRouter:
        """The path, and what OpenAPI says of it."""
        router = APIRouter(tags=["feedback"])
        router.add_api_route(
            "/v1/feedback",
            self.take,
            methods=["POST"],
            summary="What listeners did",
            description=_DESCRIPTION,
            dependencies=[Depends(Needs("feedback"))],
            response_class=Response,
            openapi_extra={"requestBody": _in_openapi(), "security": [{"bearer": []}]},
            responses={
                200: {"model": Taken, "description": "Kept"},
                **described(*_PROBLEMS),
            },
        )  # fmt: skip
        return router

    async def take(self, request: Request) -> Response:
        """Keep events."""
        events = self._read(await _body(request))
        try:
            kept = await to_thread.run_sync(self.inbox.add, events, self.clock(), limiter=self._writers)
        except InboxError as error:
            _log.warning("%s", error)
            raise Problem("inbox-out-of-reach", "the server cannot keep it now", "send it again later.") from None
        told = Taken(accepted=kept.accepted, repeated=list(kept.repeated), other=list(kept.other))
        return Response(told.model_dump_json(), 200, {"Cache-Control": "no-store"}, "application/json")

    def _read(self, body: bytes) -> list[Event]:
        try:
            posted = msgspec.json.decode(body, type=_Body).events
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Problem("bad-request", f"the body: {error}", "see /openapi.json for what it takes.") from None
        latest = self.clock() + _AHEAD
        return [_event(n, event, latest) for n, event in enumerate(posted)]


def _event(n: int, posted: Posted, latest: datetime) -> Event:
    """What is kept of an event.

    Raises:
        Problem: its parts do not go together.
    """
    of_artist, at = posted.kind == _OF_ARTIST, posted.at
    subject, other = (posted.artist_id, posted.track_id) if of_artist else (posted.track_id, posted.artist_id)
    wrong = ""
    if subject is None or other is not None:
        wrong = f"{posted.kind} is of {'an artist_id' if of_artist else 'a track_id'} alone"
    elif at.tzinfo is None:
        wrong = "`at` lacks its offset from UTC"
    elif posted.listened_s is not None and posted.kind not in PLAYED_KINDS:
        wrong = f"`listened_s` is of {' or '.join(PLAYED_KINDS)}"
    if wrong or subject is None:
        raise Problem("bad-request", f"events[{n}]: {wrong}", "see /openapi.json; nothing of this body was kept.")
    if not _EARLIEST <= at <= latest:
        raise Problem(
            "no-such-moment", f"events[{n}]: {posted.at} is before {_EARLIEST.date()} or after the server's own clock",
            "set the clock of the device right; nothing of this body was kept.",
        )  # fmt: skip
    at_us = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return Event(posted.event_id, posted.user_id, posted.kind, subject, at_us, posted.listened_s)


async def _body(request: Request) -> bytes:
    """The body, as long as it is short enough."""
    too_large = Problem("body-too-large", f"a body of more than {MOST_BYTES:,} bytes", "send fewer events at once.")
    told = request.headers.get("content-length", "0")
    if len(told) > len(str(MOST_BYTES)) or not told.isdecimal() or int(told) > MOST_BYTES:
        raise too_large
    parts = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for part in request.stream():
                parts += part
                if len(parts) > MOST_BYTES:
                    raise too_large
    except TimeoutError:
        raise Problem("body-too-slow", f"the body took more than {BODY_S:g} s", "send it again.") from None
    return bytes(parts)


def _branch(kinds: tuple[str, ...], subject: str, **more: object) -> dict[str, Any]:
    """Events of these kinds, for OpenAPI: which parts go together."""
    told: dict[str, object] = {
        "event_id": {"type": "string", "pattern": _EVENT_ID, "description": "The app's own id of it."},
        "user_id": _ID,
        "kind": {"enum": list(kinds)},
        "at": {
            "type": "string",
            "format": "date-time",
            "description": "When, with its offset from UTC; of `complete` and `skip`, when the song began.",
        },
        subject: _ID,
        **more,
    }
    needed = ["event_id", "user_id", "kind", "at", subject]
    return {"type": "object", "required": needed, "additionalProperties": False, "properties": told}


def _in_openapi() -> dict[str, Any]:
    of_tracks = tuple(kind for kind in FEEDBACK_KINDS if kind != _OF_ARTIST)
    heard = {"type": "number", "minimum": 0, "maximum": 86_400, "description": "How long it had played, seconds."}
    event = {
        "oneOf": [
            _branch(of_tracks, "track_id"),
            _branch((_OF_ARTIST,), "artist_id"),
            _branch(PLAYED_KINDS, "track_id", listened_s=heard),
        ]
    }
    events = {"type": "array", "minItems": 1, "maxItems": MOST_EVENTS, "items": event}
    schema = {
        "type": "object", "required": ["events"], "additionalProperties": False, "properties": {"events": events},
    }  # fmt: skip
    example = {
        "events": [
            {"event_id": "7c9e6679-7425-40de", "user_id": "u-00017", "kind": "like_track", "track_id": "t-000042",
             "at": "2026-11-22T07:15:00+08:00"}
        ]
    }  # fmt: skip
    return {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}
