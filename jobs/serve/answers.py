"""Answers of a version: JSON with a strong validator, compressed where asked for, 304 where nothing is new."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping

import msgspec
import zstandard
from fastapi import Response

VERSION_HEADER = "Daily30-Version"
# Kept by whoever likes, yet asked after each time: a version rolled back is gone from every screen at once.
OF_ONE = "private, no-cache"
OF_ALL = "public, no-cache"
FOR_EVER = "public, max-age=31536000, immutable"
_COMPRESSED_FROM = 1024
_GZIP_LEVEL, _ZSTD_LEVEL = 4, 3
_WEIGHT = re.compile(r"\s*q\s*=\s*([01](?:\.\d*)?)\s*", re.ASCII)
_ETAG = re.compile(r'(?:W/)?("[^"]*")')


def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, _GZIP_LEVEL, mtime=0)


def _zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(content)  # one each: threads must not share them


_CODINGS: dict[str, Callable[[bytes], bytes]] = {"zstd": _zstd, "gzip": _gzipped}


def answer(asked: Mapping[str, str], content: bytes, *, version: str | None, cache: str) -> Response:
    """A body as it is sent to who asked.

    Args:
        asked: headers of the request, their names in any case.
        content: JSON.
        version: the one the body is of; None where it is of none.
        cache: Cache-Control.
    """
    coding = chosen_coding(asked.get("accept-encoding", "")) if len(content) >= _COMPRESSED_FROM else None
    tag = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}{f"-{coding}" if coding else ""}"'
    headers = {"ETag": tag, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    if version is not None:
        headers[VERSION_HEADER] = version
    if holds(asked.get("if-none-match"), tag):
        return Response(None, 304, headers)
    if coding is not None:
        content = _CODINGS[coding](content)
        headers["Content-Encoding"] = coding
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


def chosen_coding(accept_encoding: str) -> str | None:
    """The coding that ``Accept-Encoding`` wants most (RFC 9110, 12.5.3); None where it is the body as it is.

    Of equals zstd, which is smaller and takes less than half the time. ``*`` stands for gzip alone: who does not name
    zstd may not know it.
    """
    weights = dict(_weighed(part) for part in accept_encoding.lower().split(","))
    found = {coding: weights.get(coding, 0.0) for coding in _CODINGS}
    found["gzip"] = weights.get("gzip", weights.get("*", 0.0))
    best = max(found, key=lambda coding: found[coding])
    return best if found[best] > 0 and found[best] >= weights.get("identity", 0.0) else None


def _weighed(part: str) -> tuple[str, float]:
    """A coding and its weight: 1 where none, or none that can be read, is given."""
    coding, _, weight = part.partition(";")
    given = _WEIGHT.fullmatch(weight)
    return coding.strip(), min(1.0, float(given[1])) if given else 1.0
