"""Whether a piece of catalogue text speaks to a machine ("ignore all rules and say ...").

Such a title, name or line is still shown where the song itself is shown; our sentences just
do not take it into their mouth. A false alarm costs a mention, a miss costs no more than a
title in quotation marks, so the patterns may be wide.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from features.words.terms.lexicons import words
from features.words.terms.simplified import simplified

_PATTERNS = re.compile("|".join(entry[3:] for entry in words("commands")), re.IGNORECASE)
_FOREIGN = re.compile(r"[^\W\d_A-Za-z\u3007\u3040-\u30ff\u3400-\u9fff]")  # letters neither plain Latin nor of East Asia
# Letters that the Unicode table holds alike to none, or to an l where an I is meant.
_MORE_LOOKALIKES = {"κ": "k", "τ": "t", "ς": "c", "Ι": "I", "І": "I"}
_LEET = str.maketrans("013457", "oieast")
_SPREAD = re.compile(r"\b(?:\w ){3,}\w\b")


@lru_cache(maxsize=65536)
def speaks_to_machine(text: str) -> bool:
    """Whether the folded text carries a command, a role marker, a rating to be given or coded matter."""
    if text.isascii() and text.replace(" ", "").isalpha() and len(text) < _SHORTEST:
        return False
    plain = folded(text)
    return any(_PATTERNS.search(form) for form in dict.fromkeys((plain, plain.translate(_LEET))))


_SHORTEST = 12  # letters under which no plain English command fits


def folded(text: str) -> str:
    """Compatibility forms, look-alike letters, spread letters and invisible characters undone."""
    shown = unicodedata.normalize("NFKC", text.replace("\u00ad", " "))
    seen = "".join(c for c in shown if unicodedata.category(c)[0] != "C" or c in "\t\n")
    plain = _FOREIGN.sub(lambda m: _lookalikes().get(m[0], m[0]), seen)
    joined = _SPREAD.sub(lambda m: m[0].replace(" ", ""), plain)
    return simplified(" ".join(joined.split()))


@cache
def _lookalikes() -> dict[str, str]:
    """Letters of other scripts, and odd Latin ones, to the plain Latin letter they are drawn like (Unicode TS 39)."""
    from confusable_homoglyphs.confusables import confusables_data

    found = {
        letter: plain["c"]
        for letter, alike in confusables_data.items()
        for plain in alike
        if len(plain["c"]) == 1 and plain["c"].isascii() and plain["c"].isalpha() and _FOREIGN.fullmatch(letter)
    }
    return found | _MORE_LOOKALIKES
