"""What evidence may be found in: the chosen songs of a bucket of users, and all that is known of song and listener.

Everything is numbered, so that a kind of evidence works on whole arrays: one row per chosen song, which names its
listener, its song and its track by number. Numbers only tell things apart and never reach the output, so that nothing
depends on which users share a bucket.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.evidence.pairs import PairIndex, integers
from features.lists.inputs import ListInputs
from features.lists.listeners import Listeners
from features.lists.params import ListParams
from features.lists.songs import Bools, Floats, Ints, Songs, mood_table
from features.measurement import MeasurementPolicy, Said
from features.night import Night


@dataclass(frozen=True, slots=True)
class PlayHistory:
    """One row per listener and track they played or judged, of listeners whose history may be used, in that order.

    Args:
        listener, track: numbers as in EvidenceContext; ``by_pair`` finds a row by both.
        weight: as in ``affinity``; plays: those that were not skipped; skips: the others.
        days_since: days from the last play to ds (a list is heard the day after), -1 when never played.
        doubtful: as in ``affinity``; of these pairs plays and days since are not told: 0, 0 and -1.
        liked: liked or in a playlist, and not blocked.
        loved: liked, or of a weight from ``loved_from`` on, and not blocked.
    """

    listener: Ints
    track: Ints
    by_pair: PairIndex
    weight: Floats
    plays: Ints
    skips: Ints
    days_since: Ints
    doubtful: Bools
    liked: Bools
    loved: Bools


@dataclass(frozen=True, slots=True)
class EvidenceContext:
    """The chosen songs of a bucket, and what evidence looks into.

    Args:
        listener, song, track: of each chosen song, its row in ``listeners``, ``songs`` and ``tracks`` [shape=(rows,)].
        personal: whether the listener's history may be used [shape=(rows,)].
        new_artist: whether the listener never heard the artist [shape=(rows,)].
        songs: what was measured of each candidate song; listeners: what is known of each listener.
        tracks: the catalogue's rows of every track that was chosen or heard, numbered by the column ``track``.
        artist: main artist of each row of ``tracks``, a row of ``artist_ids``; -1 when unknown.
        history: what listeners did with tracks.
        perhaps_more: whether a track may also be what somebody played under a name near its own: how many people
            played it is not told then [shape=(tracks,)].
        said_moods: probability of each mood tag that may be said of a song, else 0 [shape=(songs, moods)].
    """

    listener: Ints
    song: Ints
    track: Ints
    personal: Bools
    new_artist: Bools
    songs: Songs
    listeners: Listeners
    tracks: pl.DataFrame
    artist: Ints
    artist_ids: pl.Series
    history: PlayHistory
    perhaps_more: Bools
    said_moods: Floats
    tables: ListInputs
    params: ListParams
    policy: MeasurementPolicy
    night: Night

    def personal_rows(self, holds: Bools) -> Ints:
        """The rows where something holds and the listener's history may be used."""
        return np.flatnonzero(holds & self.personal)

    def taste_items(self, items: str, amounts: str) -> pl.DataFrame:
        """One row per listener and item of two list columns of ``taste``: ``listener``, ``item``, ``amount``."""
        frame = self.listeners.frame.filter("personal").select(listener="u", item=items, amount=amounts)
        return frame.explode("item", "amount").drop_nulls()

    def of_listener(self, column: pl.Expr, unknown: float = 0.0) -> Floats:
        """A number per listener, from the columns of ``users`` and ``taste`` [shape=(listeners,)]."""
        named = self.listeners.frame.select(v=column.cast(pl.Float64).fill_null(unknown))
        values: Floats = named["v"].to_numpy()
        return values

    def may_say(self, *measures: Said) -> Bools:
        """Whether all of these may be said of the song of each row [shape=(rows,)]."""
        sure: Bools = np.ones(len(self.song), np.bool_)
        for measure in measures:
            of_song = self.songs.frame.with_columns(said=self.policy.may_say(measure))["said"].to_numpy()
            sure = sure & of_song[self.song]
        return sure

    def loved(self, row: Ints, track: Ints) -> Ints:
        """The tracks that the listener of each row loves; -1 for the others [shape=(pairs,)]."""
        found = self.history.by_pair.rows(self.listener[row], track)
        return np.where((found >= 0) & np.append(self.history.loved, False)[found], track, -1)


def context(
    chosen: pl.DataFrame,
    songs: Songs,
    listeners: Listeners,
    tables: ListInputs,
    params: ListParams,
    policy: MeasurementPolicy,
    night: Night,
) -> EvidenceContext:
    """Number and lay out.

    Args:
        chosen: the lists, with numbers ``u``, ``t`` of ``listeners`` and ``songs``.
    """
    listener, song = integers(chosen["u"]), integers(chosen["t"])
    own = listeners.frame.filter("personal").select("u", "user_id")
    heard = tables.affinity.join(own, on="user_id")
    named = pl.concat([chosen.select("track_id"), heard.select("track_id")]).unique()
    tracks = tables.tracks.join(named, on="track_id", how="semi").sort("track_id").with_row_index("track")
    numbers, artists = tracks.select("track_id", "track"), _artists(tracks)
    return EvidenceContext(
        listener=listener,
        song=song,
        track=integers(chosen.select("track_id").join(numbers, on="track_id", maintain_order="left")["track"]),
        personal=listeners.personal[listener],
        new_artist=chosen["discovery"].to_numpy(),
        songs=songs,
        listeners=listeners,
        tracks=tracks,
        artist=_positions(tracks["artist_id"], artists),
        artist_ids=artists,
        history=_history(heard.join(numbers, on="track_id"), tracks.height, params, night),
        perhaps_more=tracks["track_id"].is_in(_meant(tables.tracks).implode()).to_numpy(),
        said_moods=mood_table(songs.frame, policy.may_say("mood")),
        tables=tables,
        params=params,
        policy=policy,
        night=night,
    )


def _meant(tracks: pl.DataFrame) -> pl.Series:
    """The tracks that names of other songs come near."""
    return tracks["near_track_ids"].drop_nulls().explode(empty_as_null=True).drop_nulls().unique()


def _artists(tracks: pl.DataFrame) -> pl.Series:
    """Every credited artist of the tracks, guests too: who is known must not depend on whose songs lie beside."""
    credited = pl.concat([tracks["artist_id"], tracks["featured_artist_ids"].explode()])
    return credited.filter(credited != "").unique().sort().alias("artist_id")


def _positions(column: pl.Series, values: pl.Series) -> Ints:
    """The row in ``values`` of each value of ``column``; -1 where it is in none."""
    rows = pl.DataFrame({"value": values, "row": np.arange(len(values))})
    found = pl.DataFrame({"value": column}).join(rows, on="value", how="left", maintain_order="left")
    return integers(found["row"].fill_null(-1))


def _history(heard: pl.DataFrame, tracks: int, params: ListParams, night: Night) -> PlayHistory:
    since = (pl.lit(night.ds) - pl.col("last_played")).dt.total_days()
    rows = heard.sort("u", "track").with_columns(since=since)
    weight, allowed = rows["weight"].cast(pl.Float64).to_numpy(), ~rows["blocked"].to_numpy()
    liked = rows["liked"].to_numpy() & allowed
    listener, track = integers(rows["u"]), integers(rows["track"])
    told = ~rows["doubtful"].to_numpy()
    return PlayHistory(
        listener=listener,
        track=track,
        by_pair=PairIndex.of(listener, track, tracks + 1),
        weight=weight,
        plays=integers(rows["plays"] - rows["skips"]) * told,
        skips=integers(rows["skips"]) * told,
        days_since=np.where(told, integers(rows["since"].fill_null(-1)), -1),
        doubtful=~told,
        liked=liked,
        loved=liked | ((weight >= params.loved_from) & allowed),
    )
