"""``python -m tests.messages.page``: write docs/guide/messages.md, every bad input with what is said of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.messages.deliveries import DELIVERIES
from tests.messages.others import CALLS, FOLDERS, LISTENS, SETTINGS
from tests.messages.row import Row, said

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "messages.md"
SECTIONS = {
    "Deliveries": DELIVERIES,
    "Music folders": FOLDERS,
    "Listening": LISTENS,
    "Settings": SETTINGS,
    "Nights and the rest": CALLS,
}
_HEAD = """# Messages

<!-- made by `python -m tests.messages.page`; do not edit -->

What is said of a bad input, and the exit code: 0 taken, with what was wrong; 2 a wrong call or setting; 3 data that
cannot be used; 4 refused by the audit; 5 another run holds the night; 6 something outside failed; 1 a bug of ours.
A refused input changes nothing. Each row here is run by `tests/messages`.
"""
_TABLE = "\n| input | message → what to do | exit |\n|---|---|---|\n"


def line(row: Row, code: int, words: str) -> str:
    """A row of the page."""
    text = words.replace("|", "\\|").replace("<", "&lt;")
    return f"| {row.what} | {text} | {code} |"


def page() -> str:
    """The whole page, every row run."""
    parts = [_HEAD]
    for title, rows in SECTIONS.items():
        parts.append(f"\n## {title}\n{_TABLE}")
        for row in rows:
            with tempfile.TemporaryDirectory() as folder:
                parts.append(line(row, *said(row, Path(folder).resolve())) + "\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
