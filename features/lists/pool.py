"""The pool: one row per user and candidate track, with all that history says about the pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.candidates.eligibility import rights
from features.lists.songs import Bools, Floats, Ints
from features.night import Night
from features.taste.affinity import credits
from schemas.vocabulary import CANDIDATE_SOURCES


@dataclass(frozen=True, slots=True)
class Pool:
    """Lawful pairs in order of user, then track; arrays have one row per pair.

    Args:
        user, track: numbers as in Listeners and Songs.
        sources: score of each source on the scale of the user's best of it, 0 where it did not
            propose the track [shape=(pairs, sources)]; ``proposed`` says whether it did.
        weight: affinity of the pair, 0 when never heard or judged; artist_pull: share of the
            user's positive affinity (log scale, 0..1) that lies on the main artist.
        plays, plays_7d, skips: counts of the pair.
        heard: played before; discovery: main artist never played.
        played_on_ds: the recording was played on ds.
        nights: nights since the recording was recommended; 99 when not in 14 nights.
    """

    user: Ints
    track: Ints
    sources: Floats
    proposed: Bools
    weight: Floats
    artist_pull: Floats
    plays: Floats
    plays_7d: Floats
    skips: Floats
    heard: Bools
    discovery: Bools
    played_on_ds: Bools
    nights: Ints


NEVER_RECOMMENDED = 99


def pool(
    people: pl.DataFrame,
    catalogue: pl.DataFrame,
    candidates: pl.DataFrame,
    affinity: pl.DataFrame,
    tracks: pl.DataFrame,
    audio_features: pl.DataFrame,
    history: pl.DataFrame,
    night: Night,
) -> Pool:
    """Gather pairs and drop what is blocked or unlawful, whoever proposed it.

    Args:
        people: ``u`` and columns of ``users``; catalogue: ``t``, ``recording_id`` and columns of
            ``tracks``, servable ones only; tracks: the whole catalogue, for what was heard before.
    """
    offered = _offers(people, catalogue, candidates)
    recordings = (
        tracks.select("track_id", "artist_id")
        .join(audio_features.select("track_id", "recording_id"), on="track_id", how="left")
        .with_columns(pl.coalesce("recording_id", "track_id").alias("recording_id"))
    )
    known = affinity.join(people.select("u", "user_id"), on="user_id").join(recordings, on="track_id", how="left")
    lawful = np.flatnonzero(rights(people, catalogue).pairs(offered.user, offered.track))
    numbers = {"u": offered.user[lawful], "t": offered.track[lawful], "offer": lawful}
    pairs = pl.DataFrame(numbers).cast({"u": people.schema["u"], "t": catalogue.schema["t"]})
    of_pair = known.select("u", "track_id", "weight", "plays", "plays_7d", "skips")
    joined = pairs.join(catalogue.select("t", "track_id", "recording_id", "artist_id"), on="t", maintain_order="left")
    for part, on in (
        (_by_recording(known), "recording_id"),
        (_nights(people, recordings, history, night), "recording_id"),
        (of_pair, "track_id"),
        (_artist_pull(known), "artist_id"),
        (_heard_artists(known, tracks), "artist_id"),
    ):
        joined = joined.join(part, on=["u", on], how="left", maintain_order="left")
    return _arrays(joined.filter(~pl.col("blocked").fill_null(False)), offered)


@dataclass(frozen=True, slots=True)
class _Offers:
    """Every proposed pair once, in order of user, then track; fields as in Pool."""

    user: Ints
    track: Ints
    sources: Floats
    proposed: Bools


def _offers(people: pl.DataFrame, catalogue: pl.DataFrame, candidates: pl.DataFrame) -> _Offers:
    """Proposals of known users and servable tracks, each source on the scale of the user's best of it."""
    rows = candidates.join(people.select("u", "user_id"), on="user_id").join(
        catalogue.select("t", "track_id"), on="track_id"
    )
    wide = max(1, catalogue.height)
    pairs, pair = np.unique(_ints(rows, "u") * wide + _ints(rows, "t"), return_inverse=True)
    user, track = np.divmod(pairs, wide)
    source = rows["source"].cast(pl.Enum(CANDIDATE_SOURCES)).to_physical().to_numpy()
    scores = np.zeros((len(pairs), len(CANDIDATE_SOURCES)))
    scores[pair, source] = rows["source_score"].cast(pl.Float64).clip(0).to_numpy()
    proposed = np.zeros(scores.shape, dtype=bool)
    proposed[pair, source] = True
    if len(pairs):
        starts = np.flatnonzero(np.r_[True, user[1:] != user[:-1]])
        best = np.repeat(np.maximum.reduceat(scores, starts), np.diff(np.r_[starts, len(pairs)]), axis=0)
        scores = np.divide(scores, best, out=np.zeros_like(scores), where=best > 0)
    return _Offers(user, track, scores, proposed)


def _ints(frame: pl.DataFrame, column: str) -> Ints:
    numbers: Ints = frame[column].to_numpy().astype(np.int64)
    return numbers


def _by_recording(known: pl.DataFrame) -> pl.DataFrame:
    """Blocks and today's plays reach every track that carries the same recording."""
    return known.group_by("u", "recording_id").agg(
        blocked=pl.col("blocked").any(), today=(pl.col("plays_ds") > 0).any()
    )


def _nights(people: pl.DataFrame, recordings: pl.DataFrame, history: pl.DataFrame, night: Night) -> pl.DataFrame:
    """Nights since each recording was last recommended."""
    past = history.join(people.select("u", "user_id"), on="user_id").select(
        "u", "track_id", "recording_id", nights=(pl.lit(night.ds) - pl.col("ds")).dt.total_days()
    )
    now = past.drop("recording_id").join(recordings.select("track_id", "recording_id"), on="track_id")
    both = pl.concat([past.select("u", "recording_id", "nights"), now.select("u", "recording_id", "nights")])
    return both.filter(pl.col("nights").is_between(1, 14)).group_by("u", "recording_id").agg(pl.col("nights").min())


def _artist_pull(known: pl.DataFrame) -> pl.DataFrame:
    """log(1 + positive affinity of the main artist), on the scale of the user's strongest."""
    micro = (pl.col("weight").cast(pl.Float64).clip(0) * 1e6).round().cast(pl.Int64)
    summed = known.drop_nulls("artist_id").group_by("u", "artist_id").agg(pull=micro.sum())
    pull = (pl.col("pull") / 1e6 + 1).log()
    return summed.filter(pl.col("pull") > 0).with_columns(artist_pull=pull / pull.max().over("u")).drop("pull")


def _heard_artists(known: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    """Artists, main or featured, of any track the user has played."""
    played = known.filter(pl.col("plays") > 0).select("u", "track_id").join(credits(tracks), on="track_id")
    return played.select("u", artist_id="artist").unique().with_columns(heard_artist=pl.lit(True))


def _arrays(pairs: pl.DataFrame, offered: _Offers) -> Pool:
    def floats(name: str) -> Floats:
        values: Floats = pairs[name].cast(pl.Float64).fill_null(0.0).to_numpy()
        return values

    def flags(name: str) -> Bools:
        values: Bools = pairs[name].fill_null(False).to_numpy()
        return values

    offer = _ints(pairs, "offer")
    return Pool(
        user=_ints(pairs, "u"),
        track=_ints(pairs, "t"),
        sources=offered.sources[offer],
        proposed=offered.proposed[offer],
        weight=floats("weight"),
        artist_pull=floats("artist_pull"),
        plays=floats("plays"),
        plays_7d=floats("plays_7d"),
        skips=floats("skips"),
        heard=floats("plays") > 0,
        discovery=~flags("heard_artist"),
        played_on_ds=flags("today"),
        nights=pairs["nights"].fill_null(NEVER_RECOMMENDED).to_numpy().astype(np.int64),
    )
