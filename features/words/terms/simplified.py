"""Chinese in the characters of the word lists."""

from __future__ import annotations

import re

from features import chinese
from features.words.terms.lexicons import words

HAN_RANGE = "\u3007\u3400-\u4dbf\u4e00-\u9fff"  # within brackets of a regular expression
_VARIANTS = str.maketrans(*words("variants"))
_APART = re.compile(f"(?<=[{HAN_RANGE}])[ \u3000]+(?=[{HAN_RANGE}])")


def simplified(text: str) -> str:
    """Chinese as the word lists have it: simplified, without gaps between characters."""
    return chinese.simplified(_APART.sub("", text).translate(_VARIANTS))
