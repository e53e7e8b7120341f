"""Lists, songs and reviews; each answer is read from one snapshot of the store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, WithJsonSchema

from jobs.serve import models
from jobs.serve.answers import OF_ALL, OF_ONE, VERSION_HEADER, answer, of_version
from jobs.serve.edge import decoded
from jobs.serve.problems import STORE_PROBLEMS, Problem, described
from jobs.serve.settings import ServeSettings
from schemas.errors import UsageError
from schemas.vocabulary import LANGUAGES
from warehouse.serving import ServingStore, Snapshot, State

_SHOWN = 80  # characters of what was asked for
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
UserId = Annotated[str, Path(description="The user's id, percent-encoded.", examples=["u-00017"])]
TrackId = Annotated[str, Path(description="The track's id, percent-encoded.", examples=["t-000042"])]
Day = Annotated[
    str | None,
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-21"]}),
    Query(description="A listening day, `YYYY-MM-DD`; what is served now when left out."),
]
Version = Annotated[
    str | None,
    WithJsonSchema({"type": "string", "examples": ["2026-11-21-7d968a3e4f120435"]}),
    Query(description="The version of an answer before, for what belongs with it; what is served now when left out."),
]
Language = Annotated[
    str,
    WithJsonSchema({"type": "string", "enum": list(LANGUAGES), "examples": ["en"]}),
    Query(description="Which of the languages."),
]


class Reads:
    """The paths of a store.

    Args:
        store: read by many threads at once.
    """

    def __init__(self, store: ServingStore, settings: ServeSettings) -> None:
        self._store, self._settings = store, settings

    def routes(self) -> APIRouter:
        """Paths, and what OpenAPI says of them."""
        router = APIRouter(tags=["published"])
        router.add_api_route(
            "/v1/users/{user_id}/daily30",
            self.daily30,
            methods=["GET"],
            summary="A user's Daily 30",
            description="The list with its words, songs and reasons, of the version served now or of a day kept.",
            response_class=Response,
            responses=told(models.Daily30, "unknown-user", "day-not-held", "version-not-held"),
        )
        router.add_api_route(
            "/v1/tracks/{track_id}",
            self.track,
            methods=["GET"],
            summary="A song",
            description="Credits, album, measures and codes with their names in both languages; of songs that lists or "
            "reviews of the version show.",
            response_class=Response,
            responses=told(models.Track, "unknown-track", "version-not-held"),
        )
        router.add_api_route(
            "/v1/tracks/{track_id}/review",
            self.review,
            methods=["GET"],
            summary="The deep review of a song",
            response_class=Response,
            responses=told(models.Review, "unknown-review", "version-not-held"),
        )
        return router

    def daily30(self, request: Request, user_id: UserId, date: Day = None, version: Version = None) -> Response:
        """The list of a user."""
        user, day = decoded(user_id), _day(date)
        with snapshot(self._store, day, version) as served:
            found = served.list_json(user)
            near = served.near_user_ids(user) if found is None and self._settings.suggest_users else []
            version = served.version
        if found is None:
            raise Problem(
                "unknown-user",
                f"version {version} has no list of user {user[:_SHOWN]!r}",
                f"did you mean {', '.join(near)}?" if near else "ask for a user that the night knew.",
                {VERSION_HEADER: version},
                version=version,
                near=near,
            )
        return answer(request.headers, of_version(version, found), version=version, cache=OF_ONE)

    def track(self, request: Request, track_id: TrackId, version: Version = None) -> Response:
        """What is said of a track to everyone."""
        track = decoded(track_id)
        with snapshot(self._store, version=version) as served:
            found, version = served.track_json(track), served.version
        if found is None:
            raise unknown_track(track, version)
        return answer(request.headers, of_version(version, _alone(found)), version=version, cache=OF_ALL)

    def review(self, request: Request, track_id: TrackId, language: Language, version: Version = None) -> Response:
        """The review of a track."""
        track = decoded(track_id)
        if language not in LANGUAGES:
            raise Problem("bad-request", f"language {language[:_SHOWN]!r}", f"ask for {' or '.join(LANGUAGES)}.")
        with snapshot(self._store, version=version) as served:
            found = served.review_json(track, language)
            others = [] if found is not None else [x for x in LANGUAGES if served.review_json(track, x) is not None]
            version = served.version
        if found is None:
            raise Problem(
                "unknown-review",
                f"version {version} has no {language} review of track {track[:_SHOWN]!r}",
                f"it has one in {others[0]}." if others else "`has_review` of a list's songs says which have one.",
                {VERSION_HEADER: version},
                version=version,
                languages=others,
            )
        return answer(request.headers, of_version(version, found), version=version, cache=OF_ALL)


def _alone(track: bytes) -> bytes:
    """A song's row without the songs like it, which have a path of their own."""
    told = msgspec.json.decode(track, type=dict[str, msgspec.Raw])
    told.pop("similar", None)
    return msgspec.json.encode(told)


def unknown_track(track_id: str, version: str) -> Problem:
    """The problem of a song that a version does not show."""
    return Problem(
        "unknown-track",
        f"version {version} shows no track {track_id[:_SHOWN]!r}",
        "ask for one of its lists; versions made before tracks were published have none.",
        {VERSION_HEADER: version},
        version=version,
    )


@contextmanager
def snapshot(store: ServingStore, day: date | None = None, version: str | None = None) -> Iterator[Snapshot]:
    """The version served now, or the one kept of a day, or the one named, for as long as it is read.

    One that was rolled back is not found by its name: whoever holds to it goes on to what is served instead.

    Raises:
        Problem: there is none.
    """
    if version is not None and not _may_be_named(store, version, day):
        raise _not_held(version)
    try:
        with store.reading(version=version, ds=day) as served:
            yield served
    except UsageError:
        if version is not None:
            raise _not_held(version) from None
        if day is None:
            raise Problem("nothing-published", "no night was published", "ask again after the first night.") from None
        days = sorted({str(v.ds) for v in store.versions() if v.state is not State.WRITING and v.announced})[::-1]
        fix = f"ask for one of {', '.join(days)}." if days else "ask again after the first night."
        raise Problem("day-not-held", f"no version of {day} is kept", fix, days=days) from None


def _may_be_named(store: ServingStore, version: str, day: date | None) -> bool:
    found = next((v for v in store.versions() if v.version == version and day in (None, v.ds)), None)
    return found is not None and found.announced and (found.current or found.state is State.SEALED)


def _not_held(version: str) -> Problem:
    return Problem(
        "version-not-held",
        f"version {version[:_SHOWN]!r} was pruned or rolled back, or never announced",
        "leave `version` out, and read again what was read of it.",
    )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Problem("bad-request", f"date {text[:_SHOWN]!r} is no day", "write it as YYYY-MM-DD, e.g. 2026-11-21.")


def told(model: type[BaseModel], *problems: str) -> dict[int | str, dict[str, object]]:
    """Answers of an operation, for OpenAPI."""
    version = {"schema": {"type": "string"}, "description": "The version the answer comes from."}
    headers = {VERSION_HEADER: version, "ETag": {"schema": {"type": "string"}, "description": "Strong."}}
    return {
        200: {"model": model, "description": str(model.__doc__), "headers": headers},
        304: {"description": "The caller has it (`If-None-Match`)"},
        **described(*problems, *STORE_PROBLEMS),
    }
