"""Listens of a few people as public complaints describe them: artists under many credits, versions of one song."""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NIGHT = "2026-11-20"
_LAST = datetime(2026, 11, 20, 8, tzinfo=UTC)
_ROUND = 8  # songs of each way in which a star is credited


@dataclass(frozen=True, slots=True)
class Song:
    """A song as a listen names it; ``people``: MusicBrainz ids of its artists, empty where it was not mapped."""

    title: str
    artist: str
    people: tuple[str, ...] = ()

    def listen(self, at: datetime, **more: Any) -> dict[str, Any]:
        """A listen as ListenBrainz exports it."""
        said: dict[str, Any] = {"track_name": self.title, "artist_name": self.artist}
        said["additional_info"] = {"duration_ms": 200_000}
        if self.people:
            recording = _mbid("c0", f"{self.artist}\n{self.title}")
            said["mbid_mapping"] = {"recording_mbid": recording, "artist_mbids": list(self.people)}
        return {"listened_at": int(at.timestamp()), "track_metadata": said, **more}


@dataclass(frozen=True, slots=True)
class Star:
    """One artist and all songs on which they stand, whatever the credit."""

    mbid: str
    songs: tuple[Song, ...]

    @property
    def titles(self) -> set[str]:
        return {unicodedata.normalize("NFC", song.title) for song in self.songs}


def _mbid(kind: str, text: str) -> str:
    digits = f"{random.Random(text).getrandbits(96):024x}"
    return f"{kind}{digits[:6]}-{digits[6:10]}-4{digits[10:13]}-8{digits[13:16]}-{digits[12:24]}"


def stars() -> list[Star]:
    """Mapped and not, guest and host, in every spelling: the case as it was told, and two more of its kind."""
    star, zoe, yu = (_mbid("57", name) for name in ("Star", "Zoë Kravén", "张雨晴"))

    def guests(name: str) -> list[str]:
        return [_mbid("6e", f"{name} {n}") for n in range(_ROUND)]

    def songs(word: str, artist: str, people: Sequence[tuple[str, ...]] = ()) -> list[Song]:
        return [Song(f"{word} {n}", artist.format(n=n), people[n] if people else ()) for n in range(_ROUND)]

    alone = [(star,)] * _ROUND
    told = [
        *songs("Star Solo", "Star", alone), *songs("Star Unmapped", "Star"),
        *songs("Star With", "Star feat. Guest {n}"),
        *songs("Guest Lead", "Guest {n} & Star", [(g, star) for g in guests("Guest")]),
    ]  # fmt: skip
    decomposed = unicodedata.normalize("NFD", "Zoë Kravén")
    spelt = [
        *songs("Winter", "Zoë Kravén", [(zoe,)] * _ROUND), *songs("Spring", decomposed), *songs("Summer", "ZOË KRAVÉN"),
        *songs("Autumn (feat. Zoë Kravén)", "Host {n}"),
        *songs("Harvest", "Host {n} × Zoë Kravén", [(g, zoe) for g in guests("Host")]),
    ]  # fmt: skip
    chinese = [
        *songs("小巷", "张雨晴"), *songs("大河", "張雨晴", [(yu,)] * _ROUND), *songs("山路", "张雨晴、客人{n}"),
        *songs("海边", "客人{n} feat. 張雨晴"),
    ]  # fmt: skip
    return [Star(star, tuple(told)), Star(zoe, tuple(spelt)), Star(yu, tuple(chinese))]


VERSIONS = (
    ("Same Song", "Same Song (Live)", "Same Song - Remastered 2011"),
    ("Night Train", "Night Train (Acoustic)", "Night Train [Radio Edit]", "Night Train (Instrumental)",
     "Night Train (Demo)"),
    ("晚风", "晚风 (现场版)", "晚风（伴奏）", "晚风 (DJ版)"),
)  # fmt: skip
"""Titles of one song each, of one artist each."""


def version_songs() -> list[Song]:
    return [Song(title, f"Band {n}") for n, titles in enumerate(VERSIONS) for title in titles]


def others(count: int) -> list[Song]:
    """Two songs each of artists that nobody confuses."""
    return [Song(f"Other {n}", f"Artist {n // 2}", (_mbid("a0", str(n // 2)),)) for n in range(count)]


def history(
    user: str, songs: Sequence[Song], *, days: int = 30, per_day: int = 15, skew: int = 6, loved: int = 0
) -> list[dict[str, Any]]:
    """Listens up to the night, ``loved`` first songs ``skew`` times as often as the others."""
    chance = random.Random(user)
    weights = [skew] * loved + [1] * (len(songs) - loved)
    rows = []
    for day in range(days - 1, -1, -1):
        for turn in range(per_day):
            at = _LAST - timedelta(days=day) + timedelta(minutes=20 * turn)
            rows.append(chance.choices(songs, weights)[0].listen(at, user_name=user))
    return rows


def again(rows: Iterable[dict[str, Any]], seconds: int) -> list[dict[str, Any]]:
    """The same listens as a second service tells them, some seconds later."""
    return [{**row, "listened_at": row["listened_at"] + seconds} for row in rows]


def write(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), "utf-8")
    return path
