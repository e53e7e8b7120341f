"""Which lines of a song our lexicons can read."""

from __future__ import annotations

import re
from collections.abc import Sequence

_READ = ("zh", "en")
_LATIN, _OTHER = re.compile(r"[A-Za-z]"), re.compile(r"[\u3041-\u30fa\uac00-\ud7a3\u0370-\u1fff]")
_HAN = re.compile(r"[\u3400-\u9fff]")


def readable(lines: Sequence[str] | None, language: str | None) -> list[str]:
    """Lines whose words may be looked up as Chinese or English.

    German *die* is no death, and Japanese shares signs with Chinese that mean something else there: of another language
    nothing is read, of an unknown one only lines in Chinese signs alone.

    Args:
        language: of the words; null where it is not sure.
    """
    if not lines or (language is not None and language not in _READ):
        return []
    if language is not None:
        return list(lines)
    return [line for line in lines if _HAN.search(line) and not _LATIN.search(line) and not _OTHER.search(line)]
