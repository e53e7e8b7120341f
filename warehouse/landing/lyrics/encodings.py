"""Bytes of a lyrics file as text: which encoding it is in, and how sure that is.

UTF-8 and marked files tell it themselves. The rest is weighed: each table that can decode the bytes gives a text, and
the texts are compared by how likely they are in the languages written with that table (``likelihood.py``); what that
knows nothing of (Greek, Arabic, Thai, ...) is charset-normalizer's to say. A file nobody is sure of is refused: words
that are wrong are worse than none.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from warehouse.landing.lyrics.likelihood import bits, bits_per_letter, small_words
from warehouse.landing.lyrics.refused import RefusedLyrics

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EUROPEAN = ("fr", "de", "es", "pt", "it", "nordic", "nl")
_CENTRAL = ("pl", "cs", "hu", "ro")
_LATIN = (*_EUROPEAN, *_CENTRAL, "tr")
_ALPHABETS = ("cyrillic", "greek", "hebrew", "arabic", "thai")
_READINGS: dict[str, tuple[str, ...]] = {
    "gb18030": ("zh_hans", "zh_hant", "ja"),
    "big5hkscs": ("zh_hant",),
    "cp932": ("ja",),
    "euc_jp": ("ja",),
    "cp949": ("ko",),
    "cp1251": ("cyrillic",),
    "koi8_u": ("cyrillic",),
    "cp1253": ("greek",),
    "cp1255": ("hebrew",),
    "cp1256": ("arabic",),
    "cp874": ("thai",),
    "cp1252": _EUROPEAN,
    "cp1250": _CENTRAL,
    "cp1254": ("tr",),
}
_WIDE: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("utf_16_le", "utf_16_be"), ("zh_hans", "zh_hant", "ja", "ko", *_ALPHABETS, *_EUROPEAN)
)
_SPOKEN = {"zh": ("zh_hans", "zh_hant"), "ja": ("ja",), "ko": ("ko",), "ru": ("cyrillic",)}
_DECLARED_BITS = 8.0  # what a declared language is worth
_UNCONTESTED_BITS = 60.0
# What UTF-8 looks like to who reads it as cp1252: a letter with an accent before a sign that is no letter.
_MISREAD = re.compile(r"[\u00c2-\u00ef][\u0080-\u00bf€‚ƒ„†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ]")
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_SAMPLE_BYTES = 3000
# Bits per character of texts that are what they seem.
_MAX_BITS = {"zh_hans": 13.0, "zh_hant": 13.0, "ja": 11.5, "ko": 11.0} | dict.fromkeys(_ALPHABETS, 5.8)
_MAX_BITS_ACCENTS = 12.0
_SELDOM = ("cp1253", "cp1255", "cp1256", "cp874")
_SELDOM_BITS = 6.0  # Japanese in a Chinese table, tables of small alphabets: they happen, but seldom
_WIDE_SHARE = 0.2
_TELLING_WORDS = 3
_REPLACED_SHARE = 0.02  # characters that may be broken in a file that else is whole
SURE_FROM = 0.95


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was in and how sure that is (0 to 1)."""

    text: str
    encoding: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Reading:
    data: bytes
    text: str
    encoding: str
    cost: float
    per_letter: float
    most: float


def decode(data: bytes, language: str | None = None) -> Decoded | RefusedLyrics:
    """Text of a file.

    Args:
        language: what the catalogue says is sung (``zh``, ``ja``, ...); tips the scale where bytes alone do not tell.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _marked(data, codec)
    if b"\x1b$" in data or b"\x1b(J" in data:
        return _strict(data, "iso2022_jp") or _unknown("escape sequences of no known encoding")
    # Zero bytes are half of a wide character, or what some players write between lines.
    odd = 0 in data or _has_controls(data)
    wide = _readings(data, _WIDE, language) if odd and len(data) % 2 == 0 else []
    if data.count(0) > _WIDE_SHARE * len(data):
        return _likeliest(wide) or _unknown("zero bytes in no known encoding")
    bare = data.replace(b"\x00", b"\n")
    told = _utf8(bare)
    if told:
        return repaired(told.text, language, told.confidence)
    return _likeliest(_readings(bare, _READINGS, language) + wide) or (
        _unknown("control characters among its letters") if odd else _asked(bare)
    )


def repaired(text: str, language: str | None = None, confidence: float = 1.0) -> Decoded | RefusedLyrics:
    """Text whose bytes were once read by the wrong table, as tags of music files often are, read by the right one.

    Only where it is sure: all characters are those of Latin-1 or cp1252, and another reading is far likelier. What
    looks like such a text and cannot be read is refused.
    """
    for seen in () if text.isascii() else ("cp1252", "latin_1"):
        try:
            data = text.encode(seen)
        except UnicodeEncodeError:
            continue
        told = _utf8(data) or _likeliest(_readings(data, _READINGS, language))
        if isinstance(told, Decoded):
            return Decoded(told.text, "utf-8", told.confidence)
    beyond = sum(ord(c) > 127 for c in text)
    if len(_MISREAD.findall(text)) * 4 > beyond:
        return _unknown("its letters were read by a wrong table before it came here")
    return Decoded(text, "utf-8", confidence)


def _strict(data: bytes, codec: str) -> Decoded | None:
    try:
        return Decoded(data.decode(codec), codec, 1.0)
    except UnicodeDecodeError:
        return None


def _marked(data: bytes, codec: str) -> Decoded | RefusedLyrics:
    if codec.startswith("utf-16"):
        data = data[: len(data) // 2 * 2]
    return _strict(data, codec) or _unknown(f"its mark says {codec}, its bytes do not")


def _utf8(data: bytes) -> Decoded | None:
    """UTF-8, also with the odd broken character in a long text; their lines are left out later."""
    if _has_controls(data):
        return None
    whole = _strict(data, "utf-8")
    if whole:
        return whole
    text = data.decode("utf-8", "replace")
    broken, beyond = text.count("\ufffd"), sum(ord(c) > 127 for c in text)
    return Decoded(text, "utf-8", 0.99) if broken <= _REPLACED_SHARE * beyond or broken <= 1 < beyond / 20 else None


def _readings(data: bytes, tables: dict[str, tuple[str, ...]], language: str | None) -> list[_Reading]:
    """Each text that a table makes of the bytes, read as the language that fits it best."""
    sample = data[:_SAMPLE_BYTES] if tables is _WIDE else _sample(data)
    found: list[_Reading] = []
    against = _spoken_against(sample.replace(b"\x00", b"").decode("latin_1"))
    for codec, languages in tables.items():
        text = _decoded(sample, codec)
        if text is None or _is_one_sign(text):
            continue
        declared = _SPOKEN.get(language or "", (language,))
        for spoken in (s for s in languages if s not in against):
            seldom = (codec, spoken) == ("gb18030", "ja") or codec in _SELDOM
            cost = bits(text, spoken) + (_SELDOM_BITS if seldom else -_DECLARED_BITS if spoken in declared else 0.0)
            most = _MAX_BITS.get(spoken, _MAX_BITS_ACCENTS)
            found.append(_Reading(data, text, codec, cost, bits_per_letter(text, spoken), most))
    return found


def _is_one_sign(text: str) -> bool:
    """Whether all beyond ASCII is one sign over and over, with no letter beside it: noise in any table."""
    beyond = [c for c in text if ord(c) > 127]
    return len(beyond) > 3 and len(set(beyond)) == 1 and not any(c.isascii() and c.isalpha() for c in text)


def _spoken_against(text: str) -> frozenset[str]:
    """Languages that the small words of a text speak against: others of their alphabet have far more of them."""
    words = {spoken: small_words(text, spoken) for spoken in _LATIN}
    most = max(words.values())
    return frozenset(s for s in _LATIN if most >= _TELLING_WORDS and words[s] * 2 <= most)


def _likeliest(found: list[_Reading]) -> Decoded | RefusedLyrics | None:
    """The likeliest text, refused where a different one is nearly as likely; None where none is likely at all."""
    if not found:
        return None
    best = min(found, key=lambda r: r.cost)
    if best.per_letter > best.most:
        return None
    other = min((r for r in found if r.text != best.text), key=lambda r: r.cost, default=None)
    ahead = other.cost - best.cost if other else _UNCONTESTED_BITS
    # Halved: the letters of a text are no independent witnesses.
    confidence = 1 / (1 + 2 ** (-min(ahead, _UNCONTESTED_BITS) / 2))
    if other and confidence < SURE_FROM:
        return _unknown(f"could be {best.encoding} or {other.encoding} (confidence {confidence:.2f})")
    return Decoded(best.data.decode(best.encoding, "replace"), best.encoding, confidence)


def _sample(data: bytes) -> bytes:
    """Whole lines that hold something else than ASCII, up to a limit: the others say nothing."""
    telling = [line for line in re.split(rb"[\r\n]+", data) if not line.isascii()]
    return b"\n".join(telling)[:_SAMPLE_BYTES]


def _decoded(data: bytes, codec: str) -> str | None:
    """Text, where hardly any of it is broken."""
    text = data.decode(codec, "replace")
    beyond = sum(ord(c) > 127 for c in text)
    whole = text.count("\ufffd") <= max(2, _REPLACED_SHARE * beyond)
    return text if whole and not _has_controls(text.encode("utf-8", "replace")) else None


def _has_controls(data: bytes) -> bool:
    return len(_CONTROLS.findall(data)) > _REPLACED_SHARE * len(data)


def _asked(data: bytes) -> Decoded | RefusedLyrics:
    """What charset-normalizer says, where it knows the language of the text."""
    from charset_normalizer import from_bytes

    found = from_bytes(data, cp_exclusion=[*_READINGS, "utf_16", "utf_32", "utf_7"]).best()
    if found is None or found.coherence < 0.5 or found.chaos > 0.1:
        return _unknown("no known encoding gives a likely text")
    return Decoded(str(found), found.encoding, min(0.99, 0.5 + found.coherence / 2))


def _unknown(detail: str) -> RefusedLyrics:
    return RefusedLyrics("unknown_encoding", f"{detail}; save it as UTF-8")
