"""What is delivered, made safe to show in a terminal or on a page, to paste into a shell and to open in a spreadsheet.

Ids, titles, paths and details come from deliveries. The consoles of ``jobs/cli/common.py`` pass everything through
:func:`safe`, JSON goes through :func:`safe_json`, commands to be copied are put together by :func:`command`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Any

# Control characters but tab and line feed, separators of lines, marks that turn the direction of writing, characters
# of tags, halves of surrogate pairs (bytes of a file name that are not UTF-8).
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def safe(text: str) -> str:
    """The text with whatever a terminal might obey, or shows in another order, replaced by U+FFFD."""
    return _UNSAFE.sub("\ufffd", text)


def safe_json(text: str) -> str:
    """JSON that says the same with those characters escaped."""
    return _UNSAFE.sub(lambda found: _escaped(ord(found[0])), text)


def _escaped(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def quoted(word: object) -> str:
    """A word as a shell reads it back; nothing in it is run. SQL keeps its quotes legible where it may."""
    text = str(word)
    if "'" in text and text.isprintable() and not re.search(r'[$`"\\!]', text):
        return f'"{text}"'
    return shlex.quote(text)


def command(name: str, *words: object, of: Sequence[object] = ()) -> str:
    """A ``daily30`` command that may be pasted: one line, for of two the second would be a command of its own.

    Args:
        words: options and their values.
        of: what it is asked of: ids as they were delivered, none of which is taken for an option.
    """
    options = any(str(one).startswith("-") for one in of)
    parts = (*words, "--", *of) if options else (*of, *words)
    return re.sub("[\r\n]", "\ufffd", " ".join(["daily30", name, *map(quoted, parts)]))


def page_safe(value: Any) -> Any:
    """A value as a page shows it, before it is escaped: what turns the direction of writing would turn what stands
    beside it as well. Markup, which was made of such values, stays."""
    return safe(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def formula_safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: one that starts like it has a ' before; numbers stay."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
