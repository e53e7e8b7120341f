"""What candidates and lists came to: counted per listener and source, then summed per source.

Counting needs one listener's rows only, so it runs bucket by bucket; what is left of a night is
a row per listener and source.
"""

from __future__ import annotations

import polars as pl

from schemas.vocabulary import CANDIDATE_SOURCES

TOGETHER = "all sources"
_PAIR = ("user_id", "track_id")
# What is measured of a source: a part of a whole, per listener and then averaged, or of all pairs.
_RECALLS = {
    "recall": ("found", "wanted"),
    "recall_alone": ("found_alone", "wanted"),
    "recall_new": ("found_new", "wanted_new"),
    "recall_listed": ("listed_found", "wanted"),
}
_SHARES = {
    "unique_share": ("alone", "candidates"),
    "hit_share": ("found", "candidates"),
    "listed_share": ("listed", "candidates"),
    "listed_hit_share": ("listed_found", "listed"),
}


def played_on(plays: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
    """What listeners played and did not skip on those days: ``user_id``, ``track_id``, ``new``.

    ``new`` says that the listener had never played it before without skipping.

    Args:
        plays: the contract of this name, nothing after those days.
        day: whether a row is of those days.
    """
    heard = plays.filter(~pl.col("skipped"))
    before = heard.filter(~day).select(*_PAIR, new=pl.lit(False)).unique()
    wanted = heard.filter(day).select(_PAIR).unique().join(before, on=_PAIR, how="left")
    return wanted.with_columns(pl.col("new").fill_null(True))


def per_listener(candidates: pl.DataFrame, wanted: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """One row per listener and source, and one of TOGETHER, where every pair counts once.

    Args:
        candidates: ``user_id``, ``track_id``, ``source``.
        wanted: what they then played, as :func:`played_on` tells it; a listener without candidates
            has a row of TOGETHER only.
        listed: ``user_id``, ``track_id`` of the lists.

    Returns:
        ``user_id``, ``source`` and counts: ``candidates``; ``alone`` proposed by no other source;
        ``found`` then played, ``found_alone`` and ``found_new`` of these; ``listed`` and
        ``listed_found``; ``wanted`` and ``wanted_new`` of the listener.
    """
    named = candidates.select(*_PAIR, "source").with_columns(alone=pl.len().over(_PAIR) == 1)
    marked = named.join(wanted.select(*_PAIR, "new", found=pl.lit(True)), on=_PAIR, how="left").join(
        listed.select(*_PAIR, listed=pl.lit(True)).unique(), on=_PAIR, how="left"
    )
    marked = marked.with_columns(pl.col("new", "found", "listed").fill_null(False))
    together = marked.unique(_PAIR).with_columns(source=pl.lit(TOGETHER), alone=pl.lit(False))
    own = wanted.group_by("user_id").agg(wanted=pl.len(), wanted_new=pl.col("new").sum())
    everyone = _counted(together).join(own.select("user_id"), on="user_id", how="full", coalesce=True)
    everyone = everyone.with_columns(pl.col("source").fill_null(TOGETHER))
    counts = pl.concat([_counted(marked), everyone]).join(own, on="user_id", how="left")
    return counts.with_columns(pl.exclude("user_id", "source").fill_null(0)).sort("user_id", "source")


def _counted(marked: pl.DataFrame) -> pl.DataFrame:
    found = pl.col("found")
    return marked.group_by("user_id", "source").agg(
        candidates=pl.len(),
        alone=pl.col("alone").sum(),
        found=found.sum(),
        found_alone=(found & pl.col("alone")).sum(),
        found_new=(found & pl.col("new")).sum(),
        listed=pl.col("listed").sum(),
        listed_found=(found & pl.col("listed")).sum(),
    )


def per_source(counts: pl.DataFrame) -> pl.DataFrame:
    """One row per source of the vocabulary, in its order, and TOGETHER.

    Recalls are means over the listeners who played something (``recall_new``: something new);
    who got nothing of a source counts as 0. A share of nothing is null.

    Args:
        counts: as :func:`per_listener` returns them, of all listeners.

    Returns:
        ``source``, ``listeners`` who played something, ``candidates``, ``unique_share``, ``recall``,
        ``recall_alone``, ``recall_new``, ``recall_listed``, ``hit_share``, ``listed``,
        ``listed_share``, ``listed_hit_share``.
    """
    everyone = counts.filter(pl.col("source") == TOGETHER)
    people = {whole: int((everyone[whole] > 0).sum()) for whole in ("wanted", "wanted_new")}
    summed = (
        counts.sort("source", "user_id")
        .group_by("source", maintain_order=True)
        .agg(
            *(pl.col(name).sum() for name in ("candidates", "alone", "found", "listed", "listed_found")),
            **{name: _share(*of).fill_null(0.0).sum() for name, of in _RECALLS.items()},
        )
    )
    every = pl.DataFrame({"source": [*CANDIDATE_SOURCES, TOGETHER]})
    totals = every.join(summed, on="source", how="left", maintain_order="left").fill_null(0)
    return totals.with_columns(
        listeners=pl.lit(people["wanted"]),
        **{name: _over(pl.col(name), pl.lit(people[whole])) for name, (_, whole) in _RECALLS.items()},
        **{name: _share(*of) for name, of in _SHARES.items()},
    )


def _share(part: str, whole: str) -> pl.Expr:
    return _over(pl.col(part), pl.col(whole))


def _over(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """part / whole, null where the whole is 0."""
    return pl.when(whole > 0).then(part / whole)
