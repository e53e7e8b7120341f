"""What the client raises: a problem of the API by its class, or no answer at all."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from jobs.serve.models import ProblemBody

_TYPE = "urn:daily30:problem:"


class ClientError(Exception):
    """Nothing was read."""


class Unreachable(ClientError):
    """No answer came, or one that is none of the API's."""


class ProblemError(ClientError):
    """An answer that is an error (RFC 9457).

    Attributes:
        kind: which, e.g. ``unknown-user``; `/openapi.json` names those of each path.
        status: of HTTP.
        title: what is wrong, the same for all of this kind.
        detail: what is wrong with this request.
        fix: what to do about it.
        more: further members, e.g. ``near``, ids like the one that is unknown.
    """

    def __init__(self, body: ProblemBody) -> None:
        super().__init__(f"{body.detail}; {body.fix}")
        self.kind, self.status, self.title = body.type.removeprefix(_TYPE), body.status, body.title
        self.detail, self.fix = body.detail, body.fix
        self.more: dict[str, Any] = dict(body.model_extra or {})


class BadRequest(ProblemError):
    """The request cannot be understood."""


class NotAllowed(ProblemError):
    """A token is needed, or another one."""


class NotFound(ProblemError):
    """What was asked for is not there."""


class VersionGone(NotFound):
    """The version that was held to, or paged through, is not served any more: read again from the start."""


class TooManyRequests(ProblemError):
    """This caller asks too often, and waited as long as it may."""


class Unavailable(ProblemError):
    """The server cannot answer now."""


_OF_KIND = {"version-not-held": VersionGone, "cursor-gone": VersionGone}
_OF_STATUS: dict[int, type[ProblemError]] = {
    400: BadRequest, 401: NotAllowed, 403: NotAllowed, 404: NotFound, 429: TooManyRequests, 500: Unavailable,
    503: Unavailable,
}  # fmt: skip


def error_of(status: int, content: bytes) -> ClientError:
    """The error that an answer with this status and body is."""
    try:
        body = ProblemBody.model_validate_json(content)
    except ValidationError:
        return Unreachable(f"answered {status} with something other than a problem of the API")
    kind = body.type.removeprefix(_TYPE)
    return _OF_KIND.get(kind, _OF_STATUS.get(status, ProblemError))(body)
