"""Everything under ``docs/`` that is made from the code; a test fails when a file has drifted."""

from __future__ import annotations

from pathlib import Path

from jobs.commands.docs.answers import answers_schema
from jobs.commands.docs.pages import decisions_page, evidence_page, stages_page, tables_page
from jobs.commands.docs.pictures import house_picture, night_picture
from jobs.commands.docs.rooms import ROOT

DOCS = ROOT / "docs"


def files() -> dict[str, str]:
    """Path under ``docs/`` to text of every generated file."""
    return {
        "guide/tables.md": tables_page(),
        "guide/stages.md": stages_page(),
        "guide/evidence.md": evidence_page(),
        "guide/answers.schema.json": answers_schema(),
        "decisions/README.md": decisions_page(),
        "images/house.svg": house_picture(),
        "images/night.svg": night_picture(),
    }


def write(folder: Path = DOCS) -> None:
    """Write every file under ``folder``."""
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")
