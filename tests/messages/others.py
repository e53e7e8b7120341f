"""Bad music folders, listens, settings and calls."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.messages.row import Row

LISTEN: dict[str, Any] = {
    "listened_at": 1773144000,
    "track_metadata": {"track_name": "歌 1", "artist_name": "Ünïcode 1"},
}
CALL = ("ingest", "listens", "l.jsonl")
ONE = {"l.jsonl": json.dumps(LISTEN) + "\n"}


def listen(what: str, **cells: Any) -> Row:
    """An export of twenty listens with these cells."""
    lines = (json.dumps({**LISTEN, "listened_at": LISTEN["listened_at"] + 300 * n, **cells}) for n in range(20))
    return Row(what, (*CALL, "--user", "x"), {"l.jsonl": "".join(f"{line}\n" for line in lines)})


def settings(what: str, text: str, **more: str) -> Row:
    """A night under bad settings."""
    return Row(what, ("plan",), {"home/daily30.toml": text}, environ=more)


def without(name: str, other: str = "") -> Row:
    """A night without a table, or with it under another name."""

    def make(folder: Path) -> None:
        path = next((folder / "home" / "landing").glob(f"{name}*"))
        if other:
            path.rename(path.with_name(other))
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

    return Row(f"a night without {name}{f', but {other}' if other else ''}", ("nightly",), make=make)


FOLDERS = (
    Row("a music folder that is not there", ("ingest", "folder", "missing")),
    Row("a file for a music folder", ("ingest", "folder", "m.csv"), {"m.csv": "a\n"}),
    Row("a folder without music", ("ingest", "folder", "music"), {"music/notes.txt": "hello"}),
    Row("a day that is none", ("ingest", "folder", "music", "--added-on", "soon")),
)
LISTENS = (
    Row("an export that is not there", ("ingest", "listens", "missing.jsonl")),
    Row("an export without listens", ("ingest", "listens", "m.csv", "--user", "x"), {"m.csv": "a,b\n1,2\n"}),
    Row("an export that does not say whose it is", CALL, ONE),
    Row("a time zone that is none", ("ingest", "listens", "l.jsonl", "--user", "x", "--timezone", "Mars/Base"), ONE),
    Row("a language that is not written", ("ingest", "listens", "l.jsonl", "--user", "x", "--language", "ja"), ONE),
    listen("listens of 1969", listened_at=-1),
    listen("listens of the year 9999", listened_at=253402300799),
    listen("listens without an artist", track_metadata={"track_name": "歌 1"}),
    Row("a ZIP file cut short", ("ingest", "listens", "x.zip", "--user", "x"), {"x.zip": b"PK\x03\x04rest"}),
    Row("a web page for an export", ("ingest", "listens", "x.json", "--user", "x"), {"x.json": "<html>Log in</html>"}),
    Row("an error of a service for an export", ("ingest", "listens", "x.json", "--user", "x"),
        {"x.json": '{"error": 29, "message": "Rate limit exceeded"}'}),
    Row("a file for a home", ("ingest", "listens", "l.jsonl", "--user", "x", "--home", "l.jsonl"), ONE),
)  # fmt: skip
SETTINGS = (
    settings("settings that are no TOML", "user_buckets = = 3\n"),
    settings("a setting nobody knows", 'favourite_colour = "blue"\n'),
    settings("a misspelt section", "[limit]\nmax_rows = 1\n"),
    settings("a misspelt field", "[limits]\nmax_row = 1\n"),
    settings("a word for a number", '[limits]\nmax_rows = "many"\n'),
    settings("a limit of nothing", "[limits]\nmax_rows = 0\n"),
    settings("a number below its bound", "user_buckets = 0\n"),
    settings("an engine nobody has", 'engine = "cloud"\n'),
    settings("a value for a section", "lists = 3\n"),
    settings("a variable nobody knows", "", DAILY30_LIMITZ__MAX_ROWS="1"),
    settings("a variable that is no number", "", DAILY30_LIMITS__MAX_ROWS="many"),
    Row("a folder for settings", ("plan",), make=lambda f: (f / "home" / "daily30.toml").mkdir()),
)
CALLS = (
    Row("a home that is not there", ("nightly", "--home", "nowhere")),
    Row("a night of an empty home", ("nightly",), empty_home=True),
    without("users"),
    without("tracks"),
    without("plays", "playz"),
    Row("a night that is no day", ("nightly", "--ds", "2026-02-30")),
    Row("a stage nobody knows", ("nightly", "--only", "mixing")),
    Row("a last stage before the first", ("nightly", "--from", "audit", "--until", "audio")),
    Row("a night without plays on its day", ("nightly", "--ds", "2026-06-01", "--until", "ingest", "--workers", "1")),
    Row("a list before anything is published", ("show", "u1")),
    Row("a backfill that ends before it begins", ("backfill", "--start", "2026-03-02", "--end", "2026-03-01")),
)
OTHERS = (*FOLDERS, *LISTENS, *SETTINGS, *CALLS)
