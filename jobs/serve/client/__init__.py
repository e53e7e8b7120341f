"""A client of the read API: typed answers, asked for again only where something is new."""

from jobs.serve.client.client import Client, Patience, Visit
from jobs.serve.client.errors import (
    BadRequest,
    ClientError,
    NotAllowed,
    NotFound,
    ProblemError,
    TooManyRequests,
    Unavailable,
    Unreachable,
    VersionGone,
)
from jobs.serve.client.events import Event

__all__ = [
    "BadRequest",
    "Client",
    "ClientError",
    "Event",
    "NotAllowed",
    "NotFound",
    "Patience",
    "ProblemError",
    "TooManyRequests",
    "Unavailable",
    "Unreachable",
    "VersionGone",
    "Visit",
]
