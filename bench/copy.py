"""How good are the words: groundedness, coverage, diversity, length, language, readability; and the checker itself.

    python -m bench.copy                     a sketched night, by the built-in writer
    python -m bench.copy --home HOME         the newest finished night of a home, whoever wrote it
    python -m bench.copy --json              the same as one JSON object
    python -m bench.copy --plot FILE.svg     distinct-2 and self-BLEU beside one another

Groundedness is judged by ``tests/oracles/words``, which shares no code with the writers. A home whose
texts came from an endpoint gets a row per writer and model.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from bench import copy_metrics as measure
from features.night import Night
from features.words.grounding import check, distinctive_names, foreign_names
from tests.oracles.words.published import Text, catalogue, published
from tests.oracles.words.verdict import faults
from tests.worlds import copy_sheets, corruptions
from tests.worlds.night import night as sketched

Tables = dict[str, pl.DataFrame]
Row = dict[str, Any]
_COLUMNS = (
    ("writer", "writer"), ("language", "lang"), ("kind", "kind"), ("texts", "texts"), ("grounded", "grounded"),
    ("coverage", "coverage"), ("distinct_1", "dist-1"), ("distinct_2", "dist-2"), ("distinct_3", "dist-3"),
    ("self_bleu", "self-BLEU"), ("reuse", "reuse"), ("length", "length"), ("short", "p5"), ("long", "p95"),
    ("in_language", "language"), ("readability", "reads"),
)  # fmt: skip
_READS = (
    "tracks audio_features emotions lyrics users taste affinity plays daily_lists evidence neighbours facts list_copy "
    "song_reasons reviews snippets"
)


def of_home(home: Path) -> tuple[Tables, Night]:
    """The newest finished night of a home."""
    from warehouse.lake import Lake

    night = Lake(home).night()
    return {name: night.frame(name) for name in _READS.split()}, Night(night.ds)


def rows(tables: Tables, night: Night) -> list[Row]:
    """A row of figures per writer, language and kind of text."""
    groups: dict[tuple[str, str, str], list[Text]] = defaultdict(list)
    for text in published(tables, night):
        groups[text.writer, text.language, text.kind].append(text)
    names = catalogue(tables)
    assertable = dict(tables["facts"].filter("assertable").group_by("track_id").agg(pl.len()).iter_rows())
    return [_row(key, texts, names, assertable) for key, texts in sorted(groups.items())]


def _row(key: tuple[str, str, str], texts: Sequence[Text], names: set[str], assertable: dict[str, int]) -> Row:
    writer, language, kind = key
    said = [t.text for t in texts]
    sizes = sorted(measure.length(t, language) for t in said)
    grounded = sum(not faults(t.text, t.language, t.allowed, names) for t in texts)
    used = {t.track_id: len(t.fact_ids) / assertable[t.track_id] for t in texts if t.fact_ids}
    longest_first = sorted(names, key=len, reverse=True)
    return {
        "writer": writer, "language": language, "kind": kind, "texts": len(texts),
        "grounded": grounded / len(texts),
        "coverage": sum(used.values()) / len(used) if used else math.nan,
        **{f"distinct_{n}": measure.distinct(said, n) for n in (1, 2, 3)},
        "self_bleu": measure.self_bleu(said),
        "reuse": measure.frame_reuse(said, longest_first),
        "length": sum(sizes) / len(sizes), "short": sizes[len(sizes) // 20], "long": sizes[-1 - len(sizes) // 20],
        "in_language": sum(measure.in_language(measure.nameless(t, longest_first), language) for t in said) / len(said),
        "readability": sum(measure.readability(t, language) for t in said) / len(said),
    }  # fmt: skip


def checker() -> Row:
    """The house's own checker: lies caught by kind, clean texts refused, checks a second."""
    caught: dict[str, list[bool]] = defaultdict(list)
    for lie in corruptions.lies(56, {**corruptions.KINDS, **corruptions.HARD}):
        caught[lie.kind].append(_refused(lie.text, lie.case))
    cases = [case for language in ("zh", "en") for case in copy_sheets.cases(language)]
    ready = [(case.text(), case.sheet()) for case in cases]
    for text, sheet in ready:
        check(text, sheet)
    began = time.process_time()
    for text, sheet in ready * 5:
        check(text, sheet)
    return {
        "caught": {kind: sum(hits) / len(hits) for kind, hits in caught.items()},
        "false_rejects": sum(_refused(case.text(), case) for case in cases) / len(cases),
        "clean_texts": len(cases),
        "checks_per_s": 5 * len(ready) / (time.process_time() - began),
    }


def _refused(text: str, case: copy_sheets.Case) -> bool:
    sheet = case.sheet()
    return bool(check(text, sheet) or foreign_names(text, sheet, distinctive_names(copy_sheets.ARTISTS[case.language])))


def table(found: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| " + " | ".join(head for _, head in _COLUMNS) + " |", "|" + "---|" * len(_COLUMNS)]
    return "\n".join([*lines, *("| " + " | ".join(_cell(row[key]) for key, _ in _COLUMNS) + " |" for row in found)])


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
    return str(value)


def plot(found: Sequence[Row], path: Path) -> None:
    """Where texts lie between new words (distinct-2) and likeness (self-BLEU)."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 3.6), layout="constrained")
    for row in found:
        colour = "#2a6f97" if row["language"] == "zh" else "#bc6c25"
        axes.scatter(
            row["self_bleu"], row["distinct_2"], color=colour, marker="o" if row["writer"] == "builtin" else "^"
        )
        label = f"{row['kind']} ({row['language']})"
        axes.annotate(label, (row["self_bleu"], row["distinct_2"]), (5, 4), textcoords="offset points", fontsize=8)
    axes.set(xlabel="self-BLEU, lower = less alike", ylabel="distinct-2, higher = more varied")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else {"Software": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args()
    tables, night = of_home(given.home) if given.home else sketched(given.seed)
    found, judged = rows(tables, night), checker()
    if given.plot:
        plot(found, given.plot)
    if given.json:
        clean = [{k: None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()} for row in found]
        json.dump({"texts": clean, "checker": judged}, sys.stdout, ensure_ascii=False, indent=1)
        return
    print(table(found))
    kinds = ", ".join(f"{kind} {share:.1%}" for kind, share in judged["caught"].items())
    print(f"\nchecker: lies caught: {kinds}")
    print(f"clean texts refused: {judged['false_rejects']:.1%} of {judged['clean_texts']}; "
          f"{judged['checks_per_s']:,.0f} checks/s of processor time")  # fmt: skip


if __name__ == "__main__":
    main()
