"""The guide's generated pages: tables from contracts, stages from the pipeline list, evidence from its registry."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from features.evidence.kind import EvidenceKind
from features.evidence.registry import KINDS
from jobs.commands.docs.rooms import ROOT
from jobs.pipeline import PIPELINE
from jobs.run.stage import LOOKBACKS, Stage
from schemas import TABLES
from schemas.contract import Column, Table

_NOTE = "<!-- made by `make docs`; do not edit -->"


def tables_page() -> str:
    """Every table the lake holds, in the order the night makes them."""
    makers = {table: stage.name for stage in PIPELINE for table in stage.writes}
    order = [*makers, *LOOKBACKS, *(t for t in TABLES if t not in makers and t not in LOOKBACKS)]
    parts = ["# Tables", _NOTE, "Rows are stored sorted by their key. All timestamps are UTC."]
    parts += [_table(TABLES[name], makers.get(name)) for name in order]
    return "\n\n".join(parts) + "\n"


def _table(table: Table, maker: str | None) -> str:
    facts = [f"{table.grain[0].upper()}{table.grain[1:]}. Key: {', '.join(f'`{k}`' for k in table.key)}."]
    if table.split:
        facts.append(f"In hash buckets of `{table.split}`.")
    if maker:
        facts.append(f"Made by stage `{maker}`.")
    head = f"## {table.name}\n\n{table.doc} {' '.join(facts)}".replace("\n\n ", "\n\n")
    rows = "\n".join(_column(c) for c in table.columns)
    return f"{head}\n\n| column | type | unit, range | |\n|---|---|---|---|\n{rows}"


def _column(column: Column) -> str:
    bounds = [column.unit] if column.unit else []
    if column.range:
        bounds.append(f"{column.range[0]:g} to {column.range[1]:g}")
    if column.length:
        bounds.append(f"{column.length} values")
    if column.values and len(column.values) <= 8:
        bounds.append(" ".join(column.values))
    unknown = " Null when unknown." if column.nullable else ""
    return f"| `{column.name}` | {column.type} | {', '.join(bounds)} | {column.doc.replace('|', '/')}{unknown} |"


def stages_page() -> str:
    """The stages of a night, in order."""
    parts = ["# Stages", _NOTE, "Drawn from `jobs/pipeline.py`; `daily30 stages` prints the same."]
    return "\n\n".join([*parts, *(_stage(i, s) for i, s in enumerate(PIPELINE, 1))]) + "\n"


def _stage(number: int, stage: Stage) -> str:
    lines = [f"## {number}. {stage.name}", "", stage.doc, ""]
    lines.append(f"- reads {', '.join(f'`{t}`' for t in stage.reads)}")
    lines.append(f"- writes {', '.join(f'`{t}`' for t in stage.writes)}")
    lines.append(
        f"- runs {f'bucket by bucket of `{stage.split}`' if stage.split else 'whole'}, version {stage.version}"
    )
    lines += [f"- settings `[{p.section}]`: `{p.kind}`" for p in stage.parameters]
    if stage.carries:
        lines.append(f"- keeps rows of `{stage.carries}` whose content has not changed")
    if stage.outside:
        lines.append("- leaves more than tables: where that is gone from the home, it runs again")
    return "\n".join(lines)


def evidence_page() -> str:
    """The kinds of evidence by family: what each claims, and where its words stand."""
    intro = (
        "Why a song is in a list: every row of table `evidence` is of one of these kinds. Of two of equal strength the "
        "one that stands first in `schemas.vocabulary.EVIDENCE_KINDS` is told first. *Bounds* are the settings below "
        "which it is neither found nor proved; *says* are the slots of its sentences beside the song's own."
    )
    families: dict[str, list[EvidenceKind]] = {}
    for kind in KINDS.values():
        families.setdefault(kind.find.__module__, []).append(kind)
    parts = ["# Kinds of evidence", _NOTE, intro]
    parts += [_family(module, kinds) for module, kinds in sorted(families.items())]
    return "\n\n".join(parts) + "\n"


def _family(module: str, kinds: Sequence[EvidenceKind]) -> str:
    family, doc = module.rpartition(".")[2], (import_module(module).__doc__ or "").strip()
    where = f"`{module.replace('.', '/')}.py`, sentences in `features/evidence/sentences/{{en,zh}}/{family}.txt`"
    rows = [
        f"| `{kind.name}` | {kind.doc} | `{kind.source}` | {_codes(kind.support)} | {_codes(kind.slots)} |"
        for kind in kinds
    ]
    table = "| kind | claims | from | bounds | says |\n|---|---|---|---|---|"
    return "\n".join([f"## {doc.rstrip('.')}\n\n{where}\n", table, *rows])


def _codes(names: Sequence[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def decisions_page() -> str:
    """The decisions by number, each with its title."""
    what = "One page each: what we chose, what else there was, what it costs, when to look again."
    head = f"# Decisions\n\n{_NOTE}\n\n{what}\n"
    rows = []
    for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        number, _, title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").partition(". ")
        rows.append(f"| {number} | [{title}]({path.name}) |")
    return "\n".join([head, "| | |", "|---|---|", *rows]) + "\n"
