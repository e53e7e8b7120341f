"""The rules of the lists read anew, in joins over what went in and what came out; none of the lists' code."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from features.night import Night

C = pl.col
Tables = dict[str, pl.DataFrame]
# Relaxation -> what a list that lacks it may never show.
_VISIBLE = (
    "album_cap", "recommended_the_week_before", "disliked", "played_out", "artist_cap_raised",
    "played_on_ds", "recommended_last_week", "artist_cap_lifted",
)  # fmt: skip
_ORDER = ("discovery_share", *_VISIBLE)


def violations(tables: Tables, made: Tables, night: Night) -> pl.DataFrame:
    """One row per broken promise: ``user_id``, ``broken``.

    Args:
        tables: inputs of the stage; made: its outputs.
    """
    songs = _songs(tables, made, night)
    summaries = made["list_summaries"]
    found = [_where(songs, rule, flag) for rule, flag in _never(night).items()]
    found += [_counts(songs, summaries), _twice(songs), _neighbours(songs)]
    shown = _shown(songs, tables)
    for rule in _VISIBLE:
        unsaid = ~C("relaxations").list.contains(rule) & C(rule)
        needless = C("relaxations").list.contains(rule) & ~C(rule)
        joined = summaries.join(shown, on="user_id", how="left").with_columns(C(rule).fill_null(False))
        found += [_where(joined, f"{rule} unsaid", unsaid), _where(joined, f"{rule} needless", needless)]
    places = C("relaxations").list.eval(pl.element().replace_strict({n: i for i, n in enumerate(_ORDER)}))
    return pl.concat([*found, _where(summaries, "relaxations out of order", places.list.sort() != places)])


def _songs(tables: Tables, made: Tables, night: Night) -> pl.DataFrame:
    """Chosen songs with everything the rules ask about."""
    recorded = tables["audio_features"].select("track_id", true_recording="audio_content_id")
    drawn = tables["affinity"].join(recorded, on="track_id", how="left").with_columns(_recording())
    by_recording = drawn.group_by("user_id", "true_recording").agg(
        barred=C("blocked").any(), today=(C("plays_ds") > 0).any()
    )
    past = tables["history"].with_columns(ago=(pl.lit(night.ds) - C("ds")).dt.total_days())
    ago = past.group_by("user_id", true_recording="recording_id").agg(C("ago").min())
    return (
        made["daily_lists"]
        .join(tables["tracks"].drop("artist_id"), on="track_id", how="left")
        .join(tables["tracks"].select("track_id", main="artist_id"), on="track_id", how="left")
        .join(recorded, on="track_id", how="left")
        .with_columns(_recording())
        .join(tables["users"].select("user_id", "country", "explicit_ok"), on="user_id", how="left")
        .join(by_recording, on=["user_id", "true_recording"], how="left")
        .join(drawn.select("user_id", "track_id", "weight", "plays_7d"), on=["user_id", "track_id"], how="left")
        .join(ago, on=["user_id", "true_recording"], how="left")
        .join(made["list_summaries"].select("user_id", "personalised", "songs"), on="user_id", how="left")
        .with_columns(credited=pl.concat_list(pl.concat_list("main"), "featured_artist_ids").list.unique())
    )


def _recording() -> pl.Expr:
    return pl.coalesce("true_recording", "track_id").alias("true_recording")


def _never(night: Night) -> dict[str, pl.Expr]:
    anywhere = C("regions").list.len() == 0
    return {
        "unavailable": ~C("available").fill_null(False),
        "unreleased": (C("release_date") > night.ds + timedelta(days=1)).fill_null(False),
        "blocked": C("barred").fill_null(False),
        "region": ~(anywhere | C("regions").list.contains(C("country")).fill_null(False)),
        "explicit": C("explicit") & ~C("explicit_ok"),
        "wrong recording": C("recording_id") != C("true_recording"),
    }


def _counts(songs: pl.DataFrame, summaries: pl.DataFrame) -> pl.DataFrame:
    counted = songs.group_by("user_id").agg(n=pl.len(), last=C("rank").max(), ranks=C("rank").n_unique())
    joined = summaries.join(counted, on="user_id", how="left").with_columns(C("n", "last", "ranks").fill_null(0))
    wrong = (C("n") != C("songs")) | (C("last") != C("n")) | (C("ranks") != C("n"))
    return _where(joined, "count", wrong | ((C("n") < 30) != C("shortfall_reason").is_not_null()) | (C("n") > 30))


def _twice(songs: pl.DataFrame) -> pl.DataFrame:
    return _where(songs.group_by("user_id", "true_recording").len("n"), "a recording twice", C("n") > 1)


def _neighbours(songs: pl.DataFrame) -> pl.DataFrame:
    """Two of one artist side by side, in lists where no artist has more than two songs."""
    ordered = songs.sort("user_id", "rank").with_columns(before=C("credited").shift(1).over("user_id"))
    shared = C("credited").list.set_intersection("before").list.len() > 0
    busy = songs.explode("credited").group_by("user_id", "credited").len("n").filter(C("n") > 2)
    calm = ordered.join(busy, on="user_id", how="anti").filter(C("songs") >= 30)
    return _where(calm, "one artist side by side", shared.fill_null(False))


def _shown(songs: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """Per user, what the list shows of each rule that may be relaxed."""
    artists = songs.explode("credited").group_by("user_id", "credited").len("n")
    albums = songs.drop_nulls("album_id").group_by("user_id", "album_id").len("n")
    per_song = songs.group_by("user_id").agg(
        recommended_the_week_before=C("ago").is_between(8, 14).fill_null(False).any(),
        recommended_last_week=(C("ago") <= 7).fill_null(False).any(),
        disliked=(C("personalised") & (C("weight") < -0.2)).fill_null(False).any(),
        played_out=(C("personalised") & (C("plays_7d") >= 8)).fill_null(False).any(),
        played_on_ds=C("today").fill_null(False).any(),
    )
    by_artist = artists.group_by("user_id").agg(
        artist_cap_raised=(C("n") >= 3).any(), artist_cap_lifted=(C("n") > 3).any()
    )
    by_album = albums.group_by("user_id").agg(album_cap=(C("n") > 2).any())
    people = tables["users"].select("user_id")
    for part in (per_song, by_artist, by_album):
        people = people.join(part, on="user_id", how="left")
    return people


def _where(rows: pl.DataFrame, rule: str, flag: pl.Expr) -> pl.DataFrame:
    return rows.filter(flag).select("user_id", broken=pl.lit(rule))
