"""What a file is that calls itself lyrics: LRC, plain text, subtitles, or something else altogether."""

from __future__ import annotations

import json
import re

from warehouse.landing.lyrics.refused import RefusedLyrics
from warehouse.landing.lyrics.subtitles import CUE

_MAGIC = (
    (b"ID3", "an MP3 file"), (b"OggS", "an Ogg file"), (b"fLaC", "a FLAC file"), (b"RIFF", "a RIFF file"),
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"PK\x03\x04", "a zip archive"),
    (b"%PDF", "a PDF"), (b"\x1f\x8b", "a gzip archive"), (b"krc1", "an encrypted KRC file"),
    (b"SQLite format", "a database"), (b"{\\rtf", "an RTF document"), (b"\xd0\xcf\x11\xe0", "an Office document"),
)  # fmt: skip
_TEXTS = (
    (r"^\s*<(?:\?xml|tt\b|score-partwise|svg)", "XML"),
    (r"^\s*<(?:!doctype html|html|head|body)\b|<(?:script|body|div|head|meta|style)\b", "an HTML page"),
    (r"^\s*\[Script Info\]", "an SSA or ASS subtitle file"),
    (r"^\s*(?:REM \w+ |PERFORMER \"|FILE \".*\" (?:WAVE|MP3|FLAC))", "a cue sheet"),
    (r"^\s*Exact Audio Copy|^\s*EAC extraction logfile", "a ripper's log"),
    (r"^\s*(?:#EXTM3U|\[playlist\])", "a playlist"),
)
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
_MOST_CONTROLS = 0.05


def of_bytes(data: bytes) -> RefusedLyrics | None:
    """Refused when the first bytes are those of another kind of file."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return _other(what)
    return None


def of_text(text: str) -> str | RefusedLyrics:
    """``lrc`` (plain text as well) or ``subtitles``; refused when the text is of another format."""
    if text.lstrip()[:1] in ("{", "[") and _is_json(text):
        return _other("JSON")
    for pattern, what in _TEXTS:
        if re.search(pattern, text, re.IGNORECASE):
            return _other(what)
    if len(_CONTROL.findall(text)) > _MOST_CONTROLS * len(text):
        return _other("no text")
    return "subtitles" if any(CUE.match(line) for line in text.splitlines()) else "lrc"


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), (dict, list))
    except (ValueError, RecursionError):
        return False


def _other(what: str) -> RefusedLyrics:
    return RefusedLyrics("not_lyrics", f"{what}, not lyrics; deliver LRC, SRT, WebVTT or plain text")
