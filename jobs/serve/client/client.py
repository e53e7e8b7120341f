"""Asking the read API: one connection pool, what was read kept under its ETag, waiting where the server says to."""

from __future__ import annotations

import random
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from threading import Lock
from typing import Self, TypeVar
from urllib.parse import quote, urlencode

import httpx2
from pydantic import BaseModel, ValidationError

from jobs.clients.retry_after import wait_s
from jobs.serve.client.errors import ClientError, Unreachable, error_of
from jobs.serve.client.events import Event, bodies
from jobs.serve.models import Codes, Daily30, Listener, Listeners, Nights, Review, SimilarTracks, Taken, Track, Versions

_Answer = TypeVar("_Answer", bound=BaseModel)
_Part = TypeVar("_Part", Listeners, Nights, SimilarTracks, Versions)
_LATER = (429, 503)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one answer may take.

    Args:
        tries: requests at most.
        wait_s: seconds between them at most, together; a server that asks for more is not waited for.
        first_s: the first pause where the server names none; each further one is twice as long.
        answer_s: for one request to be answered.
    """

    tries: int = 4
    wait_s: float = 60.0
    first_s: float = 0.5
    answer_s: float = 10.0


class Client:
    """The read API at an address. Threads may share it; close it, or use it as a context.

    Answers are models of ``jobs/serve/models``; members that a newer server adds are passed over. What was read is
    kept and asked for again with its ETag, so that an unchanged list costs a 304. Requests that could not be answered
    (429, 503, no connection) are sent again.

    Args:
        url: of the server, e.g. ``http://127.0.0.1:8030``.
        token: of scope ``read``, where the server wants one, and of ``feedback`` for who posts.
        kept: answers that are kept at most.
        transport: how requests are sent; over the network by default.
        sleep: waits for so many seconds.
        chance: a number from 0 to 1, that spreads the pauses of many clients.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        patience: Patience = Patience(),
        kept: int = 256,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._patience, self._sleep, self._chance = patience, sleep, chance
        self._kept = _Kept(kept)
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx2.Client(base_url=url, headers=bearer, timeout=patience.answer_s, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def daily30(self, user_id: str, *, day: date | None = None, version: str | None = None) -> Daily30:
        """A user's list: what is served now, or of a day or version that is kept."""
        return self._read(Daily30, f"/v1/users/{_part(user_id)}/daily30", date=day, version=version)

    def track(self, track_id: str, *, version: str | None = None) -> Track:
        """A song."""
        return self._read(Track, f"/v1/tracks/{_part(track_id)}", version=version)

    def review(self, track_id: str, language: str, *, version: str | None = None) -> Review:
        """The deep review of a song."""
        return self._read(Review, f"/v1/tracks/{_part(track_id)}/review", language=language, version=version)

    def similar(self, track_id: str, *, limit: int = 20, version: str | None = None) -> SimilarTracks:
        """Songs like a song, the most similar first."""
        return self._read(SimilarTracks, f"/v1/tracks/{_part(track_id)}/similar", limit=limit, version=version)

    def versions(self) -> Versions:
        """The versions that are kept, newest first; `next` is followed by :meth:`following`."""
        return self._read(Versions, "/v1/versions")

    def users(self, *, limit: int = 500) -> Iterator[Listener]:
        """Who has a list, by id, where the server lists them; all of one version, asked for a part at a time.

        Args:
            limit: how many one request asks for.

        Raises:
            VersionGone: the version went while it was read.
        """
        part: Listeners | None = self._read(Listeners, "/v1/users", limit=limit)
        while part is not None:
            yield from part.users
            part = self.following(part)

    def codes(self) -> Codes:
        """What keys, moods and genres are called."""
        return self._read(Codes, "/v1/codes")

    def feedback(self, events: Iterable[Event]) -> Taken:
        """Post what listeners did; of a body that was not answered each event may be posted again, and is kept once.

        Raises:
            BadRequest: an event that cannot be meant; the bodies before its own are kept.
        """
        accepted, repeated, other = 0, list[str](), list[str]()
        for body in bodies(events):
            answer = self._answered("/v1/feedback", {"Content-Type": "application/json"}, body)
            taken = _model(Taken, "/v1/feedback", answer.content)
            accepted += taken.accepted
            repeated += taken.repeated
            other += taken.other
        return Taken(accepted=accepted, repeated=repeated, other=other)

    def following(self, part: _Part) -> _Part | None:
        """The next part of a collection; None after the last."""
        return None if part.next is None else self._read(type(part), part.next)

    def visit(self, user_id: str, *, day: date | None = None) -> Visit:
        """A user's list, and from then on what belongs with it."""
        return Visit(self, self.daily30(user_id, day=day))

    def _read(self, model: type[_Answer], path: str, **query: object) -> _Answer:
        """An answer, as it is now.

        Raises:
            ProblemError: the server says what is wrong.
            Unreachable: it says nothing that can be understood.
        """
        asked = urlencode({name: str(value) for name, value in query.items() if value is not None})
        target = f"{path}?{asked}" if asked else path
        tag, content = self._kept.get(target)
        answer = self._answered(target, {"If-None-Match": tag} if tag else {})
        if answer.status_code != 304:
            content = answer.content
            self._kept.put(target, answer.headers.get("etag", ""), content)
        return _model(model, target, content)

    def _answered(self, target: str, headers: dict[str, str], body: bytes | None = None) -> httpx2.Response:
        """What the server answers once it can: 200, or 304."""
        left = self._patience.wait_s
        for tried in count(1):
            answer = self._sent(target, headers, body)
            if isinstance(answer, httpx2.Response) and answer.status_code in (200, 304):
                return answer
            asked, error = self._told(answer)
            pause = self._patience.first_s * 2 ** (tried - 1) * (1 + self._chance()) / 2 if asked is None else asked
            if tried >= self._patience.tries or pause > left:
                raise error
            left -= pause
            self._sleep(pause)
        raise AssertionError("count() does not end")

    def _told(self, answer: httpx2.Response | Unreachable) -> tuple[float | None, ClientError]:
        """Seconds that the server asks to be left alone for, and what is raised when nobody waits.

        Raises:
            ClientError: waiting would not help.
        """
        if isinstance(answer, Unreachable):
            return None, answer
        error = error_of(answer.status_code, answer.content)
        if answer.status_code not in _LATER:
            raise error
        return wait_s(answer.headers), error

    def _sent(self, target: str, headers: dict[str, str], body: bytes | None) -> httpx2.Response | Unreachable:
        """The answer to a body that is posted, or without one to a question."""
        try:
            return self._http.request("GET" if body is None else "POST", target, headers=headers, content=body)
        except httpx2.TransportError as error:
            return Unreachable(f"{target}: {error or type(error).__name__}")
        except httpx2.DecodingError:
            return Unreachable(f"{target}: the body is not encoded as its header says")


@dataclass(frozen=True, slots=True)
class Visit:
    """A list and what belongs with it, all of one version, whatever is published or rolled back meanwhile.

    Where the version is served no more, :class:`VersionGone` says so: begin another visit.
    """

    client: Client
    daily30: Daily30

    def track(self, track_id: str) -> Track:
        """A song of the list's version."""
        return self.client.track(track_id, version=self.daily30.version)

    def similar(self, track_id: str, limit: int = 20) -> SimilarTracks:
        """Songs of the version that are like a song."""
        return self.client.similar(track_id, limit=limit, version=self.daily30.version)

    def review(self, track_id: str, language: str | None = None) -> Review:
        """The deep review of a song, in the list's language unless another is named."""
        return self.client.review(track_id, language or self.daily30.language or "en", version=self.daily30.version)


@dataclass(slots=True)
class _Kept:
    """What was read last, by what was asked: tags and bodies."""

    most: int
    _all: OrderedDict[str, tuple[str, bytes]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, target: str) -> tuple[str, bytes]:
        with self._lock:
            if target in self._all:
                self._all.move_to_end(target)
            return self._all.get(target, ("", b""))

    def put(self, target: str, tag: str, content: bytes) -> None:
        with self._lock:
            if tag:
                self._all[target] = tag, content
            while len(self._all) > self.most:
                self._all.popitem(last=False)


def _model(model: type[_Answer], target: str, content: bytes) -> _Answer:
    try:
        return model.model_validate_json(content, extra="ignore")
    except ValidationError as error:
        raise Unreachable(f"{target}: the answer is no {model.__name__}: {error.errors()[0]['msg']}") from None


def _part(text: str) -> str:
    """An id as a part of a path; dots too, which are else taken for folders."""
    return quote(text, safe="").replace(".", "%2E")
