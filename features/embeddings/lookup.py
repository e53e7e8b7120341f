"""Songs for a text: those called so first, then those nearest in meaning."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import polars as pl

_EXACT, _PART, _MEANING = 0, 1, 2
_SHORTEST_PART = 2


def rank(query: str, near: pl.DataFrame, tracks: pl.DataFrame, k: int) -> pl.DataFrame:
    """The k best available songs for a text.

    Songs whose title or artist is the text come first, then those whose title or artist
    contains it, then the rest; within each, by similarity, then by track.

    Args:
        query: what was asked, Chinese or English.
        near: ``track_id`` and ``similarity`` of tracks near in meaning.
        tracks: contract ``tracks``.
        k: how many.

    Returns:
        ``rank``, ``track_id``, ``title``, ``artist_name``, ``similarity`` (null when found by
        name only) and ``matched`` (title, artist or meaning).
    """
    asked = folded(query)
    known = tracks.filter("available").join(near, on="track_id", how="left")
    found = []
    for row in known.iter_rows(named=True):
        tier, matched = _by_name(asked, row["title"], row["artist_name"])
        if tier < _MEANING or row["similarity"] is not None:
            found.append((tier, -(row["similarity"] or -1.0), row["track_id"], matched, row))
    found.sort(key=lambda hit: hit[:3])
    columns = ("track_id", "title", "artist_name", "similarity")
    rows = [
        {"rank": position, **{c: row[c] for c in columns}, "matched": matched}
        for position, (_, _, _, matched, row) in enumerate(found[:k], start=1)
    ]
    kinds: dict[str, Any] = {"rank": pl.Int32, **{c: known.schema[c] for c in columns}, "matched": pl.String}
    return pl.DataFrame(rows, schema=kinds)


def folded(text: str) -> str:
    """Text for comparing names: width, case and punctuation do not matter."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _by_name(asked: str, title: str, artist: str | None) -> tuple[int, str]:
    names = (("title", folded(title)), ("artist", folded(artist or "")))
    for kind, name in names:
        if asked and name == asked:
            return (_EXACT, kind)
    for kind, name in names:
        if len(asked) >= _SHORTEST_PART and asked in name:
            return (_PART, kind)
    return (_MEANING, "meaning")
