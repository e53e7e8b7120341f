"""Which sentence of a note a review may quote: one per song and language, on the song before on its artist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from features.words.terms import forms
from features.words.terms.snippets import quoted

Key = tuple[str, str]  # (track_id, language)


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence that may be quoted, whole, with its source.

    Args:
        text: as it stands between quotation marks.
        source: who says it, as it is named in a sentence.
        about: song or artist.
    """

    snippet_id: str
    text: str
    source: str
    url: str | None
    licence: str
    about: str

    def stands_in(self, text: str) -> bool:
        """Whether a text quotes it."""
        return f"\u201c{self.text}\u201d" in text


def citations(tracks: pl.DataFrame, snippets: pl.DataFrame) -> dict[Key, Citation]:
    """The sentence of each song and language that has one; the songs of an artist take turns at the artist's."""
    fit = snippets.filter(pl.col("unfit").is_null()).sort("snippet_id")
    own = fit.filter(pl.col("track_id").is_not_null()).join(tracks, on="track_id", how="semi", maintain_order="left")
    found = own.unique(["track_id", "language"], keep="first", maintain_order=True).with_columns(about=pl.lit("song"))
    dealt = _dealt(tracks, fit).join(found, on=["track_id", "language"], how="anti", maintain_order="left")
    columns = ["track_id", "language", "snippet_id", "text", "source", "url", "licence", "about"]
    made = pl.concat([found.select(columns), dealt.select(columns)])
    return {
        (track, language): Citation(snippet, quoted(text), spoken, url, licence, about)
        for track, language, snippet, text, source, url, licence, about in made.iter_rows()
        if (spoken := forms.speakable(source)) is not None
    }


def _dealt(tracks: pl.DataFrame, fit: pl.DataFrame) -> pl.DataFrame:
    """Songs with the sentence of their artist that is their turn, per language."""
    of = ["artist_id", "language"]
    about = (
        fit.filter(pl.col("artist_id").is_not_null())
        .drop("track_id")
        .with_columns(_place=pl.int_range(pl.len()).over(of), _many=pl.len().over(of), about=pl.lit("artist"))
    )
    songs = tracks.select("track_id", "artist_id").drop_nulls().sort("track_id")
    turns = songs.with_columns(_turn=pl.int_range(pl.len()).over("artist_id"))
    joined = turns.join(about, on="artist_id", maintain_order="left")
    return joined.filter(pl.col("_turn") % pl.col("_many") == pl.col("_place"))


def once_per_list(found: Mapping[Key, Citation], daily_lists: pl.DataFrame, users: pl.DataFrame) -> dict[Key, Citation]:
    """Without those that a listener would read under two songs of tonight's list: the first song by id keeps it."""
    readers: dict[Key, set[str]] = defaultdict(set)
    listed = daily_lists.select("user_id", "track_id").join(users.select("user_id", "language"), on="user_id")
    for user, track, language in listed.iter_rows():
        readers[track, language].add(user)
    taken: dict[str, set[str]] = defaultdict(set)
    kept = {}
    for key in sorted(found):
        snippet = found[key].snippet_id
        if not taken[snippet] & readers[key]:
            taken[snippet] |= readers[key]
            kept[key] = found[key]
    return kept
