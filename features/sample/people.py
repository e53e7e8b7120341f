"""Artists, albums and the people behind them, so that songs share producers, labels and writers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from features.sample.styles import STYLES
from schemas.text_files import lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from features.seeds import Seeds

_NAMES = lexicon("features.sample", "names")


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist: id, name, language sung, the styles played (most often first), label, producers, fame 0..1."""

    id: str
    name: str
    language: str
    styles: tuple[str, ...]
    label: str
    producers: tuple[str, ...]
    composers: tuple[str, ...]
    lyricist: str
    fame: float


@dataclass(frozen=True, slots=True)
class Album:
    """An album: id, title, artist, release date."""

    id: str
    title: str
    artist_id: str
    release_date: date


def roster(count: int, seeds: Seeds) -> tuple[Artist, ...]:
    """``count`` artists; every style is the first style of somebody once there are enough artists."""
    artists = []
    for index in range(count):
        rng = seeds.rng("artist", index)
        language = "zh" if index % 2 == 0 else "en"
        first = STYLES[index % len(STYLES)].id
        # Every other round starts one style later, so that each style gets artists of both languages.
        if (index // len(STYLES)) % 2:
            first = STYLES[(index + 1) % len(STYLES)].id
        others = [s.id for s in STYLES if s.id != first]
        extra = [others[i] for i in rng.choice(len(others), size=int(rng.integers(0, 3)), replace=False)]
        home = _some(_NAMES["labels"][index % 2 :: 2], 1, rng)[0]
        words = _NAMES[f"lyricists_{language}"]
        artists.append(
            Artist(
                id=f"a{index + 1:04d}",
                name=_artist_name(index, language),
                language=language,
                styles=(first, *extra),
                label=home,
                producers=_some(_NAMES["producers"], 2, rng),
                composers=_some(_NAMES["composers"], 2, rng),
                lyricist=_some(words, 1, rng)[0],
                fame=round(float(rng.beta(1.3, 3.0)), 3),
            )
        )
    return tuple(artists)


def album_dates(count: int, until: date, seeds: Seeds) -> list[date]:
    """Release dates over the last dozen years, denser of late; Fridays, as labels do."""
    dates = []
    for index in range(count):
        age_days = int(30 + 4300 * float(seeds.rng("album-date", index).beta(1.0, 2.2)))
        day = until - timedelta(days=age_days)
        dates.append(day - timedelta(days=(day.weekday() - 4) % 7))
    return dates


def _some(pool: Sequence[str], count: int, rng: np.random.Generator) -> tuple[str, ...]:
    return tuple(pool[i] for i in rng.choice(len(pool), size=min(count, len(pool)), replace=False))


def _artist_name(index: int, language: str) -> str:
    """Names from the lists; past their end, numbered ensembles of the same names."""
    pool: list[str] = _NAMES[f"artists_{language}"]
    again, number = divmod(index // 2, len(pool))
    if again == 0:
        return pool[number]
    return pool[number] + str(_NAMES["ensemble"][language]).format(number=again + 1)
