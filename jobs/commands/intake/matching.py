"""Listened songs matched to the catalogue of a landing, anew over the whole of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from features.ingest.aliases import check_aliases, of
from features.matching.listened import CORRECTION, matched_aliases, sides
from features.matching.nearest import nearest
from features.matching.params import MatchParams
from features.matching.songs import songs_of
from jobs.run.landing import landing_writer
from jobs.tools.vocabulary import open_vocabulary
from schemas.delivery import LISTENED_FILES
from schemas.identity import TRACK_ALIASES
from warehouse.landing.landing_writer import LandingWriter

if TYPE_CHECKING:
    from features.ingest.gates import IngestParams

MATCHES = "aliases/matched.parquet"
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Matched:
    """How far the listened songs of a landing are matched.

    Args:
        songs: different listened songs.
        matched: those that are songs of the catalogue.
        plays, matched_plays: delivered plays of both.
        out_of_lists: those that are not, and are kept out of lists because nothing can play them.
    """

    songs: int
    matched: int
    plays: int
    matched_plays: int
    out_of_lists: int

    def as_dict(self) -> dict[str, int]:
        """For JSON."""
        return {
            "listened_songs": self.songs,
            "matched_songs": self.matched,
            "listened_plays": self.plays,
            "matched_plays": self.matched_plays,
            "listened_out_of_lists": self.out_of_lists,
        }

    def told(self) -> str:
        """In a line."""
        if not self.songs:
            return "no listened songs to match"
        left = self.songs - self.matched
        out = "count for taste and stay out of lists ([ingest] playable)" if self.out_of_lists else "may be in lists"
        return (
            f"{self.matched:,} of {self.songs:,} listened songs are songs of the catalogue "
            f"({self.matched_plays:,} of {self.plays:,} plays)"
            + (f"; the {left:,} others {out}, `daily30 match` shows them" if left else "")
        )


def rematch(home: Path, params: IngestParams) -> Matched:
    """Match every listened song of a landing again, and keep the matches there: the last ones make room.

    A song that was matched and now matches nothing stays matched while its file is there: it was retagged.
    """
    landing = landing_writer(home)
    if not any(re.match(LISTENED_FILES, name) for name in landing.names("tracks")):
        landing.remove(MATCHES)
        return Matched(0, 0, 0, 0, 0)
    tracks, aliases = landing.known("tracks"), landing.known("aliases", but=MATCHES)
    limits = MatchParams(min_score=params.match_score, other_versions=params.match_other_versions)
    found = matched_aliases(tracks, aliases, open_vocabulary(), limits)
    found = pl.concat(
        [found, _held(landing, tracks, pl.concat([aliases["alias_id"], found["alias_id"]]))], how="diagonal"
    )
    if found.is_empty():
        landing.remove(MATCHES)
    else:
        landing.put_rows(MATCHES, found)
    return _Standing(landing).matched(params)


def _held(landing: LandingWriter, tracks: pl.DataFrame, told: pl.Series) -> pl.DataFrame:
    """Matches of before of songs that nothing tells of now and whose song of the catalogue is still there."""
    before = landing.known("aliases").filter(pl.col("source_file") == MATCHES).select(TRACK_ALIASES.names)
    there = sides(tracks).catalogue.get_column("track_id")
    return before.filter(~pl.col("alias_id").is_in(told.implode()), pl.col("track_id").is_in(there.implode()))


def unmatched(home: Path, top: int, params: IngestParams) -> dict[str, Any]:
    """Listened songs that match nothing, the most played first, with the rows they are nearest to.

    Args:
        top: most songs told.
    """
    standing = _Standing(landing_writer(home))
    left = standing.left().head(top)
    near = nearest(songs_of(left), songs_of(standing.sides.catalogue), _NEAREST)
    by_id = dict(zip((song.track_id for song in songs_of(left)), near, strict=True))
    songs = [{**row, "nearest": by_id[row["track_id"]]} for row in left.iter_rows(named=True)]
    counted = standing.matched(params)
    left_out = counted.songs - counted.matched
    return {**counted.as_dict(), "unmatched_songs": left_out, "corrections": standing.corrections, "songs": songs}


class _Standing:
    """A landing as it stands, its aliases applied."""

    def __init__(self, landing: LandingWriter) -> None:
        self.sides = sides(landing.known("tracks"))
        aliases = landing.known("aliases")
        self.corrections = int((aliases.get_column("method") == CORRECTION).sum())
        corrected = aliases.filter((pl.col("method") == CORRECTION) & (pl.col("alias_id") == pl.col("track_id")))
        self._nothing = set(corrected.get_column("alias_id"))  # a person said so: not asked again
        self._final = dict(of(check_aliases(aliases)).iter_rows())
        self._catalogue = set(self.sides.catalogue.get_column("track_id"))
        plays = landing.known("plays").group_by("track_id").agg(plays=pl.len())
        self._songs = (
            self.sides.listened.select("track_id", artist=pl.col("artist_name"), title="title", album="album_title")
            .join(plays, on="track_id", how="left")
            .with_columns(pl.col("plays").fill_null(0), of=self._targets())
        )

    def _targets(self) -> pl.Series:
        ids = self.sides.listened.get_column("track_id")
        return pl.Series([self._final.get(i, i) for i in ids], dtype=pl.String)

    def matched(self, params: IngestParams) -> Matched:
        """Counts of songs and plays; several ids of one song are one."""
        songs = self._songs.group_by("of").agg(pl.col("plays").sum())
        of_catalogue = songs.filter(pl.col("of").is_in(self._catalogue))
        plays, matched_plays = int(songs["plays"].sum()), int(of_catalogue["plays"].sum())
        alone = not self.sides.catalogue.get_column("available").fill_null(True).any()
        left = songs.height - of_catalogue.height
        out = 0 if params.playable == "all" or (params.playable == "auto" and alone) else left
        return Matched(songs.height, of_catalogue.height, plays, matched_plays, out)

    def left(self) -> pl.DataFrame:
        """Songs that match nothing and should perhaps: track_id, names, album and plays; the most played first."""
        left = self._songs.filter(~pl.col("of").is_in(self._catalogue | self._nothing))
        total = left.group_by("of").agg(pl.col("plays").sum())
        named = left.sort(pl.col("track_id") != pl.col("of"), "track_id").unique(
            "of", keep="first", maintain_order=True
        )
        rows = named.drop("plays").join(total, on="of").sort("plays", "track_id", descending=[True, False])
        return (
            rows.select("track_id", "artist", "title", "album", "plays")
            .rename({"artist": "artist_name"})
            .with_columns(duration_s=pl.lit(None, pl.Float64))
        )
