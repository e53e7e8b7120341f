"""Who a list's words are for, what is in the list, and why: the rows the writers work from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from features.words.facts.songs import Song


class Entry(NamedTuple):
    """One song of a list: its place, the song, whether its artists are new to the listener; no id when unknown."""

    rank: int
    song: Song
    artist_id: str | None
    discovery: bool


class SongHistory(NamedTuple):
    """What a listener has done with one song: ``plays`` and ``plays_7d`` are those that were not skipped."""

    plays: int
    plays_7d: int
    liked: bool
    first_played: date | None
    last_played: date | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who the words are for, as far as they may know.

    Args:
        personalised: False for those who opted out or have no history: nothing of their
            listening may be told.
        opted_out: the user does not want personalisation at all.
        taste: the row of ``taste``.
        known: track id -> what they did with it, for the songs a text may speak of.
        recent: measure of ``recent_plays`` -> item -> plays in 30 days.
    """

    user_id: str
    language: str
    city: str | None
    personalised: bool
    opted_out: bool
    taste: Mapping[str, Any]
    known: Mapping[str, SongHistory] = field(default_factory=dict)
    recent: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
