"""The weights of the ranking, as the settings give them.

Tuned by ``bench/lists.py --tune 101 102 103``; figures are reported on other seeds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the ranking features, each feature in 0..1 (see features.lists.ranking).

    Sources are scaled by the user's best of that source; the others are matches with taste. Most
    of the taste is in ``liking`` (see features.choice), which knows artist, genre, mood and tempo:
    beside it the single matches were fitted to 0.
    Popularity counts against a song: the collaborative sources already favour what everybody
    plays.
    """

    item_item: float = 0.1
    als: float = 0.4
    user_knn: float = 0.5
    own_artist: float = 0.75
    similar: float = 0.15
    resting: float = 0.1
    fresh: float = 0.0
    popular_near: float = 0.0
    popular: float = -0.3
    liking: float = 8.0
    collaborative: float = 0.4
    loved: float = 0.25
    artist: float = 0.0
    genre: float = 0.0
    language: float = 0.0
    mood: float = 0.0
    key: float = 0.0
    tempo: float = 0.0
    energy: float = 0.25
    daypart: float = 0.02
    day: float = 0.0
    weather: float = 0.07
    freshness: float = 0.2
    unheard: float = 0.15
    fatigue: float = -0.9
    skipped: float = -0.6
