"""What the last days' plays were of, counted: the numbers that reasons and intros may say of a listener's plays.

Counts only, over plays that were not skipped, and beside each how many of the plays are known in that respect, so
that a share can be refused where too little is known. What cannot be counted to the last play, because a song's name
comes near another's and may be it misspelt, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from features.measurement import MeasurementPolicy
from features.taste.affinity import doubtful_plays
from features.taste.inputs import TasteInputs
from schemas import TABLES
from schemas.vocabulary import DAY_KINDS, daypart

RECENT_DAYS = 30
"""Days up to and including ds that are meant by "the past 30 days"."""
_TOLD_IN_GROUPS = ("genre", "tempo")  # genres of one name, tempos of a band


def recent_plays(weighed: pl.DataFrame, inputs: TasteInputs, policy: MeasurementPolicy) -> pl.DataFrame:
    """One row per user, measure and item (contract ``recent_plays``).

    Args:
        weighed: plays as :func:`features.taste.weights.weigh_plays` returns them, with the ``kind`` of the day.
    """
    willing = inputs.users.filter("personalised").select("user_id")
    plays = weighed.filter((pl.col("age") < RECENT_DAYS) & ~pl.col("skipped")).join(willing, on="user_id", how="semi")
    total = plays.group_by("user_id").agg(total=pl.len())
    perhaps = doubtful_plays(plays, inputs.tracks)
    doubts = dict(_measures(perhaps, inputs, policy))
    measures = _measures(plays, inputs, policy)
    counted = [_sure(measure, _counted(measure, rows), doubts[measure]) for measure, rows in measures]
    whole = pl.concat([*counted, _felt(plays, inputs.emotions, policy)])
    return TABLES["recent_plays"].frame(whole.join(total, on="user_id").sort("user_id", "measure", "item"))


def _measures(
    plays: pl.DataFrame, inputs: TasteInputs, policy: MeasurementPolicy
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Per measure one row per play and item: ``user_id``, ``play``, ``item``; as many moods as may be said."""
    each = plays.select("user_id", "track_id", "local_hour").with_row_index("play")
    told = pl.col("item").cast(pl.String)
    for measure, table, value in (
        ("genre", inputs.tracks, pl.col("genre")),
        ("artist", inputs.tracks.filter(_named("artist_name")), pl.col("artist_id")),
        ("key", inputs.audio_features, policy.said("key")),
        ("tempo", inputs.audio_features, (policy.said("tempo") + 0.5).floor().cast(pl.Int32)),
    ):
        yield measure, each.join(table.select("track_id", item=value), on="track_id").with_columns(told)
    tags = inputs.emotions.select(
        "track_id", "valence_confidence", item="moods", mood_probability="mood_probabilities"
    ).explode("item", "mood_probability")
    yield "mood", each.join(tags.filter(policy.may_say("mood")), on="track_id")
    yield "hour", each.with_columns(item=pl.col("local_hour").cast(pl.String))


def _sure(measure: str, counted: pl.DataFrame, doubts: pl.DataFrame) -> pl.DataFrame:
    """Counts without those to which a misspelt play may belong; of a measure told in groups none is left then.

    Args:
        doubts: like the rows of a measure, of the songs that misspelt plays may be of.
    """
    if measure == "hour":  # a play is of its hour, whatever was played
        return counted
    of = ["user_id"] if measure in _TOLD_IN_GROUPS else ["user_id", "item"]
    return counted.join(doubts.filter(_named("item")), on=of, how="anti")


def _named(column: str) -> pl.Expr:
    return (pl.col(column).str.strip_chars() != "").fill_null(False)


def _counted(measure: str, rows: pl.DataFrame) -> pl.DataFrame:
    there = rows.filter(_named("item"))
    known = there.group_by("user_id").agg(known=pl.col("play").n_unique())
    plays = there.group_by("user_id", "item").agg(plays=pl.len())
    return plays.join(known, on="user_id").select("user_id", pl.lit(measure).alias("measure"), "item", "plays", "known")


def _felt(plays: pl.DataFrame, emotions: pl.DataFrame, policy: MeasurementPolicy) -> pl.DataFrame:
    """Per part of the day and kind of day: plays whose valence and arousal may be said, and all plays in it."""
    sure = emotions.select("track_id", felt=policy.may_say("valence") & policy.may_say("arousal"))
    parts = pl.col("local_hour").replace_strict({h: daypart(h) for h in range(24)}, return_dtype=pl.String)
    kinds = pl.lit(pl.Series(DAY_KINDS)).gather(pl.col("kind") % 2)
    known = plays.join(sure, on="track_id", how="left").with_columns(
        pl.col("felt").fill_null(False), daypart=parts, day_kind=kinds
    )
    counted = [
        known.group_by("user_id", item=measure).agg(plays=pl.col("felt").sum(), known=pl.len()).select(
            "user_id", pl.lit(measure).alias("measure"), "item",
            pl.col("plays").cast(pl.get_index_type()), "known",
        )
        for measure in ("daypart", "day_kind")
    ]  # fmt: skip
    return pl.concat(counted)
