"""The generated pages say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jobs.commands import docs
from jobs.pipeline import PIPELINE
from schemas import TABLES
from schemas.delivery import DELIVERED, required_columns

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", docs.pages())
def test_generated_pages_have_not_drifted(name: str) -> None:
    assert (docs.GUIDE / name).read_text(encoding="utf-8") == docs.pages()[name], "run `make docs`"


def test_every_table_and_stage_is_there() -> None:
    tables, stages = docs.tables_page(), docs.stages_page()
    assert all(f"## {name}\n" in tables for name in TABLES)
    assert all(f". {stage.name}\n" in stages for stage in PIPELINE)


@pytest.mark.parametrize(
    "page", sorted(p.relative_to(ROOT).as_posix() for p in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
)
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\(([^)#\s]+)\)", path.read_text(encoding="utf-8"))
    missing = [x for x in links if not x.startswith("http") and not (path.parent / x).exists()]
    assert missing == []


def test_the_guide_names_what_a_delivery_must_have() -> None:
    """docs/guide/delivering.md: one row per table, its columns as the contracts require them."""
    page = (ROOT / "docs/guide/delivering.md").read_text(encoding="utf-8")
    for table in DELIVERED:
        if table != "lyrics":
            assert f"| `{table}` | {', '.join(f'`{name}`' for name in required_columns(table))} |" in page
