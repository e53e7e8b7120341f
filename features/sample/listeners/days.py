"""Sixty days in one listener's life: sessions, choices, loops, skips, likes and blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from features.sample.listeners.liking import Songs, lasting_liking, of_the_hour
from features.sample.listeners.people import Listener
from features.seeds import Seeds

ORIGINS = ("organic", "playlist", "radio", "search", "recommended")
ORIGIN_SHARES = (0.56, 0.18, 0.12, 0.08, 0.06)
FATIGUE = 0.30  # liking lost per recent play
MEMORY = 0.85  # share of fatigue left after a day
_NEVER = -99.0


@dataclass(slots=True)
class Life:
    """What happened to one listener.

    Args:
        heard: plays per track so far, shape (n,).
        tired: recent plays per track, decayed daily, shape (n,).
        plays, feedback: rows in landing form.
    """

    heard: np.ndarray
    tired: np.ndarray
    blocked: np.ndarray
    liked: set[int] = field(default_factory=set)
    plays: list[tuple[str, datetime, str, float, bool, str]] = field(default_factory=list)
    feedback: list[tuple[str, datetime, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weather and holidays of one city: date to (weather, holiday)."""

    days: dict[date, tuple[str, bool]]


def live(listener: Listener, songs: Songs, calendar: Calendar, days: int, until: date, seeds: Seeds) -> Life:
    """Play through ``days`` days ending with ``until`` (inclusive)."""
    n = len(songs.ids)
    life = Life(heard=np.zeros(n), tired=np.zeros(n), blocked=np.zeros(n, dtype=bool))
    rng = seeds.rng("days", listener.user_id)
    warm_up(listener, songs, life, rng, until - timedelta(days=days))
    for offset in range(days):
        day = until - timedelta(days=days - 1 - offset)
        if day < listener.created_on:
            continue
        progress = (offset + 1) / days
        weather, holiday = calendar.days[day]
        lasting = lasting_liking(listener, songs, progress)
        for hour, size in _sessions(listener, day, holiday, rng):
            now = lasting + of_the_hour(listener, songs, progress, hour, weather)
            _session(listener, songs, life, now, datetime.combine(day, time(hour)), size, rng)
        life.tired *= MEMORY
    return life


def warm_up(listener: Listener, songs: Songs, life: Life, rng: np.random.Generator, start: date) -> None:
    """Old users know some songs from before the first day (they shape choices but are not in the plays)."""
    if listener.created_on >= start:
        return
    liking = lasting_liking(listener, songs, 0.0)
    liking[~songs.allowed(listener, start.toordinal())] = _NEVER
    known = np.argsort(-(liking + rng.gumbel(0, 0.6, len(liking))))[: int(rng.integers(4, 14))]
    life.heard[known] = rng.integers(1, 4, len(known))


def _sessions(listener: Listener, day: date, holiday: bool, rng: np.random.Generator) -> list[tuple[int, int]]:
    """(local hour, number of songs) of each session of a day, in order."""
    busy = 1.25 if holiday or day.weekday() >= 5 else 0.92
    total = int(rng.poisson(listener.activity * busy))
    hours: list[tuple[int, int]] = []
    while total > 0:
        size = min(total, int(rng.integers(1, 7)))
        hours.append((int(rng.choice(24, p=listener.hours)), size))
        total -= size
    return sorted(hours)


def _session(
    listener: Listener, songs: Songs, life: Life, now: np.ndarray, start: datetime, size: int, rng: np.random.Generator
) -> None:
    allowed = songs.allowed(listener, start.date().toordinal()) & ~life.blocked
    moment = start + timedelta(seconds=int(rng.integers(0, 2400)))
    queue = _choose(listener, songs, life, now, allowed, size, rng)
    for track in queue:
        enjoyed = float(now[track] - FATIGUE * life.tired[track] + rng.normal(0, 0.35))
        moment = _play(listener, songs, life, track, enjoyed, moment, rng)


def _choose(
    listener: Listener,
    songs: Songs,
    life: Life,
    now: np.ndarray,
    allowed: np.ndarray,
    size: int,
    rng: np.random.Generator,
) -> list[int]:
    """Tracks of a session: some new, mostly known, sometimes one on a loop."""
    known = allowed & (life.heard > 0)
    fresh = allowed & (life.heard == 0)
    wanted = now - FATIGUE * life.tired + 0.22 * np.log1p(life.heard)
    news = int(rng.binomial(size, listener.novelty if known.any() else 1.0))
    # The unknown is met half by taste (friends, radio of a style), half by what everybody plays.
    met = 0.8 * now + 1.6 * songs.appeal
    picks = [*_draw(met, fresh, news, 0.5, rng), *_draw(wanted, known, size - news, 0.35, rng)]
    order = [picks[int(i)] for i in rng.permutation(len(picks))]
    if order and size >= 4 and rng.random() < 0.3:
        favourite = max(order, key=lambda t: float(wanted[t]))
        order = [favourite] * int(rng.integers(2, 4)) + order[: size - 2]
    return order


def _draw(score: np.ndarray, mask: np.ndarray, count: int, noise: float, rng: np.random.Generator) -> list[int]:
    """Up to ``count`` distinct tracks, more likely the higher the score (Gumbel top-k)."""
    noisy = np.where(mask, score + rng.gumbel(0, noise, len(score)), _NEVER)
    best = np.argsort(-noisy, kind="stable")[: min(count, int(mask.sum()))]
    return [int(i) for i in best]


def _play(
    listener: Listener,
    songs: Songs,
    life: Life,
    track: int,
    enjoyed: float,
    moment: datetime,
    rng: np.random.Generator,
) -> datetime:
    length = float(songs.duration_s[track])
    skipped = bool(rng.random() < 1 / (1 + np.exp(3.2 * (enjoyed + 0.15))))
    share = float(rng.uniform(0.05, 0.45)) if skipped else float(rng.uniform(0.93, 1.0))
    origin = ORIGINS[int(rng.choice(len(ORIGINS), p=ORIGIN_SHARES))]
    at = moment.replace(tzinfo=ZoneInfo(listener.city.timezone)).astimezone(UTC)
    life.plays.append((listener.user_id, at, songs.ids[track], round(length * share, 2), skipped, origin))
    life.heard[track] += 1
    life.tired[track] += 0.3 if skipped else 1.0
    _react(listener, songs, life, track, enjoyed, at, rng)
    return moment + timedelta(seconds=int(length * share) + int(rng.integers(1, 9)))


def _react(
    listener: Listener, songs: Songs, life: Life, track: int, enjoyed: float, at: datetime, rng: np.random.Generator
) -> None:
    chance = rng.random()
    later = at + timedelta(seconds=12)
    if enjoyed > 1.3 and track not in life.liked and chance < 0.12:
        life.liked.add(track)
        kind = "add_to_playlist" if chance < 0.03 else "like_track"
        life.feedback.append((listener.user_id, later, kind, songs.ids[track]))
    elif enjoyed < -0.9 and chance < 0.02:
        kind, subject = (
            ("block_artist", str(songs.artist[track])) if chance < 0.008 else ("block_track", songs.ids[track])
        )
        life.feedback.append((listener.user_id, later, kind, subject))
        same = songs.artist == songs.artist[track] if kind == "block_artist" else np.arange(len(songs.ids)) == track
        life.blocked |= same
