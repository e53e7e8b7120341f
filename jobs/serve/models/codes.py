"""What codes are called."""

from __future__ import annotations

from pydantic import Field

from jobs.serve.models.base import Answer


class InBoth(Answer):
    """A word in each language."""

    zh: str
    en: str


class CodeName(Answer):
    """A code, and what it is called."""

    code: str
    names: InBoth


class KeyName(Answer):
    """A song's `key` and `mode`, and what they are called together."""

    key: str
    mode: str
    names: InBoth


class Codes(Answer):
    """Every code of songs that has a name."""

    keys: list[KeyName]
    moods: list[CodeName] = Field(description="Of a song's `mood` and `moods`.")
    genres: list[CodeName] = Field(description="Of a song's `genre`, where it is none of the catalogue's own.")
