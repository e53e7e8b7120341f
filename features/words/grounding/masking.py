"""What is lawful by name is taken out first, so that nothing inside a title is ever judged."""

from __future__ import annotations

import re
from functools import lru_cache

from features.words.grounding.sheet import Sheet

HOLE = {"zh": "某", "en": "it"}
"""What a lawful name leaves behind."""
_QUOTE_HOLE = {"zh": "，", "en": "it"}
_MARKS = {
    "zh": ("《{}》", "「{}」", "“{}”", "『{}』", "‘{}’", "〈{}〉"),
    "en": ("“{}”", '"{}"', "‘{}’", "'{}'"),
}
_OPEN = re.compile("[《「“『〈«‹\"‘'„]")
_QUOTATION = {
    "zh": re.compile('《([^》]*)》|「([^」]*)」|“([^”]*)”|『([^』]*)』|〈([^〉]*)〉|"([^"]*)"|‘([^’]*)’'),
    "en": re.compile("“([^”]*)”|\"([^\"]*)\"|‘([^’]*)’(?![A-Za-z])|(?<![A-Za-z])'([^']+)'(?![A-Za-z])"),
}
_EDGES = " ,.;:!?，。；：！？、…·"
_LINE_BREAKS = re.compile(r"\s*[/／，,。]\s*")


@lru_cache(maxsize=65536)
def _bare(name: str) -> re.Pattern[str]:
    head = r"(?<![0-9A-Za-z升降])" if name[0].isascii() and name[0].isalnum() else ""
    tail = r"(?![0-9A-Za-z])" if name[-1].isascii() and name[-1].isalnum() else ""
    return re.compile(head + re.escape(name) + tail)


def masked(text: str, sheet: Sheet) -> str:
    """The text with everything lawful by name taken out: quotations first, then bare names."""
    if _OPEN.search(text):
        text = _without_quotations(text, sheet)
    hole = HOLE[sheet.language]
    for name in sorted(sheet.names, key=len, reverse=True) if len(sheet.names) > 1 else sheet.names:
        if name in text:
            text = _bare(name).sub(hole, text)
    return text


def _without_quotations(text: str, sheet: Sheet) -> str:
    marks, hole = _MARKS[sheet.language], _QUOTE_HOLE[sheet.language]
    for name in sorted(sheet.quoted, key=len, reverse=True):
        if name in text:
            for mark in marks:
                text = text.replace(mark.format(name), hole)
    if not _OPEN.search(text):
        return text
    lawful = {_core(name) for name in (*sheet.quoted, *sheet.names)}
    return _QUOTATION[sheet.language].sub(lambda m: hole if _core(_inside(m)) in lawful else m[0], text)


def _inside(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


def _core(quoted: str) -> str:
    """A quotation without the punctuation that a sentence put inside its marks."""
    return quoted.strip(_EDGES)
