"""From candidates to finished lists of one bucket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.candidates.eligibility import servable
from features.lists.assembly import Shelf, choose
from features.lists.liking import liking
from features.lists.listeners import Listeners, listeners
from features.lists.pool import NEVER, Pool, pool
from features.lists.ranking import Ranked, features, rank
from features.lists.rules import BIT, NOTHING_ALLOWED, TOO_FEW_SONGS, ListParams
from features.lists.sequencing import Lists, order
from features.lists.songs import Bools, Floats, Ints, Songs, songs
from features.lists.space import closeness
from features.night import Night
from schemas import TABLES
from schemas.vocabulary import CANDIDATE_SOURCES

# Lists put in order at a time; bounds memory to about 30 MB.
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Bucket:
    """Everything the steps of one bucket share."""

    songs: Songs
    listeners: Listeners
    pool: Pool
    near: Floats
    liked: Floats
    ranked: Ranked


@dataclass(frozen=True, slots=True)
class Chosen:
    """Chosen pairs of one user in playing order, and what it took.

    Args:
        pairs: places in the pool [shape=(songs,)].
    """

    user: int
    pairs: Ints
    relaxations: tuple[str, ...]
    candidates: int


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
    liked = liking(pairs.user, pairs.track, people.frame, book.frame, tables)
    ranked = rank(features(pairs, book, people, near, liked), pairs, book, people, params)
    return Bucket(book, people, pairs, near, liked, ranked)


def assemble(made: Bucket, params: ListParams) -> list[Chosen]:
    """Choose and order every user's songs; users in order of id."""
    best = np.lexsort((made.pool.track, -made.ranked.score, made.pool.user))
    bounds = np.searchsorted(made.pool.user[best], np.arange(made.listeners.frame.height + 1))
    needs = _needs(made.pool, made.listeners.personal[made.pool.user], params)
    artists = [tuple(number for number in row if number >= 0) for row in made.songs.artists.tolist()]
    least, most = _discovery_bounds(made.listeners, params)
    found = []
    for user in range(made.listeners.frame.height):
        mine = best[bounds[user] : bounds[user + 1]]
        track = made.pool.track[mine]
        shelf = Shelf(
            artists=[artists[t] for t in track.tolist()],
            album=made.songs.album[track].tolist(),
            recording=made.songs.recording[track].tolist(),
            needs=needs[mine].tolist(),
            nights=made.pool.nights[mine].tolist(),
            discovery=made.pool.discovery[mine].tolist(),
            least=int(least[user]),
            most=int(most[user]),
        )
        places, relaxations = choose(shelf, params)
        found.append(Chosen(user, mine[places], relaxations, len(mine)))
    return _ordered(found, made, params)


def _needs(pairs: Pool, personal: Bools, params: ListParams) -> Ints:
    """Bits of the rules each pair breaks by itself."""
    bits: Ints = (
        np.where(pairs.nights <= 7, BIT["recommended_within_7_nights"], 0)
        + np.where((pairs.nights > 7) & (pairs.nights < NEVER), BIT["recommended_8_to_14_nights_ago"], 0)
        + np.where(personal & (pairs.weight < params.disliked_below), BIT["disliked"], 0)
        + np.where(pairs.played_on_ds, BIT["played_on_ds"], 0)
    )
    return bits


def _discovery_bounds(people: Listeners, params: ListParams) -> tuple[Ints, Ints]:
    """Least and most discoveries: half and twice the user's own share, within the bounds."""
    share = people.frame["discovery_share"].fill_null(params.discovery_default).cast(pl.Float64).to_numpy()
    least = np.clip(share / 2, params.discovery_least, params.discovery_most)
    most = np.clip(share * 2, params.discovery_least, params.discovery_most)
    whole = params.songs
    personal = people.personal
    return (
        np.where(personal, np.floor(least * whole), 0).astype(np.int64),
        np.where(personal, np.ceil(most * whole), whole).astype(np.int64),
    )


def _ordered(found: list[Chosen], made: Bucket, params: ListParams) -> list[Chosen]:
    by_length: dict[int, list[int]] = {}
    for place, chosen in enumerate(found):
        by_length.setdefault(len(chosen.pairs), []).append(place)
    result = list(found)
    for places in by_length.values():
        for low in range(0, len(places), _BATCH):
            part = places[low : low + _BATCH]
            pairs = np.stack([found[place].pairs for place in part])
            sequence = np.take_along_axis(pairs, order(_lists(pairs, made), params.order), axis=1)
            for place, row in zip(part, sequence, strict=True):
                chosen = found[place]
                result[place] = Chosen(chosen.user, row, chosen.relaxations, chosen.candidates)
    return result


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


def daily_lists(found: list[Chosen], made: Bucket) -> pl.DataFrame:
    """One row per user and rank (contract ``daily_lists``), with numbers ``u``, ``t`` beside."""
    pairs = np.concatenate([c.pairs for c in found]) if found else np.zeros(0, dtype=np.int64)
    ranks = np.concatenate([np.arange(1, len(c.pairs) + 1) for c in found]) if found else np.zeros(0, dtype=np.int64)
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


def summaries(found: list[Chosen], made: Bucket, params: ListParams) -> pl.DataFrame:
    """One row per user (contract ``list_summaries``)."""
    users = made.listeners.frame.select("user_id", "history_class", personalised="personal")
    rows = users.with_columns(
        pl.Series("songs", [len(c.pairs) for c in found]),
        pl.Series("relaxations", [list(c.relaxations) for c in found], dtype=pl.List(pl.String())),
        pl.Series("shortfall_reason", [_shortfall(c, params) for c in found], dtype=pl.String()),
        pl.Series("discovery_songs", [int(made.pool.discovery[c.pairs].sum()) for c in found]),
    )
    return TABLES["list_summaries"].frame(rows)


def _shortfall(chosen: Chosen, params: ListParams) -> str | None:
    if len(chosen.pairs) == params.songs:
        return None
    return TOO_FEW_SONGS if chosen.candidates else NOTHING_ALLOWED
