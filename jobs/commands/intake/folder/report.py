"""What a run over a music folder tells: what was taken, what was not and why, what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from warehouse.landing.music.scan import REASONS, Skipped

_EXAMPLES = 5


def refused_lyrics(refused: Sequence[Skipped]) -> dict[str, dict[str, Any]]:
    """Count and first examples of lyrics that were not taken, by the reason of ``RefusedLyrics``."""
    found: defaultdict[str, list[Skipped]] = defaultdict(list)
    for one in refused:
        found[one.reason].append(one)
    return {r: {"count": len(s), "what": f"lyrics: {r}", "examples": _examples(s)} for r, s in sorted(found.items())}


def _examples(skipped: Sequence[Skipped]) -> list[str]:
    return [f"{s.name} ({s.detail})" if s.detail else s.name for s in skipped[:_EXAMPLES]]


def skipped_by_reason(skipped: Sequence[Skipped]) -> dict[str, dict[str, Any]]:
    """Count, meaning and first examples of each reason, in the order of ``REASONS``."""
    found: defaultdict[str, list[Skipped]] = defaultdict(list)
    for one in skipped:
        found[one.reason].append(one)
    return {
        reason: {
            "count": len(found[reason]),
            "what": what,
            "examples": _examples(found[reason]),
        }
        for reason, what in REASONS.items()
        if reason in found
    }


def skipped_lines(skipped: dict[str, dict[str, Any]]) -> list[str]:
    """The same in lines for a person."""
    return [
        f"{told['count']:,} {told['what']}: {', '.join(told['examples'][:2])}{' ...' if told['count'] > 2 else ''}"
        for told in skipped.values()
    ]


def advice(*, gone: int, unmatched: int, skipped: dict[str, dict[str, Any]]) -> list[str]:
    """What a person may do now."""
    said = []
    if gone:
        said.append(
            f"{gone:,} tracks have no file any more: they stay as not available, and come back with their files"
        )
    if unmatched:
        said.append("rows of the manifest match no file: its column path is relative to the folder")
    if "unsupported_format" in skipped:
        said.append("convert what is in a format that is not read, e.g. to FLAC, and ingest the folder again")
    return [*said, "daily30 nightly, or daily30 status for what a night still needs"]
