"""Songs a listener has not heard by artists they play (docs/decisions/0018-new-songs.md)."""

from __future__ import annotations

import polars as pl

from features.candidates.setting import Setting
from features.candidates.sources import PROPOSAL, CandidateParams, unexplained
from features.taste.affinity import credits
from features.taste.weights import MICRO


def own_artist(scene: Setting, popularity: pl.DataFrame, depth: int, params: CandidateParams) -> pl.DataFrame:
    """Per personal user the unheard songs of the artists they are drawn to, the best ``depth`` of an artist.

    Score: log(1 + weight of the artist's songs) x root of the song's share in what is played of that
    artist everywhere; of several credited artists the best counts.

    Args:
        popularity: the contract of this name; a song nobody plays counts as played by ``params.unplayed``.
    """
    credited = credits(scene.tracks).join(scene.tracks.select("track_id", "t"), on="track_id")
    drawn = scene.affinity.join(scene.users.filter("personal").select("u"), on="u", how="semi")
    micro = (pl.col("weight").cast(pl.Float64) * MICRO).round().cast(pl.Int64)
    pull = (
        drawn.filter((pl.col("weight") > 0) & ~pl.col("blocked"))
        .join(credited.select("t", "artist"), on="t")
        .group_by("u", "artist")
        .agg(pull=(micro.sum() / MICRO + 1).log())
    )
    heard = drawn.filter(pl.col("plays") > 0).select("u", "t")
    offered = pull.join(_shares(credited, popularity, depth, params), on="artist").join(
        heard, on=["u", "t"], how="anti"
    )
    best = offered.group_by("u", "t").agg(score=(pl.col("pull") * pl.col("share").sqrt()).max())
    return unexplained(best.sort("u", "t")).cast(PROPOSAL)


def _shares(credited: pl.DataFrame, popularity: pl.DataFrame, depth: int, params: CandidateParams) -> pl.DataFrame:
    """``artist``, ``t``, ``share``: of what is played of the artist, the part that is this song's."""
    everywhere = popularity.filter(pl.col("place") == "*").select("track_id", "score")
    score = pl.col("score").cast(pl.Float64).fill_null(0.0) + params.unplayed
    micro = (score * MICRO).round().cast(pl.Int64)
    played = credited.join(everywhere, on="track_id", how="left").with_columns(micro=micro)
    ordered = played.sort("artist", "micro", "t", descending=[False, True, False])
    first = ordered.with_columns(
        place=pl.int_range(pl.len()).over("artist"), whole=pl.col("micro").sum().over("artist")
    )
    return first.filter(pl.col("place") < depth).select("artist", "t", share=pl.col("micro") / pl.col("whole"))
