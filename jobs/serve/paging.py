"""Collections a part at a time: a cursor says where the part before ended, and in which version."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import urlencode

import msgspec
from fastapi import Query, Request
from pydantic import WithJsonSchema

from jobs.serve.problems import Problem
from jobs.serve.reads import snapshot
from warehouse.serving import ServingStore, Snapshot

MOST = 500
_T = TypeVar("_T")
Limit = Annotated[
    int,
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST, "examples": [20]}),
    Query(ge=1, le=MOST, description="How many at most."),
]
CURSOR = Query(description="Where the part before ended, as its `next` says; the beginning when left out.")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a part ended.

    Args:
        collection: what it is a part of.
        version: the one that was read; the next part comes from it too.
        of: whose collection, where there are several.
        after: id of the last that was sent.
    """

    collection: str
    version: str
    of: str
    after: str

    def text(self) -> str:
        """As it is sent: opaque, for what it holds may change."""
        told = msgspec.json.encode((self.collection, self.version, self.of, self.after))
        return urlsafe_b64encode(told).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str | None, collection: str) -> Cursor | None:
        """The cursor that a text is; None where there is none.

        Raises:
            Problem: it is no cursor of this collection.
        """
        if text is None:
            return None
        try:
            told = msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=tuple[str, str, str, str])
            cursor = cls(*told)
        except (ValueError, UnicodeDecodeError):  # msgspec's and base64's own errors are ValueErrors
            raise _none(collection) from None
        if cursor.collection != collection or cursor.text() != text:
            raise _none(collection)
        return cursor


def shown_cursor(collection: str) -> WithJsonSchema:
    """A cursor of a collection, as OpenAPI tells it."""
    return WithJsonSchema(
        {"type": "string", "format": "cursor", "examples": [Cursor(collection, "v1", "", "v1").text()]}
    )


def part_of(
    rows: Sequence[_T], key: Callable[[_T], str], cursor: Cursor | None, limit: int
) -> tuple[Sequence[_T], str | None]:
    """The next ``limit`` rows, and the key of the last of them where more follow.

    Raises:
        Problem: the row that the cursor stands at is gone.
    """
    start = 0
    if cursor is not None:
        found = (n for n, row in enumerate(rows, start=1) if key(row) == cursor.after)
        start = next(found, -1)
        if start < 0:
            raise _gone(cursor)
    part = rows[start : start + limit]
    return part, key(part[-1]) if start + limit < len(rows) else None


def link(request: Request, limit: int, cursor: Cursor | None) -> str | None:
    """Where the next part is; None at the end."""
    if cursor is None:
        return None
    return f"{request.scope['path']}?{urlencode({'limit': limit, 'cursor': cursor.text()})}"


@contextmanager
def part_snapshot(store: ServingStore, cursor: Cursor | None, version: str | None = None) -> Iterator[Snapshot]:
    """The version of the cursor; without one the version named, or the one served now.

    Raises:
        Problem: there is none, or it is gone.
    """
    try:
        with snapshot(store, version=cursor.version if cursor else version) as served:
            yield served
    except Problem as problem:
        if cursor is not None and problem.name == "version-not-held":
            raise _gone(cursor) from None
        raise


def _gone(cursor: Cursor) -> Problem:
    return Problem(
        "cursor-gone",
        f"the cursor is of version {cursor.version[:80]!r}, which was pruned or rolled back",
        "begin again without `cursor`.",
    )


def _none(collection: str) -> Problem:
    return Problem("bad-request", f"the cursor is none of {collection}", "take it from `next` of the part before.")
