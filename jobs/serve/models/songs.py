"""What is said of a song."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from jobs.serve.models.base import Answer

Said = Annotated[float | None, Field(description="Null where it may not be said.")]


class Artist(Answer):
    """Who is credited."""

    name: str | None
    artist_id: str | None


class Card(Answer):
    """What is said of a song to everyone."""

    track_id: str
    title: str
    artist: str | None = Field(description="The credit as written; null when unknown.")
    artist_id: str | None
    artists: list[Artist]
    version: str | None = Field(description="live, remaster, ...; null for the plain recording.")
    album: str | None
    album_id: str | None
    cover: str | None
    genre: str | None
    release_date: str | None
    duration_s: float | None
    explicit: bool | None
    tempo_bpm: Said
    tempo_confidence: float | None
    key: str | None
    mode: str | None
    key_strength: float | None
    mood: str | None
    moods: list[str]
    valence: Said
    arousal: Said


class Names(Answer):
    """What codes are called; null where they are not said, or have no word."""

    key: str | None
    mood: str | None
    genre: str | None


class Track(Answer):
    """A song by itself."""

    version: str = Field(description="The version that all of this comes from.")
    track: Card
    names: dict[Literal["zh", "en"], Names]


class Colours(Answer):
    """What a page around a song may be tinted in, each `#rrggbb`."""

    version: str = Field(description="The version that the song's mood comes from.")
    track_id: str
    sky: str
    horizon: str
    accent: str
    second: str
    ink: str
    light: str


class Similar(Answer):
    """A song like another, and how much."""

    rank: int = Field(description="1 is the most similar.")
    similarity: float = Field(description="Cosine of sound and words together, -1 to 1.")
    audio_similarity: float | None = Field(description="Cosine of the sounds; null where one was not heard.")
    text_similarity: float | None = Field(description="Cosine of titles, moods and lyrics; null where there are none.")
    track: Card


class SimilarTracks(Answer):
    """Songs like one song, the most similar first, of those that lists or reviews of the version show."""

    version: str = Field(description="The version that all of this comes from.")
    track_id: str
    similar: list[Similar]
    next: str | None = Field(description="Where the next part is; null at the end.")
