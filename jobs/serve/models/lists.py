"""What is published for listeners: lists, reviews, who has one."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from jobs.serve.models.base import Answer
from jobs.serve.models.songs import Card


class Evidence(Answer):
    """Why a song is there: a figure, and the table that it can be counted again from."""

    seq: int
    kind: str
    subject: str | None
    value: float | None
    value_high: float | None
    song_value: float | None
    song_text: str | None
    unit: str | None
    source_table: str


class Song(Card):
    """One song of a list, in its place."""

    rank: int = Field(description="Place in playing order, from 1.")
    reason: str | None
    paragraph: str | None
    discovery: bool = Field(description="None of its artists was ever heard by this user.")
    heard: bool
    source: str
    has_review: bool = Field(description="`/v1/tracks/{track_id}/review` has one in the list's language.")
    evidence: list[Evidence] | None


class Header(Answer):
    """The video or still of the first song; `/v1/media/{key}` serves it."""

    track_id: str
    kind: str
    video_key: str | None
    poster_key: str | None
    duration_s: float | None
    width: int | None
    height: int | None
    notice: str | None


class Daily30(Answer):
    """A user's list."""

    version: str = Field(description="The version that all of this comes from.")
    format: int
    user_id: str
    ds: date = Field(description="The listening day that it closes.")
    serves_on: date = Field(description="The day that it is for.")
    language: str | None
    personalised: bool | None
    history_class: str | None
    opener: str | None
    hashtags: list[str] | None
    intro: str | None
    writer: str | None
    model: str | None
    notice: str | None = Field(description="To be shown with the words when a model wrote them.")
    content_id: str | None
    label: dict[str, Any] | None = Field(description="Metadata of AI-made text (GB 45438-2025), to travel with it.")
    relaxations: list[str] | None
    shortfall_reason: str | None
    header: Header | None
    songs: list[Song]


class Note(Answer):
    """Where a quoted sentence is from; to be shown with the text."""

    source: str | None
    url: str | None
    licence: str | None


class Review(Answer):
    """The deep review of a song; all who have the song share it."""

    version: str = Field(description="The version that all of this comes from.")
    track_id: str
    language: str
    title: str | None
    artist: str | None
    headings: list[str]
    paragraphs: list[str]
    writer: str | None
    model: str | None
    notice: str | None
    content_id: str | None
    label: dict[str, Any] | None
    note: Note | None


class Listener(Answer):
    """Somebody who has a list."""

    user_id: str
    language: str | None
    history_class: str | None


class Listeners(Answer):
    """Some of those who have a list in the version served, in order of their ids."""

    version: str
    users: list[Listener]
    next: str | None = Field(description="Where the next part is; null at the end.")
