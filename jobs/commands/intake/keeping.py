"""What a landing remembers of a music folder: a song keeps its id when its file is retagged, moved or encoded anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from features.audio.likeness import Likeness, likeness, same_sound
from features.ingest import music_folder
from features.ingest.same_music import MAX_LENGTH_DIFFERENCE_S, same_by_names, same_by_night
from schemas.catalogue import TRACKS
from schemas.delivery import columns_of
from schemas.errors import UsageError
from schemas.identity import TRACK_ALIASES
from warehouse.lake import Lake
from warehouse.landing.folders import Folder, remember_folder
from warehouse.landing.landing_writer import LandingWriter
from warehouse.landing.sound_bytes import sound_sha256
from warehouse.media.decode import AudioFiles, DecodeLimits, MediaError

_HEARD_S = 120.0
_MOST_COMPARED = 200  # pairs that are listened to; of more the names and lengths are believed
_OURS = "tracks/folder-"
_BY_THE_NIGHT = ("audio_sha256", "audio_shared")  # told by whoever reads the landing


@dataclass(frozen=True, slots=True)
class Kept:
    """What becomes of a folder's tracks.

    Args:
        tracks: rows to write: those found, those that are gone as not available.
        aliases: all aliases of the folder, old and new.
        counts: what to tell.
    """

    tracks: pl.DataFrame
    aliases: pl.DataFrame
    counts: dict[str, int]


def keep(landing: LandingWriter, folder: Folder, found: pl.DataFrame, day: date) -> Kept:
    """The folder's tracks now, with what the landing knows of them already.

    Args:
        found: tracks of the files there are, linked into the landing already, columns of ``tracks``.
        day: since when new aliases are known.
    """
    file = f"{_OURS}{folder.name}.jsonl"
    known, told = landing.known("tracks"), landing.known("aliases")
    before = known.filter(pl.col("source_file").str.starts_with(_OURS))
    mine = before.filter(pl.col("source_file") == file)
    missing = mine.join(found, on="track_id", how="anti")
    pairs = _retagged(landing.root, missing, found) if folder.new else _pairs()
    gone = ~pl.col("available").fill_null(True) | pl.col("track_id").is_in(missing.get_column("track_id").implode())
    by_names = same_by_names(found, before.with_columns(gone=gone), told)
    pairs = pl.concat([pairs, _by_ear(landing.root, found, before, by_names, set(pairs["track_id"]))])
    pairs = pl.concat([pairs, _by_night(landing.root.parent, pl.concat([_ids(before), _ids(found)]), told, pairs)])
    own = told.filter(pl.col("source_file") == f"aliases/folder-{folder.name}.jsonl")
    new = pairs.rename({"track_id": "alias_id", "known_id": "track_id"}).with_columns(
        score=pl.lit(None, pl.Float32), since=pl.lit(day, pl.Date)
    )
    aliases = pl.concat([own.select(TRACK_ALIASES.names), new.select(TRACK_ALIASES.names)]).sort("alias_id")
    every = pl.concat([told.select("alias_id", "track_id"), new.select("alias_id", "track_id")])
    living = every.join(found, left_on="alias_id", right_on="track_id", how="semi").get_column("track_id")
    left = missing.filter(~pl.col("track_id").is_in(living.implode()))
    tracks = pl.concat([_since(found, before, every), _withdrawn(left)])
    counts = {
        "known_before": found.join(mine, on="track_id", how="semi").height,
        "encoded_anew": new.filter(method="reencoded").height,
        "withdrawn": left.height,
    }
    return Kept(tracks, aliases, counts)


def put_kept(landing: LandingWriter, folder: Folder, kept: Kept) -> Path:
    """Write what was kept and remember the folder; audio files that no track names any more go. The tracks' file."""
    rows = kept.tracks.select(c for c in columns_of("tracks") if c not in _BY_THE_NIGHT)
    written = landing.put_rows(f"{_OURS}{folder.name}.jsonl", rows)
    if kept.aliases.height:
        landing.put_rows(f"aliases/folder-{folder.name}.jsonl", kept.aliases)
    remember_folder(landing, folder)
    named = kept.tracks.get_column("audio_path").drop_nulls()
    landing.drop_others(f"audio/{folder.name}", named, named=music_folder.TRACK_ID)
    return written


def _pairs(rows: Iterator[tuple[str, str, str]] | None = None) -> pl.DataFrame:
    """``track_id`` of a file now, ``known_id`` of the same music before, and how it is known."""
    return pl.DataFrame(list(rows or ()), schema=["track_id", "known_id", "method"], orient="row").cast(pl.String)


def _retagged(root: Path, missing: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Tracks of an older home, where an id was one of all bytes: told by the sound of the file kept for it."""
    length = dict(found.select("track_id", "duration_s").iter_rows())

    def same() -> Iterator[tuple[str, str, str]]:
        taken: set[str] = set()
        for known, audio_path, seconds in missing.select("track_id", "audio_path", "duration_s").iter_rows():
            path = root / "audio" / audio_path if audio_path else None
            track = music_folder.track_id(sound_sha256(path)) if path and path.is_file() else ""
            if track in length and track not in taken:
                now = length[track]
                if now is None or seconds is None or abs(now - seconds) <= MAX_LENGTH_DIFFERENCE_S:
                    taken.add(track)
                    yield track, known, "retagged"

    return _pairs(same())


def _ids(tracks: pl.DataFrame) -> pl.DataFrame:
    return tracks.select("track_id", "title", "artist_name", "album_title", "duration_s", "added_on")


def _by_night(home: Path, tracks: pl.DataFrame, told: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Tracks that the last night heard to be one recording, where nothing tells it yet."""
    try:
        night = Lake(home).night()
    except UsageError:  # the first is still to come
        return _pairs()
    if "recordings" not in night.tables:
        return _pairs()
    known = pl.concat([told.select("alias_id"), pairs.select(alias_id="track_id")])
    return same_by_night(night.frame("recordings"), tracks, known).with_columns(method=pl.lit("reencoded"))


def _by_ear(root: Path, found: pl.DataFrame, before: pl.DataFrame, pairs: pl.DataFrame, done: set[str]) -> pl.DataFrame:
    """Pairs whose sound does not speak against it; while both files are there, those whose sound says so."""
    path = dict(
        pl.concat([before.select("track_id", "audio_path"), found.select("track_id", "audio_path")]).iter_rows()
    )

    def same() -> Iterator[tuple[str, str, str]]:
        with AudioFiles(root / "audio", DecodeLimits(max_s=_HEARD_S)) as files:
            for number, (track, known, gone) in enumerate(pairs.iter_rows()):
                if track in done:
                    continue
                heard = number < _MOST_COMPARED
                one, other = (_heard(files, path[t]) if heard else None for t in (track, known))
                told = None if one is None or other is None else same_sound(one, other)
                if told if told is not None else gone:
                    yield track, known, "reencoded"

    return _pairs(same())


def _heard(files: AudioFiles, path: str | None) -> Likeness | None:
    """What is compared of a file in the landing; None when there is nothing to hear."""
    if path is None:
        return None
    try:
        return likeness(files.decode(path).samples.mean(axis=0))
    except MediaError:
        return None


def _since(found: pl.DataFrame, before: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Tracks with the day on which the first file of their music came."""
    first = before.group_by("track_id").agg(_first=pl.col("added_on").min())
    targets = aliases.rename({"track_id": "_known", "alias_id": "track_id"}).unique("track_id", keep="last")
    joined = found.join(first, on="track_id", how="left", maintain_order="left")
    joined = joined.join(targets, on="track_id", how="left", maintain_order="left")
    joined = joined.join(first.rename({"track_id": "_known", "_first": "_of_known"}), on="_known", how="left")
    day = pl.min_horizontal("added_on", "_first", "_of_known")
    return TRACKS.frame(joined.with_columns(added_on=day)).sort("track_id")


def _withdrawn(left: pl.DataFrame) -> pl.DataFrame:
    """Rows of files that are gone: songs that were heard stay known, and are never recommended."""
    rows = left.select(columns_of("tracks")).with_columns(
        available=pl.lit(False), **{c: pl.lit(None, pl.String) for c in ("audio_path", "audio_sha256")}
    )
    return TRACKS.frame(rows.unique("track_id", keep="last")).sort("track_id")
