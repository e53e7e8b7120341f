"""Why a decoded recording has no features."""

from __future__ import annotations


class Unanalysable(Exception):
    """Sound that says nothing.

    Args:
        reason: ``too_short`` or ``silent``, codes of ``audio_failures.reason``.
        detail: what was found, for a person.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
