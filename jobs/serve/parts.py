"""Files over HTTP, whole or in the one part that is asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from jobs.serve.answers import holds
from jobs.serve.edge import HEAD
from jobs.serve.problems import Problem

_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE | re.ASCII)
_BLOCK = 1 << 18


def file_answer(request: Request, path: Path, tag: str, *, size: int, kind: str, cache: str) -> Response:
    """The file, a part of it, or 304.

    Args:
        tag: ETag of its bytes, quoted.
        size: its bytes.
        kind: media type.
        cache: Cache-Control.
    """
    headers = {"ETag": tag, "Cache-Control": cache, "Accept-Ranges": "bytes"}
    if holds(request.headers.get("if-none-match"), tag):
        return Response(None, 304, headers)
    asked = request.headers.get("range") if request.headers.get("if-range", tag) == tag else None
    wanted = part(asked, size)
    first, last = wanted or (0, size - 1)
    headers["Content-Length"] = str(last - first + 1)
    if wanted:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    if request.scope.get(HEAD):  # nobody reads the file for it
        return StreamingResponse(iter(()), 200, headers, kind)
    return StreamingResponse(_blocks(path.open("rb"), first, last), 206 if wanted else 200, headers, kind)


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
