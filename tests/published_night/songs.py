"""150 songs with sound and moods; the last has no audio."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

from features.night import Night
from schemas.vocabulary import KEYS, MOODS

DS = date(2026, 11, 21)
NIGHT = Night(DS)
SONGS = 150
_ZH = ["雨夜电台", "长街旧梦", "北方的河", "月光码头", "山间来信", "十七楼的风", "候鸟", "一盏茶的时间", "萤火", "南巷"]
_EN = ["Paper Lanterns", "Slow Tide", "Northbound", "Glass Garden", "Half Past Two", "Signal Fires", "Ember", "Low Sun"]
_PARTS_ZH = ["", " · 其二", " · 其三", " · 夜", " · 晨", " · 雪", " · 归", " · 远"]
_PARTS_EN = ["", " II", " III", " (Dawn)", " (Dusk)", " IV", " V", " VI", " VII", " VIII"]
_ARTISTS_ZH = ["陆听澜", "白鹿洲", "江南旧友", "沈星回", "林渡"]
_ARTISTS_EN = ["Mara Quill", "The Tin Lighthouse", "Owen Hart", "Juniper Vale"]
_GENRES = ["folk", "city pop", "jazz", "lo-fi", "rock", "electronic", "古风", "ambient"]


def track_id(i: int) -> str:
    return f"t{i % SONGS:03d}"


def title(i: int) -> str:
    chinese = i % 2 == 0
    words = _ZH if chinese else _EN
    turn = i // (2 * len(words))
    parts = _PARTS_ZH if chinese else _PARTS_EN
    return words[(i // 2) % len(words)] + parts[turn % len(parts)]


def tracks() -> list[dict[str, Any]]:
    names = [*_ARTISTS_ZH, *_ARTISTS_EN]
    return [
        {
            "track_id": track_id(i),
            "title": title(i),
            "artist_id": f"a{i % 60:02d}",
            "artist_name": names[i % 60 % len(names)] + ("" if i % 60 < len(names) else f" {i % 60 // len(names) + 1}"),
            "featured_artist_ids": [],
            "album_id": f"al{i % 100:02d}",
            "album_title": f"{title(i % 100)} EP",
            "release_date": DS - timedelta(days=i * 3),
            "added_on": DS - timedelta(days=i * 3),
            "genre": _GENRES[i % len(_GENRES)],
            "language": "zh" if i % 2 == 0 else "en",
            "duration_s": 180.0 + i,
            "listener_tags": [],
            "regions": [],
            "available": True,
            "cover_path": None if i % 2 else "aa.jpg",
            "audio_path": None if i == 149 else f"{track_id(i)}.opus",
        }
        for i in range(SONGS)
    ]


def sound(i: int) -> dict[str, Any]:
    phase = 2 * math.pi * i / SONGS
    return {
        "track_id": track_id(i),
        "audio_content_id": f"r{i:03d}",
        "duration_s": 180.5 + i,
        "sample_rate_hz": 44100,
        "channels": 2,
        "codec": "opus",
        "tempo_bpm": 62.0 + (i * 37) % 110,
        "tempo_confidence": 0.3 + 0.6 * (i % 7) / 6,
        "key": KEYS[(i * 5) % 12],
        "mode": "minor" if i % 3 else "major",
        "key_strength": 0.4 + 0.5 * (i % 5) / 4,
        "key_confidence": 0.5 + 0.45 * (i % 5) / 4,
        "loudness_lufs": -14.0,
        "energy": 0.5 + 0.4 * math.sin(phase),
    }


def emotion(i: int) -> dict[str, Any]:
    valence, arousal = 0.8 * math.cos(i * 2.4) * (i / SONGS), 0.8 * math.sin(i * 2.4) * (0.3 + i / SONGS) / 1.3
    mood = min(MOODS, key=lambda m: (m.valence - valence) ** 2 + (m.arousal - arousal) ** 2)
    return {
        "track_id": track_id(i),
        "valence": valence,
        "arousal": arousal,
        "valence_confidence": 0.6,
        "arousal_confidence": 0.7,
        "moods": [mood.id, "calm"],
        "mood_probabilities": [0.6, 0.3],
        "sources": ["audio"],
        "model": "test-1",
    }


def neighbours() -> list[dict[str, Any]]:
    """Of every song the thirty that follow it, the nearer the sooner; nobody heard the last one."""
    return [
        {
            "track_id": track_id(i),
            "rank": rank,
            "neighbour_id": track_id(i + rank),
            "similarity": 0.9 - rank / 100,
            "audio_similarity": None if SONGS - 1 in (i, (i + rank) % SONGS) else 0.8 - rank / 100,
            "text_similarity": 0.7,
        }
        for i in range(SONGS)
        for rank in range(1, 31)
    ]
