"""What a delivery may look like: table names, columns it may leave out, columns nobody may send."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from schemas.catalogue import CONTEXTS, FEEDBACK, LANDING_TABLES, LYRICS, PLAYS, TRACKS, USERS
from schemas.contract import Table
from schemas.errors import ContractError
from schemas.identity import LANDING_ALIASES, TRACK_ALIASES
from schemas.notes import LANDING_NOTES, NOTES
from schemas.sensitive import is_sensitive

DELIVERED: dict[str, Table] = {
    **{t.name: t for t in (TRACKS, USERS, PLAYS, FEEDBACK, CONTEXTS, LYRICS)},
    "aliases": TRACK_ALIASES,
    "notes": NOTES,
}
"""Name of each delivered table -> contract of what a night makes of it."""
LANDING: dict[str, Table] = {t.name: t for t in (*LANDING_TABLES, LANDING_ALIASES, LANDING_NOTES)}
REQUIRED_TABLES = ("tracks", "users", "plays")
LISTENED_FILES = "^tracks/(listens|listenbrainz)-"
"""Files of a landing whose songs are known because somebody listened to them."""
PROVENANCE = ("source_file", "source_row")

# What a missing column or an empty cell means. Consent and rights take the careful side:
# explicit songs are kept from listeners who did not ask for them.
DEFAULTS: dict[str, dict[str, Any]] = {
    "tracks": {
        "featured_artist_ids": [],
        "featured_artist_names": [],
        "genres": [],
        "listener_tags": [],
        "regions": [],
        "explicit": False,
        "available": True,
    },
    "users": {"personalised": True, "explicit_ok": False},
    "plays": {"skipped": False, "origin": "organic", "measured": True},
    "feedback": {},
    "contexts": {"holiday": False},
    "lyrics": {"line_start_s": [], "translations": []},
    "aliases": {"method": "delivered"},
    "notes": {},
}

_MISSPELT = 0.85
# A cell may be empty, the column may not be missing: without it every artist would be unknown, without a word.
_NAMED = {("tracks", "artist_name")}


def columns_of(table: str) -> tuple[str, ...]:
    """Columns a delivery of ``table`` may carry."""
    return tuple(n for n in LANDING[f"landing_{table}"].names if n not in PROVENANCE)


def required_columns(table: str) -> tuple[str, ...]:
    """Columns a delivery of ``table`` must carry: not nullable, not derived, without a default; names of artists."""
    contract = DELIVERED[table]
    return tuple(
        n
        for n in columns_of(table)
        if (table, n) in _NAMED or (not contract.column(n).nullable and n not in DEFAULTS[table])
    )


def refuse_sensitive(table: str, names: Iterable[str], *, file: str) -> None:
    """Refuse a file that carries a sensitive attribute, in a column of its own or inside another."""
    for name in names:
        if is_sensitive(name):
            raise ContractError(
                f"{file}: column {name!r} names a sensitive attribute; daily30 neither receives nor stores it",
                fix=f"deliver {table} without the column {name!r}.",
            )


def check_columns(table: str, names: list[str], *, file: str) -> None:
    """Refuse a file whose columns are sensitive, repeated, missing or evidently misspelt.

    Columns we do not know are ignored, unless one closely resembles a declared column that the
    file lacks: then its values would be lost without a word.
    """
    refuse_sensitive(table, names, file=file)
    repeated = sorted({n for n in names if names.count(n) > 1})
    if repeated:
        raise ContractError(f"{file}: column {repeated[0]!r} appears twice", fix="give each column one name.")
    unknown = [n for n in names if n not in columns_of(table)]
    for missing in required_columns(table):
        if missing not in names:
            near = difflib.get_close_matches(missing, unknown, n=1, cutoff=0.5)
            hint = f"rename column {near[0]!r} to {missing!r}" if near else f"add the column {missing!r}"
            raise ContractError(
                f"{file}: column {missing!r} is missing; the file has {', '.join(map(repr, names)) or 'no columns'}",
                fix=f"{hint}; {table} needs {', '.join(required_columns(table))}.",
            )
    absent = [n for n in columns_of(table) if n not in names]
    for name in unknown:
        near = difflib.get_close_matches(name, absent, n=1, cutoff=_MISSPELT)
        if near:
            raise ContractError(
                f"{file}: column {name!r} is not a column of {table}; nearest is {near[0]!r}",
                fix=f"rename column {name!r} to {near[0]!r}, or drop it.",
            )
