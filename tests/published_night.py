"""A small finished night with texts as people would read them: 8 listeners, 150 songs, nothing broken."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from features.night import Night
from schemas import TABLES
from schemas.vocabulary import KEYS, MOODS
from tests.frames import rows

DS = date(2026, 11, 21)
NIGHT = Night(DS)
SONGS = 150
_ZH = ["雨夜电台", "长街旧梦", "北方的河", "月光码头", "山间来信", "十七楼的风", "候鸟", "一盏茶的时间", "萤火", "南巷"]
_EN = ["Paper Lanterns", "Slow Tide", "Northbound", "Glass Garden", "Half Past Two", "Signal Fires", "Ember", "Low Sun"]
_PARTS_ZH = ["", " · 其二", " · 其三", " · 夜", " · 晨", " · 雪", " · 归", " · 远"]
_PARTS_EN = ["", " II", " III", " (Dawn)", " (Dusk)", " IV", " V", " VI", " VII", " VIII"]
_OPENER = {"zh": "周日的雨还没停，先让节奏慢下来。", "en": "A quiet Sunday; let the tempo come down first."}
_INTRO = {
    "zh": "三十首里，有七首来自你从未听过的歌手。它们的速度落在你常听的 92–118 BPM 之间，从安静开始，到傍晚最亮。",
    "en": "Thirty songs, seven by artists you have never heard. "
    "Most sit in your usual 92–118 BPM and rise slowly to dusk.",
}
_AI_LABEL = {"zh": "AI 生成", "en": "AI-generated"}
_ARTISTS_ZH = ["陆听澜", "白鹿洲", "江南旧友", "沈星回", "林渡"]
_ARTISTS_EN = ["Mara Quill", "The Tin Lighthouse", "Owen Hart", "Juniper Vale"]
_GENRES = ["folk", "city pop", "jazz", "lo-fi", "rock", "electronic", "古风", "ambient"]
# user, language, city, country, class, personalised, wants personalisation
_PEOPLE = [
    ("u-lin", "zh", "上海", "CN", "heavy", True, True),
    ("u-emma", "en", "London", "GB", "heavy", True, True),
    ("u-noor", "en", "Toronto", "CA", "new", False, True),
    ("u-optout", "zh", "成都", "CN", "regular", False, False),
    ("u-wei", "zh", "北京", "CN", "regular", True, True),
    ("u-sam", "en", "New York", "US", "light", True, True),
    ("u-yan", "zh", "广州", "CN", "heavy", True, True),
    ("u-zoe", "en", "London", "GB", "regular", True, True),
]
_SOURCES = ["item_item", "als", "similar", "resting", "fresh", "popular_near", "popular"]
_KINDS = ["loved_tracks_together", "tempo_band", "similar_track", "resting", "fresh_release", "popular_near", "popular"]


def _track_id(i: int) -> str:
    return f"t{i % SONGS:03d}"


def _title(i: int) -> str:
    chinese = i % 2 == 0
    words = _ZH if chinese else _EN
    turn = i // (2 * len(words))
    parts = _PARTS_ZH if chinese else _PARTS_EN
    return words[(i // 2) % len(words)] + parts[turn % len(parts)]


def _tracks() -> list[dict[str, Any]]:
    names = [*_ARTISTS_ZH, *_ARTISTS_EN]
    return [
        {
            "track_id": _track_id(i),
            "title": _title(i),
            "artist_id": f"a{i % 60:02d}",
            "artist_name": names[i % 60 % len(names)] + ("" if i % 60 < len(names) else f" {i % 60 // len(names) + 1}"),
            "featured_artist_ids": [],
            "album_id": f"al{i % 100:02d}",
            "album_title": f"{_title(i % 100)} EP",
            "release_date": DS - timedelta(days=i * 3),
            "added_on": DS - timedelta(days=i * 3),
            "genre": _GENRES[i % len(_GENRES)],
            "language": "zh" if i % 2 == 0 else "en",
            "duration_s": 180.0 + i,
            "listener_tags": [],
            "regions": [],
            "available": True,
            "audio_path": None if i == 149 else f"{_track_id(i)}.opus",
        }
        for i in range(SONGS)
    ]


def _sound(i: int) -> dict[str, Any]:
    phase = 2 * math.pi * i / SONGS
    return {
        "track_id": _track_id(i),
        "recording_id": f"r{i:03d}",
        "duration_s": 180.5 + i,
        "sample_rate_hz": 44100,
        "channels": 2,
        "codec": "opus",
        "tempo_bpm": 62.0 + (i * 37) % 110,
        "tempo_confidence": 0.3 + 0.6 * (i % 7) / 6,
        "key": KEYS[(i * 5) % 12],
        "mode": "minor" if i % 3 else "major",
        "key_strength": 0.4 + 0.5 * (i % 5) / 4,
        "loudness_lufs": -14.0,
        "energy": 0.5 + 0.4 * math.sin(phase),
    }


def _emotion(i: int) -> dict[str, Any]:
    valence, arousal = 0.8 * math.cos(i * 2.4) * (i / SONGS), 0.8 * math.sin(i * 2.4) * (0.3 + i / SONGS) / 1.3
    mood = min(MOODS, key=lambda m: (m.valence - valence) ** 2 + (m.arousal - arousal) ** 2)
    return {
        "track_id": _track_id(i),
        "valence": valence,
        "arousal": arousal,
        "valence_confidence": 0.6,
        "arousal_confidence": 0.7,
        "moods": [mood.id, "calm"],
        "mood_probabilities": [0.6, 0.3],
        "sources": ["audio"],
        "model": "test-1",
    }


def _listed(person: int) -> list[int]:
    return [(person * 13 + j) % SONGS for j in range(30)]


def _list_tables() -> dict[str, list[dict[str, Any]]]:
    lists, log, evidence, reasons, copy, summaries = [], [], [], [], [], []
    for p, (user, lang, city, _, kind, personal, _) in enumerate(_PEOPLE):
        for rank, i in enumerate(_listed(p), start=1):
            which = 6 if not personal else (rank + p) % 7
            loved = _title(_listed(p)[0] + 80)
            lists.append(
                {
                    "user_id": user,
                    "rank": rank,
                    "track_id": _track_id(i),
                    "recording_id": f"r{i:03d}",
                    "artist_id": f"a{i % 60:02d}",
                    "score": 1 - rank / 40,
                    "source": _SOURCES[which],
                    "sources": [_SOURCES[which]],
                    "discovery": rank % 4 == 0,
                    "heard": rank % 5 == 1,
                }
            )
            is_open, explored = personal and rank == 30, personal and rank == 30 and p % 2 == 0
            log.append(
                lists[-1]
                | {
                    "score_rank": rank,
                    "candidates": 120,
                    "slot": "open" if is_open else "ranked",
                    "propensity": (0.1 / 20 if explored else 0.9) if is_open else 1.0,
                    "choices": 20 if explored else 1,
                    "explored": explored,
                    "arms": ["calibration=control"],
                    "buckets": [500 + p],
                }
            )
            evidence.append(
                {
                    "user_id": user,
                    "track_id": _track_id(i),
                    "seq": 1,
                    "kind": _KINDS[which],
                    "subject": city if which == 5 else _track_id(i + 80),
                    "value": 92.0,
                    "value_high": 118.0,
                    "song_value": 62.0 + (i * 37) % 110,
                    "unit": "BPM",
                    "source_table": "taste",
                }
            )
            zh, en = (
                f"和你循环的《{loved}》常被一起听，节奏相近",
                f"Often played together with “{loved}”, which you keep returning to",
            )
            reasons.append(
                {"user_id": user, "track_id": _track_id(i), "language": lang, "reason": zh if lang == "zh" else en}
            )
        copy.append(
            {
                "user_id": user,
                "language": lang,
                "writer": "builtin",
                "content_id": f"c-{user}",
                "frame_ids": ["f1"],
                "opener": _OPENER[lang],
                "hashtags": ["#雨天慢拍", "#旧爱重逢", "#夜行"] if lang == "zh" else ["#SlowSunday", "#OldFlames"],
                "intro": _INTRO[lang],
            }
        )
        summaries.append(
            {
                "user_id": user,
                "songs": 30,
                "personalised": personal,
                "history_class": kind,
                "relaxations": [],
                "discovery_songs": 7,
            }
        )
    return {
        "daily_lists": lists,
        "list_log": [{c: row[c] for c in TABLES["list_log"].schema()} for row in log],
        "evidence": evidence,
        "song_reasons": reasons,
        "list_copy": copy,
        "list_summaries": summaries,
    }


def _reviews() -> list[dict[str, Any]]:
    zh = [
        "开头只有一把吉他，七秒后贝斯才进来，像有人在雨里慢慢走近。",
        "副歌没有抬高声音，只是把和弦换得更密；情绪的重量都在停顿里。",
    ]
    en = [
        "It opens on one guitar; the bass waits seven seconds, like someone walking up through rain.",
        "The chorus does not get louder, only denser: the weight is in the rests.",
    ]
    return [
        {
            "track_id": _track_id(i),
            "language": lang,
            "headings": ["它怎么开始", "为什么动人"] if lang == "zh" else ["How it opens", "Why it moves"],
            "paragraphs": zh if lang == "zh" else en,
            "fact_ids": ["f01", "f02"],
            "writer": "builtin" if i % 3 else "model",
            "notice": None if i % 3 else _AI_LABEL[lang],
            "model": None if i % 3 else "test-model/1",
            "content_id": f"r-{i}-{lang}",
        }
        for i in range(SONGS)
        for lang in ("zh", "en")
    ]


def _headers() -> list[dict[str, Any]]:
    firsts = sorted({_listed(p)[0] for p in range(len(_PEOPLE))})
    return [
        {
            "track_id": _track_id(i),
            "kind": "video" if n < 6 else "still",
            "video_key": f"{i:032x}.mp4" if n < 6 else None,
            "poster_key": f"{i:032x}.jpg",
            "duration_s": 8.0 if n < 6 else 0.0,
            "width": 1280,
            "height": 720,
            "scene": "rain",
            "reason": None if n < 6 else "ceiling",
            "notice": "AI 生成" if n < 6 else None,
        }
        for n, i in enumerate(firsts)
    ]


def _plays() -> list[dict[str, Any]]:
    found = []
    for p, (user, *_, kind, _, _) in enumerate(_PEOPLE):
        if kind == "new":
            continue
        for day in range(8):
            for j in range(6):
                at = datetime(DS.year, DS.month, DS.day, 8, 5 * j, tzinfo=UTC) - timedelta(days=day)
                found.append(
                    {
                        "user_id": user,
                        "played_at": at,
                        "track_id": _track_id(p * 13 + 75 + j),
                        "local_date": at.date(),
                        "local_hour": 16,
                        "listened_s": 180.0,
                        "completion": 1.0,
                        "origin": "organic",
                    }
                )
    return found


def _outcomes() -> list[dict[str, Any]]:
    """Seven of the eight played something; the first source found most, and the last nothing at all."""
    return [
        {
            "of_night": DS - timedelta(days=1),
            "source": source,
            "listeners": 7,
            "candidates": 400 if source == "all sources" else 60,
            "unique_share": 0.25,
            "recall": recall,
            "recall_alone": recall / 4,
            "recall_new": recall / 2,
            "recall_listed": recall / 3,
            "hit_share": recall / 10,
            "listed": 40,
            "listed_share": 0.1,
            "listed_hit_share": None if recall == 0 else recall / 5,
        }
        for source, recall in zip([*_SOURCES, "all sources"], (0.48, 0.36, 0.3, 0.2, 0.1, 0.05, 0.0, 0.75), strict=True)
    ]


def night_tables() -> dict[str, pl.DataFrame]:
    """Every table that audit, publish and report read, of one lawful night."""
    plays = _plays()
    users = [
        {
            "user_id": u,
            "created_on": date(2025, 1, 1),
            "language": lang,
            "city": city,
            "country": country,
            "timezone": "UTC",
            "personalised": wants,
            "explicit_ok": True,
        }
        for u, lang, city, country, _, _, wants in _PEOPLE
    ]
    taste = [
        {
            "user_id": u,
            "history_class": kind,
            "plays": 0 if kind == "new" else 48,
            "tempo_low_bpm": 92.0,
            "tempo_median_bpm": 104.0,
            "tempo_high_bpm": 118.0,
            "genres": ["folk", "jazz"],
            "genre_shares": [0.6, 0.4],
            "moods": ["healing", "nostalgic"],
            "mood_shares": [0.5, 0.3],
        }
        for u, _, _, _, kind, _, _ in _PEOPLE
    ]
    heard = sorted({(p["user_id"], p["track_id"]) for p in plays})
    given: dict[str, list[dict[str, Any]]] = {
        "users": users,
        "tracks": _tracks(),
        "plays": plays,
        "taste": taste,
        "affinity": [{"user_id": u, "track_id": t, "weight": 1.0, "plays": 8, "plays_ds": 1} for u, t in heard],
        "history": [],
        "audio_features": [_sound(i) for i in range(SONGS - 1)],
        "audio_failures": [{"track_id": _track_id(149), "reason": "no_audio", "detail": "the catalogue names no file"}],
        "emotions": [_emotion(i) for i in range(SONGS)],
        "candidates": [
            {
                "user_id": u,
                "track_id": _track_id(i),
                "source": _SOURCES[i % 7],
                "source_rank": 1 + i,
                "source_score": 0.5,
            }
            for u, *_ in _PEOPLE
            for i in range(60)
        ],
        "ranker": [{"kind": "settings"}],
        "ranker_trials": [
            {"contender": "serving", "ndcg": 0.51, "lists": 8, "serves": True, "reason": "the last good one stays"},
            {"contender": "linear", "ndcg": 0.49, "lists": 8, "reason": "does not beat serving (0.5100)"},
        ],
        "source_outcomes": _outcomes(),
        "copy_usage": [
            {
                "kind": "list",
                "texts": 8,
                "asked": 3,
                "by_model": 1,
                "repaired": 1,
                "fell_back": 1,
                "fell_back_faults": 1,
                "not_asked": 5,
                "calls": 5,
                "tokens_in": 5_000,
                "tokens_out": 700,
            },
            {"kind": "review", "texts": 300, "not_asked": 300},
        ],
        "reviews": _reviews(),
        "headers": _headers(),
        "quarantine": [
            {
                "table_name": "plays",
                "source_file": "plays/2026-11-21.csv",
                "source_row": 7,
                "row_key": "u-lin|t999",
                "reason": "unknown_track",
                "detail": "track_id 't999' is not in the catalogue",
            }
        ],
        "ingest_counts": [
            {"table_name": name, "rows_read": kept + bad, "rows_kept": kept, "rows_quarantined": bad}
            for name, kept, bad in (("tracks", SONGS, 0), ("users", len(users), 0), ("plays", len(plays), 1))
        ],
        **_list_tables(),
    }
    return {name: rows(name, data).sort(TABLES[name].key) for name, data in given.items()}
