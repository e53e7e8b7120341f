"""From candidates to finished lists of one bucket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from features.candidates.eligibility import servable
from features.lists.assembly import choose, names
from features.lists.listeners import Listeners, listeners
from features.lists.mix import Mix, mixes
from features.lists.pool import Pool, pool
from features.lists.ranking import Ranked, features, rank
from features.lists.rules import NOTHING_ALLOWED, TOO_FEW_SONGS, ListParams
from features.lists.sequencing import Lists, order
from features.lists.shelves import Stock, stock
from features.lists.songs import Bools, Floats, Ints, Songs, songs
from features.lists.space import closeness
from features.night import Night
from schemas import TABLES
from schemas.vocabulary import CANDIDATE_SOURCES

# Users assembled at a time; bounds memory to about 60 MB.
_BATCH = 512
_BEYOND = 1 << 32  # sorts behind every place


@dataclass(frozen=True, slots=True)
class Bucket:
    """Everything the steps of one bucket share."""

    songs: Songs
    listeners: Listeners
    pool: Pool
    near: Floats
    ranked: Ranked
    mix: Mix
    cf_track_factors: pl.DataFrame
    night: Night


@dataclass(frozen=True, slots=True)
class Finished:
    """The lists of a bucket, one row per user in order of number.

    Args:
        pairs: places in the pool, in playing order, -1 beyond the end [shape=(users, songs)].
        place: place of each song by score among the user's candidates, 0 first [shape=(users, songs)].
        used: bits of the rules relaxed [shape=(users,)].
        candidates: how many there were to choose from [shape=(users,)].
    """

    pairs: Ints
    place: Ints
    used: Ints
    candidates: Ints

    @property
    def songs(self) -> Ints:
        """Songs in each list [shape=(users,)]."""
        counts: Ints = (self.pairs >= 0).sum(axis=1)
        return counts


def bucket(tables: Mapping[str, pl.DataFrame], params: ListParams, night: Night) -> Bucket:
    """Number songs and users, gather their pairs and score them.

    Args:
        tables: the inputs of the stage by name, as their contracts say.
    """
    candidates, affinity, tracks = tables["candidates"], tables["affinity"], tables["tracks"]
    wanted = servable(tracks, night).join(candidates.select("track_id").unique(), on="track_id", how="semi")
    book = songs(wanted, tables["audio_features"], tables["emotions"], params, night)
    people = listeners(tables["users"], tables["taste"], tables["contexts"], book.genres, night)
    pairs = pool(
        people.frame, book.frame, candidates, affinity, tracks, tables["audio_features"], tables["history"], night
    )
    factors = tables["cf_user_factors"], tables["cf_track_factors"]
    near = closeness(pairs.user, pairs.track, people.frame, book.frame, *factors)
    ranked = rank(features(pairs, book, people, near), pairs, book, people, params)
    mix = mixes(people, book, affinity, tracks, tables["emotions"], params, night)
    return Bucket(book, people, pairs, near, ranked, mix, tables["cf_track_factors"], night)


def assemble(made: Bucket, params: ListParams) -> Finished:
    """Choose and order every user's songs; users in order of number."""
    supply = stock(
        made.pool, made.songs, made.listeners, made.ranked, made.mix, made.cf_track_factors, params, made.night
    )
    count = made.listeners.frame.height
    parts = [
        _assembled(supply, np.arange(low, min(low + _BATCH, count)), made, params) for low in range(0, count, _BATCH)
    ]
    nobody = np.zeros(0, dtype=np.int64), np.zeros((0, params.songs), dtype=np.int64)
    none = Finished(nobody[1], nobody[1], nobody[0], nobody[0])
    return Finished(*(np.concatenate([getattr(p, f.name) for p in (none, *parts)]) for f in fields(Finished)))


def _assembled(supply: Stock, users: Ints, made: Bucket, params: ListParams) -> Finished:
    shelves, on_shelf = supply.shelves(users)
    picks = choose(shelves, params)
    count = (picks.places >= 0).sum(axis=1)
    best_first = np.sort(np.where(picks.places >= 0, picks.places, _BEYOND), axis=1)
    places = np.full(picks.places.shape, -1)
    pairs = places.copy()
    for n in np.unique(count[count > 0]).tolist():
        mine = np.flatnonzero(count == n)
        chosen = best_first[mine, :n]
        sequence = order(_lists(np.take_along_axis(on_shelf[mine], chosen, axis=1), made), params.order)
        places[mine, :n] = np.take_along_axis(chosen, sequence, axis=1)
        pairs[mine, :n] = np.take_along_axis(on_shelf[mine], places[mine, :n], axis=1)
    return Finished(pairs, places, picks.used, shelves.size)


def _lists(pairs: Ints, made: Bucket) -> Lists:
    """What the order needs of these pairs, which come best score first."""
    track = made.pool.track[pairs]
    personal = made.listeners.personal[made.pool.user[pairs]]
    familiar = np.where(personal, np.maximum(made.pool.artist_pull[pairs], made.pool.heard[pairs]), 0.0)
    length = pairs.shape[1]
    standing = np.arange(length) / max(1, length - 1)
    return Lists(
        tempo=made.songs.tempo[track],
        key=made.songs.key[track],
        energy=made.songs.energy[track],
        valence=made.songs.valence[track],
        arousal=made.songs.arousal[track],
        artists=made.songs.artists[track],
        trust=0.6 * familiar + 0.4 * made.ranked.fit[pairs],
        standing=np.broadcast_to(standing, pairs.shape),
    )


def daily_lists(found: Finished, made: Bucket) -> pl.DataFrame:
    """One row per user and rank (contract ``daily_lists``), with numbers ``u``, ``t`` beside."""
    user, place = np.nonzero(found.pairs >= 0)
    pairs, ranks = found.pairs[user, place], place + 1
    chosen = made.pool
    return pl.DataFrame(
        {
            "u": chosen.user[pairs],
            "t": chosen.track[pairs],
            "rank": ranks,
            "score": made.ranked.score[pairs],
            "source": pl.Series(CANDIDATE_SOURCES).gather(made.ranked.strongest[pairs]),
            "sources": _sources(chosen.proposed[pairs]),
            "discovery": chosen.discovery[pairs],
            "heard": chosen.heard[pairs],
        }
    ).with_columns(
        made.listeners.frame["user_id"].gather(chosen.user[pairs]),
        made.songs.frame["track_id"].gather(chosen.track[pairs]),
        made.songs.frame["recording_id"].gather(chosen.track[pairs]),
        made.songs.frame["artist_id"].gather(chosen.track[pairs]),
    )


def _sources(proposed: Bools) -> pl.Series:
    """Names of the sources that proposed each pair, in the vocabulary's order."""
    flags = pl.DataFrame(proposed, schema=list(CANDIDATE_SOURCES), orient="row")
    names = pl.concat_list(pl.when(pl.col(n)).then(pl.lit(n)) for n in CANDIDATE_SOURCES)
    return flags.select(names.list.drop_nulls().alias("sources"))["sources"]


def summaries(found: Finished, made: Bucket, params: ListParams) -> pl.DataFrame:
    """One row per user (contract ``list_summaries``)."""
    users = made.listeners.frame.select("user_id", "history_class", personalised="personal")
    count, held = found.songs, found.pairs >= 0
    discoveries = held & made.pool.discovery[found.pairs] if len(made.pool.user) else held
    rows = users.with_columns(
        pl.Series("songs", count),
        pl.Series("relaxations", [list(names(bits)) for bits in found.used.tolist()], dtype=pl.List(pl.String())),
        pl.when(pl.Series(count) == params.songs)
        .then(None)
        .when(pl.Series(found.candidates) > 0)
        .then(pl.lit(TOO_FEW_SONGS))
        .otherwise(pl.lit(NOTHING_ALLOWED))
        .alias("shortfall_reason"),
        pl.Series("discovery_songs", discoveries.sum(axis=1)),
    )
    return TABLES["list_summaries"].frame(rows)
