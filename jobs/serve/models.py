"""What answers hold, for OpenAPI; ``features/serving/payload.py`` makes what is served."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Said = Annotated[float | None, Field(description="Null where it may not be said.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Artist(_Body):
    """Who is credited."""

    name: str | None
    artist_id: str | None


class Evidence(_Body):
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


class Card(_Body):
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


class Names(_Body):
    """What codes are called; null where they are not said, or have no word."""

    key: str | None
    mood: str | None
    genre: str | None


class Track(_Body):
    """A song by itself."""

    version: str = Field(description="The version that all of this comes from.")
    track: Card
    names: dict[Literal["zh", "en"], Names]


class Colours(_Body):
    """What a page around a song may be tinted in, each `#rrggbb`."""

    version: str = Field(description="The version that the song's mood comes from.")
    track_id: str
    sky: str
    horizon: str
    accent: str
    second: str
    ink: str
    light: str


class Header(_Body):
    """The video or still of the first song; `/v1/media/{key}` serves it."""

    track_id: str
    kind: str
    video_key: str | None
    poster_key: str | None
    duration_s: float | None
    width: int | None
    height: int | None
    notice: str | None


class Daily30(_Body):
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


class Note(_Body):
    """Where a quoted sentence is from; to be shown with the text."""

    source: str | None
    url: str | None
    licence: str | None


class Review(_Body):
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


class Listener(_Body):
    """Somebody who has a list."""

    user_id: str
    language: str | None
    history_class: str | None


class Listeners(_Body):
    """Some of those who have a list in the version served, in order of their ids."""

    version: str
    users: list[Listener]


class Version(_Body):
    """A complete version that the store keeps."""

    version: str
    ds: date
    state: Literal["sealed", "withdrawn"] = Field(description="Withdrawn: rolled back, or of a night that was.")
    lists: int
    songs: int
    reviews: int
    current: bool
    pinned: bool
    announced: bool = Field(description="It was served, or is what is read of its day.")


class Versions(_Body):
    """What the store keeps and has announced, newest first."""

    current: str | None
    versions: list[Version]


class Pointer(_Body):
    """Where the pointer is."""

    current: str | None = Field(description="The version served now.")


class Check(_Body):
    """One check of a night's audit."""

    check: str
    severity: Literal["stop", "warn"] = Field(description="Whether a failure stops the publish, or is told.")
    passed: bool
    observed: float
    bound: float


class StageRun(_Body):
    """What one stage took."""

    stage: str
    seconds: float
    tasks: int
    ran: int = Field(description="Tasks that were not taken over from before.")
    peak_mb: float
    rows_out: int


class Run(_Body):
    """The newest run of a night that did anything."""

    started: datetime
    engine: str
    workers: int
    failed: str | None = Field(description="The stage that stopped it.")
    stages: list[StageRun]


class NightOf(Version):
    """A version and the night that made it."""

    audit: list[Check] | None = Field(description="Null where the lake holds no such night any more.")
    run: Run | None = Field(description="Null where no log is kept.")


class Nights(_Body):
    """Versions that are kept, newest first."""

    nights: list[NightOf]


class Health(_Body):
    """Whether the server is there."""

    status: Literal["alive"]


class Readiness(_Body):
    """What is served."""

    status: Literal["ready"]
    version: str
    ds: date


class ProblemBody(BaseModel):
    """RFC 9457, with `fix`: what to do. Some problems have more members."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str
    fix: str
