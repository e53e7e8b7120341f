"""LRC as players understand it: stamps before a line, several when it returns, stamps of words in it, tags above it.

Read as well: word stamps ``<mm:ss.xx>`` and ``[mm:ss.xx]`` inside a line, end stamps after it, the millisecond stamps
of karaoke files (``[start,length]word(start,length)``), credits as JSON between the lines.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from warehouse.landing.lyrics.entries import Entry, clean, rows
from warehouse.landing.lyrics.stamps import LINE_STAMP, WORD_STAMP, Stamp, has_hours, offset_s, shifted

_TAGS = frozenset(
    (
        "ti", "ar", "al", "au", "by", "offset", "re", "ve", "la", "lang", "language", "length", "tool", "id", "lr",
        "lyricist", "artist", "title", "album", "author", "hash", "sign", "qq", "total", "duration", "encoding", "kana",
        "key", "bpm", "#",
    )
)  # fmt: skip
_TAG = re.compile(r"[\[［]\s*([A-Za-z#]+)\s*[:：=]([^\]\[］］]*)[\]］]")
_MILLISECONDS = re.compile(r"^\s*\[(\d{1,8}),(\d{1,8})\]")
_MILLISECONDS_WORD = re.compile(r"[(<]\d{1,8},\d{1,8}(?:,\d{1,8})?[)>]")
_BESIDE = re.compile(r"\[(?:tr|tt)(?::[\w-]+)?\]")  # LyricsX: a translation, or stamps of words, of the line above
_TIMED_FROM = 3  # one stamped line in so many makes a timed file
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]")
_EAST = re.compile(r"[\u3040-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Written:
    """What a file says, line by line.

    Args:
        entries: in singing order where timed, else as written.
        header: lines without a stamp before the first timed one: credits or comments, not sung.
        tags: ``[key:value]``, keys in lower case.
        timed: whether entries have starts.
    """

    entries: list[Entry]
    header: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    timed: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    stamps: tuple[Stamp, ...]
    start_s: float | None = None  # of a stamp in milliseconds


def read_lrc(text: str) -> Written:
    """Lines of an LRC or plain text, with their starts where most have one."""
    tags: dict[str, str] = {}
    found: list[_Row] = []
    for line in rows(text):
        bare = _without_tags(line, tags)
        if bare.strip():
            found += _read(bare)
    stamped = sum(bool(r.stamps) or r.start_s is not None for r in found if clean(r.text))
    if stamped * _TIMED_FROM < sum(bool(clean(r.text)) for r in found) or not stamped:
        return Written([Entry(w, None, i) for i, r in enumerate(found) if (w := clean(r.text))], tags=tags)
    return _timed(found, tags)


def _without_tags(line: str, tags: dict[str, str]) -> str:
    """The line without ``[key:value]`` of known keys, which go to ``tags``; the first of a key counts."""

    if "[" not in line and "［" not in line:
        return line

    def take(found: re.Match[str]) -> str:
        key = found[1].lower()
        if key not in _TAGS:
            return found[0]
        tags.setdefault(key, found[2].strip())
        return ""

    return _TAG.sub(take, line)


def _read(line: str) -> list[_Row]:
    """One physical line as rows: usually one, several where its line ends were lost."""
    told = _json_credit(line) or _in_milliseconds(line)
    if told:
        return [told]
    if "[tt" in line and _BESIDE.search(line):
        return []
    line = _BESIDE.sub("", line)
    first_word = WORD_STAMP.match(line.strip())
    pieces, stamps = _cut(WORD_STAMP.sub(_spaced(line), line) if "<" in line else line)
    lead = next((i for i, piece in enumerate(pieces) if piece.strip()), len(stamps))
    if not lead and (first_word or stamps):  # stamps behind the line, or a number or a part's name before its stamp
        behind = not any(p.strip() for p in pieces[1:])
        return [
            _Row(_joined(pieces), (Stamp.of(first_word),) if first_word else tuple(stamps if behind else stamps[:1]))
        ]
    words = pieces[lead:]
    if lead == 1 and _glued(words):
        return [_Row(p, (s,)) for p, s in zip(words, stamps, strict=True)]
    return [_Row(_joined(words), tuple(stamps[:lead]))]


def _in_milliseconds(line: str) -> _Row | None:
    """``[12000,3500]word(12000,400)word(12400,600)`` and its like, as karaoke files write it."""
    found = _MILLISECONDS.match(line)
    return _Row(_MILLISECONDS_WORD.sub("", line[found.end() :]), (), int(found[1]) / 1000) if found else None


def _spaced(line: str) -> str:
    """What stands for a word stamp once it is taken out: nothing, but a space where nothing else parts the words."""
    pieces = [p for p in WORD_STAMP.split(line)[6::6] if p]  # every stamp splits off its five groups
    return " " if _unparted(pieces) else ""


def _cut(line: str) -> tuple[list[str], list[Stamp]]:
    """Texts around stamps, one more than stamps."""
    pieces, stamps, at = [], [], 0
    for found in LINE_STAMP.finditer(line):
        pieces.append(line[at : found.start()])
        stamps.append(Stamp.of(found))
        at = found.end()
    return [*pieces, line[at:]], stamps


def _joined(pieces: list[str]) -> str:
    return (" " if _unparted([p for p in pieces if p.strip()]) else "").join(pieces)


def _unparted(pieces: list[str]) -> bool:
    """Whether words of a spaced script stand side by side with no space at all between them."""
    whole = "".join(pieces)
    return len(pieces) > 1 and " " not in whole.strip() and bool(_LATIN.search(whole)) and not _EAST.search(whole)


def _glued(pieces: list[str]) -> bool:
    """Whether the pieces between stamps are lines, not words: three words or five signs each, on average."""
    full = [p for p in pieces if p.strip()]
    size = sum(len(p.split()) / 3 + len(_EAST.findall(p)) / 5 for p in full)
    return len(full) > 1 and size >= len(full)


def _json_credit(line: str) -> _Row | None:
    """``{"t":0,"c":[{"tx":"作曲: "},{"tx":"某人"}]}``, as one streaming service writes credits."""
    if not line.lstrip().startswith('{"'):
        return None
    try:
        told = json.loads(line)
        return _Row("".join(str(part["tx"]) for part in told["c"]), (), float(told["t"]) / 1000)
    except (ValueError, KeyError, TypeError):
        return None


def _timed(found: list[_Row], tags: dict[str, str]) -> Written:
    hours = has_hours(stamp for row in found for stamp in row.stamps)
    header: list[str] = []
    entries: list[tuple[float, int, str, bool]] = []
    before: list[float] = []  # starts of the line above, for one that goes on without a stamp
    for number, row in enumerate(found):
        words = clean(row.text)
        starts = [s.seconds(hours=hours) for s in row.stamps] if row.start_s is None else [row.start_s]
        if starts:
            before = starts if words else []
        elif not entries:
            header += [words] if words else []
        if words:
            entries += [(start, number, words, not starts) for start in before]
    entries.sort()
    starts = shifted([start for start, *_ in entries], offset_s(tags.get("offset", "")))
    unique: dict[tuple[float, str], Entry] = {}  # a line written twice at one start is one
    for start, (_, number, words, goes_on) in zip(starts, entries, strict=True):
        unique.setdefault((start, words), Entry(words, start, number, goes_on))
    ordered = sorted(unique.values(), key=lambda e: (e.start_s, e.row))
    return Written(ordered, header, tags, timed=True)
