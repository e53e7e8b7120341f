"""Repeated rows: exact ones are one row, contradicting ones keep the last delivered."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from features.ingest.sieve import ALIAS, DUPLICATE, Rule
from schemas.delivery import DELIVERED, PROVENANCE, columns_of

RENAMED = "_renamed"
"""Mark of a row that came under an alias: see :mod:`features.ingest.aliases`."""


def repeat_rules(rows: pl.DataFrame, table: str, prefer: Sequence[pl.Expr] = ()) -> tuple[pl.DataFrame, list[Rule]]:
    """Rows with marks, and the rules that read them.

    Of rows with the same key the last delivered stays (order of file name, then row). Rows that
    equal it are duplicates; rows that contradict it are refused as ``duplicate_key``, unless one of the key came
    under an alias (column ``_renamed``): two copies of one track rarely agree in all.

    Args:
        prefer: expressions that come before the order of delivery; the highest stays.
    """
    key = list(DELIVERED[table].key)
    content = [c for c in columns_of(table) if c not in key]
    repeated = rows.filter(pl.struct(key).is_duplicated())
    if repeated.is_empty():
        return rows, []
    ordered = repeated.sort([*prefer, *(pl.col(p) for p in PROVENANCE)], maintain_order=True)
    marked = rows.join(_fates(ordered, key, content), on=list(PROVENANCE), how="left", maintain_order="left")
    return marked, [
        Rule(DUPLICATE, pl.col("_repeat") == DUPLICATE),
        Rule(ALIAS, pl.col("_repeat") == ALIAS),
        Rule(
            "duplicate_key",
            pl.col("_repeat") == "duplicate_key",
            pl.format("contradicted by a later delivery of the same key: {}", "_winner"),
        ),
    ]


def _fates(ordered: pl.DataFrame, key: list[str], content: list[str]) -> pl.DataFrame:
    """What becomes of each of several rows of one key, the last of which stays: ``_repeat`` and ``_winner``."""
    agree = [pl.col(c).eq_missing(pl.col(c).last().over(key)) for c in content]
    same = pl.all_horizontal(agree) if agree else pl.lit(True)
    disagree = pl.lit("duplicate_key")
    if RENAMED in ordered.columns:
        disagree = pl.when(pl.col(RENAMED).any().over(key)).then(pl.lit(ALIAS)).otherwise(disagree)
    last = pl.struct(PROVENANCE) == pl.struct(PROVENANCE).last().over(key)
    winner = pl.format("{} row {}", *(pl.col(p).last().over(key) for p in PROVENANCE))
    fate = pl.when(last).then(None).when(same).then(pl.lit(DUPLICATE)).otherwise(disagree)
    return ordered.select(*PROVENANCE, fate.alias("_repeat"), winner.alias("_winner"))


def near_repeat_rules(plays: pl.DataFrame, *, within_s: float) -> tuple[pl.DataFrame, list[Rule]]:
    """The same user and track within ``within_s`` seconds from two deliveries is one play.

    Of such neighbours in time the earliest stays. Two plays in one file are two plays, however
    close: there the app itself says so.
    """
    if plays.get_column("source_file").n_unique() < 2:
        return plays, []
    mine = ["user_id", "track_id"]
    ordered = plays.select(*mine, "played_at", *PROVENANCE).sort([*mine, "played_at", *PROVENANCE])
    same_song = pl.all_horizontal(pl.col(c) == pl.col(c).shift() for c in mine)
    gap = pl.col("played_at") - pl.col("played_at").shift()
    close = gap <= pl.duration(microseconds=int(within_s * 1e6))
    other = pl.col("source_file") != pl.col("source_file").shift()
    near = ordered.filter(same_song & close & other).select(*PROVENANCE, pl.lit(True).alias("_near"))
    if near.is_empty():
        return plays, []
    marked = plays.join(near, on=list(PROVENANCE), how="left", maintain_order="left")
    return marked, [Rule(DUPLICATE, pl.col("_near"))]
