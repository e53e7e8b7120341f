"""Evidence rows for every chosen song: at least one, the strongest first."""

from __future__ import annotations

from functools import partial

import polars as pl

from features.lists import reasons
from features.lists.build import Bucket
from features.lists.rules import ListParams
from features.night import Night
from schemas import TABLES

C = pl.col


def evidence(
    chosen: pl.DataFrame,
    made: Bucket,
    candidates: pl.DataFrame,
    affinity: pl.DataFrame,
    tracks: pl.DataFrame,
    cf_neighbours: pl.DataFrame,
    neighbours: pl.DataFrame,
    popularity: pl.DataFrame,
    params: ListParams,
    night: Night,
) -> pl.DataFrame:
    """One row per user, track and reason (contract ``evidence``).

    Users without a profile get reasons that say nothing about them: popularity, release, weather.

    Args:
        chosen: as :func:`features.lists.build.daily_lists` returns it.
    """
    known = facts(chosen, made, affinity, params)
    found = [
        reasons.popular(known, popularity, params),
        reasons.popular_near(known, popularity, params),
        reasons.fresh_release(known, params, night),
        reasons.weather_fit(known),
        reasons.catalogue_pick(known),
    ]
    mine = known.filter("personal")
    proposals = candidates.join(mine.select("user_id", "track_id"), on=["user_id", "track_id"], how="semi")
    held = partial(reasons.shares, made.listeners.frame)
    drawn = C("liked") | (C("weight") >= params.loved_from)
    loved = affinity.filter(drawn & ~C("blocked")).select("user_id", loved="track_id")
    found += [
        reasons.by_neighbour(mine, proposals, loved, cf_neighbours, "item_item", "loved_tracks_together", params),
        reasons.by_neighbour(mine, proposals, loved, neighbours, "similar", "similar_track", params),
        reasons.liked_artist(mine, _liked(affinity, tracks)),
        reasons.artist_rotation(mine, held("artist_ids", "artist_plays", 0), params),
        reasons.resting(mine, params, night),
        reasons.genre_share(mine, held("genres", "genre_shares", params.share_from)),
        reasons.mood_match(mine, held("moods", "mood_shares", params.share_from)),
        reasons.daypart_mood(mine, params),
        reasons.tempo_band(mine),
        reasons.key_match(mine, held("keys", "key_shares", params.share_from)),
        reasons.discovery(mine),
    ]
    return _strongest(pl.concat(found), made, params)


def facts(chosen: pl.DataFrame, made: Bucket, affinity: pl.DataFrame, params: ListParams) -> pl.DataFrame:
    """Chosen songs with what is known of the song, of the user, and of both."""
    sure = pl.col("mood_probabilities").list.eval(pl.element() >= params.mood_probability_from).list.sum()
    song = made.songs.frame.select(
        "track_id", "genre", "release_date", "tempo", "key_name", "valence", "arousal", "valence_confidence",
        "arousal_confidence", sure_moods=pl.col("moods").list.head(sure),
    )  # fmt: skip
    user = made.listeners.frame.select(
        "user_id", "personal", "city", "weather", "tempo_low_bpm", "tempo_high_bpm", "daypart_plays",
        "daypart_valence", "daypart_arousal",
    )  # fmt: skip
    both = affinity.select("user_id", "track_id", "weight", "skips", "last_played", track_plays="plays")
    return (
        chosen.select("u", "t", "user_id", "track_id", "artist_id", "discovery")
        .join(song, on="track_id")
        .join(user, on="user_id")
        .join(both, on=["user_id", "track_id"], how="left")
    )


def _liked(affinity: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    liked = affinity.filter(C("liked") & ~C("blocked")).join(tracks.select("track_id", "artist_id"), on="track_id")
    return liked.group_by("user_id", "artist_id").agg(likes=pl.len())


def _strongest(rows: pl.DataFrame, made: Bucket, params: ListParams) -> pl.DataFrame:
    """The strongest reasons of each song, numbered; weak ones only where there is no other."""
    ordered = rows.sort("u", "t", "strength", "kind", "subject", descending=[False, False, True, False, False])
    seq = pl.int_range(1, pl.len() + 1).over("u", "t")
    kept = ordered.with_columns(seq=seq).filter((C("seq") == 1) | ((C("strength") > 0) & (C("seq") <= params.reasons)))
    named = kept.with_columns(
        made.listeners.frame["user_id"].gather(kept["u"]), made.songs.frame["track_id"].gather(kept["t"])
    )
    return TABLES["evidence"].frame(named)
