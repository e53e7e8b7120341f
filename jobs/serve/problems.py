"""Errors as ``application/problem+json`` (RFC 9457): what is wrong, in one sentence, and what to do about it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from jobs.serve.metrics import Metrics
from schemas.errors import OutsideServiceError
from warehouse.serving.checksums import DamagedStore

TYPE = "urn:daily30:problem:"
MEDIA_TYPE = "application/problem+json"
# name: (status, title); the whole list of what may come back
KINDS: dict[str, tuple[int, str]] = {
    "bad-request": (400, "The request cannot be understood"),
    "no-such-path": (404, "Nothing is at this path"),
    "token-needed": (401, "A token is needed"),
    "no-such-token": (401, "The token is not valid"),
    "scope-needed": (403, "The token does not open this"),
    "unknown-user": (404, "The version has no list of this user"),
    "unknown-track": (404, "The version shows no such song"),
    "unknown-review": (404, "The version has no such review"),
    "day-not-held": (404, "No version of this day is kept"),
    "version-not-held": (404, "The version is not served any more"),
    "unknown-media": (404, "There are no such media"),
    "no-such-version": (404, "The pointer cannot be moved there"),
    "no-recording": (404, "The song's recording is not played here"),
    "not-listed": (404, "Listeners are not listed here"),
    "method-not-allowed": (405, "This path takes other methods"),
    "cursor-gone": (410, "What the cursor stands in is not served any more"),
    "body-too-slow": (408, "The body came too slowly"),
    "no-such-moment": (409, "The moment does not fit the server's clock"),
    "range-not-satisfiable": (416, "The range lies outside the file"),
    "body-too-large": (413, "The body is too large"),
    "no-such-host": (421, "The server goes by another name"),
    "too-many-requests": (429, "Too many requests"),
    "bug": (500, "An error of ours"),
    "nothing-published": (503, "Nothing is published yet"),
    "damaged": (503, "What was asked for is damaged and is not served"),
    "store-out-of-reach": (503, "The serving store cannot be read"),
    "tokens-unreadable": (503, "Tokens cannot be checked"),
    "inbox-out-of-reach": (503, "Feedback cannot be kept"),
}
STORE_PROBLEMS = ("bad-request", "nothing-published", "damaged", "store-out-of-reach")
"""What may be wrong with every answer that is read from the store."""
_LATER_S = "30"
_log = logging.getLogger(__name__)


class Problem(Exception):
    """An answer that is an error.

    Args:
        name: one of :data:`KINDS`.
        detail: what is wrong with this request.
        fix: what the caller does about it.
        headers: beside those of every problem.
        more: further members of the object.
    """

    def __init__(
        self, name: str, detail: str, fix: str, headers: Mapping[str, str] | None = None, **more: object
    ) -> None:
        super().__init__(detail)
        self.name, self.detail, self.fix, self.more = name, detail, fix, more
        self.status, self.title = KINDS[name]
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """As it is sent."""
        body = {"type": TYPE + self.name, "title": self.title, "status": self.status}
        body |= {"detail": self.detail, "fix": self.fix, **self.more}
        headers = {"Cache-Control": "no-store", **self.headers}
        if self.status == 503:
            headers.setdefault("Retry-After", _LATER_S)
        return Response(msgspec.json.encode(body), self.status, headers, MEDIA_TYPE)


def of_store(error: OutsideServiceError) -> Problem:
    """The problem for a store that cannot be read; paths of this machine go to the log, not to the caller."""
    _log.warning("%s", error)
    if isinstance(error, DamagedStore):
        return Problem("damaged", "its checksum differs from what was published", "ask again once it is repaired.")
    return Problem("store-out-of-reach", "the store did not answer", "ask again later.")


def handle(app: FastAPI, metrics: Metrics) -> None:
    """Let every error of an app be a problem."""
    app.add_exception_handler(Problem, partial(_problem, metrics))
    app.add_exception_handler(OutsideServiceError, partial(_outside, metrics))
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _bug)


async def _problem(metrics: Metrics, _: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    if error.name == "damaged":
        metrics.damage_met()
    return error.response()


async def _outside(metrics: Metrics, request: Request, error: Exception) -> Response:
    assert isinstance(error, OutsideServiceError)
    return await _problem(metrics, request, of_store(error))


async def _http(_: Request, error: Exception) -> Response:
    """What Starlette itself refuses: paths and methods."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        taken = str((error.headers or {}).get("Allow", "GET")).replace("GET", "GET, HEAD")
        fix = f"use {taken.replace(', ', ' or ')}."
        return Problem("method-not-allowed", "the method is not one of this path", fix, {"Allow": taken}).response()
    if error.status_code == 404:
        return Problem("no-such-path", "the path is none of the API's", "/openapi.json lists them.").response()
    return Problem("bad-request", str(error.detail), "see /openapi.json.").response()


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    named = str(first["loc"][-1])
    return Problem("bad-request", f"{named}: {first['msg']}", "see /openapi.json for what it takes.").response()


async def _bug(_: Request, error: Exception) -> Response:
    """What nobody foresaw: the caller learns nothing of our insides, the server logs the traceback."""
    del error
    return Problem("bug", "the server's log says more", "report it with the time of the request.").response()


def described(*names: str) -> dict[int | str, dict[str, Any]]:
    """These problems as an operation's answers in OpenAPI, by status."""
    found: dict[int | str, dict[str, Any]] = {}
    for name in names:
        status, title = KINDS[name]
        example = {"type": TYPE + name, "title": title, "status": status, "detail": "…", "fix": "…"}
        told = found.setdefault(status, {"description": title, "content": {MEDIA_TYPE: {"examples": {}}}})
        told["content"][MEDIA_TYPE]["examples"][name] = {"value": example}
        told["content"][MEDIA_TYPE]["schema"] = {"$ref": "#/components/schemas/ProblemBody"}
    return found
