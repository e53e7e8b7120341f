"""The texts that stand for a song: how it feels, what it is called, how it begins.

Each facet is encoded by itself and the vectors are mixed with fixed weights: in one long
text the title drowned the mood (of the ten songs nearest to a mood or scene word, 60 % had
it; with facets 80 %).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import polars as pl

from schemas.vocabulary import MOOD_NAMES, SCENE_NAMES

DOCUMENT_VERSION = 2
# Facet and its weight in the song's vector.
FACETS: dict[str, float] = {"feel": 0.65, "name": 0.25, "opening": 0.10}
_MOODS, _SCENES = MOOD_NAMES["en"], SCENE_NAMES["en"]
_TAGS = 3
_LYRIC_LINES = 6
_LYRIC_CHARACTERS = 240


def documents(tracks: pl.DataFrame, lyrics: pl.DataFrame, emotions: pl.DataFrame) -> pl.DataFrame:
    """One row per track: ``track_id`` and the texts ``feel``, ``name``, ``opening`` ('' = nothing known).

    Args:
        tracks, lyrics, emotions: the contracts of these names; a track may lack the last two.

    Returns:
        Sorted by track.
    """
    felt = emotions.select("track_id", "moods", "scenes")
    sung = lyrics.select("track_id", "lines")
    known = tracks.join(felt, on="track_id", how="left").join(sung, on="track_id", how="left").sort("track_id")
    texts = [(row["track_id"], _feel(row), _name(row), _opening(row)) for row in known.iter_rows(named=True)]
    return pl.DataFrame(texts, schema=dict.fromkeys(("track_id", *FACETS), pl.String), orient="row")


def mixed(vectors: dict[str, np.ndarray], documents: pl.DataFrame) -> np.ndarray:
    """Unit vectors of songs from those of their facets; an empty facet takes no part.

    Args:
        vectors: facet to unit vectors [shape=(songs, dim)].
        documents: as :func:`documents` makes them, same rows.
    """
    total = np.zeros_like(vectors["name"], dtype=np.float64)
    for facet, weight in FACETS.items():
        present = (documents[facet] != "").to_numpy()
        total += weight * present[:, None] * vectors[facet]
    unit: np.ndarray = (total / np.linalg.norm(total, axis=1, keepdims=True)).astype(np.float32)
    return unit


def content_key(texts: tuple[str, ...], model: str) -> str:
    """Identifies a vector by what it is made from: the facets' texts and the encoder's name."""
    text = "\x1f".join([str(DOCUMENT_VERSION), model, *texts])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _feel(row: dict[str, object]) -> str:
    genre = str(row["genre"] or "").strip().replace("_", " ")
    kind = ", ".join([w for w in (genre, *_listed(row["listener_tags"])[:_TAGS]) if w])
    moods, scenes = _words(row["moods"], _MOODS), _words(row["scenes"], _SCENES)
    parts = [
        f"{kind} music" if kind else "",
        f"{', '.join(moods)} song" if moods else "",
        f"for {', '.join(scenes)}" if scenes else "",
    ]
    return ". ".join(p for p in parts if p)


def _name(row: dict[str, object]) -> str:
    title, artist = (str(row[c] or "").strip() for c in ("title", "artist_name"))
    return (f"{title} by {artist}" if artist else title) or "untitled"


def _opening(row: dict[str, object]) -> str:
    lines = dict.fromkeys(line.strip() for line in _listed(row["lines"]) if line.strip())
    return " / ".join(list(lines)[:_LYRIC_LINES])[:_LYRIC_CHARACTERS]


def _words(ids: object, names: Mapping[str, str]) -> list[str]:
    return [names[i] for i in _listed(ids)[:_TAGS] if i in names]


def _listed(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else []
