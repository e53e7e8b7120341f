"""Three listeners whose lists open the report, each as a phone would show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from features.measurement import MeasurementPolicy
from features.night import Night
from features.serving.inputs import ServedTables
from features.serving.payload import list_payloads, review_payloads
from features.words.terms import forms
from schemas.text_files import Section, texts

_ORDER = {"heavy": 0, "regular": 1, "light": 2, "new": 3}
_WORDS = {language: words["labels"] for language, words in texts("features.report", "people").items()}


@dataclass(frozen=True, slots=True)
class Phone:
    """One listener's Daily 30 for the page.

    Args:
        caption: who this is, in a line.
        words: labels in the listener's language.
        payload: as served; songs carry ``badges`` and ``review`` besides.
        video, poster: paths relative to the page, None when the media are not there.
    """

    user_id: str
    language: str
    caption: str
    words: Section
    payload: dict[str, Any]
    video: str | None
    poster: str | None


def choose(
    users: pl.DataFrame, list_summaries: pl.DataFrame, taste: pl.DataFrame, *, videos: pl.DataFrame
) -> list[str]:
    """A Chinese heavy listener, an English listener and a new user; the nearest there are.

    Args:
        videos: ``user_id`` of lists that open with a video; they are preferred.
    """
    order = pl.col("history_class").replace_strict(_ORDER, default=9, return_dtype=pl.Int32)
    known = (
        users.select("user_id", "language", wants="personalised")
        .join(list_summaries.select("user_id", "songs", "history_class"), on="user_id")
        .join(taste.select("user_id", "plays"), on="user_id", how="left")
        .with_columns(order=order, video=pl.col("user_id").is_in(videos["user_id"].to_list()))
        .sort("wants", "video", "order", "songs", "plays", "user_id", descending=[True, True, False, True, True, False],
              nulls_last=True)
    )  # fmt: skip
    wanted = [
        pl.col("language").eq("zh") & pl.col("order").lt(3),
        pl.col("language").eq("en") & pl.col("order").lt(3),
        pl.col("order").eq(3),
    ]
    chosen: list[str] = []
    for condition in [*wanted, pl.lit(True), pl.lit(True), pl.lit(True)]:
        free = known.filter(condition & ~pl.col("user_id").is_in(chosen))
        if free.height and len(chosen) < len(wanted):
            chosen.append(str(free["user_id"][0]))
    return chosen


def media_keys(phones: list[dict[str, Any]]) -> list[str]:
    """Media that these payloads show, sorted."""
    headers = [payload["header"] for payload in phones if payload["header"]]
    return sorted({h[k] for h in headers for k in ("video_key", "poster_key") if h[k]})


def payloads(tables: ServedTables, chosen: list[str], policy: MeasurementPolicy, night: Night) -> list[dict[str, Any]]:
    """Payloads of the chosen users, in that order, each song with its review."""
    mine = pl.col("user_id").is_in(chosen)
    few = replace(tables, daily_lists=tables.daily_lists.filter(mine), evidence=tables.evidence.filter(mine))
    found = dict(list_payloads(few, policy, night))
    needed = tables.reviews.filter(pl.col("track_id").is_in(few.daily_lists["track_id"].unique().to_list()))
    reviews = {(track, lang): text for track, lang, text in review_payloads(replace(tables, reviews=needed))}
    for payload in found.values():
        for song in payload["songs"]:
            song["review"] = reviews.get((song["track_id"], payload["language"]))
            song["badges"] = badges(song, payload["language"])
    return [found[user] for user in chosen if user in found]


def phone(payload: dict[str, Any], user: Mapping[str, Any], media: Mapping[str, str]) -> Phone:
    """The payload with its labels and the paths of its media."""
    language = payload["language"] if payload["language"] in _WORDS else "en"
    words = _WORDS[language]
    header = payload["header"] or {}
    seconds = sum(song["duration_s"] or 0 for song in payload["songs"])
    caption = [forms.city(user["city"], language), words.get(payload["history_class"])]
    if user["plays"]:
        caption.append(words["plays"].format(n=f"{user['plays']:,}"))
    if not user["wants"]:
        caption.append(words["common"])
    counted = words["songs"].format(n=len(payload["songs"]), minutes=round(seconds / 60))
    return Phone(
        user_id=payload["user_id"],
        language=language,
        caption=" · ".join(part for part in caption if part),
        words={**words, "counted": counted},
        payload=payload,
        video=media.get(header.get("video_key") or ""),
        poster=media.get(header.get("poster_key") or ""),
    )


def badges(song: Mapping[str, Any], language: str) -> list[str]:
    """``["104 BPM", "D minor", "healing"]``; the payload holds only what may be said."""
    found = []
    if song["tempo_bpm"] is not None:
        found.append(f"{forms.integer(song['tempo_bpm'])} BPM")
    if song["key"] is not None:
        found.append(forms.key_name(f"{song['key']} {song['mode'] or ''}", language))
    if song["mood"] is not None:
        found.append(forms.mood(song["mood"], language) or song["mood"])
    return found
