"""What earlier runs know of a music folder, so that the next reads only what changed.

One file of JSON lines per folder, in ``landing/.folders``: a head, then one line per file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.landing.music.tags import Tags

FOLDER = ".folders"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Known:
    """One file of a folder.

    Args:
        name: relative to the folder, with ``/``.
        stamp: size and time of the file, and of the lyrics and cover beside it; changes when they do.
        audio_id: hash of its sound without tags; ``""`` where it is no music.
        track_id: made of the sound; ``""`` where there is none.
        told: its row of a manifest.
        cover: below landing/covers. lyrics: below landing/lyrics.
        reason, detail: why it is no music.
        gone: the file is no longer there; kept for what it was told, should it come back.
    """

    name: str
    stamp: str = ""
    audio_id: str = ""
    track_id: str = ""
    duration_s: float | None = None
    tags: Tags = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    cover: str | None = None
    lyrics: str | None = None
    reason: str = ""
    detail: str = ""
    gone: bool = False


Index = Mapping[str, Known]
"""Files of a folder by name, as an earlier run left them."""


def index_text(files: Iterable[Known]) -> str:
    """An index as it is written."""
    lines = (_line({k: v for k in Known.__slots__ if (v := getattr(file, k))}) for file in files)
    return "\n".join([_line({"version": _VERSION}), *lines, ""])


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def read_index(root: Path, name: str) -> Index:
    """The index of a folder of the landing; empty when there is none, or none that can be read."""
    try:
        with (root / FOLDER / f"{name}.jsonl").open(encoding="utf-8") as stream:
            if json.loads(next(stream))["version"] != _VERSION:
                return {}
            files = [Known(**json.loads(line)) for line in stream]
    except (OSError, ValueError, TypeError, KeyError, StopIteration):
        return {}
    return {file.name: file for file in files}


def earlier_rows(root: Path, name: str) -> list[dict[str, Any]]:
    """Rows of ``tracks`` that an earlier run wrote for a folder; none without one, or where it is damaged."""
    path = root / "tracks" / f"folder-{name}.jsonl"
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8") as stream:
            rows = [json.loads(line) for line in stream if line.strip()]
    except ValueError:
        return []
    whole = all(isinstance(row, dict) and row.keys() >= {"track_id", "audio_path", "available"} for row in rows)
    return rows if whole else []
