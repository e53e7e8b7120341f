"""Reasons why a song is in a list: one function per kind of evidence.

Each takes the chosen songs (one row per user and song, see :func:`features.lists.evidence.facts`)
and returns the rows where its reason is true and confident, with the contract's columns and a
``strength``, by which a song's reasons are sorted. Values are those of the source table, so
that a query can prove them.
"""

from __future__ import annotations

import polars as pl

from features.lists.rules import ListParams
from features.lists.weather import MOODS_OF
from features.night import Night
from schemas.vocabulary import DAYPARTS

C = pl.col
_TEXT = ("subject", "song_text", "unit")
_NUMBER = ("value", "value_high", "song_value")


def reason(rows: pl.DataFrame, kind: str, source_table: str, strength: pl.Expr, **given: pl.Expr) -> pl.DataFrame:
    """Rows as evidence of this kind; columns not given are null."""
    texts = [given.get(n, pl.lit(None)).cast(pl.String).alias(n) for n in _TEXT]
    numbers = [given.get(n, pl.lit(None)).cast(pl.Float64).alias(n) for n in _NUMBER]
    return rows.select(
        "u",
        "t",
        *texts,
        *numbers,
        kind=pl.lit(kind),
        source_table=pl.lit(source_table),
        strength=strength.cast(pl.Float64),
    )


def tempo_band(chosen: pl.DataFrame) -> pl.DataFrame:
    """The song's tempo lies in the user's band."""
    inside = C("tempo").is_between("tempo_low_bpm", "tempo_high_bpm")
    narrow = C("tempo_low_bpm") / C("tempo_high_bpm")
    return reason(
        chosen.filter(inside), "tempo_band", "taste", 0.3 + 0.3 * narrow,
        value=C("tempo_low_bpm"), value_high=C("tempo_high_bpm"), song_value=C("tempo"), unit=pl.lit("BPM"),
    )  # fmt: skip


def key_match(chosen: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """The song's key is one the user is drawn to."""
    mine = chosen.join(shares, left_on=["u", "key_name"], right_on=["u", "item"])
    return reason(mine, "key_match", "taste", 0.2 + 0.5 * C("share"), value=C("share"), song_text=C("key_name"))


def mood_match(chosen: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """A mood the song has with confidence is among the user's; the most shared one."""
    each = chosen.select("u", "t", item="sure_moods").explode("item")
    best = each.join(shares, on=["u", "item"]).sort("u", "t", "share", "item", descending=[False, False, True, False])
    first = best.unique(["u", "t"], keep="first", maintain_order=True)
    return reason(
        first, "mood_match", "taste", 0.45 + 0.5 * C("share"), subject=C("item"), value=C("share"), song_text=C("item")
    )


def genre_share(chosen: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """The song's genre has its share in what the user plays."""
    mine = chosen.join(shares, left_on=["u", "genre"], right_on=["u", "item"])
    return reason(mine, "genre_share", "taste", 0.35 + 0.6 * C("share"), subject=C("genre"), value=C("share"))


def daypart_mood(chosen: pl.DataFrame, params: ListParams) -> pl.DataFrame:
    """The song feels like what the user plays in a daypart; the nearest one of enough plays."""
    sure = chosen.filter(
        (C("valence_confidence") >= params.emotion_confidence_from)
        & (C("arousal_confidence") >= params.emotion_confidence_from)
    )
    parts = sure.with_columns(part=pl.lit(list(DAYPARTS))).explode(
        "part", "daypart_plays", "daypart_valence", "daypart_arousal"
    )
    apart = ((C("valence") - C("daypart_valence")) ** 2 + (C("arousal") - C("daypart_arousal")) ** 2).sqrt()
    near = parts.with_columns(apart=apart).filter((C("apart") <= 0.2) & (C("daypart_plays") >= 20))
    first = near.sort("u", "t", "apart", "part").unique(["u", "t"], keep="first", maintain_order=True)
    return reason(
        first, "daypart_mood", "taste", 0.5 - C("apart"),
        subject=C("part"), value=C("daypart_valence"), value_high=C("daypart_arousal"), song_value=C("arousal"),
    )  # fmt: skip


def artist_rotation(chosen: pl.DataFrame, plays: pl.DataFrame, params: ListParams) -> pl.DataFrame:
    """The artist is in the user's rotation of the last 30 days.

    Args:
        plays: ``u``, ``item`` (artist id), ``share`` (plays in those days).
    """
    rows = chosen.join(plays, left_on=["u", "artist_id"], right_on=["u", "item"])
    often = rows.filter(C("share") >= params.rotation_from)
    strength = 0.5 + 0.4 * (C("share") / 20).clip(0, 1)
    return reason(
        often, "artist_rotation", "taste", strength, subject=C("artist_id"), value=C("share"),
        unit=pl.lit("plays in 30 days"),
    )  # fmt: skip


def fresh_release(chosen: pl.DataFrame, params: ListParams, night: Night) -> pl.DataFrame:
    """Released lately; 0 days means it comes out on the day of service."""
    days = (pl.lit(night.serves_on) - C("release_date")).dt.total_days()
    rows = chosen.with_columns(days=days).filter(C("days").is_between(0, params.fresh_days))
    return reason(rows, "fresh_release", "tracks", 0.6 - 0.01 * C("days"), value=C("days"), unit=pl.lit("days"))


def resting(chosen: pl.DataFrame, params: ListParams, night: Night) -> pl.DataFrame:
    """Heard gladly before, and not lately."""
    days = (pl.lit(night.ds) - C("last_played")).dt.total_days()
    rows = chosen.with_columns(days=days).filter(
        (C("days") >= params.resting_days) & (C("track_plays") - C("skips") >= 2) & (C("weight") > 0)
    )
    return reason(
        rows, "resting", "affinity", 0.6 + 0.2 * (C("track_plays") / 20).clip(0, 1),
        value=C("days"), value_high=C("track_plays"), unit=pl.lit("days"),
    )  # fmt: skip


def weather_fit(chosen: pl.DataFrame) -> pl.DataFrame:
    """A mood the song has with confidence suits the weather of the day."""
    suits = pl.DataFrame(
        [(weather, mood, place) for weather, moods in MOODS_OF.items() for place, mood in enumerate(moods)],
        schema={"weather": pl.String(), "mood": pl.String(), "place": pl.Int64()},
        orient="row",
    )
    rows = chosen.join(suits, on="weather").filter(C("mood").is_in("sure_moods"))
    first = rows.sort("u", "t", "place").unique(["u", "t"], keep="first", maintain_order=True)
    return reason(first, "weather_fit", "contexts", pl.lit(0.3), subject=C("weather"), song_text=C("mood"))


def discovery(chosen: pl.DataFrame) -> pl.DataFrame:
    """The user never heard this artist."""
    rows = chosen.filter("discovery")
    return reason(rows, "discovery", "affinity", pl.lit(0.25), subject=C("artist_id"))


def popular(chosen: pl.DataFrame, popularity: pl.DataFrame, params: ListParams) -> pl.DataFrame:
    """High in the popularity of everywhere."""
    rows = chosen.join(popularity.filter(C("place") == "*").select("track_id", "rank"), on="track_id")
    return reason(rows, "popular", "popularity", _fame(params) - 0.05, value=C("rank"))


def popular_near(chosen: pl.DataFrame, popularity: pl.DataFrame, params: ListParams) -> pl.DataFrame:
    """High in the popularity of the user's city."""
    ranks = popularity.select("track_id", "rank", city="place")
    rows = chosen.drop_nulls("city").join(ranks, on=["city", "track_id"])
    return reason(rows, "popular_near", "popularity", _fame(params), subject=C("city"), value=C("rank"))


def catalogue_pick(chosen: pl.DataFrame) -> pl.DataFrame:
    """Nothing stronger is known: the song broadens the list by its genre."""
    return reason(chosen, "catalogue_pick", "tracks", pl.lit(-1.0), subject=C("genre"))


def by_neighbour(
    chosen: pl.DataFrame,
    candidates: pl.DataFrame,
    loved: pl.DataFrame,
    pairs: pl.DataFrame,
    source: str,
    kind: str,
    params: ListParams,
) -> pl.DataFrame:
    """A loved track that leads here, by the pair's own similarity.

    Args:
        loved: ``user_id``, ``loved`` (a track id): what may be called loved.
        pairs: ``cf_neighbours`` or ``neighbours``, whichever made the source.
    """
    because = candidates.filter(C("source") == source).select("user_id", "track_id", loved="because_track_id")
    near = pairs.select(loved="track_id", track_id="neighbour_id", similarity="similarity")
    rows = (
        chosen.join(because.drop_nulls("loved"), on=["user_id", "track_id"])
        .join(loved, on=["user_id", "loved"], how="semi")
        .join(near, on=["loved", "track_id"])
    )
    table = "cf_neighbours" if source == "item_item" else "neighbours"
    least = 0.0 if source == "item_item" else params.similarity_from
    base = 0.55 if source == "item_item" else 0.4
    return reason(
        rows.filter(C("similarity") >= least), kind, table, base + 0.4 * C("similarity"),
        subject=C("loved"), value=C("similarity"),
    )  # fmt: skip


def liked_artist(chosen: pl.DataFrame, liked: pl.DataFrame) -> pl.DataFrame:
    """The user liked songs of this artist, or of one featured here.

    Args:
        liked: ``user_id``, ``artist_id`` and ``likes``, the number of liked tracks by that main artist.
    """
    rows = chosen.join(liked, on=["user_id", "artist_id"])
    strength = 0.6 + 0.1 * C("likes").clip(0, 3)
    return reason(
        rows, "liked_artist", "affinity", strength, subject=C("artist_id"), value=C("likes"),
        unit=pl.lit("liked songs"),
    )  # fmt: skip


def _fame(params: ListParams) -> pl.Expr:
    """Strong at the top of the charts, hardly a reason beyond ``rank_within``."""
    high = 0.6 - 0.4 * C("rank") / params.rank_within
    return pl.when(C("rank") <= params.rank_within).then(high).otherwise(-0.5)


def shares(listeners: pl.DataFrame, items: str, amounts: str, least: float) -> pl.DataFrame:
    """One row per user and item of a list of the taste table: ``u``, ``item``, ``share``, those from ``least`` up."""
    rows = listeners.filter("personal").select("u", item=items, share=amounts).explode("item", "share")
    return rows.filter(C("share") >= least)
