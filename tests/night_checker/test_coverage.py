"""The judge reads whatever the built-in writer may write of a library without credits, lyrics, cities or festivals."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from features.words.writer import frames
from tests.night_checker.tiny import grammar

_KIND = {"openers": "list", "intros": "list", "reasons": "song", "paragraphs": "song", "reviews": "review"}
# What is told of credits, lyrics, cities and festivals, which folders without them do not deliver.
_BEYOND = re.compile(r"same_(composer|producer|lyricist|label)|people\.|quote|lyric|credit|festival|near|^head\.")
_ON_THE_WAY = "artist_song ugenre_song umood_song genre_song genre2_song mood_song mood2_song fresh_song"
_TITLES = "title subject subject_too other first last loop rest new_song beside album link kin top"
_NAMES = "artist guest first_artist new_artist other_artist"
_MOODS = "mood mood2 felt also main umood first_mood last_mood other_mood"
_WORDS = {
    "en": ("C major", "folk", "calm", "rain", "reading", "evening", "May 2026", "3:20"),
    "zh": ("C大调", "民谣", "平静", "下雨", "阅读", "傍晚", "2026 年 5 月", "3:20"),
}


def _slots(language: str) -> dict[str, str]:
    """A value for every slot; a number where nothing else is known of it."""
    key, genre, mood, weather, scene, daypart, day, length = _WORDS[language]
    found = defaultdict(lambda: "37") | dict.fromkeys(f"{_TITLES} {_ON_THE_WAY}".split(), "Harbour")
    found |= dict.fromkeys(_NAMES.split(), "Ida Lund") | dict.fromkeys(("key", "other_key", "beside_key"), key)
    found |= dict.fromkeys(("genre", "genre2", "ugenre"), genre)
    found |= {"a_genre": f"a {genre} song", "A_genre": f"A {genre} song"}
    found |= dict.fromkeys(("many_genre", "many_genre2", "many_ugenre"), f"{genre} songs")
    found |= {"length": length}
    for name in _MOODS.split():
        found |= {name: mood, f"a_{name}": f"a {mood}", f"A_{name}": f"A {mood}"}
    found |= {"weather": weather, "scene": scene, "daypart": daypart, "date": day, "loop_since": day, "theme": daypart}
    found |= {"road": {"en": "eases down", "zh": "先快起来，再慢下去"}[language]}
    return found | {"theme2": scene, "circle": "五度圈", "a_version": "a live version", "version": "现场版"}


@pytest.mark.parametrize("area", frames.AREAS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_is_read(language: str, area: str) -> None:
    slots = _slots(language)
    unread = [
        (frame.id, read.sentence, read.unread)
        for section, of in frames.load(language, area).items()
        if not _BEYOND.search(section)
        for frame in of
        for read in grammar(language).read(frame.fill(slots), _KIND[area])
        if read.unread
    ]
    assert unread == []
