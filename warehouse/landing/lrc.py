"""Timed lyrics (LRC): lines with their start, from the text of a file.

The format as players understand it: ``[mm:ss.xx]`` stamps, several before one line when it
returns, ``[offset:±ms]`` (positive shows lyrics earlier), tags such as ``[ti:]`` and ``[la:]``,
and per-word stamps ``<mm:ss.xx>`` of enhanced LRC, which are dropped.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_STAMP = re.compile(r"\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]")
_TAG = re.compile(r"^\s*\[([A-Za-z#][A-Za-z_]*):(.*)\]\s*$")
_WORD_STAMP = re.compile(r"<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|\{\\[^{}]*\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]")


@dataclass(frozen=True, slots=True)
class Lyrics:
    """Words of a song.

    Args:
        lines: non-empty lines in singing order, markup removed.
        starts_s: start of each line in seconds, non-decreasing; empty when any line is not timed.
        language: what a ``[la:]`` tag says, lower case; None without one.
    """

    lines: list[str]
    starts_s: list[float]
    language: str | None


def decode(data: bytes) -> str | None:
    """Text of a lyrics file: UTF-8 (with or without mark), UTF-16 with mark, else GB18030; None if none fits."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codecs = ["utf-16"]
    else:
        codecs = ["utf-8-sig", "gb18030"]
    for codec in codecs:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return None


def parse(text: str) -> Lyrics:
    """Lines and starts of an LRC or plain text.

    Lines without a stamp in a timed file are credits or comments and are left out.
    """
    tags: dict[str, str] = {}
    timed: list[tuple[float, int, str]] = []
    plain: list[str] = []
    for number, line in enumerate(text.splitlines()):
        tag = _TAG.match(line)
        if tag:
            tags[tag[1].lower()] = tag[2].strip()
            continue
        words = _clean(_STAMP.sub("", line))
        if not words:
            continue
        stamps = [_seconds(m) for m in _STAMP.finditer(line)]
        timed += [(start, number, words) for start in stamps]
        if not stamps:
            plain.append(words)
    language = tags.get("la") or tags.get("language") or None
    if not timed:
        return Lyrics(plain, [], language and language.lower())
    offset_s = _offset_s(tags.get("offset", ""))
    timed.sort()
    starts = [round(max(0.0, start - offset_s), 3) for start, _, _ in timed]
    return Lyrics([words for _, _, words in timed], starts, language and language.lower())


def _seconds(stamp: re.Match[str]) -> float:
    fraction = float(f"0.{stamp[3]}") if stamp[3] else 0.0
    return int(stamp[1]) * 60 + int(stamp[2]) + fraction


def _offset_s(text: str) -> float:
    try:
        return int(text) / 1000
    except ValueError:
        return 0.0


def _clean(line: str) -> str:
    bare = html.unescape(_MARKUP.sub("", _WORD_STAMP.sub("", line)))
    return re.sub(r"\s+", " ", _CONTROL.sub("", bare.replace("\t", " "))).strip()
