"""Keys, modes and moods as a text asserts them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from features.words.grounding.sheet import Fault, Sheet, Violation
from schemas.text_files import lexicon
from schemas.vocabulary import MOOD_NAMES

Key = tuple[int | None, str]  # pitch class 0..11 (None: only the mode was told), mode

_PITCH = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHIFT = {"升": 1, "#": 1, "♯": 1, "sharp": 1, "降": -1, "b": -1, "♭": -1, "flat": -1}
_KEYS = {
    "zh": re.compile(
        r"(?P<shift>[升降])?\s*(?P<pitch>[A-G])(?P<sign>[#♯b♭])?\s*(?:自然|和声|旋律)?(?P<mode>大|小)调"
        r"|(?<!关系)(?<!平行)(?<!同名)(?<!同主音)(?<!大)(?<!江南)(?<!民间)(?P<only>大|小)调(?!式?的?(?:曲|民歌))"
    ),
    "en": re.compile(
        r"\b(?!A (?:major|minor) (?:key|mode|scale|chord))"
        r"(?P<pitch>[A-G])(?P<sign>[#♯b♭]|[\s-](?:sharp|flat))?[\s-](?P<mode>major|minor)\b"
        r"|\b(?:in|in a|in the|a|A|the|its|of a) (?P<only>major|minor)"
        r"(?= (?:key|mode|tonality|scale|chord|shade|light)|[.,;!?])"
    ),
}
_MODE = {"大": "major", "小": "minor", "major": "major", "minor": "minor"}
# Words of mood that may mean something else ("a quiet corner"), and those that are moods wherever they stand.
_LEXICON = lexicon("features.words.grounding", "moods")
_PLAIN = {language: "|".join(found) for language, found in _LEXICON["ambiguous"].items()}
_TELLING = {
    language: "|".join((*(w for w in MOOD_NAMES[language].values() if w not in found), *_LEXICON["beyond"][language]))
    for language, found in _LEXICON["ambiguous"].items()
}
_ZH_BEFORE = (
    "偏|整体|(?:基调|情绪|心情|气质|底色|色调)是?|定调是|属于|带着|透着|它的|这首的|里的|"
    "(?<!四周)(?<!周围)(?<![一颇])(?:很|非常|十分)"
)
_ZH_AFTER = "的(?:一首|一面|歌|曲子|底色|情绪|气质|基调|调子|色彩|气息|氛围)|是今天的|不是装|揉"
_EN_BEFORE = (
    "a|an|the|something|more|mood is|it is|it's|it’s|feeling is|these are|list runs|feels|sounds|leans|stays|turns|"
    "quietly|softly|rather|of a|colour is"
)
_EN_AFTER = (
    "songs?|ones?|mood|tracks?|piece|tune|tone|streak|colour|color|air|note|side|kind|ballad|and|throughout|today|"
    "running|with|now|in"
)
_ASSERTED = {
    "zh": re.compile(
        rf"({_TELLING['zh']})|(?:{_ZH_BEFORE})(?:有些|有点|略|一点)?({_PLAIN['zh']})"
        rf"|({_PLAIN['zh']})(?:{_ZH_AFTER}|和(?:{_PLAIN['zh']}|{_TELLING['zh']}))"
    ),
    "en": re.compile(
        rf"\b(?:({_TELLING['en']})\b|(?:(?:{_EN_BEFORE})\s+)({_PLAIN['en']})\b(?=\s+(?:{_EN_AFTER})\b|[.,;!?]|$))",
        re.IGNORECASE,
    ),
}


def keys(text: str, language: str) -> tuple[Key, ...]:
    """Keys and modes the text claims, in order: ((1, 'major'), (None, 'minor'))."""
    return tuple(_key(match) for match in _KEYS[language].finditer(text))


def key_id(key: str) -> str:
    """A key of the data as :class:`Sheet` notes whose it is: 'C# major' -> '1 major'."""
    stated = keys(key, "en")
    return spelled_key(stated[0]) if stated else key


def spelled_key(key: Key) -> str:
    """(1, 'major') -> '1 major'."""
    return f"{key[0]} {key[1]}"


def _key(match: re.Match[str]) -> Key:
    if match["only"]:
        return None, _MODE[match["only"]]
    shift = match.groupdict().get("shift") or (match["sign"] or "").strip(" -")
    return (_PITCH[match["pitch"]] + _SHIFT.get(shift, 0)) % 12, _MODE[match["mode"]]


def asserted_moods(text: str, language: str) -> tuple[str, ...]:
    """Mood words the text asserts; a mood in passing ("find a quiet place") is none."""
    found = (next(w for w in m.groups() if w) for m in _ASSERTED[language].finditer(text))
    return tuple(word.lower() for word in found)


def key_faults(stated: tuple[Key, ...], sheet: Sheet) -> Iterator[Violation]:
    """Keys and modes that no key of the sheet bears out."""
    if not stated:
        return
    lawful = {key for name in sheet.names for key in keys(name, sheet.language)}
    modes = {mode for _, mode in lawful}
    for pitch, mode in stated:
        if (mode not in modes) if pitch is None else ((pitch, mode) not in lawful):
            yield Violation(Fault.NAME, mode if pitch is None else f"key {pitch} {mode}")


def mood_faults(stated: tuple[str, ...], sheet: Sheet) -> Iterator[Violation]:
    """Moods asserted though the sheet has others."""
    if sheet.moods is not None:
        yield from (Violation(Fault.CLAIM, word) for word in stated if word not in sheet.moods)
