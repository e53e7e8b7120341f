"""What was delivered, read from the raw files: music with its tags, a manifest, listens as ListenBrainz tells them."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import av
import mutagen
from rapidfuzz.distance import OSA, Indel

_SOUND = {".opus", ".mp3", ".ogg", ".m4a", ".flac", ".wav"}
_ALIKE = 0.82
_SLIP = 4  # letters of a name from which one lost, doubled, swapped or another makes it no other
_NAMES = ("title", "artist", "album", "genre")
_DECORATION = re.compile(
    r"[(\[][^)\]]*(?:remaster|\b(?:19|20)\d\d\b|official|original (?:soundtrack|version)|audio|video)[^)\]]*[)\]]"
    r"|\s[-–]\s(?:\d{4} )?remaster.*$|\s[-–]\s\d{4} \w+$|\s(?:feat|ft)\.? .*$",
    re.IGNORECASE,
)


@dataclass
class Song:
    """A delivered recording: what manifest and tags say of it."""

    title: str
    artist: str = ""
    album: str = ""
    genre: str = ""
    lyrics: bool = False
    seconds: float | None = None


@dataclass
class Listen:
    """One play: the listener's own spelling, the day, and the delivered song that it is (None: none)."""

    day: date
    title: str
    artist: str
    song: Song | None = None
    hour: int = 12


@dataclass
class Delivered:
    """All that came in: songs, notes as their rows, and the listens of each person in order of time."""

    songs: list[Song] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)
    listens: dict[str, list[Listen]] = field(default_factory=dict)


def delivered(music: Path | None, manifest: Path | None, listens: Iterable[Path], ds: date) -> Delivered:
    """Reads everything up to the end of ``ds`` (UTC, the zone listens are taken in)."""
    found = Delivered(list(_songs(music, manifest)))
    seen: dict[tuple[str, str], Song | None] = {}
    for path in listens:
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            at = datetime.fromtimestamp(row["listened_at"], UTC)
            day = at.date()
            said = row["track_metadata"]
            if day <= ds:
                key = (said["track_name"], said["artist_name"])
                if key not in seen:
                    seen[key] = nearest(found.songs, *key)
                found.listens.setdefault(row["user_name"], []).append(Listen(day, *key, seen[key], at.hour))
    return found


def notes_of(landing: Path) -> list[dict[str, str]]:
    """Rows of the notes of a landing, from its JSON lines and CSV files."""
    found: list[dict[str, str]] = []
    for path in sorted([*landing.glob("notes.*"), *(landing / "notes").rglob("*.*")]):
        with path.open(encoding="utf-8", newline="") as file:
            found += csv.DictReader(file) if path.suffix == ".csv" else map(json.loads, filter(str.strip, file))
    return found


def _songs(music: Path | None, manifest: Path | None) -> Iterator[Song]:
    """Songs of a folder; where there is none, those that the manifest names."""
    told: dict[str, dict[str, str]] = {}
    if manifest is not None:
        with manifest.open(encoding="utf-8") as file:
            told = {row["path"]: row for row in csv.DictReader(file)}
    if music is None:
        yield from (
            Song(r["title"], r.get("artist", ""), r.get("album", ""), r.get("genre", "")) for r in told.values()
        )
        return
    for path in sorted(p for p in music.rglob("*") if p.suffix.lower() in _SOUND):
        row = told.get(str(path.relative_to(music)), {})
        tags = _tags(path)
        yield Song(
            row.get("title") or tags.get("title") or path.stem,
            row.get("artist") or tags.get("artist", ""),
            row.get("album") or tags.get("album", ""),
            row.get("genre") or tags.get("genre", ""),
            bool(tags.get("lyrics")) or path.with_suffix(".lrc").exists() or path.with_suffix(".txt").exists(),
            float(tags["seconds"]) if "seconds" in tags else None,
        )


def _tags(path: Path) -> dict[str, str]:
    """Tags as the file holds them; the raw frames tell lyrics, which the easy view leaves out."""
    try:
        easy, raw = mutagen.File(path, easy=True), mutagen.File(path)
    except mutagen.MutagenError:
        return {}
    if easy is None:
        return {}
    found = {k: str(easy[k][0]) for k in _NAMES if easy.tags and easy.get(k)}
    if not found:  # waves without ID3: the INFO chunk, which mutagen does not read
        with av.open(str(path)) as sound:
            found = {k: sound.metadata[k] for k in _NAMES if k in sound.metadata}
    if any("lyric" in str(k).lower() or str(k).startswith("USLT") for k in (raw.tags or {})):
        found["lyrics"] = "yes"
    return found | {"seconds": str(easy.info.length)}


def fold(name: str) -> str:
    """A name without case, accents, punctuation and what services add to titles."""
    plain = unicodedata.normalize("NFKD", _DECORATION.sub("", unicodedata.normalize("NFC", name))).casefold()
    return "".join(c for c in plain if c.isalnum())


def _slip(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= _SLIP and OSA.distance(one, other) == 1


def nearest(songs: list[Song], title: str, artist: str) -> Song | None:
    """The delivered song that a listen means: the same folded names, else the one most alike."""
    wanted, by = fold(title), fold(artist)

    def alike(song: Song) -> tuple[float, float]:
        title, credit = fold(song.title), fold(song.artist)
        named = Indel.normalized_similarity(wanted, title)
        if _slip(wanted, title):
            named = max(named, _ALIKE)
        if _slip(by, credit):
            return named, max(_ALIKE, Indel.normalized_similarity(by, credit))
        return named, 1.0 if credit == by or not credit else Indel.normalized_similarity(by, credit)

    scored = [(named * who, song) for song in songs for named, who in [alike(song)] if min(named, who) >= _ALIKE]
    return max(scored, key=lambda pair: pair[0])[1] if scored else None
