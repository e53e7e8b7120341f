"""Answers of a version: JSON with a strong validator, compressed where asked for, 304 where nothing is new."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping

import msgspec
from fastapi import Response

VERSION_HEADER = "Daily30-Version"
# Kept by whoever likes, yet asked after each time: a version rolled back is gone from every screen at once.
OF_ONE = "private, no-cache"
OF_ALL = "public, no-cache"
FOR_EVER = "public, max-age=31536000, immutable"
_COMPRESSED_FROM = 1024
_LEVEL = 4
_ETAG = re.compile(r'(?:W/)?("[^"]*")')


def answer(asked: Mapping[str, str], content: bytes, *, version: str | None, cache: str) -> Response:
    """A body as it is sent to who asked.

    Args:
        asked: headers of the request, their names in any case.
        content: JSON.
        version: the one the body is of; None where it is of none.
        cache: Cache-Control.
    """
    zipped = len(content) >= _COMPRESSED_FROM and accepts_gzip(asked.get("accept-encoding", ""))
    tag = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}{"-gzip" if zipped else ""}"'
    headers = {"ETag": tag, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    if version is not None:
        headers[VERSION_HEADER] = version
    if holds(asked.get("if-none-match"), tag):
        return Response(None, 304, headers)
    if zipped:
        content = gzip.compress(content, _LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, 200, headers, "application/json")


def of_version(version: str, payload: bytes) -> bytes:
    """A payload's JSON with the version that it is of as its first member.

    Put in front of it, which is not parsed for it: that takes longer than to read it from the store.
    """
    return b'{"version":%b%b%b' % (msgspec.json.encode(version), b"" if payload == b"{}" else b",", payload[1:])


def holds(if_none_match: str | None, tag: str) -> bool:
    """Whether who asks says to have what this tag names."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag in _ETAG.findall(if_none_match)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether ``Accept-Encoding`` lets gzip be used, by name or by ``*``."""
    weights: dict[str, bool] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.partition(";")
        weights[coding.strip()] = re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight) is None
    return weights.get("gzip", weights.get("*", False))
