"""SRT and WebVTT as lyrics: each cue is a line."""

from __future__ import annotations

import re

from warehouse.landing.lyrics.entries import Entry, clean, rows
from warehouse.landing.lyrics.lrc import Written
from warehouse.landing.lyrics.scripts import script

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
CUE = re.compile(rf"^\s*{_TIME}\s*-->\s*(?:\d{{1,3}}:)?\d{{1,2}}:\d{{1,2}}[.,]\d{{1,3}}.*$")
_INSIDE = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")


def read_subtitles(text: str) -> Written:
    """Lines of cues in the order of their starts; a cue's lines are one, but for those in another script."""
    entries: list[Entry] = []
    start: float | None = None
    cue: list[str] = []
    for number, line in enumerate([*rows(text), ""]):
        time = CUE.match(line)
        if time:
            hours, minutes, seconds, fraction = time.groups()
            start = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")
        elif not line.strip():
            if start is not None:
                entries += [Entry(words, start, number) for words in _lines(cue)]
            start, cue = None, []
        elif start is not None:
            cue.append(line)
    return Written(sorted(entries, key=lambda e: (e.start_s, e.row)), timed=bool(entries))


def _lines(cue: list[str]) -> list[str]:
    """Words of a cue: its lines joined, but one in another script stays a line of its own."""
    made: list[str] = []
    for line in cue:
        words = clean(_INSIDE.sub("", line))
        if not words:
            continue
        if made and script(words) == script(made[-1]):
            made[-1] += f" {words}"
        else:
            made.append(words)
    return made
