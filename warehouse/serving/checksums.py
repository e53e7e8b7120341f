"""Checksums of a store's rows: what was written is what is read, or the reader is told."""

from __future__ import annotations

import hashlib

from schemas.errors import OutsideServiceError


class DamagedStore(OutsideServiceError):
    """A row of the store is not what was written."""


def checksum(*values: object) -> str:
    """SHA-256 in hex of values in their order; no two rows of different values have the same text."""
    return hashlib.sha256("\0".join(str(value) for value in values).encode("utf-8", "surrogatepass")).hexdigest()


def checksum_of_bytes(*values: bytes) -> str:
    """:func:`checksum` of values that are UTF-8 already, or were before they were damaged."""
    return hashlib.sha256(b"\0".join(values)).hexdigest()


def require(found: str | None, *values: object, what: str) -> None:
    """Raise :class:`DamagedStore` unless ``found`` is the checksum of these values; None: the store keeps none."""
    if found is not None and found != checksum(*values):
        raise damaged(what)


def require_bytes(found: str | None, *keys: str, payload: bytes, what: str) -> None:
    """:func:`require` of keys and then a payload in UTF-8."""
    digest = hashlib.sha256("".join(f"{key}\0" for key in keys).encode("utf-8", "surrogatepass"))
    digest.update(payload)
    if found is not None and found != digest.hexdigest():
        raise damaged(what)


def damaged(what: str) -> DamagedStore:
    """The error to raise of something damaged."""
    return DamagedStore(
        f"serving store: {what} is not what was published (its checksum differs)",
        fix="run `daily30 repair`: it is published again from the lake.",
    )
