"""Closed vocabularies shared by every stage: moods, scenes, genres, weather, sources.

Each mood has a place on Russell's circumplex (J. A. Russell, 1980): valence and arousal in
[-1, 1]. What moods, scenes and versions are called is in ``texts/<language>/vocabulary.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.text_files import texts


@dataclass(frozen=True, slots=True)
class Mood:
    """A mood tag: stable id (English), valence and arousal in [-1, 1]."""

    id: str
    valence: float
    arousal: float


_WORDS = texts("schemas", "vocabulary")
MOODS: tuple[Mood, ...] = (
    Mood("healing", 0.55, -0.45),
    Mood("sad", -0.65, -0.40),
    Mood("lonely", -0.50, -0.55),
    Mood("romantic", 0.60, -0.10),
    Mood("tender", 0.45, -0.60),
    Mood("rousing", 0.40, 0.85),
    Mood("relaxing", 0.50, -0.70),
    Mood("nostalgic", 0.05, -0.35),
    Mood("quiet", 0.20, -0.80),
    Mood("happy", 0.80, 0.45),
    Mood("tense", -0.50, 0.65),
    Mood("dreamy", 0.25, -0.30),
    Mood("melancholic", -0.35, -0.30),
    Mood("fresh", 0.60, 0.05),
    Mood("energetic", 0.50, 0.70),
    Mood("groovy", 0.55, 0.30),
    Mood("epic", 0.15, 0.60),
    Mood("dark", -0.60, 0.15),
    Mood("fierce", -0.30, 0.90),
    Mood("calm", 0.35, -0.65),
    Mood("hopeful", 0.65, 0.20),
    Mood("playful", 0.70, 0.35),
    Mood("sweet", 0.72, 0.10),
    Mood("carefree", 0.68, 0.28),
    Mood("inspiring", 0.55, 0.48),
    Mood("triumphant", 0.62, 0.72),
    Mood("lazy", 0.40, -0.52),
    Mood("solemn", -0.10, -0.48),
    Mood("mysterious", -0.40, 0.08),
    Mood("longing", -0.38, -0.45),
    Mood("heartbroken", -0.75, -0.12),
)
MOOD_IDS = tuple(m.id for m in MOODS)
MOOD_NAMES = {language: words["moods"] for language, words in _WORDS.items()}
"""language -> mood id -> what it is called."""

SCENE_NAMES = {language: words["scenes"] for language, words in _WORDS.items()}
"""language -> scene id -> what it is called."""
SCENE_IDS = tuple(SCENE_NAMES["en"])

VERSION_NAMES = {language: words["versions"] for language, words in _WORDS.items()}
"""language -> kind of version -> what it is called."""

LANGUAGES = tuple(_WORDS)
TRACK_LANGUAGES = ("zh", "en", "instrumental", "other")
# Of a title that names several, the first here is its version.
VERSIONS = (
    "karaoke", "instrumental", "acappella", "medley", "cover", "remix", "sped_up", "slowed", "live", "acoustic",
    "piano", "orchestral", "demo", "rerecording", "language", "alternate", "extended", "edit", "remaster", "mono",
    "stereo", "other",
)  # fmt: skip
# Versions that are the plain recording in another mastering or length.
SAME_RECORDING = ("edit", "remaster", "mono", "stereo")
RELEASE_PRECISIONS = ("day", "month", "year")
WEATHER = ("sunny", "cloudy", "rain", "snow", "fog", "wind")
PLAY_ORIGINS = ("organic", "recommended", "playlist", "radio", "search")
FEEDBACK_KINDS = ("like_track", "unlike_track", "block_track", "block_artist", "add_to_playlist", "impression")
# What apps also post of songs of a list; a night takes them as plays that the list started.
PLAYED_KINDS = ("complete", "skip")
HISTORY_CLASSES = ("new", "light", "regular", "heavy")
# Local hours 5-10, 11-16, 17-21, 22-4.
DAYPARTS = ("morning", "afternoon", "evening", "night")
# A day off is a Saturday, a Sunday or a public holiday.
DAY_KINDS = ("workday", "day_off")
CANDIDATE_SOURCES = (
    "item_item",  # people who play X and Y play this
    "als",  # nearest in collaborative space
    "user_knn",  # unheard, played by the listeners nearest to the user
    "own_artist",  # unheard, by an artist the user plays
    "similar",  # sounds or reads like a loved song
    "resting",  # loved once, not heard lately
    "fresh",  # released lately, mapped from content
    "popular_near",  # popular in the user's city
    "popular",  # popular everywhere
)
RECENT_MEASURES = ("genre", "key", "mood", "tempo", "artist", "hour", "daypart", "day_kind")
EVIDENCE_KINDS = (
    "tempo_band",  # value..value_high = the user's band, detail carries this song's tempo
    "looped_tempo",  # subject = a band such as 60-80, value = looped songs in it, song_value = this song's tempo
    "key_match",
    "mood_match",
    "daypart_mood",
    "calmer_days_off",  # value, value_high = mean arousal on days off and on workdays; song_value = this song's
    "livelier_days_off",
    "hour_habit",  # subject = a scene of the favourite hour; value, value_high = the hour, its plays; song_value = p
    "genre_share",
    "artist_rotation",
    "featured_artist",  # subject = an artist in rotation who is featured here, value = their plays
    "liked_artist",
    "same_album",  # subject = a loved track of the album; value = how many there are
    "same_composer",  # subject = a loved track of another artist, song_text = the name both credit, value = how many
    "same_producer",
    "same_lyricist",
    "same_label",
    "resting",  # value = days since last played, seen from the day of service; value_high = plays
    "loved_tracks_together",  # subject (subject_too) = a loved track; value (value_high) = other people who play both
    "similar_track",  # subject = the loved track this sounds like; value = similarity of sound
    "album_played",  # subject = a track of the album played in the last days; value = days since
    "same_pace",  # subject = a track played in the last days, value_high = its tempo; value = days since
    "arrival",  # value = days since it came to the catalogue
    "fresh_release",  # value = days since release (0 = tonight)
    "popular_near",  # subject = city, value = people there who played it in 30 days
    "popular",  # value = people who played it in 30 days
    "weather_fit",
    "discovery",  # never heard this artist before
    "heard_before",  # value = plays, value_high = days since the last
    "unheard",  # not in the listener's plays
    "catalogue_pick",  # nothing stronger is known; subject = its genre
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
