"""The pool: one row per user and candidate track, with all that history says about the pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.candidates.eligibility import rights
from features.lists.songs import Bools, Floats, Ints
from features.night import Night
from features.taste.affinity import credits
from schemas.vocabulary import CANDIDATE_SOURCES, SAME_RECORDING


@dataclass(frozen=True, slots=True)
class Pool:
    """Lawful pairs in order of user, then track; arrays have one row per pair.

    Args:
        user, track: numbers as in Listeners and Songs.
        sources: score of each source on the scale of the user's best of it, 0 where it did not
            propose the track [shape=(pairs, sources)]; ``proposed`` says whether it did.
        weight: affinity of the pair, 0 when never heard or judged; artist_pull: share of the
            user's positive affinity (log scale, 0..1) that lies on the credited artist they are most drawn to.
        plays, plays_7d, skips: counts of the pair.
        heard: this or another version of the song was played before; discovery: its artists are known, and none
            of them was ever played.
        played_on_ds: the recording, or another version of the song, was played on ds.
        nights: nights since the recording, or another version, was recommended; 99 when not in 14 nights.
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
_NIGHTS = ("nights_recording_id", "nights_work_id")


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
    """Gather pairs and drop what is blocked or unlawful, whoever proposed it; of a song's versions one stays.

    Args:
        people: ``u`` and columns of ``users``; catalogue: ``t``, ``recording_id`` and columns of
            ``tracks``, servable ones only; tracks: the whole catalogue, for what was heard before.
    """
    offered = _offers(people, catalogue, candidates)
    recordings = (
        tracks.select("track_id", work_id=pl.coalesce("work_id", "track_id"))
        .join(audio_features.select("track_id", "recording_id"), on="track_id", how="left")
        .with_columns(pl.coalesce("recording_id", "track_id").alias("recording_id"))
    )
    known = affinity.join(people.select("u", "user_id"), on="user_id").join(recordings, on="track_id", how="left")
    lawful = np.flatnonzero(rights(people, catalogue).pairs(offered.user, offered.track))
    numbers = {"u": offered.user[lawful], "t": offered.track[lawful], "offer": lawful}
    pairs = pl.DataFrame(numbers).cast({"u": people.schema["u"], "t": catalogue.schema["t"]})
    of_pair = known.select("u", "track_id", "weight", "plays", "plays_7d", "skips")
    joined = pairs.join(_facts(catalogue), on="t", maintain_order="left")
    for part, on in (
        (_blocked(known), "recording_id"),
        (_today(known, "recording_id"), "recording_id"),
        (_today(known, "work_id"), "work_id"),
        (_nights(people, recordings, history, night, "recording_id"), "recording_id"),
        (_nights(people, recordings, history, night, "work_id"), "work_id"),
        (_heard_works(known), "work_id"),
        (of_pair, "track_id"),
        (_by_artists(pairs, known, catalogue, tracks), "t"),
    ):
        joined = joined.join(part, on=["u", on], how="left", maintain_order="left")
    return _arrays(_one_version(joined.filter(~pl.col("blocked").fill_null(False))), offered)


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


def _facts(catalogue: pl.DataFrame) -> pl.DataFrame:
    """What is asked of each servable track; one whose song nobody knows is a song of its own."""
    work, named = pl.coalesce("work_id", "track_id"), pl.col("artist_id").is_not_null()
    number = work.rank("dense")
    return catalogue.select("t", "track_id", "recording_id", "version", work_id=work, work=number, named=named)


def _blocked(known: pl.DataFrame) -> pl.DataFrame:
    """Blocks reach every track that carries the same recording."""
    return known.group_by("u", "recording_id").agg(pl.col("blocked").any())


def _today(known: pl.DataFrame, by: str) -> pl.DataFrame:
    """What was played on ds, by recording or work."""
    return known.filter(pl.col("plays_ds") > 0).select("u", by).unique().with_columns(pl.lit(True).alias(f"today_{by}"))


def _nights(
    people: pl.DataFrame, recordings: pl.DataFrame, history: pl.DataFrame, night: Night, by: str
) -> pl.DataFrame:
    """Nights since each recording or work was last recommended."""
    past = history.join(people.select("u", "user_id"), on="user_id").select(
        "u", "track_id", "recording_id", nights=(pl.lit(night.ds) - pl.col("ds")).dt.total_days()
    )
    both = [past.drop("recording_id").join(recordings.select("track_id", by), on="track_id").drop("track_id")]
    both += [past.drop("track_id")] if by == "recording_id" else []
    nights = pl.concat(both, how="diagonal").filter(pl.col("nights").is_between(1, 14))
    return nights.group_by("u", by).agg(pl.col("nights").min().alias(f"nights_{by}"))


def _heard_works(known: pl.DataFrame) -> pl.DataFrame:
    """Songs of which any version was played."""
    return known.filter(pl.col("plays") > 0).select("u", "work_id").unique().with_columns(heard=pl.lit(True))


def _by_artists(
    pairs: pl.DataFrame, known: pl.DataFrame, catalogue: pl.DataFrame, tracks: pl.DataFrame
) -> pl.DataFrame:
    """Per pair, over the track's credited artists: whether the user played any, or may have, and the strongest pull.

    The pull is log(1 + positive affinity of the artist's songs), on the scale of the user's strongest.
    """
    micro = (pl.col("weight").cast(pl.Float64).clip(0) * 1e6).round().cast(pl.Int64)
    mine = known.join(credits(tracks), on="track_id").group_by("u", "artist")
    felt = mine.agg(heard_artist=((pl.col("plays") > 0) | pl.col("doubtful")).any(), pull=(micro.sum() / 1e6 + 1).log())
    strongest = pl.col("pull").max().over("u")
    scaled = felt.with_columns(artist_pull=pl.when(pl.col("pull") > 0).then(pl.col("pull") / strongest).otherwise(0.0))
    credited = pl.concat([credits(catalogue), _perhaps_by(catalogue, tracks)]).join(
        catalogue.select("track_id", "t"), on="track_id"
    )
    found = pairs.select("u", "t").join(credited, on="t").join(scaled, on=["u", "artist"])
    return found.group_by("u", "t").agg(pl.col("heard_artist").any(), pl.col("artist_pull").max())


def _perhaps_by(catalogue: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    """``track_id``, ``artist``: whose a track is if it is another one, misspelt."""
    near = catalogue.select("track_id", near="near_track_ids").explode("near").drop_nulls()
    return near.join(credits(tracks).rename({"track_id": "near"}), on="near").select("track_id", "artist")


def _one_version(pairs: pl.DataFrame) -> pl.DataFrame:
    """Of the versions of one song the one the listener plays most, else the plainest, else the first."""
    plainness = (
        pl.when(pl.col("version").is_null()).then(0).when(pl.col("version").is_in(SAME_RECORDING)).then(1).otherwise(2)
    )
    work = _ints(pairs, "work")
    _, of, count = np.unique(
        _ints(pairs, "u") * (work.max(initial=0) + 1) + work, return_inverse=True, return_counts=True
    )
    kept = count[of] == 1  # nearly all: only the others need to be sorted
    some = pairs.with_row_index("row").filter(~kept)
    best = some.sort("u", "work", -pl.col("plays").fill_null(0), plainness, "t").unique(["u", "work"], keep="first")
    kept[best["row"].to_numpy()] = True
    return pairs.filter(kept)


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
        heard=flags("heard"),
        discovery=flags("named") & ~flags("heard_artist"),
        played_on_ds=flags("today_recording_id") | flags("today_work_id"),
        nights=_ints(pairs.select(n=pl.min_horizontal(*_NIGHTS).fill_null(NEVER_RECOMMENDED)), "n"),
    )
