"""When and how often a user listens: counts, loops, rotation, hours, dayparts, days off."""

from __future__ import annotations

import polars as pl

from features.taste.affinity import credits, doubtful_plays
from features.taste.weights import TasteParams
from schemas.vocabulary import DAY_KINDS, DAYPARTS, daypart

LOOPS_KEPT = 10
"""Most looped songs that ``taste`` keeps: of so many there may be more, and their number is not told."""


def counts(weighed: pl.DataFrame) -> pl.DataFrame:
    """Plays known, plays of 7 days, distinct tracks, share skipped."""
    return weighed.group_by("user_id").agg(
        plays=pl.len(),
        plays_7d=(pl.col("age") < 7).sum(),
        distinct_tracks=pl.col("track_id").n_unique(),
        skip_rate=pl.col("skipped").sum() / pl.len(),
    )


def discovery_share(weighed: pl.DataFrame, affinity: pl.DataFrame, params: TasteParams) -> pl.DataFrame:
    """Share of the plays of the last ``discovery_days`` that are of tracks first heard then."""
    recent = weighed.filter(pl.col("age") < params.discovery_days)
    known = recent.group_by("user_id", "track_id").agg(pl.len().alias("n"), pl.col("age").max())
    first = affinity.select("user_id", "track_id", "first_played", "last_played", "plays")
    joined = known.join(first, on=("user_id", "track_id"), how="left")
    # All plays of the pair lie in the window exactly when its first play does.
    new = pl.col("n") == pl.col("plays")
    return joined.group_by("user_id").agg(discovery_share=pl.col("n").filter(new).sum() / pl.col("n").sum())


def favourite_hour(weighed: pl.DataFrame) -> pl.DataFrame:
    """Local hour with most plays; the earliest of equals."""
    hours = weighed.group_by("user_id", "local_hour").agg(n=pl.len())
    ordered = hours.sort("user_id", "n", "local_hour", descending=[False, True, False])
    return ordered.group_by("user_id", maintain_order=True).agg(favourite_hour=pl.col("local_hour").first())


def loops(weighed: pl.DataFrame, affinity: pl.DataFrame, tracks: pl.DataFrame, params: TasteParams) -> pl.DataFrame:
    """Tracks played unskipped at least ``loop_plays`` times within 7 days, most first, at most LOOPS_KEPT.

    None of a listener for whom a misspelt play would make one more of them, or make one of them more often played.
    """
    week = weighed.filter((pl.col("age") < 7) & ~pl.col("skipped"))
    blocked = affinity.filter("blocked").select("user_id", "track_id")
    plays = week.join(blocked, on=["user_id", "track_id"], how="anti").group_by("user_id", "track_id").agg(n=pl.len())
    perhaps = doubtful_plays(week, tracks).group_by("user_id", "track_id").agg(more=pl.len())
    both = perhaps.join(plays, on=["user_id", "track_id"], how="left")
    unsure = both.filter(pl.col("more") + pl.col("n").fill_null(0) >= params.loop_plays)
    looped = plays.filter(pl.col("n") >= params.loop_plays).join(unsure, on="user_id", how="anti")
    return _top(looped, "track_id", "n", LOOPS_KEPT, "looped_track_ids", "looped_plays")


def rotation(weighed: pl.DataFrame, tracks: pl.DataFrame, params: TasteParams) -> pl.DataFrame:
    """Credited artists by unskipped plays of the last ``rotation_days``, at most 20; none who may have a play more."""
    recent = weighed.filter((pl.col("age") < params.rotation_days) & ~pl.col("skipped"))
    credited = credits(tracks)
    unsure = doubtful_plays(recent, tracks).join(credited, on="track_id")
    by_artist = recent.join(credited, on="track_id").join(unsure, on=["user_id", "artist"], how="anti")
    return _top(
        by_artist.group_by("user_id", "artist").agg(n=pl.len()), "artist", "n", 20, "artist_ids", "artist_plays"
    )


def dayparts(weighed: pl.DataFrame, emotions: pl.DataFrame) -> pl.DataFrame:
    """Plays per daypart and the faded mean valence and arousal heard in each."""
    part = pl.col("local_hour").replace_strict({h: DAYPARTS.index(daypart(h)) for h in range(24)})
    return _felt_by(part, len(DAYPARTS), "daypart", weighed, emotions)


def day_kinds(weighed: pl.DataFrame, emotions: pl.DataFrame) -> pl.DataFrame:
    """Plays on workdays and on days off, and the faded mean valence and arousal heard on each."""
    return _felt_by(pl.col("kind") % 2, len(DAY_KINDS), "day_kind", weighed, emotions)


def _felt_by(part: pl.Expr, parts: int, name: str, weighed: pl.DataFrame, emotions: pl.DataFrame) -> pl.DataFrame:
    """Plays per part and what they felt like; a part without emotion-tagged plays takes the overall mean.

    Args:
        part: number of a play's part; name: of the columns, before ``_plays``, ``_valence`` and ``_arousal``.
    """
    plays = weighed.with_columns(part=part.cast(pl.Int64))
    felt = plays.filter(pl.col("micro") > 0).join(
        emotions.select("track_id", "valence", "arousal"), on="track_id", how="left"
    )
    one = plays.group_by("user_id", "part").agg(n=pl.len())
    mean = _felt_means(felt, ["user_id", "part"])
    overall = _felt_means(felt, ["user_id"]).rename({"valence": "valence_all", "arousal": "arousal_all"})
    grid = (
        one.select("user_id")
        .unique()
        .join(pl.DataFrame({"part": range(parts)}, schema={"part": pl.Int64}), how="cross")
    )
    full = (
        grid.join(one, on=["user_id", "part"], how="left")
        .join(mean, on=["user_id", "part"], how="left")
        .join(overall, on="user_id", how="left")
        .sort("user_id", "part")
    )
    return full.group_by("user_id", maintain_order=True).agg(
        pl.col("n").fill_null(0).alias(f"{name}_plays"),
        pl.coalesce("valence", "valence_all", pl.lit(0.0)).alias(f"{name}_valence"),
        pl.coalesce("arousal", "arousal_all", pl.lit(0.0)).alias(f"{name}_arousal"),
    )


def weighted_mean(value: str, weight: str = "micro") -> pl.Expr:
    """Weighted mean over the rows where ``value`` is known, from whole numbers (see MICRO)."""
    products = (pl.col(value).cast(pl.Float64) * pl.col(weight)).round().cast(pl.Int64)
    known = pl.col(weight).filter(pl.col(value).is_not_null())
    return pl.when(known.sum() > 0).then(products.sum() / known.sum()).alias(value)


def _felt_means(felt: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return felt.group_by(by).agg(weighted_mean("valence"), weighted_mean("arousal"))


def _top(rows: pl.DataFrame, item: str, count: str, most: int, items: str, counts_name: str) -> pl.DataFrame:
    """Per user the ``most`` items by count, ties by id, as two parallel lists."""
    ordered = rows.sort("user_id", count, item, descending=[False, True, False])
    heads = ordered.group_by("user_id", maintain_order=True)
    return heads.agg(pl.col(item).head(most).alias(items), pl.col(count).head(most).alias(counts_name))
