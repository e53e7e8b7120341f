"""Eight cities with their clocks, climate and calendars; one context row per city and day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

import numpy as np
import polars as pl

from features.seeds import Seeds
from schemas.text_files import lexicon

WEATHER_KINDS = ("sunny", "cloudy", "rain", "fog", "wind", "snow")


@dataclass(frozen=True, slots=True)
class City:
    """A city of the sample app.

    Args:
        weight: share of users.
        zh_share: share of its users who read Chinese.
        mean_c: mean temperature of the year; swing_c: half the yearly swing.
        rain: how rainy it is, 0..1.
    """

    name: str
    country: str
    timezone: str
    weight: float
    zh_share: float
    mean_c: float
    swing_c: float
    rain: float

    @property
    def chinese_calendar(self) -> bool:
        return self.country == "CN"


CITIES: tuple[City, ...] = (
    City("Shanghai", "CN", "Asia/Shanghai", 0.22, 1.0, 17, 12, 0.35),
    City("Beijing", "CN", "Asia/Shanghai", 0.16, 1.0, 13, 16, 0.15),
    City("Chengdu", "CN", "Asia/Shanghai", 0.12, 1.0, 17, 10, 0.35),
    City("Guangzhou", "CN", "Asia/Shanghai", 0.12, 1.0, 23, 8, 0.35),
    City("Tokyo", "JP", "Asia/Tokyo", 0.08, 0.3, 16, 11, 0.32),
    City("London", "GB", "Europe/London", 0.12, 0.1, 11, 7, 0.45),
    City("New York", "US", "America/New_York", 0.10, 0.15, 13, 13, 0.30),
    City("Los Angeles", "US", "America/Los_Angeles", 0.08, 0.1, 19, 5, 0.08),
)
_CN_HOLIDAYS = {(10, d) for d in range(1, 8)} | {(1, 1), (5, 1), (5, 2), (5, 3)}
_FESTIVALS = lexicon("features.sample", "festivals")


def contexts(days: int, until: date, seeds: Seeds) -> pl.DataFrame:
    """One row per city and local date, from ``days`` before ``until`` to the forecast of the day after."""
    rows = []
    for city in CITIES:
        rng = seeds.rng("weather", city.name)
        previous = "sunny"
        for offset in range(days + 2):
            day = until - timedelta(days=days - offset)
            temperature = _temperature(city, day, rng)
            previous = _weather(city, temperature, previous, rng)
            rows.append(
                {
                    "city": city.name,
                    "local_date": day,
                    "weather": previous,
                    "temperature_c": round(temperature, 1),
                    "festival": festival(city, day),
                    "holiday": is_holiday(city, day),
                }
            )
    return pl.DataFrame(rows, schema_overrides={"festival": pl.String, "temperature_c": pl.Float32})


def festival(city: City, day: date) -> str | None:
    """The festival people there keep on that day, as commonly named in Chinese."""
    if not city.chinese_calendar:
        return cast("str | None", _FESTIVALS["western"].get(f"{day:%m-%d}"))
    from lunar_python import Solar

    solar = Solar.fromYmd(day.year, day.month, day.day)
    names = [*solar.getLunar().getFestivals(), *solar.getFestivals()]
    return str(names[0]) if names else None


def is_holiday(city: City, day: date) -> bool:
    """Whether most people there are off work because of a holiday (weekends are not holidays)."""
    if city.chinese_calendar:
        return (day.month, day.day) in _CN_HOLIDAYS or festival(city, day) in _FESTIVALS["off_work"]
    return (day.month, day.day) in {(1, 1), (12, 25)}


def _temperature(city: City, day: date, rng: np.random.Generator) -> float:
    phase = 2 * math.pi * (day.timetuple().tm_yday - 200) / 365.25
    return city.mean_c + city.swing_c * math.cos(phase) + float(rng.normal(0, 2.5))


def _weather(city: City, temperature_c: float, previous: str, rng: np.random.Generator) -> str:
    wet = "snow" if temperature_c < 0 else "rain"
    stay_wet = 0.25 if previous in ("rain", "snow") else 0.0
    rain = min(0.9, city.rain * 0.8 + stay_wet)
    shares = {wet: rain, "fog": 0.04, "wind": 0.06}
    rest = 1 - sum(shares.values())
    shares |= {"sunny": rest * 0.6, "cloudy": rest * 0.4}
    kinds = sorted(shares)
    probabilities = np.array([shares[k] for k in kinds])
    return str(rng.choice(kinds, p=probabilities / probabilities.sum()))
