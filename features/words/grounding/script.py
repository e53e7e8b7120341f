"""Which characters a text of a language may be made of; everything else is a trick or another language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from features.words.grounding.sheet import Fault, Violation
from features.words.terms.simplified import HAN_RANGE

HAN = re.compile(f"[{HAN_RANGE}]")
_LAWFUL = {
    "zh": re.compile(f"[^{HAN_RANGE}A-Za-z0-9 ，。！？、；：…—–～·,.!?;:%()（）'’&+/°♯♭\\-]"),
    "en": re.compile("[^A-Za-z\u00c0-\u024f0-9 ,.!?;:%()'’&+/°♯♭…—–\\-]"),
}
_MARKUP = re.compile(
    r"https?:|www\.|\.(?:com|cn|net|org|io|ai|me|app|xyz|link)\b|[<>{}\[\]`|\\*_~^@#＃＜＞｛｝［］]|&\w+;|\(\s*/|//",
    re.IGNORECASE,
)
# Compatibility forms that hide digits and letters: fullwidth, circled, mathematical, superscript.
_DISGUISED = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff05\uff03\uff1c\uff1e\uff5b\uff5d\uff20\u00b2\u00b3\u00b9\u2070-\u209c"
    "\u2150-\u218b\u2460-\u24ff\u2776-\u2793\u3220-\u32ff\u3300-\u33ff\u2f00-\u2fd5\uf900-\ufaff\U0001d400-\U0001d7ff]"
)


def undisguised(text: str) -> str:
    """Fullwidth, circled and mathematical digits and letters as the plain ones they stand for."""
    return unicodedata.normalize("NFKC", text) if _DISGUISED.search(text) else text


def strange_characters(text: str, language: str) -> Iterator[Violation]:
    """Markup, emoji, controls, and letters of other scripts (look-alikes among them)."""
    for match in _MARKUP.finditer(text):
        yield Violation(Fault.MARKUP, match[0])
    for match in _LAWFUL[language].finditer(text):
        letter = unicodedata.category(match[0])[0] in "LM"
        if not _MARKUP.search(match[0]):
            yield Violation(Fault.LANGUAGE if letter else Fault.MARKUP, match[0])
