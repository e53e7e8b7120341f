"""The text that stands for a song: what it is called, who plays it, how it feels, how it begins."""

from __future__ import annotations

import hashlib

import polars as pl

from schemas.vocabulary import MOODS, SCENES

DOCUMENT_VERSION = 1
_MOODS = {m.id: m.en for m in MOODS}
_SCENES = {scene: en for scene, (_, en) in SCENES.items()}
_TAGS = 3
_LYRIC_LINES = 6
_LYRIC_CHARACTERS = 240


def documents(tracks: pl.DataFrame, lyrics: pl.DataFrame, emotions: pl.DataFrame) -> pl.DataFrame:
    """One row per track: ``track_id`` and its ``document``, sorted by track.

    Moods come before lyrics, so that an encoder that reads a bounded number of words never
    loses them.

    Args:
        tracks, lyrics, emotions: the contracts of these names; a track may lack the last two.
    """
    felt = emotions.select("track_id", "moods", "scenes")
    sung = lyrics.select("track_id", "lines")
    known = tracks.join(felt, on="track_id", how="left").join(sung, on="track_id", how="left").sort("track_id")
    texts = [_document(row) for row in known.iter_rows(named=True)]
    return pl.DataFrame({"track_id": known["track_id"], "document": pl.Series(texts, dtype=pl.String)})


def content_key(document: str, model: str) -> str:
    """Identifies a vector by what it is made from: the document and the encoder's name."""
    text = f"{DOCUMENT_VERSION}\x1f{model}\x1f{document}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _document(row: dict[str, object]) -> str:
    title, artist, genre = (str(row[c] or "").strip() for c in ("title", "artist_name", "genre"))
    moods = _words(row["moods"], _MOODS)
    scenes = _words(row["scenes"], _SCENES)
    tags = _listed(row["listener_tags"])[:_TAGS]
    opening = " / ".join(line.strip() for line in _listed(row["lines"])[:_LYRIC_LINES] if line.strip())
    parts = [
        f"{title} by {artist}" if artist else title,
        ", ".join([w for w in (genre.replace("_", " "), *tags) if w]),
        f"{', '.join(moods)} music" if moods else "",
        f"for {', '.join(scenes)}" if scenes else "",
        opening[:_LYRIC_CHARACTERS],
    ]
    return ". ".join(p for p in parts if p)


def _words(ids: object, names: dict[str, str]) -> list[str]:
    return [names[i] for i in _listed(ids)[:_TAGS] if i in names]


def _listed(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else []
