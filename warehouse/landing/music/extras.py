"""What a music file carries besides its tags: words and a cover."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

MAX_COVER_BYTES = 32 << 20
MAX_WORDS = 1 << 20
_FRONT = 3  # ID3v2 and FLAC: front cover
_IMAGES = {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png", b"RIFF": ".webp"}
_WORDS = ("syncedlyrics", "lyrics", "unsyncedlyrics", "unsynced lyrics", "\xa9lyr", "----:com.apple.iTunes:LYRICS")
_WORDS_ID3 = ("USLT", "TXXX:SYNCEDLYRICS", "TXXX:LYRICS", "TXXX:UNSYNCEDLYRICS", "TXXX:LYRICS-XXX")


def words_of(file: Any) -> str:
    """Lyrics embedded in a file, timed ones before others; ``""`` without any."""
    held = getattr(file, "tags", None)
    try:
        found = [text.strip("\x00 \r\n\t") for text in _words(held)] if held is not None else []
    except Exception:  # noqa: BLE001 - a torn tag is no lyrics, whatever the library makes of it
        return ""
    found = [text for text in found if text and len(text) <= MAX_WORDS]
    return max(found, key=lambda text: (text.count("[") > 2, len(text)), default="")


def _words(held: Any) -> Iterator[str]:
    if hasattr(held, "getall"):
        yield from (_timed(frame.text) for frame in held.getall("SYLT") if frame.format == 2)
        yield from (str(frame) for name in _WORDS_ID3 for frame in held.getall(name))
        return
    for name in _WORDS:
        try:
            values = held.get(name, [])
        except (KeyError, ValueError):  # some containers refuse foreign names
            continue
        for value in values if isinstance(values, list) else (values,):
            yield bytes(value).decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else str(value)


def _timed(pairs: Iterable[tuple[str, int]]) -> str:
    """LRC of an ID3 SYLT frame: (text, start in ms)."""
    return "\n".join(
        f"[{ms // 60000:02d}:{ms // 1000 % 60:02d}.{ms // 10 % 100:02d}]{text.strip()}" for text, ms in pairs
    )


def cover_of(file: Any) -> bytes | None:
    """The embedded front cover, else the first picture; None without one of a known kind."""
    try:
        pictures = list(_pictures(file)) if file is not None else []
    except Exception:  # noqa: BLE001 - a torn picture is none
        return None
    fit = [(kind != _FRONT, data) for kind, data in pictures if image_suffix(data) and len(data) <= MAX_COVER_BYTES]
    return min(fit, key=lambda one: one[0])[1] if fit else None


def _pictures(file: Any) -> Iterator[tuple[int, bytes]]:
    """Kind (ID3 and FLAC number) and bytes of each picture."""
    from mutagen.flac import Picture

    yield from ((p.type, p.data) for p in getattr(file, "pictures", ()))
    held = file.tags
    if held is None:
        return
    if hasattr(held, "getall"):
        yield from ((int(p.type), p.data) for p in held.getall("APIC"))
        return
    for name in ("metadata_block_picture", "covr", "cover art (front)"):
        try:
            values = held.get(name, [])
        except (KeyError, ValueError):
            continue
        for value in values if isinstance(values, list) else (values,):
            if name == "metadata_block_picture":
                picture = Picture(base64.b64decode(value))
                yield picture.type, picture.data
            else:
                data = bytes(getattr(value, "value", value) or b"")
                yield _FRONT, data.split(b"\x00", 1)[1] if name.startswith("cover") and b"\x00" in data else data


def image_suffix(data: bytes) -> str | None:
    """Ending of a JPEG, PNG or WebP picture by its first bytes; None for anything else."""
    found = next((suffix for magic, suffix in _IMAGES.items() if data.startswith(magic)), None)
    return None if found == ".webp" and data[8:12] != b"WEBP" else found


def keep_cover(data: bytes, folder: Path) -> str | None:
    """Put a picture into ``folder`` under a name made of its content; its name there, None for no picture."""
    suffix = image_suffix(data)
    if suffix is None:
        return None
    digest = hashlib.sha256(data).hexdigest()
    name = f"{digest[:24]}{suffix}"
    target = folder / name
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        aside = folder / f".{digest[:16]}-{id(data):x}"
        aside.write_bytes(data)
        aside.replace(target)
    return name
