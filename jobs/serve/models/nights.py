"""What operators see: versions, nights, the server itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from jobs.serve.models.base import Answer


class Version(Answer):
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


class Versions(Answer):
    """What the store keeps and has announced, newest first."""

    current: str | None
    versions: list[Version]
    next: str | None = Field(description="Where the next part is; null at the end.")


class Pointer(Answer):
    """Where the pointer is."""

    current: str | None = Field(description="The version served now.")


class Check(Answer):
    """One check of a night's audit."""

    check: str
    severity: Literal["stop", "warn"] = Field(description="Whether a failure stops the publish, or is told.")
    passed: bool
    observed: float
    bound: float


class StageRun(Answer):
    """What one stage took."""

    stage: str
    seconds: float
    tasks: int
    ran: int = Field(description="Tasks that were not taken over from before.")
    peak_mb: float
    rows_out: int


class Run(Answer):
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


class Nights(Answer):
    """Versions that are kept, newest first."""

    nights: list[NightOf]
    next: str | None = Field(description="Where the next part is; null at the end.")


class Health(Answer):
    """Whether the server is there."""

    status: Literal["alive"]


class Readiness(Answer):
    """What is served."""

    status: Literal["ready"]
    version: str
    ds: date
