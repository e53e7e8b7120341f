"""Which users were erased: a hash of each id with a salt of the home, never the id.

Whoever has the file and an id can tell whether it is among them; nobody can read the ids from it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import ContractError
from warehouse.lake.atomic import canonical, write_bytes

if TYPE_CHECKING:
    import polars as pl

FILE = "erased.json"
USER = "user_id"
_SALT_BYTES, _HASH_BYTES = 32, 32


@dataclass(frozen=True)
class Erased:
    """The register of one home.

    Args:
        salt: key of the hashes, hexadecimal; empty where nobody was erased yet.
        users: hashes of their ids, hexadecimal.
        landing: digests of the landing before the erasure that is under way; empty where none is.
    """

    salt: str = ""
    users: frozenset[str] = frozenset()
    landing: Mapping[str, str] = field(default_factory=dict)

    def holds(self, user_id: str) -> bool:
        """Whether this user was erased."""
        return bool(self.users) and self._hash(user_id) in self.users

    def among(self, ids: Iterable[str]) -> set[str]:
        """Those of the ids whose users were erased."""
        return {user for user in ids if self.holds(user)} if self.users else set()

    def kept(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows without those of erased users; all rows of a table without users."""
        import polars as pl

        if not self.users or USER not in rows.columns:
            return rows
        gone = self.among(rows.get_column(USER).drop_nulls().unique())
        return rows.filter(~pl.col(USER).is_in(sorted(gone)).fill_null(False)) if gone else rows

    def readable(self, unreadable: pl.DataFrame) -> pl.DataFrame:
        """Rows of ``landing_unreadable`` without those that name an erased user."""
        if not self.users or unreadable.is_empty():
            return unreadable
        named = [self.among(_words(f"{key}|{detail}")) for key, detail in _told(unreadable)]
        return unreadable.filter([not gone for gone in named])

    @cached_property
    def digest(self) -> str:
        """Of who was erased; empty where nobody was."""
        return hashlib.sha256("\n".join(sorted(self.users)).encode()).hexdigest() if self.users else ""

    def _hash(self, user_id: str) -> str:
        key = bytes.fromhex(self.salt)
        return hashlib.blake2b(user_id.encode("utf-8", "surrogatepass"), key=key, digest_size=_HASH_BYTES).hexdigest()


NOBODY = Erased()


def _told(unreadable: pl.DataFrame) -> list[tuple[str, str]]:
    return [(str(key), str(detail)) for key, detail in unreadable.select("row_key", "detail").iter_rows()]


def _words(text: str) -> set[str]:
    """What may be an id in a text that is no record: everything between signs that records are made of."""
    for sign in "|,;\t\"'{}[]:=":
        text = text.replace(sign, "\n")
    return {word for part in text.split("\n") for word in (part, part.strip(), *part.split())} - {""}


def erased_of(home: Path) -> Erased:
    """The register of a home; empty where nobody was erased.

    Raises:
        ContractError: it cannot be read: without it those erased would come back.
    """
    path = home / FILE
    try:
        kept = json.loads(path.read_bytes())
        return Erased(bytes.fromhex(kept["salt"]).hex(), frozenset(map(str, kept["users"])), dict(kept["landing"]))
    except (FileNotFoundError, NotADirectoryError):
        return NOBODY
    except (ValueError, LookupError, TypeError) as error:
        raise ContractError(
            f"{path}: the register of erased users cannot be read ({error})",
            fix="restore it from a backup; without it they would come back with the next delivery.",
        ) from error


def register(home: Path, user_id: str, landing: Mapping[str, str]) -> Erased:
    """Put a user into the register, durably, before anything of them is removed.

    Args:
        landing: digests of the landing as they are now; kept until :func:`settle`, also over a crash.
    """
    known = erased_of(home)
    known = known if known.salt else replace(known, salt=secrets.token_hex(_SALT_BYTES))
    before = dict(known.landing or landing)
    return _written(home, replace(known, users=known.users | {known._hash(user_id)}, landing=before))  # noqa: SLF001


def settle(home: Path) -> None:
    """The erasure that was under way is done."""
    _written(home, replace(erased_of(home), landing={}))


def _written(home: Path, erased: Erased) -> Erased:
    told = {"salt": erased.salt, "users": sorted(erased.users), "landing": dict(erased.landing)}
    write_bytes(home / FILE, canonical(told), aside=home)
    return erased
