"""Which reviews tonight needs, under which content key, and their writing by the built-in writer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from features.names import titles
from features.seeds import Seeds
from features.words import labels
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.params import WordParams
from features.words.terms import forms
from features.words.writer import frames
from features.words.writer import reviews as review_writer
from features.words.writer.citations import Citation
from features.words.writer.frames import Draws

_DRAWS = 48
SOUND_FROM = 0.5  # least similarity of sound of two songs told as near, as ``ListParams.sound_from``


@dataclass(frozen=True, slots=True)
class ReviewBrief:
    """One review to be written: the song, the song beside it, the language, its key, and what it may quote of notes."""

    song: Song
    other: Song | None
    language: str
    content_key: str
    listeners: int
    citation: Citation | None = None


def needed(daily_lists: pl.DataFrame, users: pl.DataFrame) -> pl.DataFrame:
    """Distinct (track_id, language) of tonight's lists with how many lists carry it."""
    languages = users.select("user_id", "language")
    pairs = daily_lists.select("user_id", "track_id").join(languages, on="user_id")
    return pairs.group_by("track_id", "language").agg(listeners=pl.len()).sort("track_id", "language")


def beside(neighbours: pl.DataFrame, tracks: pl.DataFrame, wanted: Iterable[str]) -> dict[str, str]:
    """Track -> the track nearest in sound whose title can be said in full and that is not a version of the same song.

    Both were heard; songs that are alike in their words alone are set beside nothing.
    """
    neighbours = neighbours.filter(pl.col("audio_similarity") >= SOUND_FROM)
    ids = pl.DataFrame({"track_id": sorted(set(wanted))}, schema={"track_id": pl.String})
    titles = tracks.select(neighbour_id="track_id", other_title="title")
    near = neighbours.join(ids, on="track_id", how="semi").join(titles, on="neighbour_id")
    said = [title for title in near["other_title"].unique().to_list() if forms.whole(title)]
    near = (
        near.join(pl.DataFrame({"other_title": said}, schema={"other_title": pl.String}), on="other_title", how="semi")
        .join(tracks.select("track_id", "title"), on="track_id")
        .filter(_song("title") != _song("other_title"), pl.col("neighbour_id") != pl.col("track_id"))
        .sort("track_id", "rank")
        .unique("track_id", keep="first", maintain_order=True)
    )
    return dict(near.select("track_id", "neighbour_id").iter_rows())


def _song(title: str) -> pl.Expr:
    """A title without what tells versions of one song apart."""
    base = pl.col(title).map_batches(lambda told: titles.parse_all(told).struct.field("base"), return_dtype=pl.String)
    return base.str.to_lowercase()


def content_key(
    song: Song,
    other: Song | None,
    language: str,
    writer: str,
    seeds: Seeds,
    params: WordParams,
    citation: Citation | None = None,
) -> str:
    """Hash of everything a review is made from: both songs' facts, language, writer's version, seed, the note."""
    parts = [_said(song), _said(other) if other else "-", language, writer, str(seeds.root), repr(params)]
    parts += [] if citation is None else [repr(citation)]
    return hashlib.blake2b("\x1e".join(parts).encode(), digest_size=16).hexdigest()


def _said(song: Song) -> str:
    return "\x1f".join(f"{name}={getattr(song, name)!r}" for name in Song.__slots__)


def builtin_version() -> str:
    """Version of the built-in writer: the hash of its frames."""
    return f"builtin-{frames.voice()}"


def row(brief: ReviewBrief, review: review_writer.Review, provenance: Mapping[str, str | None]) -> dict[str, Any]:
    """A row of ``reviews``; with where its quotation of a note comes from, where it has one."""
    cited = brief.citation if brief.citation and brief.citation.stands_in(" ".join(review.paragraphs)) else None
    told = ("snippet_id", "source", "url", "licence")
    return {
        "track_id": brief.song.track_id,
        "language": brief.language,
        "content_key": brief.content_key,
        "headings": review.headings,
        "paragraphs": review.paragraphs,
        "fact_ids": review.fact_ids,
        **{f"note_{name}": getattr(cited, name, None) for name in told},
        **provenance,
    }


def builtin(brief: ReviewBrief, seeds: Seeds, params: WordParams) -> dict[str, Any]:
    """The row by the built-in writer."""
    slots: Slots = review_writer.review_slots(brief.song, brief.language, brief.citation)
    draws = Draws(seeds.rng("reviews", brief.song.track_id, brief.language).random(_DRAWS).tolist())
    review = review_writer.write(brief.song, brief.other, slots, draws, params)
    return row(brief, review, labels.builtin(brief.song.track_id, *review.paragraphs))
