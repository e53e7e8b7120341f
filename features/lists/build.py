"""From candidates to finished lists of one bucket."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from features.audio.recordings import with_recordings
from features.candidates.eligibility import servable
from features.lists.assembly import CandidateGrid, choose, names
from features.lists.candidate_grid import BucketCandidates, bucket_candidates
from features.lists.exploring import Opened, explore, is_new
from features.lists.inputs import ListInputs
from features.lists.liking import liking
from features.lists.listeners import Listeners, listeners
from features.lists.mix import mixes
from features.lists.opening import trust
from features.lists.params import NOTHING_ALLOWED, TOO_FEW_SONGS, ListParams
from features.lists.pool import Pool, pool
from features.lists.ranking import Ranked, features, matrix, rank
from features.lists.sequencing import Lists, order
from features.lists.songs import Bools, Floats, Ints, Songs, songs
from features.lists.space import closeness
from features.measurement import MeasurementPolicy
from features.night import Night
from features.ranker.scorer import of_row
from features.seeds import Seeds
from schemas import TABLES
from schemas.daily import SLOTS
from schemas.vocabulary import CANDIDATE_SOURCES

# Users assembled at a time; bounds memory to about 30 MB.
_BATCH = 256
_BEYOND = 1 << 32  # sorts behind every place


@dataclass(frozen=True, slots=True)
class Bucket:
    """Everything the steps of one bucket share."""

    songs: Songs
    listeners: Listeners
    pool: Pool
    near: Floats
    liked: Floats
    features: Floats
    ranked: Ranked
    bucket_candidates: BucketCandidates
    night: Night


@dataclass(frozen=True, slots=True)
class Finished:
    """The lists of a bucket, one row per user in order of number.

    Args:
        pairs: places in the pool, in playing order, -1 beyond the end [shape=(users, songs)].
        place: place of each song by score among the user's candidates, 0 first [shape=(users, songs)].
        slot: how each song came in, number in SLOTS [shape=(users, songs)].
        used: bits of the rules relaxed [shape=(users,)].
        candidates: how many there were to choose from [shape=(users,)].
        choices, propensity, explored: of the open place, as in Opened [shape=(users,)].
    """

    pairs: Ints
    place: Ints
    slot: Ints
    used: Ints
    candidates: Ints
    choices: Ints
    propensity: Floats
    explored: Bools

    @property
    def songs(self) -> Ints:
        """Songs in each list [shape=(users,)]."""
        counts: Ints = (self.pairs >= 0).sum(axis=1)
        return counts


def bucket(inputs: ListInputs, params: ListParams, policy: MeasurementPolicy, night: Night) -> Bucket:
    """Number songs and users, gather their pairs and score them."""
    candidates, affinity, tracks = inputs.candidates, inputs.affinity, inputs.tracks
    sound = with_recordings(inputs.audio_features, inputs.recordings)
    wanted = servable(tracks, night).join(candidates.select("track_id").unique(), on="track_id", how="semi")
    book = songs(wanted, sound, inputs.emotions, policy, night)
    people = listeners(inputs.users, inputs.taste, inputs.contexts, book.genres, night)
    pairs = pool(people.frame, book.frame, candidates, affinity, tracks, sound, inputs.history, night)
    factors = inputs.cf_user_factors, inputs.cf_track_factors
    near = closeness(pairs.user, pairs.track, people.frame, book.frame, *factors)
    liked = liking(pairs.user, pairs.track, people.frame, book.frame, inputs)
    table = features(pairs, book, people, near, liked)
    rows = matrix(table)
    ranked = rank(table, rows, pairs, book, people, of_row(inputs.ranker, params.weights), params)
    mix = mixes(people, book, affinity, tracks, inputs.emotions, params, night)
    supply = bucket_candidates(pairs, book, people, mix, inputs.cf_track_factors, params, night)
    return Bucket(book, people, pairs, near, liked, rows, ranked, supply, night)


def assemble(made: Bucket, params: ListParams, seeds: Seeds) -> Finished:
    """Choose and order every user's songs; users in order of number."""
    supply, count = made.bucket_candidates, made.listeners.frame.height
    parts = [
        _assembled(supply, np.arange(low, min(low + _BATCH, count)), made, params, seeds)
        for low in range(0, max(count, 1), _BATCH)
    ]
    return Finished(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Finished)))


def _assembled(supply: BucketCandidates, users: Ints, made: Bucket, params: ListParams, seeds: Seeds) -> Finished:
    grid, on_shelf = supply.grid(users, made.ranked.score)
    picks = choose(grid, params)
    opened = explore(grid, picks, supply.open_share[users], _draws(users, made, seeds), params)
    slot = _slots(grid, opened)
    count = (opened.places >= 0).sum(axis=1)
    by_place = np.argsort(np.where(opened.places >= 0, opened.places, _BEYOND), axis=1)
    column = np.where(np.arange(params.songs) < count[:, None], by_place, -1)  # best score first
    for n in np.unique(count[count > 0]).tolist():
        mine = np.flatnonzero(count == n)
        pairs = on_shelf[mine[:, None], opened.places[mine[:, None], by_place[mine, :n]]]
        sequence = order(order_inputs(pairs, made), params.order)
        column[mine, :n] = np.take_along_axis(by_place[mine, :n], sequence, axis=1)
    row = np.arange(len(users))[:, None]
    place = np.where(column >= 0, opened.places[row, column], -1)
    return Finished(
        pairs=np.where(place >= 0, on_shelf[row, place] if on_shelf.shape[1] else -1, -1),
        place=place,
        slot=slot[row, column],
        used=picks.used,
        candidates=grid.size,
        choices=opened.choices,
        propensity=opened.propensity,
        explored=opened.explored,
    )


def _draws(users: Ints, made: Bucket, seeds: Seeds) -> Floats:
    """A number in [0, 1) of each user's own for this night."""
    ids = made.listeners.frame["user_id"].gather(users)
    return np.array([seeds.integer("lists", "open", user, str(made.night.ds)) / 2**64 for user in ids], dtype=float)


def _slots(grid: CandidateGrid, opened: Opened) -> Ints:
    """How the song of each column came in: the places for new songs are filled first."""
    columns = np.arange(opened.places.shape[1])
    slot = np.where((columns < grid.new_songs[:, None]) & is_new(grid, opened.places), SLOTS.index("new_song"), 0)
    slot[columns == opened.at[:, None]] = SLOTS.index("open")
    return slot


def order_inputs(pairs: Ints, made: Bucket) -> Lists:
    """What the order needs of these pairs, which come best score first [shape=(lists, n)]."""
    track = made.pool.track[pairs]
    length = pairs.shape[1]
    score_rank = np.arange(length) / max(1, length - 1)
    return Lists(
        tempo=made.songs.tempo[track],
        key=made.songs.key[track],
        energy=made.songs.energy[track],
        valence=made.songs.valence[track],
        arousal=made.songs.arousal[track],
        artists=made.songs.artists[track],
        trust=trust(pairs, made.pool, made.songs, made.listeners),
        score_rank=np.broadcast_to(score_rank, pairs.shape),
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
    code = proposed @ (1 << np.arange(len(CANDIDATE_SOURCES)))
    kinds, which = np.unique(code, return_inverse=True)
    lists = [[name for place, name in enumerate(CANDIDATE_SOURCES) if kind >> place & 1] for kind in kinds.tolist()]
    return pl.Series("sources", lists, dtype=pl.List(pl.String)).gather(which)


def summaries(found: Finished, made: Bucket, params: ListParams) -> pl.DataFrame:
    """One row per user (contract ``list_summaries``)."""
    users = made.listeners.frame.select("user_id", "history_class", personalised="personal")
    kinds, which = np.unique(found.used, return_inverse=True)
    relaxations = pl.Series("relaxations", [list(names(bits)) for bits in kinds.tolist()], dtype=pl.List(pl.String()))
    count, held = found.songs, found.pairs >= 0

    def flagged(flags: Bools) -> Ints:
        counts: Ints = (held & flags[found.pairs] if len(flags) else held).sum(axis=1)
        return counts

    rows = users.with_columns(
        pl.Series("songs", count),
        relaxations.gather(which),
        pl.when(pl.Series(count) == params.songs)
        .then(None)
        .when(pl.Series(found.candidates) > 0)
        .then(pl.lit(TOO_FEW_SONGS))
        .otherwise(pl.lit(NOTHING_ALLOWED))
        .alias("shortfall_reason"),
        pl.Series("discovery_songs", flagged(made.pool.discovery)),
        pl.Series("new_songs", flagged(made.bucket_candidates.new)),
    )
    return TABLES["list_summaries"].frame(rows)
