"""One pass of ordered rules over a frame; each row leaves by exactly one door.

A row is kept, a repeat, a repeat under another id, of a later day, or refused with the first rule it breaks.
Accounts therefore add up by construction: read = kept + duplicate + alias + quarantined + later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from schemas.catalogue import INGEST_COUNTS, QUARANTINE
from schemas.contract import Type
from schemas.delivery import DEFAULTS, DELIVERED, columns_of
from schemas.validate import broken_rows

LATER = "later"
DUPLICATE = "duplicate"
ALIAS = "alias"
_DOOR = "_door"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row rule.

    Args:
        reason: stable code: a quarantine reason, :data:`LATER`, :data:`DUPLICATE` or :data:`ALIAS`.
        broken: true where the rule is broken (null counts as kept).
        detail: text for a person, evaluated on refused rows only.
    """

    reason: str
    broken: pl.Expr
    detail: pl.Expr = field(default_factory=lambda: pl.lit(""))


@dataclass(frozen=True, slots=True)
class Sieved:
    """Where the rows of one table went.

    Args:
        table: delivered table, e.g. ``"plays"``.
        kept: rows that broke no rule, with all columns of the input.
        later: rows of days after the night, all columns.
        quarantine: rows of the ``quarantine`` contract.
        duplicates: number of exact repeats removed.
        withdrawn: rows among ``kept`` that were not delivered but known before: see
            :mod:`features.ingest.withdrawn`.
        aliases: number of rows removed that say once more what another says under the id of an alias.
    """

    table: str
    kept: pl.DataFrame
    later: pl.DataFrame
    quarantine: pl.DataFrame
    duplicates: int = 0
    aliases: int = 0
    withdrawn: pl.DataFrame | None = None


def sieve(rows: pl.DataFrame, table: str, rules: Sequence[Rule]) -> Sieved:
    """Send each row through the first rule it breaks.

    Args:
        rows: columns of ``landing_<table>`` (others are carried along).
        rules: in order of precedence.
    """
    doors = (pl.when(r.broken.fill_null(False)).then(pl.lit(i, pl.UInt8)) for i, r in enumerate(rules))
    door = pl.coalesce(pl.lit(None, pl.UInt8), *doors)
    marked = rows.with_columns(door.alias(_DOOR))
    if marked[_DOOR].null_count() == rows.height:  # as it is most nights
        return Sieved(table, rows, rows.clear(), QUARANTINE.empty())
    taken = marked.filter(pl.col(_DOOR).is_not_null())
    later, refused, counted = [rows.clear()], [QUARANTINE.empty()], {DUPLICATE: 0, ALIAS: 0}
    for index in taken[_DOOR].unique().sort():
        rule, part = rules[index], taken.filter(pl.col(_DOOR) == index).drop(_DOOR)
        if rule.reason == LATER:
            later.append(part)
        elif rule.reason in counted:
            counted[rule.reason] += part.height
        else:
            refused.append(refuse(part, table, rule.reason, rule.detail))
    kept = marked.filter(pl.col(_DOOR).is_null()).drop(_DOOR)
    return Sieved(table, kept, pl.concat(later), pl.concat(refused), counted[DUPLICATE], counted[ALIAS])


def then(first: Sieved, rules: Sequence[Rule]) -> Sieved:
    """Sieve what ``first`` kept once more, by rules that look at the surviving rows as a whole."""
    second = sieve(first.kept, first.table, rules)
    return replace(
        second,
        later=pl.concat([first.later, second.later], how="diagonal"),
        quarantine=pl.concat([first.quarantine, second.quarantine]),
        duplicates=first.duplicates + second.duplicates,
        aliases=first.aliases + second.aliases,
    )


def refuse(rows: pl.DataFrame, table: str, reason: str, detail: pl.Expr) -> pl.DataFrame:
    """Rows of the ``quarantine`` contract for refused rows."""
    keys = [pl.col(k).cast(pl.String).fill_null("null") for k in DELIVERED[table].key if k in rows.columns]
    return QUARANTINE.frame(
        rows.select(
            pl.lit(table).alias("table_name"),
            "source_file",
            "source_row",
            pl.concat_str(keys, separator="|").alias("row_key"),
            pl.lit(reason).alias("reason"),
            detail.fill_null("").alias("detail"),
        )
    )


def with_defaults(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """Empty cells of columns a delivery may leave out, filled as ``schemas.delivery`` says."""
    return rows.with_columns(
        pl.col(name).fill_null(pl.lit(value, dtype=rows.schema[name])) for name, value in DEFAULTS[table].items()
    )


def contract_rules(table: str) -> list[Rule]:
    """The contract's row rules as reasons: null_key, missing_value, out_of_range, bad_value."""
    contract = DELIVERED[table]
    rules: list[Rule] = []
    for name in columns_of(table):
        column = contract.column(name)
        for broken, expression in broken_rows(column):
            if broken == "null":
                reason = "null_key" if name in contract.key else "missing_value"
                rules.append(Rule(reason, expression, pl.lit(f"{name} is empty")))
            else:
                reason = "out_of_range" if broken.startswith("outside") else "bad_value"
                rules.append(Rule(reason, expression, shown(name, broken)))
        if column.type is Type.STR:
            blank = pl.col(name).str.strip_chars() == ""
            rules.append(
                Rule("null_key" if name in contract.key else "missing_value", blank, pl.lit(f"{name} is blank"))
                if not column.nullable
                else Rule("bad_value", blank, pl.lit(f"{name} is blank"))
            )
            control = pl.col(name).str.contains(r"\p{Cc}")
            rules.append(Rule("bad_value", control, pl.lit(f"{name} holds control characters")))
    # Keys first: a row without a key has no other fault worth naming.
    return sorted(rules, key=lambda r: r.reason != "null_key")


def shown(name: str, what: str) -> pl.Expr:
    """Detail text: the column, its value and what is wrong with it."""
    return pl.format("{} = {}: {}", pl.lit(name), pl.col(name).cast(pl.String).fill_null("null"), pl.lit(what))


def accounts(outcomes: Sequence[Sieved], read: Mapping[str, int]) -> pl.DataFrame:
    """``ingest_counts`` of the sieved tables.

    Args:
        read: delivered rows per table, unreadable ones included.
    """
    return INGEST_COUNTS.frame(
        [
            {
                "table_name": o.table,
                "rows_read": read[o.table],
                "rows_kept": o.kept.height - _undelivered(o),
                "rows_duplicate": o.duplicates,
                "rows_alias": o.aliases,
                "rows_quarantined": o.quarantine.height,
                "rows_later": o.later.height,
                "rows_withdrawn": _undelivered(o),
            }
            for o in outcomes
        ]
    )


def _undelivered(outcome: Sieved) -> int:
    return 0 if outcome.withdrawn is None else outcome.withdrawn.height
