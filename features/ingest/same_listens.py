"""One listen told twice, by two services or by one that counted again, is one play.

Services disagree by seconds about when a song began, some tell the minute only. And a listen of which no
seconds are known went on for at least half its song (four minutes of a long one): that is when services
count it. So a second one that begins before can't be another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from features.ingest.sieve import DUPLICATE, Rule
from schemas.delivery import PROVENANCE

_TOLD_FILES = "^plays/(listens|listenbrainz)-"  # those that `daily30 ingest listens` wrote
_COUNTED_SHARE, _COUNTED_S = 0.5, 240.0
_MINUTE_S, _ROUNDING_S = 60, 0.01


class _Play(NamedTuple):
    row: int
    at_s: float
    source: object
    heard_s: float | None
    length_s: float | None


def told_again(plays: pl.DataFrame, *, within_s: float, least_s: float) -> pl.Series:
    """Which rows tell a play once more; of those that tell one the richest stays: with seconds, then to the second.

    Args:
        plays: user_id, song, played_at, source, heard_s (null: a listen was counted, no seconds), length_s.
        within_s: how far two sources may be apart about one play, seconds.
        least_s: how long a listen lasts at least when the song's length is unknown, seconds.
    """
    runs = _runs(plays, max(within_s, least_s))
    again = [play.row for run in runs for play in _superfluous(run, within_s, least_s)]
    marks = pl.Series([False], dtype=pl.Boolean).new_from_index(0, plays.height)
    return marks.scatter(again, True) if again else marks


def same_listen_rules(plays: pl.DataFrame, *, within_s: float, least_s: float) -> tuple[pl.DataFrame, list[Rule]]:
    """Plays of a night with marks, and the rule that reads them; only of listeners whose listens a service told.

    Args:
        plays: located rows of ``landing_plays`` with ``_duration_s`` of their track.
    """
    told = ~pl.col("measured") | pl.col("source_file").str.contains(_TOLD_FILES)
    asked = plays.filter(told.any().over("user_id")).select(
        "user_id",
        "played_at",
        pl.col("track_id").alias("song"),
        pl.col("source_file").alias("source"),
        pl.when("measured").then("listened_s").alias("heard_s"),
        pl.col("_duration_s").alias("length_s"),
        *PROVENANCE,
    )
    if asked.is_empty():
        return plays, []
    again = asked.filter(told_again(asked, within_s=within_s, least_s=least_s)).select(
        *PROVENANCE, pl.lit(True).alias("_told_again")
    )
    marked = plays.join(again, on=list(PROVENANCE), how="left", maintain_order="left")
    return marked, [Rule(DUPLICATE, pl.col("_told_again"))]


def _runs(plays: pl.DataFrame, near_s: float) -> Iterator[list[_Play]]:
    """Plays of one listener and song that follow each other so closely that some may be one."""
    ordered = plays.select(
        pl.int_range(pl.len()).alias("row"),
        (pl.col("played_at").dt.epoch("us") / 1e6).alias("at_s"),
        pl.col("source").hash(),
        "heard_s",
        "length_s",
        pl.struct("user_id", "song").hash().alias("of"),  # 64 bits tell any two apart, and sort in little memory
    ).sort(["of", "at_s", "row"])
    reach = pl.max_horizontal(pl.lit(near_s), pl.lit(_COUNTED_S), "heard_s")
    so_far = (pl.col("at_s") + reach).cum_max().shift().over("of")
    run = (so_far.is_null() | (pl.col("at_s") > so_far)).cum_sum()
    counted = (
        pl.col("heard_s").is_null().any() | (pl.col("source").n_unique() > 1) | pl.col("at_s").is_duplicated().any()
    )
    near = ordered.with_columns(run=run).filter(((pl.len() > 1) & counted).over("run"))
    current, plays_of_run = None, list[_Play]()
    for *told, number in near.select("row", "at_s", "source", "heard_s", "length_s", "run").iter_rows():
        if number != current and plays_of_run:
            yield plays_of_run
            plays_of_run = []
        current = number
        plays_of_run.append(_Play._make(told))
    if plays_of_run:
        yield plays_of_run


def _superfluous(run: list[_Play], within_s: float, least_s: float) -> Iterator[_Play]:
    """All but the richest of each group of plays that are one."""
    first = best = run[0]
    for play in run[1:]:
        if not _one(first, play, within_s, least_s):
            first = best = play
        elif _richer(play, best):
            yield best
            best = play
        else:
            yield play


def _one(first: _Play, then: _Play, within_s: float, least_s: float) -> bool:
    gap_s, elsewhere = then.at_s - first.at_s, first.source != then.source
    if first.heard_s is not None and then.heard_s is not None:  # one play has one length, and ends before the next
        at_once = gap_s < within_s and (gap_s < first.heard_s or first.heard_s < least_s)
        return first.heard_s == then.heard_s and (gap_s == 0 or (elsewhere and at_once))
    if gap_s == 0:
        return True
    if first.heard_s is not None:
        lasted_s = first.heard_s
    else:
        lasted_s = min(first.length_s * _COUNTED_SHARE, _COUNTED_S) if first.length_s else least_s
    if elsewhere:
        lasted_s = max(lasted_s, min(within_s, first.length_s or within_s))
    return gap_s < lasted_s


def _richer(play: _Play, than: _Play) -> bool:
    """Whether a play tells more: seconds heard, else the second where the other tells the minute."""
    if (play.heard_s is None) != (than.heard_s is None):
        return than.heard_s is None
    return play.source != than.source and _to_the_minute(than) and not _to_the_minute(play)


def _to_the_minute(play: _Play) -> bool:
    """Whether it starts on a whole minute, or ends on one where its seconds are known."""
    told = play.at_s + (play.heard_s or 0.0)
    return abs(told - round(told / _MINUTE_S) * _MINUTE_S) < _ROUNDING_S
