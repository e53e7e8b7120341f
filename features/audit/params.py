"""Bounds of the audit."""

from __future__ import annotations

from dataclasses import dataclass

from features.lists.rules import ListParams

_RULES = ListParams()


@dataclass(frozen=True, slots=True)
class AuditParams:
    """What a night must meet to be published; shares are 0..1.

    Args:
        songs_per_list: songs a full list has.
        artist_cap: most songs one artist, main or featured, may have in a list.
        artist_cap_relaxed: the same once ``artist_cap_3`` was relaxed.
        album_cap: most songs of one album in a list.
        max_identical_share: most personalised lists that may hold the same songs as someone else's.
        max_popular_only_share: most personalised lists that may rest on popularity alone.
        min_plays_for_taste: plays from which a user's list must be personalised.
        min_personalised_share: least share of those users who do get a personalised list.
        max_quarantine_share: refused share of any delivered table that stops the night.
        warn_quarantine_share: refused share of any delivered table that is reported.
        max_audio_failure_share: share of tracks with audio that could not be analysed, reported.
        min_volume: plays on ds over the median day of the week before, below which the night stops.
        warn_volume: the same, below which it is reported.
    """

    songs_per_list: int = _RULES.songs
    artist_cap: int = _RULES.artist_cap
    artist_cap_relaxed: int = 3
    album_cap: int = _RULES.album_cap
    max_identical_share: float = 0.1
    max_popular_only_share: float = 0.2
    min_plays_for_taste: int = 20
    min_personalised_share: float = 0.9
    max_quarantine_share: float = 0.5
    warn_quarantine_share: float = 0.05
    max_audio_failure_share: float = 0.2
    min_volume: float = 0.1
    warn_volume: float = 0.5
