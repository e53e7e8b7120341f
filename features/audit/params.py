"""Bounds of the audit."""

from __future__ import annotations

from dataclasses import dataclass, field

from features.lists.params import ListParams
from features.taste.weights import TasteParams


@dataclass(frozen=True, slots=True)
class AuditParams:
    """What a night must meet to be published; shares are 0..1.

    Args:
        max_identical_share: most personalised lists that may hold the same songs as someone else's.
        max_popular_only_share: most personalised lists that may rest on popularity alone.
        min_plays_for_taste: plays from which a user's list must be personalised, if those are enough for a
            profile at all (``[taste] light_from``).
        min_personalised_share: least share of those users who do get a personalised list.
        max_quarantine_share: refused share of any delivered table that stops the night.
        warn_quarantine_share: refused share of any delivered table that is reported.
        max_audio_failure_share: share of tracks with audio that could not be analysed, reported.
        min_volume: plays on ds over the median day of the week before, below which the night stops.
        warn_volume: the same, below which it is reported.
    """

    max_identical_share: float = 0.1
    max_popular_only_share: float = 0.2
    min_plays_for_taste: int = 20
    min_personalised_share: float = 0.9
    max_quarantine_share: float = 0.5
    warn_quarantine_share: float = 0.05
    max_audio_failure_share: float = 0.2
    min_volume: float = 0.1
    warn_volume: float = 0.5


@dataclass(frozen=True, slots=True)
class AuditRules:
    """What a night is held to.

    Args:
        own: what only the audit asks for.
        lists: the rules that the lists were made by.
        taste: from where on a listener has a profile.
    """

    own: AuditParams = AuditParams()
    lists: ListParams = field(default_factory=ListParams)
    taste: TasteParams = field(default_factory=TasteParams)
