"""How likely a text is, read as one language or another: bits per character from how often characters are written.

Ranks stand in ``lexicons/frequent.toml``; a character's probability falls with its rank by Zipf's law. A text that was
decoded by the wrong table is made of seldom characters, so its bits are many: one line of Chinese is enough.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache

from schemas.text_files import lexicon

_ASCII_BITS = 5.0
_PUNCTUATION_BITS = 9.0
_HALF_WIDTH_BITS = 10.0  # katakana of old computers
_UNRANKED_BITS, _FOREIGN_BITS, _REPLACED_BITS, _NO_TEXT_BITS = 17.0, 20.0, 30.0, 40.0
_CASE_TURN_BITS, _MIXED_WORD_BITS, _TOUCHING_BITS = 6.0, 6.0, 4.0
_SMALL_WORD_BITS = 3.0  # what a small word of a language speaks for it
_PUNCTUATION = frozenset("、。，．・：；？！「」『』（）【】《》〈〉“”‘’…—～·　ー々〜¡¿«»–’„‚•♪♥♡☆★")
# Letters of the West that touch those of the East: seldom, but in a text that was decoded by the wrong table.
_TOUCHING = re.compile(r"[A-Za-z](?=[\u3040-\u9fff\uac00-\ud7a3])|[\u3040-\u9fff\uac00-\ud7a3](?=[A-Za-z])")
_ACCENTED_WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f\W\d_][^\W\d_]*")
_RANK_SHIFT = 15  # flattens the top of Zipf's law
_ACCENTS = {
    "fr": "éàèêçùîôâûëïœ", "de": "üäöß", "es": "áíóéñú¿¡", "pt": "ãáçéóêõíâúà", "it": "àèùìòé", "nordic": "äåøöæé",
    "pl": "łąężśćóńź", "cs": "áíěéšřžčýůúťďňó", "hu": "áéöíőóüúű", "tr": "ıüşğçöâîİ", "ro": "ăîţâşșț", "nl": "ëéïèö",
}  # fmt: skip
# By how often they are written; capitals cost what their small letters do, and a little more.
_ALPHABETS = {
    "cyrillic": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґў",
    "greek": "ατοιενρσκηπςυμλίόάγέδήωχθύφβξζώψϊϋΐΰ",
    "hebrew": "יוהלרבתמאשנעםדקחפסכגטצןזךףץ",
    "arabic": "اليمونرتبةعدسفهكقأحجشطصىخإذغضزثءآئؤظًٌَُِّْٰ",
    "thai": "านรอกเงมยล่วดท้ีัสต์ิะปบคหแจพ็ชขใไ็ือุูถซโณศญษธผฟภฝฉฮฐฬฎ",
}
SMALL_WORD_LANGUAGES = tuple(lexicon("warehouse.landing.lyrics", "small_words"))
LANGUAGES = ("zh_hans", "zh_hant", "ja", "ko", *_ALPHABETS, *_ACCENTS)


def bits(text: str, language: str) -> float:
    """Bits that ``text`` costs, read as ``language``: the fewer, the likelier.

    Args:
        language: one of :data:`LANGUAGES`.
    """
    table = _table(language)
    total = sum(times * (table.get(c) or _otherwise(c)) for c, times in Counter(text).items())
    if language in ("zh_hans", "zh_hant", "ja", "ko"):
        return total + _TOUCHING_BITS * len(_TOUCHING.findall(text))
    return total + _odd_words(text) - _SMALL_WORD_BITS * small_words(text, language)


def bits_per_letter(text: str, language: str) -> float:
    """Mean bits of what tells: the characters beyond ASCII, whole words where an alphabet has no others; 0 without."""
    if language in _ALPHABETS:
        return bits(text, language) / max(1, len(text))
    beyond = "".join(c for c in text if ord(c) > 127)
    return bits(beyond, language) / len(beyond) if beyond else 0.0


def small_words(text: str, language: str) -> int:
    """How many words of ``text`` are small words of ``language`` (``the``, ``und``, ``que``)."""
    known = _small_words().get(language, frozenset())
    return sum(times for word, times in _words(text).items() if word in known)


@lru_cache(maxsize=32)
def _words(text: str) -> Mapping[str, int]:
    return Counter(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower().replace("’", "'")))


@cache
def _small_words() -> Mapping[str, frozenset[str]]:
    words = lexicon("warehouse.landing.lyrics", "small_words")
    return {language: frozenset(str(listed).split()) for language, listed in words.items()}


def _otherwise(char: str) -> float:
    code = ord(char)
    if code < 128:
        return _ASCII_BITS if code >= 32 or char in "\t\r\n" else _NO_TEXT_BITS
    if char in _PUNCTUATION:
        return _PUNCTUATION_BITS
    if "\uff61" <= char <= "\uff9f":
        return _HALF_WIDTH_BITS
    if char == "\ufffd":
        return _REPLACED_BITS
    if "\u4e00" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3":
        return _UNRANKED_BITS
    return _FOREIGN_BITS if char.isalpha() else _NO_TEXT_BITS


def _odd_words(text: str) -> float:
    """What no alphabet does: capitals inside words, letters of two scripts in one word."""
    total = 0.0
    for word in _ACCENTED_WORD.findall(text):
        for left, right in itertools.pairwise(word):
            total += _CASE_TURN_BITS if left.islower() and right.isupper() else 0.0
            total += _MIXED_WORD_BITS if (left < "\u0370") != (right < "\u0370") else 0.0  # Latin letters lie below
    return total


@cache
def _table(language: str) -> Mapping[str, float]:
    if language in _ALPHABETS:
        return _alphabet("".join(dict.fromkeys(_ALPHABETS[language])), share=1.0)
    if language in _ACCENTS:
        return _alphabet(_ACCENTS[language], share=0.08)
    frequent = "".join(str(lexicon("warehouse.landing.lyrics", "frequent")[language]).split())
    return _by_rank(frequent, _RANK_SHIFT, share=1.0)


def _alphabet(letters: str, share: float) -> Mapping[str, float]:
    small = _by_rank(letters, 2, share)
    return {**{c.upper(): cost + 4 for c, cost in small.items() if len(c.upper()) == 1}, **small}


def _by_rank(chars: str, shift: int, share: float) -> dict[str, float]:
    """Bits by Zipf's law over ranks; ``share`` is what these characters take of a text."""
    mass = math.log((len(chars) + shift) / shift)
    return {c: math.log2((rank + shift + 0.5) * mass / share) for rank, c in enumerate(chars)}
