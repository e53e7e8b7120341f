"""Plays of very many listeners, as a load to run nights under.

A plainer life than :mod:`features.sample.listeners.days`, all listeners of a part at once: whom they are is drawn as
there, but a play is a discovery (by their styles and the appeal of songs, or another song of the artist just heard) or
repeats an earlier play of theirs, late ones rather than early ones and hardly ever the last two. Weather, mood, drift
and what two songs have in common beyond style and artist play no part, so the quality of lists made from these plays
means nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np
import polars as pl

from features.sample.listeners.days import ORIGIN_SHARES, ORIGINS
from features.sample.listeners.people import Listener
from features.seeds import Seeds

_MEAN_ACTIVITY = 6.64  # of the listeners that ``people.draw`` draws, plays on an ordinary day
_SESSION = 3.5  # plays in a session, mean
_SAME_ARTIST, _LOOPED = 0.25, 0.06
_SKIPPED_NEW, _SKIPPED_KNOWN = 0.3, 0.1
_LIKED, _ADDED, _BLOCKED = 0.012, 0.004, 0.002


@dataclass(frozen=True, slots=True)
class Shelf:
    """The songs that everyone may play on every day, one element per song, by style and there by id.

    Args:
        appeal: cumulated appeal, over all styles; ``style_from[s]`` songs come before those of style ``s``.
        by_artist: rows ordered by artist; those of row ``r``'s artist are ``by_artist[artist_from[r]:artist_to[r]]``.
    """

    ids: pl.Series
    styles: list[str]
    style_from: np.ndarray
    appeal: np.ndarray
    duration_s: np.ndarray
    by_artist: np.ndarray
    artist_from: np.ndarray
    artist_to: np.ndarray

    @classmethod
    def of(cls, truth: pl.DataFrame, first_day: date) -> Shelf:
        """From the catalogue's truth (``features.sample.works.TRUTH_SCHEMA``)."""
        there = pl.max_horizontal("release_date", "added_on") <= first_day
        everywhere = pl.col("available") & ~pl.col("explicit") & (pl.col("regions").list.len() == 0)
        songs = truth.filter(there & everywhere).sort("style", "track_id")
        styles = songs["style"].to_numpy()
        names, style_from = np.unique(styles, return_index=True)
        artists = songs["artist_id"].rank("dense").to_numpy().astype(np.int64)
        by_artist = np.argsort(artists, kind="stable")
        return cls(
            ids=songs["track_id"],
            styles=[str(name) for name in names],
            style_from=np.append(style_from, len(styles)),
            appeal=np.append(0.0, np.cumsum(np.exp(4.0 * songs["appeal"].to_numpy()))),
            duration_s=songs["duration_s"].to_numpy(),
            by_artist=by_artist,
            artist_from=np.searchsorted(artists[by_artist], artists, side="left"),
            artist_to=np.searchsorted(artists[by_artist], artists, side="right"),
        )


def lives(
    listeners: Sequence[Listener], shelf: Shelf, *, mean_plays: float, days: int, until: date, seeds: Seeds
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Plays and feedback of some listeners in landing form, ordered by time.

    Args:
        mean_plays: of a listener who is there on all ``days``, the last of which is ``until``.
    """
    rng = seeds.rng("load", listeners[0].user_id)
    present = np.array([min(days, (until - x.created_on).days + 1) for x in listeners])
    activity = np.array([x.activity for x in listeners]) / _MEAN_ACTIVITY
    counts = rng.poisson(mean_plays * activity * present / days)
    who = np.repeat(np.arange(len(listeners)), counts)
    place = np.arange(len(who)) - np.repeat(np.cumsum(counts) - counts, counts)
    songs, new = _songs(listeners, shelf, who, place, rng)
    skipped = rng.random(len(who)) < np.where(new, _SKIPPED_NEW, _SKIPPED_KNOWN)
    share = np.where(skipped, rng.uniform(0.05, 0.45, len(who)), rng.uniform(0.93, 1.0, len(who)))
    listened_s = np.round(shelf.duration_s[songs] * share, 2)
    plays = pl.DataFrame(
        {
            "user_id": pl.Series([x.user_id for x in listeners], dtype=pl.String).gather(who),
            "at_s": _local_s(listeners, who, place, listened_s, present, rng),
            "track_id": shelf.ids.gather(songs),
            "listened_s": pl.Series(listened_s, dtype=pl.Float32),
            "skipped": skipped,
            "origin": pl.Series(ORIGINS).gather(rng.choice(len(ORIGINS), len(who), p=ORIGIN_SHARES)),
            "timezone": pl.Series([x.city.timezone for x in listeners], dtype=pl.String).gather(who),
            "lot": rng.random(len(who)),
        }
    )
    dated = _in_utc(plays, until).unique(["user_id", "played_at", "track_id"], keep="first", maintain_order=True)
    return dated.drop("lot"), _feedback(dated)


def _songs(
    listeners: Sequence[Listener], shelf: Shelf, who: np.ndarray, place: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Row on the shelf of every play, and whether it is a discovery, both of shape (plays,)."""
    size, row = len(who), np.arange(len(who))
    novelty = np.array([x.novelty for x in listeners])[who]
    new = (place == 0) | (rng.random(size) < novelty)
    age = np.floor(3 + np.exp(rng.random(size) * np.log1p(place))).astype(np.int64)
    age = np.minimum(np.where(rng.random(size) < _LOOPED, 1, age), place)
    root = np.where(new, row, row - age)
    while not np.array_equal(further := root[root], root):
        root = further
    met = _met(listeners, shelf, who, rng)
    before = met[root[np.maximum(row - 1, 0)]]
    width = shelf.artist_to[before] - shelf.artist_from[before]
    theirs = shelf.by_artist[shelf.artist_from[before] + (rng.random(size) * width).astype(np.int64)]
    met = np.where((place > 0) & (rng.random(size) < _SAME_ARTIST), theirs, met)
    return met[root], new


def _met(listeners: Sequence[Listener], shelf: Shelf, who: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A song for every play, were it a discovery: a style by the listener's weights, in it a song by its appeal."""
    taste = np.exp(2.5 * np.array([x.style_taste.mean(axis=0) for x in listeners]))
    cumulated = np.cumsum(taste, axis=1) / taste.sum(axis=1, keepdims=True)
    # One search for all: the weights of listener i lie between i and i + 1.
    steps = (cumulated + np.arange(len(listeners))[:, None]).ravel()
    found = np.searchsorted(steps, who + rng.random(len(who)), side="right") - who * len(shelf.styles)
    style = np.minimum(found, len(shelf.styles) - 1)
    low, high = shelf.appeal[shelf.style_from[style]], shelf.appeal[shelf.style_from[style + 1]]
    row = np.searchsorted(shelf.appeal, low + rng.random(len(who)) * (high - low), side="right") - 1
    return np.asarray(np.clip(row, shelf.style_from[style], shelf.style_from[style + 1] - 1))


def _local_s(
    listeners: Sequence[Listener],
    who: np.ndarray,
    place: np.ndarray,
    listened_s: np.ndarray,
    present: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Local time of every play, s since the last day began: sessions on days and at hours of the listener's, each one
    song after the other.

    Args:
        present: days up to the last on which each listener was there.
    """
    begins = (place == 0) | (rng.random(len(who)) < 1 / _SESSION)
    whose = who[begins]
    day = -np.floor(rng.random(len(whose)) * present[whose])
    hours = np.cumsum([x.hours for x in listeners], axis=1)
    steps = (hours / hours[:, -1:] + np.arange(len(listeners))[:, None]).ravel()
    hour = np.minimum(np.searchsorted(steps, whose + rng.random(len(whose)), side="right") - whose * 24, 23)
    start_s = day * 86_400 + hour * 3_600 + rng.integers(0, 2_400, len(whose))
    start_s = start_s[np.lexsort((start_s, whose))]
    end_s = np.cumsum(np.floor(listened_s) + rng.integers(1, 9, len(who)))
    before_s = np.append(0, end_s[:-1])
    session = np.cumsum(begins) - 1
    at_s = start_s[session] + before_s - before_s[begins][session]
    return np.asarray(at_s).astype(np.int64)


def _in_utc(plays: pl.DataFrame, until: date) -> pl.DataFrame:
    """Local times in UTC, by time zone; of an hour that a clock shows twice, the first."""
    local = pl.lit(datetime.combine(until, time())) + pl.duration(seconds="at_s")
    parts = [
        group.with_columns(
            local.dt.replace_time_zone(str(zone), ambiguous="earliest", non_existent="null")
            .dt.convert_time_zone("UTC")
            .alias("played_at")
        )
        for (zone,), group in plays.group_by("timezone", maintain_order=True)
    ]
    columns = ("user_id", "played_at", "track_id", "listened_s", "skipped", "origin", "lot")
    dated = pl.concat(parts).drop_nulls("played_at").select(columns)
    return dated.sort("played_at", "user_id", "track_id", "lot")


def _feedback(plays: pl.DataFrame) -> pl.DataFrame:
    """Likes and blocks that some plays end with, the first of each listener and song."""
    lot, heard = pl.col("lot"), ~pl.col("skipped")
    kind = (
        pl.when(heard & (lot < _LIKED))
        .then(pl.lit("like_track"))
        .when(heard & (lot < _LIKED + _ADDED))
        .then(pl.lit("add_to_playlist"))
        .when(~heard & (lot < _BLOCKED))
        .then(pl.lit("block_track"))
    )
    told = plays.select("user_id", event_at=pl.col("played_at").dt.offset_by("12s"), kind=kind, subject_id="track_id")
    return told.drop_nulls("kind").unique(["user_id", "subject_id"], keep="first", maintain_order=True)
