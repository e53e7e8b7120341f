"""Past nights' candidates with what was played on the day after.

A list here is one user's known candidates of one night, or their new ones: songs known and
songs new are never weighed against each other, because what is played tomorrow says more about
habit and about what everybody meets than about love. Within a list habit and exposure are
offsets: explained, not learnt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.night import Night
from schemas.ranker import RANKING_FEATURES


@dataclass(frozen=True, slots=True)
class Examples:
    """Candidates in order of night, user, known or new, and track.

    Args:
        features: [shape=(pairs, RANKING_FEATURES), float64].
        offsets: log(1 + plays) and recent plays of a known song, popularity of a new one and having none
            [shape=(pairs, 4), float64].
        group: number of the list, from 0 without a gap [shape=(pairs,), int64].
        played: 1 where the song was played, and not skipped, on the next day [shape=(pairs,)].
        night: ordinal of the night [shape=(pairs,), int64].
        known: whether the user had played the song by then [shape=(pairs,)].
    """

    features: np.ndarray
    offsets: np.ndarray
    group: np.ndarray
    played: np.ndarray
    night: np.ndarray
    known: np.ndarray

    def where(self, kept: np.ndarray) -> Examples:
        """Only these pairs, lists numbered anew."""
        group = np.unique(self.group[kept], return_inverse=True)[1]
        of = (self.features[kept], self.offsets[kept], group, self.played[kept], self.night[kept], self.known[kept])
        return Examples(*of)

    @property
    def sizes(self) -> np.ndarray:
        """Pairs of each list [shape=(lists,), int64]."""
        return np.bincount(self.group)


def examples(history: pl.DataFrame, plays: pl.DataFrame, names: tuple[str, ...], night: Night) -> Examples:
    """Lists of past nights in which something was played the day after; the others teach nothing.

    Args:
        history: contract ``ranking_history``; plays: contract ``plays``, nothing after ``ds``.
        names: of the features, in order.
    """
    heard = _heard(plays, history, night)
    next_day = heard.select("user_id", "track_id", ds=pl.col("local_date").dt.offset_by("-1d")).unique()
    alike = pl.col("features").list.len() == RANKING_FEATURES  # an older ranker's logs teach this one nothing
    return _lists(history.filter((pl.col("ds") < night.ds) & alike), next_day, names)


def replayed(
    replay: pl.DataFrame, plays: pl.DataFrame, names: tuple[str, ...], night: Night, held_days: int
) -> tuple[Examples, Examples]:
    """(lists to learn from, lists to judge by) of a night made again.

    What was played until ``held_days`` before the end of ``ds`` teaches, what was played since judges;
    the songs that taught judge nothing.

    Args:
        replay: contract ``ranking_replay``; plays: contract ``plays``, nothing after ``ds``.
        names: of the features, in order.
        held_days: days that judge.
    """
    heard = _heard(plays, replay, night)
    since = heard.join(replay.select("user_id", "ds").unique(), on="user_id").filter(
        pl.col("local_date") > pl.col("ds")
    )
    late = pl.col("local_date") > night.days_before(held_days)
    pair = ["user_id", "track_id", "ds"]
    taught, judging = (since.filter(side).select(pair).unique() for side in (~late, late))
    return _lists(replay, taught, names), _lists(replay.join(taught, on=pair, how="anti"), judging, names)


def _heard(plays: pl.DataFrame, logged: pl.DataFrame, night: Night) -> pl.DataFrame:
    """What the listeners who were logged played to the end; of ten million plays few are theirs."""
    told = plays.select("user_id", "track_id", "local_date", "skipped")
    mine = told.join(logged.select("user_id").unique(), on="user_id", how="semi")
    return mine.filter(~pl.col("skipped") & (pl.col("local_date") <= night.ds))


def _lists(logged: pl.DataFrame, next_plays: pl.DataFrame, names: tuple[str, ...]) -> Examples:
    """The lists of ``logged`` in which something of ``next_plays`` (``user_id``, ``track_id``, ``ds``) was played."""
    known = logged.with_columns(known=pl.col("plays") > 0)
    joined = (
        known.join(next_plays.with_columns(played=pl.lit(True)), on=["user_id", "track_id", "ds"], how="left")
        .with_columns(pl.col("played").fill_null(False))
        .filter(pl.col("played").any().over("ds", "user_id", "known"))
        .sort("ds", "user_id", "known", "track_id")
        .with_columns(group=pl.struct("ds", "user_id", "known").rle_id())
    )
    features = joined["features"].list.to_array(RANKING_FEATURES).to_numpy().reshape(-1, RANKING_FEATURES)
    features = features.astype(np.float64)
    return Examples(
        features=features,
        offsets=_offsets(joined, features[:, names.index("popular")]),
        group=joined["group"].to_numpy().astype(np.int64),
        played=joined["played"].to_numpy().astype(np.float64),
        night=joined["ds"].to_physical().to_numpy().astype(np.int64),
        known=joined["known"].to_numpy(),
    )


def _offsets(rows: pl.DataFrame, popular: np.ndarray) -> np.ndarray:
    known = rows["known"].to_numpy().astype(np.float64)
    plays, recent = rows["plays"].to_numpy(), rows["plays_7d"].to_numpy()
    habit = [np.log1p(plays) * known, np.minimum(recent, 10) / 10 * known]
    return np.stack([*habit, popular * (1 - known), (popular == 0) * (1 - known)], axis=1)
