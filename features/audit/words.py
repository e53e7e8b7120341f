"""Checks of what stands around the songs: openers, hashtags, reasons, evidence, reviews, headers, labels."""

from __future__ import annotations

import polars as pl

from features.audit.findings import Finding, NightTables, none_of
from features.audit.params import AuditRules
from features.words.terms import forms
from features.words.terms.snippets import quoted

HASHTAGS = (2, 3)
_MARKUP = r"(?i)<\s*/?\s*[a-z!]|https?://|\]\(|[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]"


def _blank(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.len_chars().fill_null(0) == 0


def opener_and_intro(night: NightTables, _: AuditRules) -> Finding:
    listed = night.daily_lists.select("user_id").unique()
    bad = listed.join(night.list_copy, on="user_id", how="left").filter(_blank("opener") | _blank("intro"))
    return none_of("opener_and_intro", bad.select("user_id"), "lists without opener or intro")


def hashtags(night: NightTables, _: AuditRules) -> Finding:
    listed = night.daily_lists.select("user_id").unique()
    tags = pl.col("hashtags")
    wellformed = tags.list.eval(pl.element().str.contains(r"^#[^\s#]+$")).list.all().fill_null(False)
    number = tags.list.n_unique().is_between(*HASHTAGS) & tags.list.len().is_between(*HASHTAGS)
    bad = listed.join(night.list_copy, on="user_id", how="left").filter(~(wellformed & number.fill_null(False)))
    return none_of("hashtags", bad.select("user_id"), "lists without two or three hashtags")


def copy_in_the_users_language(night: NightTables, _: AuditRules) -> Finding:
    user = night.users.select("user_id", wanted="language")
    words = [night.list_copy.select("user_id", "language"), night.song_reasons.select("user_id", "language")]
    bad = pl.concat(words).unique().join(user, on="user_id").filter(pl.col("language") != pl.col("wanted"))
    return none_of("copy_in_the_users_language", bad, "texts in another language than the listener's")


def reason_per_song(night: NightTables, _: AuditRules) -> Finding:
    reasons = night.song_reasons.filter(~_blank("reason")).select("user_id", "track_id")
    bad = night.daily_lists.join(reasons, on=["user_id", "track_id"], how="anti")
    return none_of("reason_per_song", bad.select("user_id", "track_id"), "songs without a reason")


def evidence_per_song(night: NightTables, _: AuditRules) -> Finding:
    bad = night.daily_lists.join(night.evidence, on=["user_id", "track_id"], how="anti")
    return none_of("evidence_per_song", bad.select("user_id", "track_id"), "songs without evidence")


def review_per_song(night: NightTables, _: AuditRules) -> Finding:
    written = night.reviews.filter(pl.col("paragraphs").list.len() > 0).select("track_id", "language")
    needed = night.songs.select("track_id", "language").unique()
    bad = needed.join(written, on=["track_id", "language"], how="anti")
    return none_of("review_per_song", bad, "songs without a review in a listener's language")


def quoted_notes(night: NightTables, _: AuditRules) -> Finding:
    """Whatever a review quotes of a note is a sentence of one on that song or its artist, with source and licence."""
    artists = night.tracks.select("track_id", of="artist_id")
    said = pl.col("paragraphs").list.join("\n")
    cited = night.reviews.filter(pl.col("note_snippet_id").is_not_null()).join(artists, on="track_id", how="left")
    spoken = [forms.speakable(source) for source in night.snippets["source"]]
    whole = [f"\u201c{quoted(text)}\u201d" for text in night.snippets["text"]]
    known = night.snippets.with_columns(
        source=pl.Series(spoken, dtype=pl.String), whole=pl.Series(whole, dtype=pl.String)
    )
    known = known.select("snippet_id", pl.all().exclude("snippet_id").name.prefix("_"))
    held = cited.join(known, left_on="note_snippet_id", right_on="snippet_id", how="left")
    same = [pl.col(f"note_{name}").eq_missing(pl.col(f"_{name}")) for name in ("source", "url", "licence")]
    about = pl.col("_track_id").eq_missing(pl.col("track_id")) | (pl.col("_artist_id") == pl.col("of"))
    right = pl.all_horizontal(
        *same,
        about,
        pl.col("_language") == pl.col("language"),
        pl.col("_unfit").is_null(),
        said.str.contains(pl.col("_whole"), literal=True),
        said.str.contains(pl.col("note_source"), literal=True),
    )
    bad = held.filter(~right.fill_null(False)).select("track_id", "language", "note_snippet_id")
    return none_of("quoted_notes", bad, "quotations of notes that no delivered note bears out")


def notes_once(night: NightTables, _: AuditRules) -> Finding:
    """No listener reads one sentence of a note under two songs of a list."""
    cited = night.reviews.select("track_id", "language", "note_snippet_id").drop_nulls()
    read = night.songs.select("user_id", "track_id", "language").join(cited, on=["track_id", "language"])
    times = read.group_by("user_id", "note_snippet_id").len().filter(pl.col("len") > 1)
    return none_of("notes_once", times, "sentences of notes quoted twice in a list")


def header_per_first_song(night: NightTables, _: AuditRules) -> Finding:
    """A header row each; a video has its file."""
    usable = night.headers.filter((pl.col("kind") == "still") | pl.col("video_key").is_not_null())
    first = night.daily_lists.filter(pl.col("rank") == 1).select("track_id").unique()
    return none_of("header_per_first_song", first.join(usable, on="track_id", how="anti"), "first songs without header")


def ai_labels(night: NightTables, _: AuditRules) -> Finding:
    """Whatever a model wrote carries its visible label, model and number (labelling measures, GB 45438-2025)."""
    incomplete = pl.any_horizontal(_blank("notice"), _blank("model"), _blank("content_id"))
    unlabelled = [
        table.filter((pl.col("writer") == "model") & incomplete).select("content_id")
        for table in (night.list_copy, night.reviews)
    ]
    return none_of("ai_labels", pl.concat(unlabelled), "texts of a model without the AI label")


def plain_words(night: NightTables, _: AuditRules) -> Finding:
    """No markup, link or direction trick; a warning, since a song's own title may look like one."""
    copy = night.list_copy.select("user_id", text=pl.concat_str("opener", "intro", separator=" "))
    reasons = night.song_reasons.select("user_id", text=pl.concat_str("reason", "paragraph", separator=" "))
    bad = pl.concat([copy, reasons]).filter(pl.col("text").str.contains(_MARKUP))
    return none_of("plain_words", bad, "texts with markup or links", severity="warn")


WORD_CHECKS = (
    opener_and_intro,
    hashtags,
    copy_in_the_users_language,
    reason_per_song,
    evidence_per_song,
    review_per_song,
    quoted_notes,
    notes_once,
    header_per_first_song,
    ai_labels,
    plain_words,
)
