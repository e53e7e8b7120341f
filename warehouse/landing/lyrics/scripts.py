"""Which script a line is written in."""

from __future__ import annotations

import re

_SCRIPTS = {
    "kana": re.compile(r"[\u3041-\u30fa\uff66-\uff9d]"),
    "hangul": re.compile(r"[\uac00-\ud7a3\u3131-\u318e]"),
    "han": re.compile(r"[\u3400-\u9fff]"),
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "latin": re.compile(r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]"),
}
_LETTERS_PER_WORD = {"latin": 4.0, "cyrillic": 4.0}  # a Chinese sign says about as much as four letters
_OTHER = re.compile(r"[^\W\d_]")


def weights(text: str) -> dict[str, float]:
    """How much of a text each script writes, in signs; ``other`` for scripts not named here."""
    found = {name: len(pattern.findall(text)) / _LETTERS_PER_WORD.get(name, 1.0) for name, pattern in _SCRIPTS.items()}
    known = sum(len(pattern.findall(text)) for pattern in _SCRIPTS.values())
    found["other"] = float(max(0, len(_OTHER.findall(text)) - known))
    return {name: weight for name, weight in found.items() if weight}


def script(text: str) -> str | None:
    """The script most of a line is in, ``japanese`` where it has kana; None without letters."""
    found = weights(text)
    if not found:
        return None
    if "kana" in found:
        found["japanese"] = found.pop("kana") + found.pop("han", 0.0)
    return max(found, key=lambda name: found[name])


def differ(one: str | None, other: str | None) -> bool:
    """Whether two scripts are of two languages; a Japanese line may have no kana."""
    return one != other and {one, other} != {"han", "japanese"}
