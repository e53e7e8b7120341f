"""What becomes of feedback that is posted, and how much of it one body holds."""

from __future__ import annotations

from pydantic import Field

from jobs.serve.models.base import Answer

MOST_EVENTS = 1_000
MOST_BYTES = 1 << 20


class Taken(Answer):
    """Events that are kept."""

    accepted: int = Field(description="How many were new.")
    repeated: list[str] = Field(description="Ids that were here already.")
    other: list[str] = Field(description="Ids taken by another event.")
