"""Word lists of the checker, kept as data: ``lexicons/<language>/<name>.txt``.

Entries are parted by commas or lines; ``;`` begins a comment, ``re:`` a line that is a regular
expression. English entries are matched as whole words, ``*`` at the end for any ending; Chinese
ones wherever they stand.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=64)
def words(name: str) -> tuple[str, ...]:
    """All entries of a list, e.g. ``words("zh/sensitive")``."""
    source = resources.files("features.words").joinpath(f"lexicons/{name}.txt").read_text("utf-8")
    found: list[str] = []
    for line in (raw.strip() for raw in source.splitlines()):
        if line.startswith("re:"):
            found.append(line)
        elif line and not line.startswith(";"):
            found += [w.strip() for w in line.split(",") if w.strip()]
    return tuple(found)


def spans(entries: Iterable[str]) -> re.Pattern[str]:
    """One pattern for Chinese entries, grouped by first character so that scanning stays cheap."""
    heads: dict[str, list[str]] = defaultdict(list)
    patterns: list[str] = []
    for entry in entries:
        if entry.startswith("re:"):
            patterns.append(entry[3:])
        else:
            heads[entry[0]].append(entry[1:])
    for head, tails in sorted(heads.items()):
        ends = sorted((re.escape(t) for t in tails), key=len, reverse=True)
        patterns.append(re.escape(head) + (f"(?:{'|'.join(ends)})" if ends != [""] else ""))
    return re.compile("|".join(patterns))


def phrases(entries: Iterable[str]) -> re.Pattern[str]:
    """One pattern for English entries as whole words, whatever their case."""
    patterns = [e[3:] if e.startswith("re:") else _phrase(e) for e in entries]
    return re.compile(rf"\b(?:{'|'.join(patterns)})(?![A-Za-z])", re.IGNORECASE)


def _phrase(entry: str) -> str:
    stem = entry.endswith("*")
    text = re.escape(entry.removesuffix("*")).replace(r"\ ", r"[\s-]+").replace("'", "['’]")
    return text + (r"\w*" if stem else "")
