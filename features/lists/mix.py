"""What a list should resemble: each user's own mix of genre, mood, familiarity and language sung.

The mood of a song is its quadrant of Russell's plane (signs of valence and arousal). Genre, mood
and language mixes are shares of positive affinity; familiarity is counted in different songs, because
a list holds each song once however often it is played.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.lists.listeners import Listeners
from features.lists.params import ListParams
from features.lists.pool import Pool
from features.lists.songs import Floats, Ints, Songs, lookup
from features.night import Night
from features.taste.affinity import credits
from schemas.vocabulary import TRACK_LANGUAGES

FACETS = ("genre", "mood", "familiarity", "language")
QUADRANTS = 4
FAMILIARITY = ("heard", "known_artist", "new_artist")
C = pl.col


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares per user; a row of zeros where nothing may or can be known [shape=(users, classes)].

    Args:
        shares: one table per facet of FACETS.
    """

    shares: tuple[Floats, ...]


def mixes(
    people: Listeners,
    songs: Songs,
    affinity: pl.DataFrame,
    tracks: pl.DataFrame,
    emotions: pl.DataFrame,
    params: ListParams,
    night: Night,
) -> Mix:
    """Mixes of the personal users; the others keep rows of zeros.

    Args:
        tracks, emotions: whole tables; what was heard need not be servable.
    """
    open_users = people.frame.filter("personal").select("u", "user_id")
    mine = affinity.join(open_users, on="user_id").filter(~C("blocked"))
    liked = mine.filter(C("weight") > 0).select("u", "track_id", micro=_micro(C("weight")))
    felt = emotions.select("track_id", quadrant=quadrant())
    named = tracks.select("track_id", "genre", "language")
    known = liked.join(named, on="track_id").join(felt, on="track_id", how="left")
    return Mix(
        (
            _shares(_placed(known, "genre", songs.genres), people.frame.height, max(1, len(songs.genres))),
            _shares(known.drop_nulls("quadrant").rename({"quadrant": "place"}), people.frame.height, QUADRANTS),
            _familiarity(mine, people, tracks, params, night),
            _shares(_placed(known, "language", TRACK_LANGUAGES), people.frame.height, len(TRACK_LANGUAGES)),
        )
    )


def quadrant() -> pl.Expr:
    """0..3: 2 for pleasant, 1 for excited; null when unknown."""
    return (C("valence") >= 0).cast(pl.Int64) * 2 + (C("arousal") >= 0).cast(pl.Int64)


def facets(pairs: Pool, songs: Songs) -> tuple[Ints, ...]:
    """Class of each pair in each facet, -1 when unknown [shape=(pairs,)]."""
    valence, arousal = songs.valence, songs.arousal
    mood = np.where(np.isnan(valence) | np.isnan(arousal), -1, (valence >= 0) * 2 + (arousal >= 0))
    nobody = songs.artists[pairs.track, 0] < 0
    familiarity = np.where(pairs.heard, 0, np.where(nobody, -1, np.where(pairs.discovery, 2, 1)))
    return songs.genre[pairs.track], mood[pairs.track], familiarity, songs.language[pairs.track]


def _placed(rows: pl.DataFrame, column: str, names: tuple[str, ...]) -> pl.DataFrame:
    """Rows whose value is known, with its place in ``names``."""
    known = rows.drop_nulls(column)
    return known.with_columns(place=pl.Series(lookup(known[column], names)))


def _micro(weight: pl.Expr) -> pl.Expr:
    """Millionths, so that sums do not depend on the order of rows."""
    return (weight.cast(pl.Float64) * 1e6).round().cast(pl.Int64)


def _shares(rows: pl.DataFrame, users: int, classes: int) -> Floats:
    """Share of each class in all that is known, also of classes no candidate has (place -1)."""
    summed = rows.group_by("u", "place").agg(C("micro").sum())
    table = np.zeros((users, classes + 1))
    table[summed["u"].to_numpy(), summed["place"].to_numpy()] = summed["micro"].to_numpy()
    whole = np.zeros(users)
    total = rows.group_by("u").agg(C("micro").sum())
    whole[total["u"].to_numpy()] = total["micro"].to_numpy()
    shares: Floats = table[:, :classes] / np.where(whole > 0, whole, 1)[:, None]
    return shares


def _familiarity(
    mine: pl.DataFrame, people: Listeners, tracks: pl.DataFrame, params: ListParams, night: Night
) -> Floats:
    """Of the different songs played lately: known before, new by a known artist, by a new artist.

    A few songs of a usual mix are added, so that a user of few plays is not taken at their word.
    """
    since = night.days_before(params.lately_days)
    played = mine.filter(C("plays") > 0)
    by_artist = played.join(credits(tracks), on="track_id").group_by("u", "artist").agg(met=C("first_played").min())
    lately = (
        played.filter(C("last_played") > since)
        .join(credits(tracks), on="track_id")
        .join(by_artist, on=["u", "artist"], how="left")
        .group_by("u", "track_id")
        .agg(C("first_played").first(), C("met").min())
    )
    place = pl.when(C("first_played") <= since).then(0).when(C("met") <= since).then(1).otherwise(2)
    counts = lately.group_by("u", place=place).len("songs")
    new = params.discovery_default
    usual = np.array([(1 - new) / 2, (1 - new) / 2, new]) * params.usual_songs
    table = np.tile(usual, (people.frame.height, 1))
    table[counts["u"].to_numpy(), counts["place"].to_numpy()] += counts["songs"].to_numpy()
    whole = table[:, 0] + table[:, 1] + table[:, 2]
    return np.where(people.personal[:, None], table / whole[:, None], 0.0)
