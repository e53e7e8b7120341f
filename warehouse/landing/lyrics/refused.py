"""Why a file gives no lyrics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefusedLyrics:
    """A file that gives no lyrics.

    Args:
        reason: stable code: ``unknown_encoding``, ``too_large``, ``empty_file``, ``no_lines``, ``not_lyrics``,
            ``unsafe_path``, ``unreadable_file`` or ``missing_file``.
        detail: what was found, for a person.
    """

    reason: str
    detail: str
