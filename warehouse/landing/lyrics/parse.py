"""Lyrics from a file's bytes or a tag's text: the sung lines, or why there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from warehouse.landing.lyrics import formats
from warehouse.landing.lyrics.encodings import Decoded, decode, repaired
from warehouse.landing.lyrics.language import SURE_FROM, Detected, detect
from warehouse.landing.lyrics.lrc import read_lrc
from warehouse.landing.lyrics.refused import RefusedLyrics
from warehouse.landing.lyrics.subtitles import read_subtitles
from warehouse.landing.lyrics.sung import Sorted, sort_out
from warehouse.landing.lyrics.translations import Pair, apart

MAX_BYTES = 1 << 20
MAX_LINES = 5_000
MAX_LINE = 2_000  # characters
_MAX_ROWS = 4 * MAX_LINES  # empty ones, tags, stamps and credits among them
_FEW_LINES = 4
_OUTVOTES = 0.9  # from which confidence words contradict what a catalogue says of their language


@dataclass(frozen=True, slots=True)
class Lyrics:
    """Words of a song.

    Args:
        lines: sung lines in singing order, nothing else; empty for an instrumental.
        starts_s: start of each line in seconds, non-decreasing; empty when not timed.
        translations: what stands beside each line in another language, ``""`` for none; empty when no line has one.
        parts: index of a line and the name of the part that begins there, as written.
        credits: names by ``lyricist``, ``composer``, ``arranger``, ``producer``, as written.
        instrumental: the file says that nobody sings.
        language: ``zh``, ``en``, ``ja``, ``ko``, ``other`` or ``instrumental``; None when not known.
        language_confidence: 0 to 1; 1 where the catalogue or the file declares it.
        encoding: codec the file was read by.
        encoding_confidence: 0 to 1.
    """

    lines: list[str]
    starts_s: list[float]
    translations: list[str] = field(default_factory=list)
    parts: list[tuple[int, str]] = field(default_factory=list)
    credits: dict[str, str] = field(default_factory=dict)
    instrumental: bool = False
    language: str | None = None
    language_confidence: float = 0.0
    encoding: str = ""
    encoding_confidence: float = 1.0


def parse_lyrics(
    data: bytes | str, *, language: str | None = None, title: str | None = None, artist: str | None = None
) -> Lyrics | RefusedLyrics:
    """Lyrics of a sidecar file (bytes) or of a tag (text).

    Args:
        data: LRC in any of its dialects, SRT, WebVTT or plain text.
        language: what the catalogue says is sung (``zh``, ``en``, ...), for what the words alone do not tell.
        title, artist: of the track; a heading that repeats them is not sung.
    """
    if len(data) > MAX_BYTES:
        return RefusedLyrics("too_large", f"{len(data):,} bytes; lyrics have at most {MAX_BYTES:,}")
    decoded = _decoded(data, language)
    if isinstance(decoded, RefusedLyrics):
        return decoded
    kind = formats.of_text(decoded.text)
    if isinstance(kind, RefusedLyrics):
        return kind
    if len(decoded.text.splitlines()) > _MAX_ROWS:
        return _too_long()
    written = read_subtitles(decoded.text) if kind == "subtitles" else read_lrc(decoded.text)
    if len(written.entries) > _MAX_ROWS or any(len(entry.text) > MAX_LINE for entry in written.entries):
        return _too_long()
    found = sort_out(written, title or "", artist or "")
    declared = _declared(written.tags, language)
    pairs = apart(found.sung, declared)
    return _refused(found, pairs) or _lyrics(found, pairs, declared, decoded)


def lrc_of(words: Sequence[tuple[str, float]]) -> str:
    """LRC of synchronised words as ID3 SYLT frames hold them: (text, start in seconds); a line break begins a line."""
    made: list[str] = []
    for text, start_s in words:
        begins = not made or text[:1] in ("\r", "\n")
        made.append(f"\n{_stamp(start_s)}{text.lstrip()}" if begins else f"{_stamp(start_s, '<>')}{text}")
    return "".join(made).lstrip() + "\n" if made else ""


def _stamp(start_s: float, brackets: str = "[]") -> str:
    hundredths = max(0, round(start_s * 100))
    return f"{brackets[0]}{hundredths // 6000:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}{brackets[1]}"


def _decoded(data: bytes | str, language: str | None) -> Decoded | RefusedLyrics:
    if not data.strip():
        return RefusedLyrics("empty_file", "holds nothing")
    if isinstance(data, str):
        return repaired(data.removeprefix("\ufeff"), language)
    return formats.of_bytes(data) or decode(data, language)


def _declared(tags: dict[str, str], language: str | None) -> str | None:
    """Language by the file's own tag, else the catalogue's."""
    told = next((tags[key] for key in ("la", "lang", "language") if tags.get(key)), language) or ""
    short = told.lower().replace("_", "-").split("-")[0]
    return {"yue": "zh", "cmn": "zh", "chi": "zh", "zho": "zh", "eng": "en", "jpn": "ja", "kor": "ko", "jp": "ja"}.get(
        short, short or None
    )  # fmt: skip


def _refused(found: Sorted, pairs: Sequence[Pair]) -> RefusedLyrics | None:
    if found.instrumental:
        return None
    if not pairs:
        if found.unreadable:
            return RefusedLyrics("no_lines", f"its letters were lost ({found.unreadable} unreadable lines)")
        missing = "says that the words are not known" if found.missing else "tags, credits or notices only"
        return RefusedLyrics("no_lines", f"no line is sung: {missing}")
    if len(pairs) > MAX_LINES:
        return _too_long()
    return None


def _too_long() -> RefusedLyrics:
    return RefusedLyrics("too_large", f"more than {MAX_LINES:,} lines, or a line of more than {MAX_LINE:,} signs")


def _lyrics(found: Sorted, pairs: Sequence[Pair], declared: str | None, decoded: Decoded) -> Lyrics:
    entries = [entry for entry, _ in pairs]
    starts = [entry.start_s for entry in entries if entry.start_s is not None]
    together = max(Counter(starts).values(), default=0) * 2 > len(starts) >= _FEW_LINES  # one stamp for the whole song
    beside = [translation for _, translation in pairs]
    spoken = Detected("instrumental", 1.0) if found.instrumental else _spoken([e.text for e in entries], declared)
    return Lyrics(
        lines=[entry.text for entry in entries],
        starts_s=[] if together else starts,
        translations=beside if any(beside) else [],
        parts=found.parts,
        credits=found.credits,
        instrumental=found.instrumental,
        language=spoken.language,
        language_confidence=spoken.confidence,
        encoding=decoded.encoding,
        encoding_confidence=decoded.confidence,
    )


def _spoken(lines: Sequence[str], declared: str | None) -> Detected:
    """What the words show where they show it clearly, else what is declared, else what they show at all."""
    shown = detect(lines)
    if shown.language and shown.confidence >= max(_OUTVOTES, SURE_FROM):
        return shown
    if declared and declared != "instrumental":
        return Detected(declared if declared in ("zh", "en", "ja", "ko") else "other", 1.0)
    return shown
