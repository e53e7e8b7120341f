"""Aliases: which delivered ids are one track. Chains are followed, circles refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from features.ingest.repeats import RENAMED
from features.ingest.sieve import DUPLICATE, Rule, Sieved, contract_rules, sieve, then, with_defaults
from schemas.delivery import LISTENED_FILES, PROVENANCE
from schemas.identity import ALIAS_METHODS


def check_aliases(delivered: pl.DataFrame) -> Sieved:
    """Aliases with one target each: the final one, chains followed.

    Of rows that disagree about an alias the one with the stronger method stays (``ALIAS_METHODS``), of equally
    strong ones the last delivered; the others are refused as ``duplicate_key``, weaker ones are merely counted.
    Aliases that lead back to themselves by way of others are refused as ``alias_circle``; if some of a circle are
    weaker than the rest, only those. An alias of itself stands: it says that it is no other track's.
    """
    rules = contract_rules("aliases")
    first = sieve(with_defaults(delivered, "aliases"), "aliases", rules)
    strength = pl.col("method").replace_strict(list(ALIAS_METHODS), range(len(ALIAS_METHODS)), return_dtype=pl.Int32)
    ranked = first.kept.with_columns(_strength=strength)
    marked, repeats = _one_target_each(ranked)
    second = then(replace(first, kept=marked), repeats)
    marked, circles = _no_circles(second.kept)
    third = then(replace(second, kept=marked), circles)
    target = dict(third.kept.select("alias_id", "track_id").iter_rows())
    final = [_end(alias, target) for alias in target]
    return replace(third, kept=third.kept.with_columns(track_id=pl.Series(final, dtype=pl.String)))


def of(checked: Sieved) -> pl.DataFrame:
    """Columns ``alias_id`` and ``track_id`` of the aliases that are another's; none = nothing to rename."""
    return checked.kept.select("alias_id", "track_id").filter(pl.col("alias_id") != pl.col("track_id"))


def none_other(delivered: pl.DataFrame) -> pl.Series:
    """Ids of songs of which a person said that they are no other: corrections of an id to itself."""
    own = (pl.col("method") == "correction") & (pl.col("alias_id") == pl.col("track_id"))
    return delivered.filter(own).get_column("alias_id").unique()


def renamed(rows: pl.DataFrame, column: str, aliases: pl.DataFrame) -> pl.DataFrame:
    """Rows with aliases in ``column`` replaced by the ids of their tracks, and the mark :data:`RENAMED`."""
    if aliases.is_empty():
        return rows.with_columns(pl.lit(False).alias(RENAMED))
    names = aliases.select(pl.col("alias_id").alias(column), pl.col("track_id").alias("_canonical"))
    joined = rows.join(names, on=column, how="left", maintain_order="left")
    return joined.with_columns(
        pl.coalesce("_canonical", column).alias(column), pl.col("_canonical").is_not_null().alias(RENAMED)
    ).drop("_canonical")


def since_the_first(tracks: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Tracks with aliases are here since the first row of any of their ids: who listened to a song had it then."""
    one = renamed(tracks.select("track_id"), "track_id", aliases)
    marked = tracks.with_columns(one["track_id"].alias("_one"), one[RENAMED].alias("_alias"))
    first = pl.when(pl.col("_alias").any().over("_one")).then(pl.col("added_on").min().over("_one"))
    return marked.with_columns(added_on=first.fill_null(pl.col("added_on"))).drop("_one", "_alias")


def one_row_per_track(tracks: Sieved, aliases: pl.DataFrame) -> Sieved:
    """Tracks under their own ids: of a track and its aliases the row that serves best, since the first of them came.

    One of a catalogue goes before one that only listens name, one that is available before one that is not, one with
    audio before one without, the track's own before an alias's. So a track whose own row is gone lives on in its
    alias's, and a song that is deleted but was listened to stays deleted.
    """
    kept, later = (renamed(frame, "track_id", aliases) for frame in (tracks.kept, tracks.later))
    of_catalogue = ~pl.col("source_file").str.contains(LISTENED_FILES)
    order = ["track_id", of_catalogue, "available", pl.col("audio_path").is_not_null(), ~pl.col(RENAMED), *PROVENANCE]
    ordered = kept.sort(order).with_columns(added_on=pl.col("added_on").min().over("track_id"))
    best = ordered.unique("track_id", keep="last", maintain_order=True)
    return replace(tracks, kept=best, later=later, aliases=tracks.aliases + kept.height - best.height)


def _one_target_each(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Rule]]:
    """Marks on all but the strongest, last delivered row of each alias, and the rules that read them."""
    ordered = rows.sort("alias_id", "_strength", *PROVENANCE)
    last = {c: pl.col(c).last().over("alias_id") for c in ("track_id", "_strength", *PROVENANCE)}
    wins = pl.all_horizontal(pl.col(c) == last[c] for c in PROVENANCE)
    harmless = (pl.col("track_id") == last["track_id"]) | (pl.col("_strength") < last["_strength"])
    fate = ordered.select(
        *PROVENANCE,
        _repeat=pl.when(~wins).then(pl.when(harmless).then(pl.lit(DUPLICATE)).otherwise(pl.lit("duplicate_key"))),
        _instead=last["track_id"],
    )
    marked = rows.join(fate, on=list(PROVENANCE), how="left", maintain_order="left")
    detail = pl.format("{} was later said to be {}, not {}", "alias_id", "_instead", "track_id")
    return marked, [
        Rule(DUPLICATE, pl.col("_repeat") == DUPLICATE),
        Rule("duplicate_key", pl.col("_repeat") == "duplicate_key", detail),
    ]


def _no_circles(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Rule]]:
    """Marks on aliases of a circle: its weaker ones if there are any, else all; and the rule that reads them."""
    target = dict(rows.select("alias_id", "track_id").iter_rows())
    strength = dict(rows.select("alias_id", "_strength").iter_rows())
    circle: dict[str, str] = {}
    for ids in _circles(target):
        told = " -> ".join([*ids, ids[0]])
        strongest = max(strength[i] for i in ids)
        weaker = [i for i in ids if strength[i] < strongest]
        circle |= dict.fromkeys(weaker or ids, told)
    marks = pl.Series("_circle", [circle.get(i) for i in rows["alias_id"]], dtype=pl.String)
    detail = pl.format("aliases go in a circle: {}", "_circle")
    return rows.with_columns(marks), [Rule("alias_circle", pl.col("_circle").is_not_null(), detail)]


def _circles(target: Mapping[str, str]) -> Iterator[list[str]]:
    """Ids of each circle of two and more, each circle once."""
    seen: set[str] = set()
    for start in target:
        path: dict[str, int] = {}
        here = start
        while here in target and here not in seen and here not in path:
            path[here] = len(path)
            here = target[here]
        if here in path and here != target[here]:
            yield list(path)[path[here] :]
        seen.update(path)


def _end(alias: str, target: dict[str, str]) -> str:
    """Where a chain ends; every id on the way is pointed there at once."""
    path = []
    while alias in target and target[alias] != alias:
        path.append(alias)
        alias = target[alias]
    target.update(dict.fromkeys(path, alias))
    return alias
