"""Checks that lists are personal: a night must not publish 30 popular songs to everyone."""

from __future__ import annotations

import polars as pl

from features.audit.findings import Finding, NightTables, at_least, at_most, share
from features.audit.params import AuditRules

_POPULAR = ["popular", "popular_near"]


def _personal_songs(night: NightTables) -> pl.DataFrame:
    return night.songs.filter(pl.col("personalised").fill_null(False))


def identical_lists(night: NightTables, rules: AuditRules) -> Finding:
    """Share of personalised full lists that hold the very songs of another one, in whatever order.

    A short list holds every song its listener may get: in a catalogue of twenty songs all are equal, rightly.
    """
    sets = _personal_songs(night).group_by("user_id").agg(songs=pl.col("track_id").sort().str.join(" "), size=pl.len())
    sets = sets.filter(pl.col("size") >= rules.lists.songs)
    same = sets.filter(pl.col("songs").is_duplicated()).height
    detail = f"{same} of {sets.height} full personalised lists equal another one"
    return at_most("identical_lists", share(same, sets.height), rules.own.max_identical_share, detail)


def popular_only(night: NightTables, rules: AuditRules) -> Finding:
    """Share of personalised lists in which no song has another source than popularity."""
    lists = _personal_songs(night).group_by("user_id").agg(popular=pl.col("source").is_in(_POPULAR).all())
    bland = int(lists["popular"].sum())
    detail = f"{bland} of {lists.height} personalised lists rest on popularity alone"
    return at_most("popular_only", share(bland, lists.height), rules.own.max_popular_only_share, detail)


def listeners_are_known(night: NightTables, rules: AuditRules) -> Finding:
    """Whoever has plays and wants it gets a personalised list; a broken join shows here first."""
    enough = max(rules.own.min_plays_for_taste, rules.taste.light_from)
    plays = night.plays.group_by("user_id").len("plays")
    expected = (
        night.users.filter("personalised").select("user_id").join(plays.filter(pl.col("plays") >= enough), on="user_id")
    )
    given = night.list_summaries.filter("personalised").select("user_id")
    met = expected.join(given, on="user_id", how="semi").height
    observed = share(met, expected.height) if expected.height else 1.0
    detail = f"{met} of {expected.height} users with {enough} plays or more got a personal list"
    return at_least("listeners_are_known", observed, rules.own.min_personalised_share, detail)


SHARING_CHECKS = (identical_lists, popular_only, listeners_are_known)
