"""Closed vocabularies shared by every stage: moods, scenes, genres, weather, sources.

Each mood has its Chinese and English words and a place on Russell's circumplex
(J. A. Russell, 1980): valence and arousal in [-1, 1].
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mood:
    """A mood tag: stable id (English), Chinese word, valence and arousal in [-1, 1]."""

    id: str
    zh: str
    en: str
    valence: float
    arousal: float


MOODS: tuple[Mood, ...] = (
    Mood("healing", "治愈", "healing", 0.55, -0.45),
    Mood("sad", "伤感", "sad", -0.65, -0.40),
    Mood("lonely", "孤独", "lonely", -0.50, -0.55),
    Mood("romantic", "浪漫", "romantic", 0.60, -0.10),
    Mood("tender", "温柔", "tender", 0.45, -0.60),
    Mood("rousing", "热血", "rousing", 0.40, 0.85),
    Mood("relaxing", "放松", "relaxing", 0.50, -0.70),
    Mood("nostalgic", "怀旧", "nostalgic", 0.05, -0.35),
    Mood("quiet", "安静", "quiet", 0.20, -0.80),
    Mood("happy", "快乐", "happy", 0.80, 0.45),
    Mood("tense", "紧张", "tense", -0.50, 0.65),
    Mood("dreamy", "梦幻", "dreamy", 0.25, -0.30),
    Mood("melancholic", "忧郁", "melancholic", -0.35, -0.30),
    Mood("fresh", "清新", "fresh", 0.60, 0.05),
    Mood("energetic", "动感", "energetic", 0.50, 0.70),
    Mood("groovy", "律动", "groovy", 0.55, 0.30),
    Mood("epic", "恢弘", "epic", 0.15, 0.60),
    Mood("dark", "阴郁", "dark", -0.60, 0.15),
    Mood("fierce", "激烈", "fierce", -0.30, 0.90),
    Mood("calm", "平静", "calm", 0.35, -0.65),
    Mood("hopeful", "希望", "hopeful", 0.65, 0.20),
    Mood("playful", "俏皮", "playful", 0.70, 0.35),
    Mood("sweet", "甜蜜", "sweet", 0.72, 0.10),
    Mood("carefree", "自由", "carefree", 0.68, 0.28),
    Mood("inspiring", "励志", "inspiring", 0.55, 0.48),
    Mood("triumphant", "凯旋", "triumphant", 0.62, 0.72),
    Mood("lazy", "慵懒", "lazy", 0.40, -0.52),
    Mood("solemn", "庄严", "solemn", -0.10, -0.48),
    Mood("mysterious", "神秘", "mysterious", -0.40, 0.08),
    Mood("longing", "思念", "longing", -0.38, -0.45),
    Mood("heartbroken", "心碎", "heartbroken", -0.75, -0.12),
)
MOOD_IDS = tuple(m.id for m in MOODS)

SCENES: dict[str, tuple[str, str]] = {
    "rainy_day": ("下雨天", "rainy day"),
    "driving": ("开车", "driving"),
    "study": ("学习", "study"),
    "late_night": ("深夜", "late night"),
    "workout": ("运动", "workout"),
    "meditation": ("冥想", "meditation"),
    "morning": ("清晨", "morning"),
    "commute": ("通勤", "commute"),
    "cafe": ("咖啡馆", "café"),
    "party": ("聚会", "party"),
    "sleep": ("睡前", "before sleep"),
    "walk": ("散步", "a walk"),
    "reading": ("阅读", "reading"),
    "travel": ("旅行", "travel"),
    "date": ("约会", "a date"),
}
SCENE_IDS = tuple(SCENES)

LANGUAGES = ("zh", "en")
TRACK_LANGUAGES = ("zh", "en", "instrumental", "other")
WEATHER = ("sunny", "cloudy", "rain", "snow", "fog", "wind")
PLAY_ORIGINS = ("organic", "recommended", "playlist", "radio", "search")
FEEDBACK_KINDS = ("like_track", "unlike_track", "block_track", "block_artist", "add_to_playlist")
HISTORY_CLASSES = ("new", "light", "regular", "heavy")
# Local hours 5-10, 11-16, 17-21, 22-4.
DAYPARTS = ("morning", "afternoon", "evening", "night")
# A day off is a Saturday, a Sunday or a public holiday.
DAY_KINDS = ("workday", "day_off")
CANDIDATE_SOURCES = (
    "item_item",  # people who play X and Y play this
    "als",  # nearest in collaborative space
    "similar",  # sounds or reads like a loved song
    "resting",  # loved once, not heard lately
    "fresh",  # released lately, mapped from content
    "popular_near",  # popular in the user's city
    "popular",  # popular everywhere
)
EVIDENCE_KINDS = (
    "tempo_band",  # value..value_high = the user's band, detail carries this song's tempo
    "looped_tempo",  # subject = a band such as 60-80, value = looped songs in it, song_value = this song's tempo
    "key_match",
    "mood_match",
    "daypart_mood",
    "calmer_days_off",  # value, value_high = mean arousal on days off and on workdays; song_value = this song's
    "livelier_days_off",
    "hour_habit",  # subject = a scene of the favourite hour; value = the hour; song_value = the scene's probability
    "genre_share",
    "artist_rotation",
    "featured_artist",  # subject = an artist in rotation who is featured here, value = their plays
    "liked_artist",
    "same_album",  # subject = a loved track of the album; value = how many there are
    "same_composer",  # subject = a loved track of another artist, song_text = the name both credit, value = how many
    "same_producer",
    "same_lyricist",
    "same_label",
    "resting",  # value = days since last played, value_high = plays before
    "loved_tracks_together",  # subject (and subject_too) = loved tracks that people play together with this
    "similar_track",  # subject = the loved track this resembles; value = similarity
    "fresh_release",  # value = days since release (0 = tonight)
    "popular_near",  # subject = city, value = rank there
    "popular",  # value = rank everywhere
    "weather_fit",
    "discovery",  # never heard this artist before
    "catalogue_pick",  # nothing stronger is known; subject = the genre it brings to the list
)
KEYS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MODES = ("major", "minor")


def daypart(hour: int) -> str:
    """The daypart of a local hour 0..23."""
    if 5 <= hour <= 10:
        return "morning"
    if 11 <= hour <= 16:
        return "afternoon"
    return "evening" if 17 <= hour <= 21 else "night"
