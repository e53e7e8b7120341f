"""The day a text is read on."""

from __future__ import annotations

from features.words.claims.claim import Claim
from features.words.claims.proofs.listener import SEASONS, often
from features.words.claims.world import World


def today(claim: Claim, world: World) -> bool | None:
    """``of``: ("weekday", 0..6), ("weekend", ""), ("weather", ids parted by |), ("festival", name or "any"),
    ("solar_term", name), ("month", 1..12), ("day", 1..31), ("season", name),
    ("nth", which of its weekday it is in its month).
    """
    day = world.today
    if claim.of is None or day is None:
        return None
    name, told = claim.of
    if name == "weather":
        return None if day.weather is None else day.weather in str(told).split("|")
    if name in ("festival", "solar_term"):
        own = day.festival if name == "festival" else day.solar_term
        return own is not None if told == "any" else bool(told) and str(told) == own
    if name == "season":
        return day.date.month in SEASONS[str(told)]
    if name == "weekend":
        return day.date.weekday() >= 5
    nth = (day.date.day + 6) // 7
    return {"weekday": day.date.weekday(), "month": day.date.month, "day": day.date.day, "nth": nth}[name] == int(told)


PROOFS = {"today": today, "hour": often}
