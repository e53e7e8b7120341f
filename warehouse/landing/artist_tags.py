"""Artists of a music file: every value of its tags, one name each, and the ids of MusicBrainz beside them."""

from __future__ import annotations

import re
from typing import Any

_SHOWN = ("artist", "TPE1", "\xa9ART")
_EACH = ("artists", "TXXX:ARTISTS", "TXXX:Artists", "----:com.apple.iTunes:ARTISTS")
_IDS = ("musicbrainz_artistid", "TXXX:MusicBrainz Artist Id", "----:com.apple.iTunes:MusicBrainz Artist Id")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def artists_of(tags: Any) -> tuple[str, ...]:
    """Names where tags hold one each (several ARTIST or TPE1, or ARTISTS); empty where there is but one text."""
    each = _values(tags, _EACH) or _values(tags, _SHOWN)
    return each if len(each) > 1 else ()


def artist_ids_of(tags: Any) -> tuple[str, ...]:
    """MusicBrainz ids of the artists, in order of the credit; players join them by ``/``, ``;`` or not at all."""
    found = (match.lower() for value in _values(tags, _IDS) for match in _ID.findall(value))
    return tuple(dict.fromkeys(found))


def _values(tags: Any, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Every non-empty value under the first of ``keys`` that has any, each on one line."""
    for key in keys:
        try:
            value = tags[key] if tags is not None and key in tags else None
        except (KeyError, ValueError):  # some containers refuse foreign keys
            continue
        listed = getattr(value, "text", value)
        texts = [_line(v) for v in (listed if isinstance(listed, list) else [listed]) if v]
        if any(texts):
            return tuple(dict.fromkeys(text for text in texts if text))
    return ()


def _line(value: Any) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
