"""Openers, intros, reasons, reviews and header videos as people would meet them."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.published_night.lists import listed
from tests.published_night.people import PEOPLE
from tests.published_night.songs import SONGS, title, track_id

_OPENER = {"zh": "周日的雨还没停，先让节奏慢下来。", "en": "A quiet Sunday; let the tempo come down first."}
_INTRO = {
    "zh": "三十首里，有七首来自你从未听过的歌手。它们的速度落在你常听的 92–118 BPM 之间，从安静开始，到傍晚最亮。",
    "en": "Thirty songs, seven by artists you have never heard. "
    "Most sit in your usual 92–118 BPM and rise slowly to dusk.",
}
_AI_LABEL = {"zh": "AI 生成", "en": "AI-generated"}


def list_copy() -> list[dict[str, Any]]:
    return [
        {
            "user_id": user_id,
            "language": language,
            "writer": "builtin",
            "content_id": f"c-{user_id}",
            "frame_ids": ["f1"],
            "opener": _OPENER[language],
            "hashtags": ["#雨天慢拍", "#旧爱重逢", "#夜行"] if language == "zh" else ["#SlowSunday", "#OldFlames"],
            "intro": _INTRO[language],
        }
        for user_id, language, *_ in PEOPLE
    ]


def song_reasons() -> list[dict[str, Any]]:
    made = []
    for p, (user_id, language, *_) in enumerate(PEOPLE):
        loved = title(listed(p)[0] + 80)
        zh = f"和你循环的《{loved}》常被一起听，节奏相近"
        en = f"Often played together with “{loved}”, which you keep returning to"
        reason = zh if language == "zh" else en
        made += [
            {"user_id": user_id, "track_id": track_id(i), "language": language, "reason": reason} for i in listed(p)
        ]
    return made


SNIPPETS = [
    {"snippet_id": "n1#01", "note_id": "n1", "track_id": "t000", "language": "en", "source": "Ferry Notes",
     "text": "The song was written on a ferry.", "url": "https://example.org/ferry", "licence": "CC0-1.0"}
]  # fmt: skip
_CITED = {"note_snippet_id": "n1#01", "note_source": "Ferry Notes", "note_url": "https://example.org/ferry",
          "note_licence": "CC0-1.0"}  # fmt: skip
_QUOTED = "On this song, in the words of Ferry Notes: “The song was written on a ferry”."


def reviews() -> list[dict[str, Any]]:
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
            "track_id": track_id(i),
            "language": lang,
            "headings": ["它怎么开始", "为什么动人"] if lang == "zh" else ["How it opens", "Why it moves"],
            "paragraphs": zh if lang == "zh" else [*en[:1], f"{en[1]} {_QUOTED}"] if i == 0 else en,
            **(_CITED if (i, lang) == (0, "en") else {}),
            "fact_ids": ["f01", "f02"],
            "writer": "builtin" if i % 3 else "model",
            "notice": None if i % 3 else _AI_LABEL[lang],
            "model": None if i % 3 else "test-model/1",
            "content_id": f"r-{i}-{lang}",
        }
        for i in range(SONGS)
        for lang in ("zh", "en")
    ]


def media(i: int, suffix: str) -> bytes:
    """What stands for the poster or video of a song."""
    return f"media {i}{suffix}".encode()


def media_key(i: int, suffix: str) -> str:
    """The key that the media store gives to :func:`media`."""
    return hashlib.sha256(media(i, suffix)).hexdigest()[:32] + suffix


def headers() -> list[dict[str, Any]]:
    firsts = sorted({listed(p)[0] for p in range(len(PEOPLE))})
    return [
        {
            "track_id": track_id(i),
            "kind": "video" if n < 6 else "still",
            "video_key": media_key(i, ".mp4") if n < 6 else None,
            "poster_key": media_key(i, ".jpg"),
            "duration_s": 8.0 if n < 6 else 0.0,
            "width": 1280,
            "height": 720,
            "scene": "rain",
            "reason": None if n < 6 else "ceiling",
            "notice": "AI 生成" if n < 6 else None,
        }
        for n, i in enumerate(firsts)
    ]
