"""A Redis server as the store asks it: where it is, which keys are the store's, and its errors in words of ours."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from schemas.errors import OutsideServiceError, UsageError
from warehouse.serving.address import Address
from warehouse.serving.checksums import damaged

PREFIX = "daily30:"
_CONNECT_S, _ANSWER_S = 5.0, 30.0
_WORDS = {"db", "prefix"}  # of a URL after `?`; redis-py takes others as they come, and fails late
_OF_ROWS = re.compile(rb"[0-9]+:(lists|reviews|tracks|ids|dictionaries|writing)")
_log = logging.getLogger(__name__)


class Server:
    """One database of a Redis server, and the keys of it that begin with the store's prefix.

    Connections are made when something is first asked, and kept for the next question; threads may share this.
    Nothing is asked twice: whoever lost a connection cannot know whether a change was made.

    Args:
        address: ``redis://``, ``rediss://`` or ``unix://``; ``?prefix=`` sets what keys begin with.
    """

    def __init__(self, address: Address) -> None:
        url, self.prefix = _parted(address)
        self.shown = f"{address.shown} ({self.prefix}*)"
        self.client: redis.Redis = redis.Redis.from_url(
            url,
            socket_connect_timeout=_CONNECT_S,
            socket_timeout=_ANSWER_S,
            retry=Retry(NoBackoff(), 0),
        )

    def key(self, *parts: object) -> str:
        """A key of the store."""
        return self.prefix + ":".join(map(str, parts))

    def all_keys(self) -> Iterator[bytes]:
        """All keys of the store; one that comes or goes meanwhile may be among them or not."""
        pattern = re.sub(r"([\\*?\[\]^-])", r"\\\1", self.prefix)
        yield from self.client.scan_iter(f"{pattern}*", count=1000)

    def rows_keys(self) -> Iterator[bytes]:
        """Keys of versions' rows; another store, or anybody, may have keys that begin with the same prefix."""
        begins = len(self.prefix.encode())
        yield from (key for key in self.all_keys() if _OF_ROWS.fullmatch(key[begins:]))

    @contextmanager
    def asked(self, what: str = "what the store holds") -> Iterator[redis.Redis]:
        """The client; what it raises becomes an error of ours.

        Args:
            what: is asked for, should it turn out to be of another type than was written.
        """
        try:
            yield self.client
        except redis.RedisError as error:
            raise _outside(self.shown, error, what) from error

    def warn_of_eviction(self) -> None:
        """Warn where the server may throw rows away to make room: the store tells of each, and serves none of them."""
        with self.asked() as client:
            told = client.info("memory")
        policy = str(told.get("maxmemory_policy", ""))
        if policy.startswith("allkeys") and told.get("maxmemory"):
            _log.warning(
                "serving store %s: its maxmemory-policy is %s, so it may throw away what is served; set noeviction",
                self.shown,
                policy,
            )

    def close(self) -> None:
        """Close connections; the next question opens others."""
        self.client.close()


def _parted(address: Address) -> tuple[str, str]:
    """The URL without the word that is ours, and the prefix."""
    bare, _, query = address.url.partition("?")
    words = parse_qs(query, keep_blank_values=True)
    if unknown := sorted(words.keys() - _WORDS):
        raise UsageError(
            f"setting serving.url: {address.shown} has an unknown word {unknown[0]!r} after `?`",
            fix="write prefix=…, db=…, or nothing; user and password stand before the host.",
        )
    prefix = words.pop("prefix", [PREFIX])[0]
    database = urlsplit(bare).path if not bare.startswith("unix:") else ""
    if (
        not prefix
        or not re.fullmatch(r"/?[0-9]*", database)
        or not all(re.fullmatch("[0-9]+", d) for d in words.get("db", []))
    ):
        raise UsageError(  # redis-py takes database 0 for a word
            f"setting serving.url: {address.shown} names no database or prefix",
            fix="write databases as numbers, /0 or db=0, and a prefix of a letter or more.",
        )
    return f"{bare}?{urlencode(words, doseq=True)}", prefix


def _outside(shown: str, error: redis.RedisError, what: str) -> OutsideServiceError:
    """The error of ours for one of Redis's."""
    text = str(error)
    if text.startswith("WRONGTYPE"):
        return damaged(f"{what} in {shown}")
    if isinstance(error, redis.AuthenticationError | redis.exceptions.NoPermissionError):
        fix = "give setting `[serving] url` a user and password that may write these keys."
    elif isinstance(error, redis.ConnectionError | redis.TimeoutError):
        fix = "see that the server runs and `[serving] url` names it, then run again; what is served stays whole."
    elif isinstance(error, redis.exceptions.OutOfMemoryError) or text.startswith("OOM"):
        fix = "raise its maxmemory, or free memory, then run again; what is served stays."
    elif isinstance(error, redis.ReadOnlyError):
        fix = "name the primary in setting `[serving] url`, not a replica."
    else:
        fix = "see the server's log (Redis 7 or newer is needed), then run again."
    return OutsideServiceError(f"serving store {shown}: {text}", fix=fix)
