"""Settings that stand elsewhere now: who still has the old one is told the new one."""

from __future__ import annotations

MOVED: dict[str, str] = {
    "audit.songs_per_list": "[lists] songs",
    "audit.artist_cap": "[lists] artist_cap",
    "audit.artist_cap_relaxed": "[lists] artist_cap_raised_by",
    "audit.album_cap": "[lists] album_cap",
}
