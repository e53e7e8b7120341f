"""The sources: each proposes (u, t) pairs with its own score, for some or all users.

A source returns columns ``u``, ``t``, ``score`` (larger is better, comparable within a user)
and ``because``, ``because_too`` (numbers of the two loved tracks most behind it, or null). Rules and bounds are applied
afterwards by :mod:`features.candidates.collect`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.candidates.setting import Setting
from features.night import Night
from features.released import release_day
from features.taste.weights import MICRO
from schemas.collaborative import EVERYWHERE

PROPOSAL = pl.Schema(
    {"u": pl.UInt32(), "t": pl.UInt32(), "score": pl.Float64(), "because": pl.UInt32(), "because_too": pl.UInt32()}
)


@dataclass(frozen=True, slots=True)
class CandidateParams:
    """Depths and thresholds of the sources.

    Args:
        bound: most candidates a source gives a user; als and item_item are bounded together:
        blend_depth: as many of each are weighed against each other,
        blend_own: as many of each are kept, whatever the other says,
        blend_bound: and the best by the blend of both up to so many in all; a source proposes
            those of them that it has within its own ``bound``.
        spare: most candidates beyond, among tracks recommended in the last 14 nights or
            played on ds: needed when a small catalogue forces lists to repeat.
        enough: tracks neither recommended in the last 14 nights nor played on ds from which a user
            gets no others at all: three lists' worth.
        popular_bound: as ``bound``, for the source that must fill any list.
        popular_spare: as ``spare``, for that source; the longest unrecommended first.
        loved: loved tracks per user that neighbours are looked up for.
        neighbours: neighbours per loved track.
        resting_plays: unskipped plays that make a track loved, without a like.
        arrival_days: days since the catalogue received it up to which it is fresh too...
        arrival_age_days: ...if released no longer ago than this; a first import of an old
            catalogue is no news.
        unplayed: listeners that a song counts as having besides those it has, among its artist's.
        user_block: users scored against all tracks at a time; bounds memory.
    """

    bound: int = 60
    blend_depth: int = 160
    blend_own: int = 30
    blend_bound: int = 90
    spare: int = 30
    enough: int = 90
    popular_bound: int = 90
    popular_spare: int = 90
    loved: int = 50
    neighbours: int = 50
    resting_plays: int = 2
    arrival_days: int = 14
    arrival_age_days: int = 180
    unplayed: float = 0.1
    user_block: int = 256


@dataclass(frozen=True, slots=True)
class Spans:
    """Days that the rules of the lists set: what is fresh or rests there does so here.

    Args:
        fresh_days: age since release up to which a track is fresh.
        resting_days: days without a play from which a loved track rests.
    """

    fresh_days: int
    resting_days: int


def loved(scene: Setting, params: CandidateParams) -> pl.DataFrame:
    """Per personal user the tracks most drawn to: ``u``, ``t``, ``position`` (0 = most), ``pull`` (0..1].

    The pull is the logarithm of the weight on the scale of the user's strongest track, so
    that one looped song does not silence the rest.
    """
    kept = scene.affinity.join(scene.users.filter("personal").select("u"), on="u", how="semi")
    ordered = kept.filter((pl.col("weight") > 0) & ~pl.col("blocked")).sort(
        "u", "weight", "t", descending=[False, True, False]
    )
    first = ordered.with_columns(position=pl.int_range(pl.len()).over("u")).filter(pl.col("position") < params.loved)
    pull = (pl.col("weight").cast(pl.Float64) + 1).log()
    return first.select("u", "t", "position", pull=pull / pull.max().over("u"))


def by_neighbours(
    favourites: pl.DataFrame, pairs: pl.DataFrame, similarity: str, scene: Setting, params: CandidateParams
) -> pl.DataFrame:
    """Sum over loved tracks of pull x similarity; ``because`` is the strongest of them, ``because_too`` the next.

    Args:
        favourites: as :func:`loved` returns them.
        pairs: ``cf_neighbours`` (source item_item) or ``neighbours`` (source similar).
        similarity: its column of similarities; those not above 0 are left out.
    """
    near = pairs.filter((pl.col("rank") <= params.neighbours) & (pl.col(similarity) > 0))
    wanted = scene.tracks.join(favourites.select("t").unique(), on="t", how="semi").select("track_id", loved="t")
    edges = (
        near.join(wanted, on="track_id")
        .join(scene.tracks.select(neighbour_id="track_id", t="t"), on="neighbour_id")
        .select("loved", "t", similarity=pl.col(similarity).cast(pl.Float64))
    )
    reached = favourites.rename({"t": "loved"}).join(edges, on="loved")
    part = (pl.col("pull") * pl.col("similarity") * MICRO).round().cast(pl.Int64)
    # The stronger part wins, then the track higher up: one integer carries both.
    tag = part * params.loved + (params.loved - 1 - pl.col("position"))
    tagged = reached.select("u", "t", tag=tag)
    found = summed(tagged, params.loved)
    # Favourites lie by listener and position without a gap.
    own = np.searchsorted(favourites["u"].to_numpy(), found["u"].to_numpy())
    named = [favourites["t"].gather(pl.Series(own) + found[name]).alias(name) for name in ("because", "because_too")]
    return found.with_columns(named).select(*PROPOSAL).cast(PROPOSAL)


def summed(tagged: pl.DataFrame, loved: int) -> pl.DataFrame:
    """One row per user and track: the sum of its parts, and the positions of the two strongest behind it (or null).

    Sorting one integer that holds pair and tag is several times faster than grouping.

    Args:
        tagged: ``u``, ``t``, ``tag`` = part in micro-units x ``loved`` + (``loved`` - 1 - position).
    """
    if tagged.is_empty():
        return pl.DataFrame(schema=PROPOSAL | {"because": pl.Int64(), "because_too": pl.Int64()})
    user, track, tag = (tagged[name].to_numpy().astype(np.int64) for name in ("u", "t", "tag"))
    least, users, tracks, tags = int(user.min()), int(np.ptp(user)) + 1, int(track.max()) + 1, int(tag.max()) + 1
    if users * tracks * tags > np.iinfo(np.int64).max:
        half = least + users // 2
        return pl.concat([summed(tagged.filter(side), loved) for side in (pl.col("u") < half, pl.col("u") >= half)])
    ordered = np.sort(((user - least) * tracks + track) * tags + tag)
    pair, tag = ordered // tags, ordered % tags
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    last = np.append(first[1:], len(pair)) - 1
    total = np.add.reduceat(tag // loved, first)
    position = loved - 1 - tag % loved
    return pl.DataFrame(
        {
            "u": least + pair[first] // tracks,
            "t": pair[first] % tracks,
            "score": total / MICRO,
            "because": position[last],
            "because_too": pl.Series(np.where(last > first, position[last - 1], -1)).replace(-1, None),
        }
    ).with_columns(pl.col("u").cast(pl.UInt32))


def unexplained(rows: pl.DataFrame) -> pl.DataFrame:
    """``u``, ``t``, ``score`` as proposals that no loved track is behind."""
    return rows.with_columns(because=pl.lit(None), because_too=pl.lit(None)).select(*PROPOSAL).cast(PROPOSAL)


def resting(scene: Setting, params: CandidateParams, spans: Spans, night: Night) -> pl.DataFrame:
    """Loved before and not heard for ``resting_days``: liked, or played to the end often.

    Score: log(1 + unskipped plays) x share of plays unskipped, plus 1 for a like.
    """
    kept = pl.col("plays") - pl.col("skips")
    mine = scene.affinity.join(scene.users.filter("personal").select("u"), on="u", how="semi")
    old = mine.filter(
        (pl.col("last_played") <= night.days_before(spans.resting_days))
        & ((kept >= params.resting_plays) | pl.col("liked"))
        & (pl.col("weight") > 0)
    )
    score = (kept + 1).log() * kept / pl.col("plays") + pl.col("liked").cast(pl.Float64)
    return unexplained(old.select("u", "t", score=score))


def is_fresh(params: CandidateParams, spans: Spans, night: Night) -> pl.Expr:
    """Whether a track was released lately, or arrived lately without being old."""
    known_to_the_day = (pl.lit(night.serves_on) - release_day()).dt.total_days()
    age = (pl.lit(night.serves_on) - pl.col("release_date")).dt.total_days()
    arrived = (pl.lit(night.ds) - pl.col("added_on")).dt.total_days()
    late_arrival = (arrived <= params.arrival_days) & (age <= params.arrival_age_days).fill_null(True)
    return (known_to_the_day <= spans.fresh_days).fill_null(False) | late_arrival


def recency(night: Night) -> pl.Expr:
    """1 on the day of service, halving every 30 days since release (or arrival)."""
    born = pl.coalesce("release_date", "added_on")
    return pl.lit(0.5).pow((pl.lit(night.serves_on) - born).dt.total_days() / 30)


def popularity_order(scene: Setting, popularity: pl.DataFrame, place: str | None) -> pl.DataFrame:
    """Servable tracks of a place by rank: ``t``, ``score``; ``None`` stands for everywhere.

    Everywhere also holds, last and with scores just below 0, the tracks nobody has played,
    newest first, so that a list can always be filled.
    """
    here = popularity.filter(pl.col("place") == (EVERYWHERE if place is None else place))
    heard = scene.tracks.join(here.select("track_id", "score", "rank"), on="track_id", how="left")
    if place is not None:
        heard = heard.drop_nulls("rank")
    ordered = heard.sort("rank", "added_on", "t", descending=[False, True, False], nulls_last=True)
    unplayed = -pl.int_range(1, pl.len() + 1) / MICRO
    return ordered.select("t", score=pl.coalesce(pl.col("score").cast(pl.Float64), unplayed))
