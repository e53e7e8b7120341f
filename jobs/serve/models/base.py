"""What all answers are."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """Every member is always there, and no other."""

    model_config = ConfigDict(extra="forbid")


class ProblemBody(BaseModel):
    """RFC 9457, with `fix`: what to do. Some problems have more members."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str
    fix: str
