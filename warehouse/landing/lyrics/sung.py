"""The sung lines of a file, and what else it says, told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from warehouse.landing.lyrics import marks
from warehouse.landing.lyrics.entries import Entry
from warehouse.landing.lyrics.lrc import Written
from warehouse.landing.lyrics.scripts import differ, script

_NAMES = re.compile(r"\s*(?:[/&,，、;；+]|\bfeat\.?|\bft\.?|\bwith\b|\bx\b)\s*", re.IGNORECASE)
_TITLE_LINES = 4  # so many lines at the top may be title and artist
_FEW = 2  # so few lines beside "instrumental, please enjoy" are a title, not words


@dataclass(slots=True)
class Sorted:
    """Lines by what they are.

    Args:
        sung: lines that are sung, singers' marks taken off.
        parts: index of a sung line and the name of the part that begins there.
        credits: names by role.
        instrumental: the file says that nobody sings.
        missing: it says that the words are not known.
        unreadable: lines whose letters were lost.
    """

    sung: list[Entry] = field(default_factory=list)
    parts: list[tuple[int, str]] = field(default_factory=list)
    credits: dict[str, str] = field(default_factory=dict)
    instrumental: bool = False
    missing: bool = False
    unreadable: int = 0


def sort_out(written: Written, title: str, artist: str) -> Sorted:
    """Each line by what it is.

    Args:
        title, artist: of the track, ``""`` when not known; what the file's own tags say is known as well.
    """
    found = Sorted(instrumental=marks.is_instrumental(f"au {written.tags.get('au', '')}"))
    _tagged(found, written.tags)
    for line in written.header:
        _credited(found, line)
    titles = [t for t in (title, written.tags.get("ti", "")) if t]
    artists = [a for a in (artist, written.tags.get("ar", "")) if a]
    names = [n for a in artists for n in (a, *_NAMES.split(a)) if n]
    last = _last_sung(written.entries)
    bracketed = sum(marks.annotation(e.text) is not None for e in written.entries) * 2 < len(written.entries)
    for place, entry in enumerate(written.entries):
        edge = not found.sung or place > last
        if not _said(found, entry, at_edge=edge, bracketed=bracketed) and not (
            place < _TITLE_LINES and not found.sung and _is_heading(written.entries, place, titles, names)
        ):
            _sing(found, entry, names)
    if found.instrumental and len(found.sung) <= _FEW:
        found.sung.clear()
    elif any("instrumental" in name.lower() for _, name in found.parts) and not found.sung:
        found.instrumental = True
    found.instrumental = found.instrumental and not found.sung
    return found


def _tagged(found: Sorted, tags: dict[str, str]) -> None:
    for role, key in (("lyricist", "lr"), ("lyricist", "lyricist")):
        if tags.get(key):
            found.credits.setdefault(role, tags[key])


def _credited(found: Sorted, text: str) -> None:
    for role, names in marks.credits(text).items():
        found.credits.setdefault(role, names)


def _said(found: Sorted, entry: Entry, *, at_edge: bool, bracketed: bool) -> bool:
    """Whether a line is something else than sung; noted where it is worth it."""
    text = entry.text
    part = marks.part(text)
    label = part[0] if part and not part[1] else marks.annotation(text) if bracketed and not part else None
    if marks.unreadable(text):
        found.unreadable += 1
    elif marks.is_missing(text):
        found.missing = True
    elif label is None and marks.is_instrumental(text):
        found.instrumental = True
    elif marks.is_credit(label or text, at_edge=at_edge):
        _credited(found, label or text)
    elif label is not None:
        found.parts.append((len(found.sung), label))
    else:
        return marks.is_advertisement(text) or not any(c.isalnum() for c in text)
    return True


def _sing(found: Sorted, entry: Entry, names: Sequence[str]) -> None:
    part = marks.part(entry.text)
    if part:
        found.parts.append((len(found.sung), part[0]))
    words = marks.without_singer(part[1] if part else entry.text, names)
    above = found.sung[-1] if found.sung else None
    if not any(c.isalnum() for c in words):
        return
    if entry.goes_on and above and above.start_s == entry.start_s and not differ(script(above.text), script(words)):
        found.sung[-1] = replace(above, text=f"{above.text} {words}")  # its own start is not known
    else:
        found.sung.append(replace(entry, text=words))


def _last_sung(entries: Sequence[Entry]) -> int:
    """Place of the last line that is no credit even in the middle of a song."""
    for place in range(len(entries) - 1, -1, -1):
        text = entries[place].text
        if not (marks.is_credit(text, at_edge=True) or marks.is_advertisement(text)):
            return place
    return -1


def _is_heading(entries: Sequence[Entry], place: int, titles: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a line at the top is title or artist: ``Title - Artist``, or one of both above a credit."""
    text = entries[place].text
    known, people = {marks.folded(t) for t in titles} - {""}, {marks.folded(n) for n in names} - {""}
    tight = [marks.folded(half) for half in re.split(r"[-–—_]", text, maxsplit=1)]
    if len(tight) == 2 and set(tight) <= known | people:
        return True
    halves = [marks.folded(half) for half in re.split(r"\s+[-–—_/]\s*|\s*[-–—_/]\s+", text, maxsplit=1)]
    if len(halves) == 2:
        return bool({_base(h) for h in halves} & {_base(k) for k in known | people}) or (
            place == 0 and _credit_follows(entries, place)
        )
    alone = marks.folded(text)
    if any(alone in (f"{name}lyrics", f"{name}歌词") for name in known | people):
        return True
    if alone in known or alone in people:
        around = {marks.folded(entries[p].text) for p in (place - 1, place + 1) if 0 <= p < len(entries)}
        return _credit_follows(entries, place) or bool(around & (people if alone in known else known))
    return False


def _base(name: str) -> str:
    return re.sub(r"(?:lyrics|live|remaster(?:ed)?|version|demo|\d{4})+$", "", name) or name


def _credit_follows(entries: Sequence[Entry], place: int) -> bool:
    return place + 1 < len(entries) and marks.is_credit(entries[place + 1].text, at_edge=True)
