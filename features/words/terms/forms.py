"""The form of values in each language: keys, numbers, dates, moods, clean names."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date
from functools import lru_cache

from features.words.terms.commands import speaks_to_machine
from schemas.text_files import lexicon, texts
from schemas.vocabulary import MOOD_NAMES, SCENE_NAMES, VERSION_NAMES

_TEXTS = texts("features.words.terms", "forms")
# Some mood words make good tags but poor adjectives; prose says others instead.
_MOODS = {language: {**MOOD_NAMES[language], **words["moods"]} for language, words in _TEXTS.items()}
_ACCIDENTALS = {"#": "升", "b": "降"}
# Where the usual signature of a key spells its tonic otherwise than the data do.
_SPELLED = {("C#", "major"): "Db", ("Ab", "minor"): "G#"}
_ENGLISH_CITY: dict[str, str] = lexicon("features.words.terms", "cities")["english"]
_CHINESE_CITY = {en.casefold(): zh for zh, en in _ENGLISH_CITY.items()}
_LINK = re.compile(r"https?:|www\.|\.(com|cn|net|org)\b|[<>{}\[\]`|\\]|\*\*", re.IGNORECASE)
NAME_CAP = 40


def integer(value: float) -> str:
    """A number as people read it, rounded half up: 71.5 -> '72'."""
    return str(math.floor(value + 0.5))


def percent(share: float) -> str:
    """A share [0..1] as whole per cent without the sign: .413 -> '41'."""
    return integer(100 * share)


def tonic(key: str) -> str:
    """The tonic of a key of the data as musicians spell it: 'C# major' -> 'Db'."""
    pitch, _, mode = key.strip().partition(" ")
    return _SPELLED.get((pitch, mode), pitch)


def key_name(text: str, language: str) -> str:
    """A key of the data as musicians spell it: 'C# major' -> 'Db major' or '降D大调'."""
    name, mode = tonic(text), text.strip().partition(" ")[2]
    if language == "en":
        return f"{name} {mode}".strip()
    return _ACCIDENTALS.get(name[1:], "") + name[:1] + _TEXTS["zh"]["modes"].get(mode, mode)


def mood(mood_id: str, language: str) -> str | None:
    """The word of a mood id, None for an id we do not know."""
    return _MOODS[language].get(mood_id)


def version(kind: str | None, language: str) -> str | None:
    """What a kind of version is called."""
    return VERSION_NAMES[language].get(kind or "")


def scene(scene_id: str, language: str) -> str | None:
    """The word of a scene id."""
    return SCENE_NAMES[language].get(scene_id)


def time_of(scene_id: str | None, language: str) -> str | None:
    """A scene of an hour as a sentence takes it up ("it suits ..."), None for scenes of no hour."""
    return _TEXTS[language]["times"].get(scene_id or "")


def city(name: str | None, language: str) -> str | None:
    """A city in the reader's language where the table knows it, else as delivered."""
    if not name:
        return None
    clean = speakable(name)
    if clean is None:
        return None
    if language == "zh":
        return _CHINESE_CITY.get(clean.casefold(), clean)
    return _ENGLISH_CITY.get(clean, clean if clean.isascii() else None)


def clock(seconds: float) -> str:
    """Seconds as m:ss."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def month(day: date, language: str) -> str:
    """'2026 年 5 月' or 'May 2026'."""
    name = _TEXTS[language]["months"][str(day.month)]
    return f"{day.year} 年 {name}" if language == "zh" else f"{name} {day.year}"


def year(day: date, language: str) -> str:
    """'2026 年' or '2026'."""
    return f"{day.year} 年" if language == "zh" else str(day.year)


def daypart(part: str, language: str) -> str:
    """The word of a part of the day."""
    return _TEXTS[language]["dayparts"][part]


def weather(kind: str | None, language: str) -> str | None:
    """The word of a kind of weather, None for one we do not know."""
    return _TEXTS[language]["weather"].get(kind or "")


def road(shape: str, language: str) -> str:
    """What a tempo does that has this shape over a list: rise, fall, arch, level_rise, ..."""
    return _TEXTS[language]["road"][shape]


def circle_of_fifths(language: str) -> str:
    """The name of the circle of fifths."""
    return _TEXTS[language]["theory"]["circle_of_fifths"]


def weekday(number: int, language: str) -> str:
    """The name of a weekday, 0 = Monday."""
    return _TEXTS[language]["weekdays"][str(number)]


def sung_in(track_language: str, language: str) -> str | None:
    """The word for what a track is sung in, None for a language we do not know."""
    return _TEXTS[language]["languages"].get(track_language)


def clean(text: str) -> str:
    """NFC, without control and zero-width characters, spaces folded."""
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] != "C" or c in "\t\n")
    return " ".join(kept.split())


@lru_cache(maxsize=65536)
def speakable(text: str | None) -> str | None:
    """A name fit to stand in a sentence, or None when it carries a link, markup, a command or nothing.

    Names longer than NAME_CAP characters are cut with an ellipsis; quotation marks that would
    close ours early are taken out.
    """
    if text is None:
        return None
    name = clean(text)
    if not name or _LINK.search(name) or speaks_to_machine(text):
        return None
    name = "".join(c for c in name if c not in '《》「」“”"')
    if not any(c.isalnum() for c in name):
        return None
    return name if len(name) <= NAME_CAP else name[: NAME_CAP - 1].rstrip() + "…"


def whole(text: str | None) -> bool:
    """Whether a name can be spoken to its end."""
    return not (speakable(text) or "…").endswith("…")
