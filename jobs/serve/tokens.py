"""Bearer tokens: who may read, send feedback or operate. The file holds hashes; a token itself is shown once.

A token is random (256 bits), so that its SHA-256 can be kept without salt or stretching: there is nothing to guess.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import msgspec

from schemas.errors import ContractError, UsageError
from warehouse.lake.atomic import disk_errors, write_bytes

FILE = "tokens.json"
SCOPES = ("read", "feedback", "operate")
_SHAPE = re.compile(r"d30_([0-9a-f]{8})_([A-Za-z0-9_-]{43})", re.ASCII)
_LONGEST_NAME = 80


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of a token.

    Args:
        token_id: 8 hex digits, part of the token; what it is revoked by.
        name: for whom it was made.
        scopes: of :data:`SCOPES`.
        sha256: of the token's text, in hex.
        created_on: UTC.
        expires_on: last day (UTC) on which it holds; None for ever.
    """

    token_id: str
    name: str
    scopes: tuple[str, ...]
    sha256: str
    created_on: date
    expires_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it has not expired."""
        return self.expires_on is None or day <= self.expires_on


class Tokens:
    """The tokens of a home, read again whenever their file changed: what is revoked is refused at the next request.

    Args:
        home: a home; the file need not be there.
        clock: now, with its time zone.
    """

    def __init__(self, home: Path, clock: Callable[[], datetime]) -> None:
        self._path, self._clock = home / FILE, clock
        self._reading = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._known: dict[str, Token] = {}

    def of(self, text: str) -> Token | None:
        """The token that a text is; None when it is none of ours, was revoked or has expired.

        Raises:
            ContractError: the file of tokens cannot be understood.
        """
        found = _SHAPE.fullmatch(text)
        known = self._current().get(found[1]) if found else None
        if known is None or not hmac.compare_digest(known.sha256, _digest(text)):
            return None
        return known if known.holds_on(self._clock().date()) else None

    def all(self) -> list[Token]:
        """Every token, in the order in which they were made."""
        return list(self._current().values())

    def add(self, name: str, scopes: tuple[str, ...], expires_on: date | None = None) -> tuple[str, Token]:
        """Make a token: its text, which is kept nowhere, and what is kept of it.

        Raises:
            UsageError: no such scope, or no fit name.
        """
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not scopes:
            raise UsageError(
                f"scope {unknown[0]!r} is none" if unknown else "a token without a scope opens nothing",
                fix=f"scopes are {', '.join(SCOPES)}.",
            )
        if not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
            raise UsageError(f"{name!r} is no name", fix=f"give one of up to {_LONGEST_NAME} printable letters.")
        today = self._clock().date()
        if expires_on is not None and expires_on < today:
            raise UsageError(f"{expires_on} is over", fix="give a day to come, or none.")
        with self._changing() as known:
            token_id = next(i for i in iter(lambda: secrets.token_hex(4), "") if i not in known)
            text = f"d30_{token_id}_{secrets.token_urlsafe(32)}"
            kept = [scope for scope in SCOPES if scope in scopes]
            token = Token(token_id, name, tuple(kept), _digest(text), today, expires_on)
            known[token_id] = token
        return text, token

    def revoke(self, token_id: str) -> Token:
        """Forget a token.

        Raises:
            UsageError: there is none of this id.
        """
        with self._changing() as known:
            if token_id not in known:
                raise UsageError(f"no token has the id {token_id!r}", fix="`daily30 token list` shows the ids.")
            return known.pop(token_id)

    def _current(self) -> dict[str, Token]:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return {}
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
        with self._reading:
            if stamp != self._stamp:
                self._known = _read(self._path)
                self._stamp = stamp
            return self._known

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Token]]:
        """All tokens, to be changed by one process at a time; written when the block ends well."""
        locks = self._path.parent / "locks"
        with disk_errors(locks):
            locks.mkdir(parents=True, exist_ok=True)
            lock = (locks / "tokens.lock").open("ab")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = _read(self._path)
            yield known
            rows = [msgspec.to_builtins(token) for token in known.values()]
            write_bytes(self._path, msgspec.json.format(msgspec.json.encode(rows)), aside=self._path.parent / "runs")


def _read(path: Path) -> dict[str, Token]:
    try:
        rows = msgspec.json.decode(path.read_bytes(), type=list[Token])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise ContractError(
            f"{path}: {error}", fix="mend the file, or move it away and make new tokens with `daily30 token add`."
        ) from None
    return {token.token_id: token for token in rows}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
