"""Header videos and posters by their key, whole or in parts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathPart
from starlette.responses import StreamingResponse

from jobs.serve.answers import FOR_EVER, holds
from jobs.serve.problems import Problem, described
from schemas.errors import OutsideServiceError
from warehouse.media.store import MediaStore

_TYPES = {".mp4": "video/mp4", ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE | re.ASCII)
_BLOCK = 1 << 18
_Form = tuple[int, int, int]
Key = Annotated[
    str,
    PathPart(description="`video_key` or `poster_key` of a header.", examples=["1cb8a003fbc0a63ef8694418f4421e62.mp4"]),
]


class Media:
    """Media of a store; a file is held against its key before it is first served, and again once it changed."""

    def __init__(self, store: MediaStore) -> None:
        self._store = store
        self._whole: dict[str, _Form] = {}

    def routes(self) -> APIRouter:
        """The one path."""
        router = APIRouter(tags=["media"])
        router.add_api_route(
            "/v1/media/{key}",
            self.media,
            methods=["GET"],
            summary="A header's video or poster",
            description="Bytes never change under a key. Ranges of bytes are served (one at a time).",
            response_class=Response,
            responses={
                200: {"description": "The file", "content": {kind: {} for kind in _TYPES.values()}},
                206: {"description": "The part asked for"},
                304: {"description": "The caller has it"},
                **described("unknown-media", "range-not-satisfiable", "damaged"),
            },
        )
        return router

    def media(self, request: Request, key: Key) -> Response:
        """The file of a key, or a part of it."""
        path = self._path(key)
        try:
            return self._answer(request, path, key)
        except FileNotFoundError:  # it goes just now, to be drawn again
            raise _unknown(key) from None

    def _answer(self, request: Request, path: Path, key: str) -> Response:
        size = self._require_whole(path, key)
        tag = f'"{key}"'
        headers = {"ETag": tag, "Cache-Control": FOR_EVER, "Accept-Ranges": "bytes"}
        if holds(request.headers.get("if-none-match"), tag):
            return Response(None, 304, headers)
        asked = request.headers.get("range") if request.headers.get("if-range", tag) == tag else None
        wanted = part(asked, size)
        first, last = wanted or (0, size - 1)
        headers["Content-Length"] = str(last - first + 1)
        if wanted:
            headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        kind = _TYPES.get(path.suffix, "application/octet-stream")
        return StreamingResponse(_blocks(path.open("rb"), first, last), 206 if wanted else 200, headers, kind)

    def _path(self, key: str) -> Path:
        try:
            path = self._store.path(key)
        except OutsideServiceError:
            raise _unknown(key) from None
        if not path.is_file():
            raise _unknown(key)
        return path

    def _require_whole(self, path: Path, key: str) -> int:
        """Size in bytes of a file that has the bytes that name it."""
        found = path.stat()
        form = (found.st_ino, found.st_size, found.st_mtime_ns)
        if self._whole.get(key) != form:
            if not self._store.has(key):
                raise Problem("damaged", "its bytes are not those of its key", "ask again once it is repaired.")
            self._whole[key] = form
        return found.st_size


def part(asked: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte of the one range that a header ``Range`` asks for; None where the whole file is to be sent.

    What is no such range (other units, several, nonsense) may be ignored, and is.

    Raises:
        Problem: the range lies outside the file.
    """
    found = _RANGE.fullmatch(asked or "")
    if found is None or found[1] == found[2] == "":
        return None
    first, last = found[1], found[2]
    if not first:
        start, end = max(size - int(last), 0), size - 1
        outside = int(last) == 0 or size == 0
    else:
        start, end = int(first), min(int(last or size), size - 1)
        if last and int(last) < int(first):
            return None
        outside = start >= size
    if outside:
        raise Problem(
            "range-not-satisfiable",
            f"the file has {size:,} bytes",
            "ask for a range within it.",
            {"Content-Range": f"bytes */{size}"},
        )
    return start, end


def _blocks(file: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first, os.SEEK_SET)
        left = last - first + 1
        while left and (block := file.read(min(left, _BLOCK))):
            left -= len(block)
            yield block


def _unknown(key: str) -> Problem:
    return Problem("unknown-media", f"no media of key {key[:60]!r}", "take keys from `header` of a list.")
