"""Tags of a music file under common names, whatever its container calls them; every value kept.

Any trouble of the tag library is a file without tags: it never costs more than its own words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from warehouse.landing.lyrics.encodings import Decoded, repaired

MAX_CHARS = 500  # of one value; what is longer is no title and no name
MAX_VALUES = 50
_FREEFORM = "----:com.apple.iTunes:"
# common name -> names in Vorbis comments and APEv2 (lower case), ID3 frames, MP4 atoms
NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "TIT2", "\xa9nam"),
    "artist": ("artist", "TPE1", "\xa9ART"),
    "artists": ("artists", "TXXX:ARTISTS", "TXXX:Artists", _FREEFORM + "ARTISTS"),
    "album_artist": ("albumartist", "album artist", "album_artist", "TPE2", "aART"),
    "album": ("album", "TALB", "\xa9alb"),
    "date": ("date", "year", "TDRC", "TDRL", "\xa9day"),
    "genre": ("genre", "TCON", "\xa9gen"),
    "track": ("tracknumber", "track", "TRCK", "trkn"),
    "disc": ("discnumber", "disc", "TPOS", "disk"),
    "compilation": ("compilation", "TCMP", "cpil"),
    "composer": ("composer", "TCOM", "\xa9wrt"),
    "lyricist": ("lyricist", "TEXT", "TXXX:LYRICIST", _FREEFORM + "LYRICIST"),
    "producer": ("producer", "TXXX:PRODUCER", _FREEFORM + "PRODUCER"),
    "label": ("organization", "label", "publisher", "TPUB", _FREEFORM + "LABEL"),
    "language": ("language", "TLAN", _FREEFORM + "LANGUAGE"),
    "artist_mbids": (
        "musicbrainz_artistid", "TXXX:MusicBrainz Artist Id", _FREEFORM + "MusicBrainz Artist Id"
    ),
    "recording_mbid": (
        "musicbrainz_trackid", "UFID:http://musicbrainz.org", "TXXX:MusicBrainz Recording Id",
        _FREEFORM + "MusicBrainz Track Id",
    ),
}  # fmt: skip

_NAMES = ("title", "artist", "artists", "album", "album_artist", "composer", "lyricist")
_ID3 = ("mp3", "aac", "wav")  # the only tags that do not say their encoding
_TELLING = 8  # characters beyond ASCII that tell a table

Tags = dict[str, list[str]]


def open_tags(path: Path, container: str) -> Any:
    """The file as mutagen knows it, by what it holds and not by its ending; None when it cannot be read."""
    import mutagen
    from mutagen.aac import AAC
    from mutagen.flac import FLAC
    from mutagen.mp3 import MP3
    from mutagen.mp4 import MP4
    from mutagen.oggflac import OggFLAC
    from mutagen.oggopus import OggOpus
    from mutagen.oggspeex import OggSpeex
    from mutagen.oggvorbis import OggVorbis
    from mutagen.wave import WAVE

    kinds = {
        "mp3": [MP3],
        "aac": [AAC],
        "flac": [FLAC],
        "mov": [MP4],
        "wav": [WAVE],
        "ogg": [OggVorbis, OggOpus, OggFLAC, OggSpeex],
    }
    try:
        found = mutagen.File(path, options=kinds[container])
        if container in ("mp3", "aac") and (found is None or "TIT2" not in (found.tags or ())):
            return _with_ape(path) or found
    except Exception:  # noqa: BLE001 - torn files make it raise IndexError, struct.error, MemoryError, ...
        return None
    return found


def _with_ape(path: Path) -> Any:
    """The file by its APEv2 tag; None without one."""
    from mutagen.apev2 import APENoHeaderError, APEv2File

    try:
        return APEv2File(path)
    except APENoHeaderError:
        return None


def tags_of(file: Any, metadata: Mapping[str, str], container: str) -> Tags:
    """Values under the common names, in order; names without a value are left out.

    Args:
        file: from :func:`open_tags`.
        metadata: FFmpeg's reading, for files whose tags mutagen cannot read.
    """
    held = getattr(file, "tags", None)
    found = {name: _values(held, names) for name, names in NAMES.items()}
    if not any(found.values()):
        found = {name: _clean(metadata.get(n) for n in names) for name, names in NAMES.items()}
        found["recording_mbid"] = found["artist_mbids"] = []
        if container == "wav":  # there a date is the day of the recording session, if not of the file
            found["date"] = []
    told = {name: values for name, values in found.items() if values}
    return _repaired(told) if container in _ID3 else told


def _repaired(tags: Tags) -> Tags:
    """Tags whose bytes were once read by the wrong table (GBK as Latin-1), read by the right one where that is sure.

    The names are judged together: a title alone is too short to tell.
    """
    names = [name for name in _NAMES if name in tags]
    text = "\n".join(value for name in names for value in tags[name])
    if sum(ord(c) > 127 for c in text) < _TELLING:
        return tags
    found = repaired(text)
    mended = iter(found.text.split("\n") if isinstance(found, Decoded) else ())
    return tags | {name: [next(mended, value) for value in tags[name]] for name in names}


def one_line(text: str) -> str:
    """Printable text with single spaces, composed (NFC), of a length that a name may have."""
    bare = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * MAX_CHARS]).split())
    composed = unicodedata.normalize("NFC", bare)
    return composed if len(composed) <= MAX_CHARS else composed[: MAX_CHARS - 1].rstrip() + "…"


def _values(held: Any, names: Iterable[str]) -> list[str]:
    """Values of the first of ``names`` that has any."""
    if held is None:
        return []
    return next((found for name in names if (found := _value(held, name))), [])


def _value(held: Any, name: str) -> list[str]:
    try:
        return _clean(_texts(held.get(name)))
    except Exception:  # noqa: BLE001 - some containers refuse foreign names, torn ones raise anything
        return []


def _texts(value: Any) -> Iterator[str]:
    """Texts of a frame, an atom or a comment."""
    if hasattr(value, "genres"):  # ID3: numbers of the old list of genres by name
        yield from map(str, value.genres)
    elif isinstance(value, bool):
        yield str(int(value))
    elif isinstance(value, (bytes, bytearray)):
        yield bytes(value).decode("utf-8", "replace")
    elif isinstance(value, tuple):  # MP4: (3, 12)
        yield "/".join(str(n) for n in value if n)
    elif hasattr(value, "data") and isinstance(value.data, bytes):  # ID3: UFID
        yield value.data.decode("ascii", "replace")
    elif isinstance(getattr(value, "text", None), list):
        yield from map(str, value.text)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif value is not None:
        yield str(value)


def _clean(values: Iterable[str | None]) -> list[str]:
    """Values on one line each, without blanks and repeats; zero bytes part them."""
    parts = (part for value in values if value for part in value.split("\x00"))
    return list(dict.fromkeys(text for part in parts if (text := one_line(part))))[:MAX_VALUES]
