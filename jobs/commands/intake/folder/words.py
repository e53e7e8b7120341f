"""Lyrics of a music folder: what lies beside a file goes before what is embedded; what is no lyrics is told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from features.ingest.tag_values import names_of_credit
from jobs.commands.intake.folder.reading import Reading
from warehouse.landing.landing_writer import LandingWriter
from warehouse.landing.lyrics import RefusedLyrics, parse_lyrics
from warehouse.landing.music.index import Known
from warehouse.landing.music.scan import LYRICS_SUFFIXES, Skipped

PLACE = "music"
"""Folder below landing/lyrics: words are a track's, whichever folder has it."""
_TIMED = re.compile(r"^\s*\[\d{1,3}:\d{1,2}", re.MULTILINE)
_ROLES = ("composer", "lyricist", "producer")


class Words(NamedTuple):
    """Ending and bytes of a file's words, and who their credit lines say made the song."""

    suffix: str
    data: bytes
    credits: Mapping[str, list[str]]


def keep_lyrics(landing: LandingWriter, files: Sequence[Known], reading: Reading) -> tuple[list[Known], list[Skipped]]:
    """Files with the place of their words below landing/lyrics, and words that are no lyrics.

    Words of files that were read now are written; of several files of a track those of the first that has any. Whom
    their credit lines name fills tags that the files lack.
    """
    of_track: defaultdict[str, list[Known]] = defaultdict(list)
    for file in sorted(files, key=lambda f: f.name):
        of_track[file.track_id].append(file)
    texts: dict[str, bytes] = {}
    place: dict[str, str | None] = {}
    credits: dict[str, Mapping[str, list[str]]] = {}
    refused: list[Skipped] = []
    for track, copies in of_track.items():
        if not any(f.name in reading.fresh for f in copies):
            continue
        words = next((w for f in copies if (w := _words(f, reading, refused))), None)
        earlier = next((f.lyrics for f in copies if f.name not in reading.fresh and f.lyrics), None)
        place[track] = f"{PLACE}/{track}{words.suffix}" if words else earlier
        if words:
            texts[f"lyrics/{place[track]}"], credits[track] = words.data, words.credits
        _remove_others(landing, track, place[track])
    landing.put_texts(texts)
    return [_with(f, place, credits) for f in files], refused


def _with(file: Known, place: Mapping[str, str | None], credits: Mapping[str, Mapping[str, list[str]]]) -> Known:
    if file.track_id not in place:
        return file
    tags = {**credits.get(file.track_id, {}), **{name: values for name, values in file.tags.items() if values}}
    return replace(file, lyrics=place[file.track_id], tags=tags)


def _words(file: Known, reading: Reading, refused: list[Skipped]) -> Words | None:
    """A file's words; None without any. What is no lyrics is added to ``refused``."""
    for name, (suffix, data) in _candidates(file, reading, refused):
        told = {k: next(iter(file.tags.get(k, ())), None) for k in ("title", "artist")}
        found = parse_lyrics(data, **told)
        if not isinstance(found, RefusedLyrics):
            content = data if isinstance(data, bytes) else data.encode("utf-8", "replace")
            said = {role: names_of_credit(text) for role, text in found.credits.items() if role in _ROLES}
            return Words(suffix, content, {role: names for role, names in said.items() if names})
        if found.reason != "empty_file":
            refused.append(Skipped(name, found.reason, found.detail))
    return None


def _candidates(file: Known, reading: Reading, refused: list[Skipped]) -> list[tuple[str, tuple[str, bytes | str]]]:
    """Name, ending and content of what may be lyrics: the file beside first."""
    found: list[tuple[str, tuple[str, bytes | str]]] = []
    beside = reading.beside[file.name].lyrics
    if beside is not None:
        try:
            found.append((beside.name, (beside.path.suffix.lower(), beside.path.read_bytes())))
        except OSError as error:
            refused.append(Skipped(beside.name, "unreadable_file", error.strerror or ""))
    if text := reading.words.get(file.name, ""):
        found.append((f"{file.name} (its tag)", (".lrc" if _TIMED.search(text) else ".txt", text)))
    return found


def _remove_others(landing: LandingWriter, track: str, place: str | None) -> None:
    for suffix in LYRICS_SUFFIXES:
        name = f"{PLACE}/{track}{suffix}"
        if name != place:
            (landing.root / "lyrics" / name).unlink(missing_ok=True)
