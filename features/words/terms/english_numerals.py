"""Numbers in English words: thirty songs, one hundred and twenty-eight, the fifth track, a third of these."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMERALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_DECADES = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDERED = (
    "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_TENS = {word: 10 * ten for ten, word in enumerate(_DECADES.split(), 2)}
_VALUES = {word: one for one, word in enumerate(_NUMERALS.split())} | _TENS | {"dozen": 12}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_ORDINALS = {word: place for place, word in enumerate(_ORDERED.split(), 2)} | {"thirtieth": 30}
UNITS = {
    "bpm": "bpm", "beats per minute": "bpm", "beats a minute": "bpm", "beats": "bpm", "beat": "bpm",
    "lufs": "lufs", "%": "percent", "percent": "percent", "per cent": "percent",
    "song": "song", "track": "song", "tune": "song", "piece": "song", "instrumental": "song", "place": "song",
    "seat": "song",
    "day": "day", "night": "day", "evening": "day", "week": "week", "month": "month", "year": "year",
    "decade": "decade", "century": "century", "time": "play", "play": "play", "listen": "play", "spin": "play",
    "artist": "artist", "singer": "artist", "musician": "artist", "band": "artist", "album": "album",
    "minute": "minute", "hour": "hour", "second": "second", "sec": "second", "min": "minute", "point": "point",
    "star": "star", "degree": "degree", "°c": "degree",
    "million": "scale", "thousand": "scale", "hundred": "scale", "billion": "scale", "people": "people",
    "listener": "people", "fan": "people", "country": "country", "language": "language", "copies": "copy",
    "stream": "copy",
}  # fmt: skip
"""What is counted after a number, to canonical units."""
_PLURALS = {"centuries": "century", "countries": "country", "hertz": "hz"}
UNIT = (
    r"beats (?:per|a) minute|per cent|percent|(?:bpm|lufs|beat|song|track|tune|piece|instrumental|place|seat|day|night|"
    r"evening|week|month|year|decade|time|play|listen|spin|artist|singer|musician|band|album|minute|hour|second|sec|"
    r"min|point|star|degree|listener|fan|language|stream)s?(?![a-z])|century|centuries|country|countries|people|"
    r"copies|million|thousand|hundred|billion|°c|%|of (?:these|them|those)\b|"
    r"(?:sung )?in (?:english|chinese)\b"
)
# Words that end a count: in "at 72 the song" nothing is counted.
_ENDS = (
    "a|an|the|this|these|those|that|and|or|but|of|in|at|on|for|to|is|are|was|were|as|by|with|from|your|its|it|you|we|"
    "which|who|than|against|into|i|one|per|when|while|so|if|not|all|every|each|where|most|more"
)
_SHAPES = "-(?:note|beat|part|piece|bar|string|line|chord|letter|step|way|voice)"  # a five-note tune counts nothing
GAP = rf"(?!{_SHAPES})(?:[\s-]+(?!(?:{_ENDS})\b|(?:{UNIT})\b)[a-z][a-z’'-]*){{0,2}}?"
_ATOM = "|".join(sorted([*_VALUES, *_SCALES], key=len, reverse=True))
_FIRST = "|".join(sorted([*_VALUES, "hundred", "thousand"], key=len, reverse=True))
_WORDS = re.compile(
    rf"\b(?P<number>(?:{_FIRST})(?:(?:[\s-]|\sand\s)(?:{_ATOM}))*)\b(?P<counted>{GAP}[\s-]+(?P<unit>{UNIT}))?"
)
_ORDINAL = re.compile(
    rf"\b(?P<number>(?:(?:{'|'.join(_TENS)})-)?(?:{'|'.join(_ORDINALS)}))\s+(?:song|track|place|album|year|single|hit)\b"
)
_SHARE = re.compile(r"\b(half|(?:a|one) third|(?:a|one) quarter) of (?:the|these|those|your|them|all|what)\b")
_FOLD = re.compile(r"\b(?:twice|double|triple|three times|half) (?:as|the (?:tempo|speed|pace|length|bpm))\b")
_VAGUE = re.compile(r"\b(?:dozens|hundreds|thousands|millions) of\b")
_SHARES = {"half": "50", "third": "33", "quarter": "25"}
_SMALL = 12  # up to here a bare word may be no count at all ("two rooms", "seven seas")
_PAIR = re.compile(r"(?:\b(?:the|these|those|between|of|both|either|or|any|as)\s+|\bone or )$")
_ANY = re.compile(rf"\b(?:{_ATOM}|{'|'.join(_ORDINALS)}|half|third|quarter|twice|double|triple)")

Token = tuple[str, str | None]  # canonical number, canonical unit


def unit_name(raw: str | None) -> str | None:
    """The canonical unit of a word, None where there is none."""
    if not raw:
        return None
    word = raw.lower()
    if word.startswith(("of ", "in ", "sung ")):  # five of these, twelve in English
        return "song"
    return UNITS.get(word) or UNITS.get(_PLURALS.get(word, word)) or UNITS.get(word.removesuffix("s")) or word


def value(text: str) -> int:
    """'one hundred and twenty-eight' -> 128; 'nineteen ninety-nine' -> 1999."""
    total, part = 0, 0
    for word in re.split(r"[\s-]+", text):
        if word == "and":
            continue
        if word in _SCALES:
            part = (part or 1) * _SCALES[word]
            if word != "hundred":
                total, part = total + part, 0
        elif word in _TENS and 10 <= part < 100:
            part = 100 * part + _VALUES[word]
        elif word == "dozen":
            part = (part or 1) * 12
        else:
            part += _VALUES[word]
    return total + part


def word(number: int) -> str:
    """A number as prose has it: in words up to twelve, then in digits."""
    return _NUMERALS.split()[number] if number <= _SMALL else str(number)


def read(text: str) -> Iterator[Token]:
    """Every number in words that counts something.

    Up to twelve only with a measure near it; "one" never alone, and "the two songs" are both.
    """
    low = text.lower()
    if not _ANY.search(low):
        return
    for match in _SHARE.finditer(low):
        yield _SHARES[match[1].split()[-1]], "percent"
    for pattern, unit in ((_FOLD, "fold"), (_VAGUE, "vague")):
        for match in pattern.finditer(low):
            yield match[0], unit
    for match in _ORDINAL.finditer(low):
        tens, _, ones = match["number"].rpartition("-")
        yield str((_VALUES[tens] if tens else 0) + _ORDINALS[ones]), "rank"
    yield from _counts(low)


def _counts(low: str) -> Iterator[Token]:
    for match in _WORDS.finditer(low):
        number = value(match["number"])
        unit = unit_name(match["unit"])
        if number == 1 or (number <= _SMALL and (unit is None or (match["unit"] or "").startswith("beat"))):
            continue
        if number == 2 and unit == "song" and _PAIR.search(low[: match.start()]):
            continue
        yield str(number), unit
