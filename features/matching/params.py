"""What the matching takes for the same song."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatchParams:
    """Limits of the matching.

    Args:
        min_score: least score (0..1) of a match; 1 = names, version and guests as written.
        agree_s: lengths this close speak for the same recording, seconds.
        differ_s: lengths farther apart than this, and than ``differ_share`` of the longer, speak against it.
        differ_share: see ``differ_s``; share of the longer length (0..1).
        other_versions: whether a version that the catalogue lacks (a live take) is counted for another version
            of the song; without, such listens stay songs of their own.
        titles_per_artist: most titles of one artist that are held against one listened title.
    """

    min_score: float = 0.8
    agree_s: float = 2.5
    differ_s: float = 12.0
    differ_share: float = 0.08
    other_versions: bool = False
    titles_per_artist: int = 5
