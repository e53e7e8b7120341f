"""Where a serving store is: setting ``[serving] url``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from schemas.credentials import redacted
from schemas.errors import UsageError

_ESCAPES = "write blanks, quotes, <, > and special characters of a password as %20, %22, %40, ..."


@dataclass(frozen=True, slots=True)
class Address:
    """A store's URL, which may hold a password: shown by :attr:`shown` alone, in messages and in writing.

    Args:
        url: as it was set.
        home: the folder that holds landing, lake and results.
    """

    url: str = field(repr=False)
    home: Path

    @property
    def shown(self) -> str:
        """The URL without user, password, query and fragment."""
        return redacted(self.url)

    @property
    def path(self) -> Path:
        """Of a store in files: below home after three slashes, from the root after four."""
        parts = urlsplit(self.url)
        if parts.netloc or parts.path in ("", "/") or parts.query:
            raise UsageError(
                f"setting serving.url: {self.shown} names no file",
                fix=f"write {parts.scheme}:///a/file for one below home, or {parts.scheme}:////a/file.",
            )
        return self.home / unquote(parts.path.removeprefix("/"))


def scheme_of(url: str) -> str:
    """The kind of store that a URL names; empty where it is no URL.

    Raises:
        ValueError: what cannot be shown without its password, or read; the message quotes nothing of it.
    """
    if not url.isprintable() or re.search(r"[\s\"'<>\\]", url):
        raise ValueError(f"url is no address; {_ESCAPES}")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is the check
    except ValueError:  # which may quote a password
        raise ValueError(f"url is no address; {_ESCAPES}") from None
    return parts.scheme if "://" in url else ""
