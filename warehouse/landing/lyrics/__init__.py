"""Lyrics as found beside music: which encoding, which format, which lines are sung.

``parse_lyrics`` reads a sidecar file or a tag; ``read_lyrics`` the folder ``landing/lyrics``.
"""

from warehouse.landing.lyrics.folder import lyrics_files, missing_files, read_lyrics
from warehouse.landing.lyrics.parse import Lyrics, lrc_of, parse_lyrics
from warehouse.landing.lyrics.refused import RefusedLyrics

__all__ = ["Lyrics", "RefusedLyrics", "lrc_of", "lyrics_files", "missing_files", "parse_lyrics", "read_lyrics"]
