"""Whose listens these are: names in the rows, one name for a file, or the one that the person gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from schemas.errors import UsageError

_SHOWN = 8
_NAME_CHARS = 200


@dataclass(frozen=True, slots=True)
class Whose:
    """How rows get their listener.

    Args:
        everyone: whose all rows are; None where rows say so themselves.
        only: the one listener whose rows are wanted; None = all.
    """

    everyone: str | None = None
    only: str | None = None

    def rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with ``user_id`` instead of ``user``; those of nobody and of others are gone."""
        if self.everyone is not None:
            return rows.with_columns(pl.lit(self.everyone).alias("user_id")).drop("user")
        named = rows.drop_nulls("user") if self.only is None else rows.filter(pl.col("user") == self.only)
        return named.rename({"user": "user_id"})


def whose(told: Iterable[str], wanted: str | None, where: str, hint: str = "") -> Whose:
    """Whose the rows are that name ``told``.

    With one name, or none, ``wanted`` is what the listener is called here. With several it picks one.

    Args:
        wanted: the name given by hand.
        where: what messages call the rows.
        hint: why a name that should be there is not.
    """
    if wanted is not None and not (wanted.strip() and wanted.isprintable() and len(wanted) <= _NAME_CHARS):
        shown = f"{wanted[:_NAME_CHARS]!r}"
        raise UsageError(f"--user {shown} is no name", fix=f"give a name of up to {_NAME_CHARS} printable letters.")
    names = sorted(set(told))
    if len(names) <= 1:
        name = wanted or (names[0] if names else None)
        if name is None:
            raise UsageError(
                f"{where}: does not say whose listens these are{hint}", fix="name the listener with --user NAME."
            )
        return Whose(everyone=name)
    if wanted is not None and wanted not in names:
        some = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
        raise UsageError(
            f"{where}: holds listens of {len(names):,} listeners ({some}); none is called {wanted!r}",
            fix="give --user one of them, or leave it out to take all.",
        )
    return Whose(only=wanted)
