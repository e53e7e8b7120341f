"""A line of a lyrics file before anybody knows whether it is sung."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|\{\\[^{}]*\}")
_MARKED = re.compile(r"[<>{&]")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as written.

    Args:
        text: its words, markup and stamps removed; never empty.
        start_s: when it starts, in seconds; None when not timed.
        row: place in the file; lines of one start keep this order.
        goes_on: it has no stamp of its own and stands below a line that has.
    """

    text: str
    start_s: float | None
    row: int
    goes_on: bool = False


def clean(text: str) -> str:
    """The words on one line: no markup, no control characters, single spaces."""
    if text.isprintable() and not _MARKED.search(text):
        return " ".join(text.split())
    bare = html.unescape(_MARKUP.sub("", text)).replace("\t", " ").replace("\u3000", " ")
    return re.sub(r"\s+", " ", _INVISIBLE.sub("", bare)).strip()


def rows(text: str) -> list[str]:
    """Lines of a text, whatever ends them: LF, CR LF, CR alone, NUL, ``<br>``."""
    broken = re.sub(r"<br\s*/?>|</p>", "\n", text, flags=re.IGNORECASE)
    return broken.replace("\x00", "\n").splitlines()
