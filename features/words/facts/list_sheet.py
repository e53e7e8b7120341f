"""The fact sheet of one list: what the slots of its telling say, as rows that a text may refer to.

The built-in writer fills frames from the same slots, so what a model may say and what our own
sentences say is one and the same sheet.
"""

from __future__ import annotations

from dataclasses import dataclass

from features.words.facts.sheet import Fact
from features.words.facts.slots import Slots


@dataclass(frozen=True, slots=True)
class _About:
    """What a slot is about, in Chinese and English, and the table that proves it; private ones stay in the house."""

    zh: str
    en: str
    source: str
    private: bool = False


LIST_FACTS: dict[str, _About] = {
    "songs": _About("歌单里的歌数", "songs in the list", "daily_lists"),
    "rest_songs": _About("第一首之后还有几首", "songs after the first", "daily_lists"),
    "artists": _About("音乐人数", "different artists", "daily_lists"),
    "minutes": _About("总时长，分钟", "minutes of music", "audio_features"),
    "low": _About("歌单主体的最低速度", "lower edge of the middle tempos", "audio_features"),
    "high": _About("歌单主体的最高速度", "upper edge of the middle tempos", "audio_features"),
    "slow": _About("最慢一首的速度", "tempo of the slowest song", "audio_features"),
    "fast": _About("最快一首的速度", "tempo of the fastest song", "audio_features"),
    "key": _About("最多见的调", "most frequent key", "audio_features"),
    "key_n": _About("用这个调的歌数", "songs in that key", "audio_features"),
    "mood": _About("最多见的情绪", "most frequent mood", "emotions"),
    "mood_n": _About("这种情绪的歌数", "songs of that mood", "emotions"),
    "mood2": _About("其次的情绪", "second mood", "emotions"),
    "mood2_n": _About("其次情绪的歌数", "songs of the second mood", "emotions"),
    "genre": _About("最多见的风格", "most frequent genre", "tracks"),
    "genre_n": _About("这种风格的歌数", "songs of that genre", "tracks"),
    "genre2": _About("其次的风格", "second genre", "tracks"),
    "genre2_n": _About("其次风格的歌数", "songs of the second genre", "tracks"),
    "zh_n": _About("中文歌数", "songs sung in Chinese", "tracks"),
    "en_n": _About("英文歌数", "songs sung in English", "tracks"),
    "inst_n": _About("纯音乐数", "instrumentals", "tracks"),
    "fresh_n": _About("近一个月发行的歌数", "songs released within the past month", "tracks"),
    "first": _About("第一首", "first song", "daily_lists"),
    "first_artist": _About("第一首的音乐人", "artist of the first song", "tracks"),
    "first_bpm": _About("第一首的速度", "tempo of the first song", "audio_features"),
    "first_mood": _About("第一首的情绪", "mood of the first song", "emotions"),
    "last": _About("最后一首", "last song", "daily_lists"),
    "last_bpm": _About("最后一首的速度", "tempo of the last song", "audio_features"),
    "last_mood": _About("最后一首的情绪", "mood of the last song", "emotions"),
    "ulow": _About("听众常听速度的下限", "lower edge of the listener's usual tempo", "taste"),
    "uhigh": _About("听众常听速度的上限", "upper edge of the listener's usual tempo", "taste"),
    "inside": _About("落在这个速度里的歌数", "songs within the listener's usual tempo", "audio_features"),
    "ugenre": _About("听众听得最多的风格", "genre the listener plays most", "taste"),
    "ushare": _About("它占播放的百分比", "its share of their plays, per cent", "taste"),
    "ugenre_n": _About("歌单里这种风格的歌数", "songs of that genre in the list", "tracks"),
    "umood": _About("听众近来最多的情绪", "mood the listener plays most", "taste"),
    "umood_n": _About("歌单里带这种情绪的歌数", "songs with that mood in the list", "emotions"),
    "plays7": _About("本周播放次数", "plays this week", "taste"),
    "artist": _About("近一个月听得最多的音乐人", "artist played most this past month", "taste"),
    "artist_plays": _About("近一个月听这位的次数", "plays of that artist this past month", "taste"),
    "loops": _About("本周循环的歌数", "songs looped this week", "taste"),
    "loop": _About("本周循环最多的歌", "song looped most this week", "taste"),
    "loop_plays": _About("本周听它的遍数", "plays of that song this week", "taste"),
    "loop_since": _About("第一次听它的时候", "when they first played it", "affinity"),
    "led": _About("因循环的歌而入选的歌数", "songs chosen because of what they looped", "evidence"),
    "daypart": _About("听歌最多的时段", "part of the day with most plays", "taste"),
    "dp_n": _About("照这个时段挑的歌数", "songs chosen for that part of the day", "evidence"),
    "why_artist": _About("因为常听或喜欢的音乐人而入选的歌数", "songs here for an artist they know", "evidence"),
    "why_sound": _About("因为声音像听过的歌而入选的歌数", "songs here for sounding like one they play", "evidence"),
    "why_crowd": _About("因为听众重合而入选的歌数", "songs here as listeners of theirs play them", "evidence"),
    "why_people": _About("因为同一作曲、制作或作词而入选的歌数", "songs here for who made them", "evidence"),
    "why_pace": _About("因为速度而入选的歌数", "songs here for their pace", "evidence"),
    "hour": _About("播放最多的钟点", "local hour with most plays", "taste"),
    "new": _About("没听过的音乐人的歌数", "songs by artists new to the listener", "daily_lists"),
    "new_artist": _About("其中一位新的音乐人", "one of the new artists", "tracks"),
    "new_song": _About("这位音乐人的歌", "the song by that new artist", "daily_lists"),
    "rest": _About("歇得最久又回来的歌", "song back after the longest rest", "evidence"),
    "rest_n": _About("久别重来的歌数", "songs back after a rest", "evidence"),
    "rest_days": _About("它歇了几天", "days since it was last played", "evidence"),
    "beside": _About("歌单里和循环的歌对得上的一首", "song of the list that answers the looped song", "audio_features"),
    "beside_key": _About("它们共用的调", "key the two share", "audio_features"),
    "beside_bpm": _About("它的速度", "its tempo", "audio_features"),
    "loop_bpm": _About("循环的歌的速度", "tempo of the looped song", "audio_features"),
    "city": _About("城市", "city", "users", private=True),
    "weekday": _About("星期", "weekday", "contexts"),
    "festival": _About("节日", "festival", "contexts"),
    "term": _About("节气", "solar term", "contexts"),
    "weather": _About("天气", "weather", "contexts"),
}


def list_facts(told: Slots) -> list[Fact]:
    """The facts of a list in a fixed order, those known only; a text refers to them by the slot's name."""
    facts = []
    for slot, about in LIST_FACTS.items():
        text = told.values.get(slot)
        if text is None:
            continue
        kind, number, units = told.proofs.get(slot, ("word", text, ()))
        facts.append(
            Fact(
                ref=slot,
                kind=slot,
                what=about.zh if told.language == "zh" else about.en,
                text=text,
                value=float(number) if kind == "number" and ":" not in number else None,
                unit=units[0] if units else None,
                source=about.source,
                said=not about.private,
            )
        )
    return facts
