"""Rows of small deliveries, what a command answers, and what lies in a landing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jobs.cli import main
from tests.deliveries import tracks


def files_of(home: Path) -> dict[str, bytes]:
    root = home / "landing"
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def person(n: int, **cells: Any) -> dict[str, Any]:
    return {"user_id": f"n{n}", "created_on": "2026-01-01", "language": "zh", "timezone": "UTC", **cells}


def heard(n: int, **cells: Any) -> dict[str, Any]:
    return {"user_id": "u1", "played_at": f"2026-03-10T13:{n:02}:00Z", "track_id": "t0", "listened_s": 9.0, **cells}


def liked(n: int, **cells: Any) -> dict[str, Any]:
    return {"user_id": "u1", "event_at": f"2026-03-09T13:{n:02}:00Z", "kind": "like_track", "subject_id": "t0", **cells}


def song(n: int, **cells: Any) -> dict[str, Any]:
    return {**tracks(1)[0], "track_id": f"n{n}", **cells}


def answer(capsys: pytest.CaptureFixture[str], *words: object) -> Any:
    """What ``daily30 <words> --json`` says: its answer, or exit code and message."""
    try:
        main([*map(str, words), "--json"])
    except SystemExit as stop:
        if stop.code:
            told = json.loads(capsys.readouterr().err.splitlines()[-1])
            return stop.code, f"{told['error']} {told['fix']}"
    return json.loads(capsys.readouterr().out)
