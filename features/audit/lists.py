"""Checks of the lists themselves: complete, distinct, capped, lawful, fresh."""

from __future__ import annotations

import polars as pl

from features.audit.findings import Finding, NightTables, but_relaxed, none_of
from features.audit.params import AuditRules


def every_user_has_a_list(night: NightTables, _: AuditRules) -> Finding:
    listed = night.daily_lists.select("user_id").unique()
    excused = night.list_summaries.filter((pl.col("songs") == 0) & pl.col("shortfall_reason").is_not_null())
    missing = (
        night.users.select("user_id").join(listed, on="user_id", how="anti").join(excused, on="user_id", how="anti")
    )
    return none_of("every_user_has_a_list", missing, "users without a list")


def every_list_has_a_user(night: NightTables, _: AuditRules) -> Finding:
    unknown = night.daily_lists.select("user_id").unique().join(night.users, on="user_id", how="anti")
    return none_of("every_list_has_a_user", unknown, "lists of users nobody knows")


def full_lists(night: NightTables, rules: AuditRules) -> Finding:
    """Thirty songs, or a reason; and the summary says how many there are."""
    counted = night.daily_lists.group_by("user_id").len("listed")
    short = night.list_summaries.join(counted, on="user_id", how="left").with_columns(pl.col("listed").fill_null(0))
    bad = short.filter(
        (pl.col("listed") != pl.col("songs"))
        | (pl.col("listed") > rules.lists.songs)
        | ((pl.col("listed") < rules.lists.songs) & pl.col("shortfall_reason").is_null())
    )
    return none_of("full_lists", bad.select("user_id", "listed", "songs"), "short lists without a reason")


def ranks_without_gap(night: NightTables, _: AuditRules) -> Finding:
    rank = pl.col("rank")
    ranks = night.daily_lists.group_by("user_id").agg(
        first=rank.min(), last=rank.max(), distinct=rank.n_unique(), songs=pl.len()
    )
    bad = ranks.filter(
        (pl.col("first") != 1) | (pl.col("last") != pl.col("songs")) | (pl.col("distinct") != pl.col("songs"))
    )
    return none_of("ranks_without_gap", bad, "lists whose ranks are not 1..n")


def distinct_recordings(night: NightTables, _: AuditRules) -> Finding:
    """No track twice, nor the same recording under two track ids."""
    by = [
        night.daily_lists.group_by("user_id", key).len("times").filter(pl.col("times") > 1).rename({key: "twice"})
        for key in ("recording_id", "track_id")
    ]
    return none_of("distinct_recordings", pl.concat(by).unique(), "recordings twice in a list")


def one_version_of_a_song(night: NightTables, _: AuditRules) -> Finding:
    """Not the live recording beside the plain one, nor a remaster."""
    songs = night.songs.filter(pl.col("work_id").is_not_null())
    bad = songs.group_by("user_id", "work_id").len("versions").filter(pl.col("versions") > 1)
    return none_of("one_version_of_a_song", bad, "songs twice in a list, in two versions")


def artist_cap(night: NightTables, rules: AuditRules) -> Finding:
    """Featured artists count too: caps that look at main artists only leak on collaborations."""
    everyone = pl.concat_list("artist_id", pl.col("featured_artist_ids").fill_null([])).list.unique().alias("artist")
    relaxed = pl.col("relaxations").list.contains("artist_cap_raised")
    cap = pl.when(relaxed).then(rules.lists.raised_artist_cap).otherwise(rules.lists.artist_cap)
    songs = (
        night.strict_songs("artist_cap_lifted")
        .select("user_id", everyone, cap=cap)
        .explode("artist")
        .drop_nulls("artist")
    )
    bad = songs.group_by("user_id", "artist", "cap").len("songs").filter(pl.col("songs") > pl.col("cap"))
    rule = rules.lists
    found = none_of("artist_cap", bad, f"artists with more songs in a list than the cap of {rule.artist_cap}")
    raised = {f"artist_cap_raised (to {rule.raised_artist_cap})": night.relaxed_in("artist_cap_raised")}
    return but_relaxed(found, **raised, artist_cap_lifted=night.relaxed_in("artist_cap_lifted"))


def album_cap(night: NightTables, rules: AuditRules) -> Finding:
    songs = night.strict_songs("album_cap").filter(pl.col("album_id").is_not_null())
    bad = songs.group_by("user_id", "album_id").len("songs").filter(pl.col("songs") > rules.lists.album_cap)
    found = none_of("album_cap", bad, f"albums with more than {rules.lists.album_cap} songs in a list")
    return but_relaxed(found, album_cap=night.relaxed_in("album_cap"))


def nothing_blocked(night: NightTables, _: AuditRules) -> Finding:
    """Neither a blocked track nor one with a blocked artist, main or featured."""
    blocked = night.affinity.filter("blocked").select("user_id", "track_id")
    tracks = night.songs.join(blocked, on=["user_id", "track_id"], how="semi")
    artists = night.taste.select("user_id", "blocked_artist_ids")
    credited = pl.concat_list("artist_id", pl.col("featured_artist_ids").fill_null([]))
    by_artist = night.songs.join(artists, on="user_id", how="inner").filter(
        credited.list.set_intersection("blocked_artist_ids").list.len() > 0
    )
    bad = pl.concat([f.select("user_id", "track_id") for f in (tracks, by_artist)]).unique()
    return none_of("nothing_blocked", bad, "songs that the listener blocked")


def all_available(night: NightTables, _: AuditRules) -> Finding:
    served = pl.col("available").fill_null(False) & pl.col("playable").fill_null(True)  # null: not in the catalogue
    what = "songs withdrawn, unknown, or not to be played"
    return none_of("all_available", night.songs.filter(~served).select("user_id", "track_id"), what)


def all_released(night: NightTables, _: AuditRules) -> Finding:
    bad = night.songs.filter(pl.col("release_date") > night.serves_on)
    what = f"songs not released by {night.serves_on}"
    return none_of("all_released", bad.select("user_id", "track_id", "release_date"), what)


def right_region(night: NightTables, _: AuditRules) -> Finding:
    limited = pl.col("regions").list.len() > 0
    bad = night.songs.filter(limited & ~pl.col("regions").list.contains(pl.col("country")).fill_null(False))
    return none_of("right_region", bad.select("user_id", "track_id", "country"), "songs without rights there")


def explicit_only_if_ok(night: NightTables, _: AuditRules) -> Finding:
    bad = night.songs.filter(pl.col("explicit") & ~pl.col("explicit_ok"))
    return none_of("explicit_only_if_ok", bad.select("user_id", "track_id"), "explicit songs for who declined them")


def not_listed_lately(night: NightTables, _: AuditRules) -> Finding:
    """Neither in the last 7 nights nor in the 7 before, in no version, each unless that very rule was relaxed."""
    ago = (pl.lit(night.ds) - pl.col("ds")).dt.total_days()
    weeks = (
        (night.history.filter(ago <= 7), night.strict_songs("recommended_last_week")),
        (
            night.history.filter(ago > 7),
            night.strict_songs("recommended_last_week", "recommended_the_week_before"),
        ),
    )
    works = night.tracks.select("track_id", "work_id")
    found = [
        songs.join(history.select("user_id", key), on=["user_id", key], how="semi").select("user_id", "track_id")
        for history, songs in ((rows.join(works, on="track_id", how="left"), songs) for rows, songs in weeks)
        for key in ("recording_id", "track_id", "work_id")
    ]
    finding = none_of("not_listed_lately", pl.concat(found).unique(), "songs recommended in the last 14 nights")
    return but_relaxed(
        finding,
        recommended_last_week=night.relaxed_in("recommended_last_week"),
        recommended_the_week_before=night.relaxed_in("recommended_the_week_before"),
    )


def not_played_today(night: NightTables, _: AuditRules) -> Finding:
    works = night.tracks.select("track_id", "work_id")
    played = night.plays.filter(pl.col("local_date") == night.ds).join(works, on="track_id", how="left")
    songs = night.strict_songs("played_on_ds")
    same = [songs.join(played, on=["user_id", key], how="semi") for key in ("track_id", "work_id")]
    bad = pl.concat(same).select("user_id", "track_id").unique()
    finding = none_of("not_played_today", bad, f"songs the listener played on {night.ds}")
    return but_relaxed(finding, played_on_ds=night.relaxed_in("played_on_ds"))


LIST_CHECKS = (
    every_user_has_a_list,
    every_list_has_a_user,
    full_lists,
    ranks_without_gap,
    distinct_recordings,
    one_version_of_a_song,
    artist_cap,
    album_cap,
    nothing_blocked,
    all_available,
    all_released,
    right_region,
    explicit_only_if_ok,
    not_listed_lately,
    not_played_today,
)
