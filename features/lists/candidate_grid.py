"""The pool of a bucket laid out as grid: one row per user, candidates best first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.lists.assembly import CandidateGrid
from features.lists.experiments import per_user
from features.lists.listeners import Listeners
from features.lists.mix import Mix, facets
from features.lists.params import BIT, ListParams
from features.lists.pool import NEVER_RECOMMENDED, Pool
from features.lists.songs import Bools, Floats, Ints, Songs
from features.night import Night
from features.released import release_day


@dataclass(frozen=True, slots=True)
class BucketCandidates:
    """All pairs of a bucket with what the assembly needs to know; arrays are [shape=(pairs,)] unless said.

    Args:
        needs: bits of RELAXATIONS that the pair needs whatever else is chosen.
        new: a song that should be tried: hardly anybody knows it, nor does this user.
        facets: class of each pair, one array per facet; mix: what each user should have.
        strength, least, most, new_songs: as in CandidateGrid, for all users [shape=(users,)].
        open_share: probability that another song is tried at the open place [shape=(users,)].
    """

    pairs: Pool
    songs: Songs
    needs: Ints
    new: Bools
    facets: tuple[Ints, ...]
    mix: Mix
    strength: Floats
    open_share: Floats
    least: Ints
    most: Ints
    new_songs: Ints

    def grid(self, users: Ints, score: Floats) -> tuple[CandidateGrid, Ints]:
        """CandidateGrid of these users and the pairs on them, -1 beyond the end.

        Args:
            users: ascending numbers. score: of all pairs, larger is better [shape=(pairs,)].
        """
        low = np.searchsorted(self.pairs.user, users)
        size = np.searchsorted(self.pairs.user, users, side="right") - low
        places = np.arange(int(size.max(initial=0)))
        held = places < size[:, None]
        pair = np.where(held, low[:, None] + places, 0)
        best = np.argsort(np.where(held, -score[pair], np.inf), axis=1, kind="stable")
        pair = np.take_along_axis(pair, best, axis=1)
        return self._grid(users, size, pair), np.where(held, pair, -1)

    def _grid(self, users: Ints, size: Ints, pair: Ints) -> CandidateGrid:
        track, needs = self.pairs.track[pair], self.needs[pair]
        return CandidateGrid(
            size=size,
            score=rank_score(needs),
            artists=self.songs.artists[track],
            album=self.songs.album[track],
            recording=self.songs.recording[track],
            needs=needs,
            nights=self.pairs.nights[pair],
            discovery=self.pairs.discovery[pair],
            new=self.new[pair],
            facets=tuple(facet[pair] for facet in self.facets),
            mix=tuple(shares[users] for shares in self.mix.shares),
            strength=self.strength[users],
            least=self.least[users],
            most=self.most[users],
            new_songs=self.new_songs[users],
        )


def bucket_candidates(
    pairs: Pool,
    songs: Songs,
    people: Listeners,
    mix: Mix,
    cf_track_factors: pl.DataFrame,
    params: ListParams,
    night: Night,
) -> BucketCandidates:
    """What the assembly needs to know of every pair and user of a bucket."""
    least, most = discovery_bounds(people, params)
    users = people.frame["user_id"].to_list()

    def personal(setting: str, usual: float) -> Floats:
        """The setting of each user as the experiments say; 0 without a profile."""
        return np.where(people.personal, per_user(setting, usual, users, params.experiments, params.salt), 0.0)

    return BucketCandidates(
        pairs=pairs,
        songs=songs,
        needs=bits_needed(pairs, people.personal[pairs.user], params),
        new=untried(songs, cf_track_factors, params, night)[pairs.track] & ~pairs.heard,
        facets=facets(pairs, songs),
        mix=mix,
        strength=personal("calibration", params.calibration),
        open_share=personal("open_share", params.open_share),
        least=least,
        most=most,
        new_songs=personal("new_songs", params.new_songs).astype(np.int64),
    )


def rank_score(needs: Ints) -> Floats:
    """What a song is worth by its place among the user's songs that need no relaxation: its discount in DCG.

    Only the order of the scores counts, so calibration weighs the same whatever made them.

    Args:
        needs: best song first [shape=(users, width)].
    """
    place = np.cumsum(needs == 0, axis=1) - (needs == 0)
    worth: Floats = 1 / np.log2(place + 2.0)
    return worth


def untried(songs: Songs, cf_track_factors: pl.DataFrame, params: ListParams, night: Night) -> Bools:
    """Whether a song came out lately, or nobody has heard it [shape=(tracks,)]."""
    heard_by = songs.frame.select("track_id").join(
        cf_track_factors.select("track_id", "support"), on="track_id", how="left", maintain_order="left"
    )["support"]
    age = (pl.lit(night.serves_on) - release_day()).dt.total_days()
    lately = songs.frame.select(lately=(age <= params.fresh_days).fill_null(False))["lately"]
    known: Bools = (lately | (heard_by == 0).fill_null(False)).to_numpy()
    return known


def bits_needed(pairs: Pool, personal: Bools, params: ListParams) -> Ints:
    """Bits of the rules each pair breaks by itself."""
    bits: Ints = (
        np.where(pairs.nights <= 7, BIT["recommended_last_week"], 0)
        + np.where((pairs.nights > 7) & (pairs.nights < NEVER_RECOMMENDED), BIT["recommended_the_week_before"], 0)
        + np.where(personal & (pairs.weight < params.disliked_below), BIT["disliked"], 0)
        + np.where(personal & (pairs.plays_7d >= params.played_out_from), BIT["played_out"], 0)
        + np.where(pairs.played_on_ds, BIT["played_on_ds"], 0)
    )
    return bits


def discovery_bounds(people: Listeners, params: ListParams) -> tuple[Ints, Ints]:
    """Least and most discoveries: a quarter and twice the user's own share, within the bounds."""
    share = people.frame["discovery_share"].fill_null(params.discovery_default).cast(pl.Float64).to_numpy()
    least = np.clip(share / 4, params.discovery_least, params.discovery_most)
    most = np.clip(share * 2, params.discovery_least, params.discovery_most)
    whole = params.songs
    personal = people.personal
    return (
        np.where(personal, np.floor(least * whole), 0).astype(np.int64),
        np.where(personal, np.ceil(most * whole), whole).astype(np.int64),
    )
