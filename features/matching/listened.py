"""What the matching makes of a landing: which of its songs are only listened to, and what they are aliases of."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace

import polars as pl

from features.matching.match import match
from features.matching.params import MatchParams
from features.matching.songs import Song, songs_of
from features.matching.vocabulary import Vocabulary
from schemas.delivery import LISTENED_FILES

CORRECTION, MATCHED = "correction", "matched"
ALIASES = {"alias_id": pl.String, "track_id": pl.String, "method": pl.String, "score": pl.Float32}
_RECORDING = re.compile(r"^mb([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$")


@dataclass(frozen=True, slots=True)
class Sides:
    """A landing's songs, parted.

    Args:
        listened: songs that only listens name, one row per id.
        catalogue: the others, one row per id.
    """

    listened: pl.DataFrame
    catalogue: pl.DataFrame


def sides(tracks: pl.DataFrame) -> Sides:
    """Delivered tracks (columns of ``landing_tracks``) by where they come from."""
    named = tracks.drop_nulls(["track_id", "title"]).sort("source_file", "source_row")
    if "recording_mbid" not in named.columns:
        named = named.with_columns(recording_mbid=pl.lit(None, pl.String))
    own = pl.col("track_id").str.extract(_RECORDING.pattern)
    named = named.with_columns(recording_mbid=pl.coalesce("recording_mbid", own))
    heard = pl.col("source_file").str.contains(LISTENED_FILES)
    catalogue = named.filter(~heard).unique("track_id", keep="last", maintain_order=True)
    listened = named.filter(heard).unique("track_id", keep="last", maintain_order=True)
    return Sides(listened.join(catalogue, on="track_id", how="anti", maintain_order="left"), catalogue)


def matched_aliases(
    tracks: pl.DataFrame, aliases: pl.DataFrame, vocabulary: Vocabulary, params: MatchParams
) -> pl.DataFrame:
    """Aliases of listened songs, made anew: of rows of the catalogue, and of each other where they are one.

    Args:
        tracks: ``landing_tracks``.
        aliases: ``landing_aliases`` but for those that a matching made. Their songs are left alone.

    Returns:
        columns of :data:`ALIASES`, in order of ``alias_id``; a function of the rows, never of their order.
    """
    parted = sides(tracks)
    said = aliases.filter(pl.col("method") != MATCHED).select(track_id="alias_id").unique()
    listened, catalogue = (
        rows.join(said, on="track_id", how="anti", maintain_order="left")
        for rows in (parted.listened, parted.catalogue)
    )
    found = match(listened, catalogue, vocabulary, params).select("alias_id", "track_id", "score")
    left = listened.join(found, left_on="track_id", right_on="alias_id", how="anti", maintain_order="left")
    rows = pl.concat([found, _one_of_several(songs_of(left))]).sort("alias_id")
    return rows.select("alias_id", "track_id", pl.lit(MATCHED).alias("method"), "score").cast(ALIASES)  # type: ignore[arg-type]


def _one_of_several(songs: list[Song]) -> pl.DataFrame:
    """Songs known by names alone that are written alike are one: the only recording of these names, if there is one.

    A remaster, mono or shorter cut is one with the plain recording, and called after it where that is known.
    """
    alike: dict[object, list[Song]] = defaultdict(list)
    for song in songs:
        reading = song.as_meant
        if reading.artists:
            alike[reading.artists, reading.title, replace(reading.version, mastering=False)].append(song)
    rows = []
    for same in alike.values():
        recorded = [song.track_id for song in same if song.recording]
        plainest = sorted(
            same, key=lambda song: (song.as_meant != song.as_written, song.as_meant.version.mastering, song.track_id)
        )
        named = [song.track_id for song in plainest if not song.recording]
        if len(recorded) <= 1 and named:
            of, *others = [*recorded, *named]
            rows += [(other, of, 1.0) for other in others]
    return pl.DataFrame(rows, schema={"alias_id": pl.String, "track_id": pl.String, "score": pl.Float32}, orient="row")
