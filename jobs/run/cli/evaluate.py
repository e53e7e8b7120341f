"""``daily30 evaluate``: collaborative models on a train file and a test file."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.run.cli.common import JsonOption, emit
from schemas.errors import ContractError, UsageError

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table


class ModelName(StrEnum):
    """Models that can be judged; the names of features.collaborative.blend.MODELS."""

    BLEND = "blend"
    ALS = "als"
    ITEM_ITEM = "item_item"
    GFCF = "gfcf"
    POPULARITY = "popularity"


class FileFormat(StrEnum):
    """What a line of the files says; the names of features.evaluation.pairs.Format."""

    PAIRS = "pairs"
    LISTS = "lists"


@dataclass(frozen=True, slots=True)
class FileEvaluation:
    """What to judge: model, files and length of the lists."""

    train: Path
    test: Path
    form: str
    model: str
    k: int
    weighted: bool


def evaluate(
    train: Annotated[Path, typer.Option("--train", metavar="FILE", help="Interactions to learn from.")],
    test: Annotated[Path, typer.Option("--test", metavar="FILE", help="Held-out interactions to predict.")],
    form: Annotated[
        FileFormat, typer.Option("--format", help=r"pairs: `user item \[weight]`; lists: `user item item ...`.")
    ] = FileFormat.PAIRS,
    model: Annotated[ModelName, typer.Option("--model", help="What to judge.")] = ModelName.BLEND,
    k: Annotated[int, typer.Option("--k", min=1, help="Length of the lists.")] = 20,
    weighted: Annotated[
        bool, typer.Option("--weighted", help="Use the weights; otherwise every pair counts 1.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Judge a collaborative model: recall, nDCG, MAP, coverage, with intervals, seconds and memory."""
    result = judge(FileEvaluation(train, test, form.value, model.value, k, weighted))
    emit(result, as_json, lambda: _draw(result))


def judge(asked: FileEvaluation) -> dict[str, Any]:
    """Run one evaluation; the figures as they are printed with ``--json``."""
    from features.collaborative.params import CollaborativeParams
    from features.evaluation.holdout import evaluate as on_holdout
    from features.seeds import Seeds

    started = time.perf_counter()
    outcome = on_holdout(
        _read(asked.train, asked.form),
        _read(asked.test, asked.form),
        model=asked.model,
        k=asked.k,
        params=CollaborativeParams(),
        seeds=Seeds(0),
        weighted=asked.weighted,
    )
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    return {
        "model": asked.model,
        "k": asked.k,
        **asdict(outcome),
        "seconds": round(time.perf_counter() - started, 2),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale, 1),
    }


def _read(path: Path, form: str) -> pl.DataFrame:
    from features.evaluation.pairs import Format, parse

    if not path.is_file():
        raise UsageError(f"{path} is not a file", fix="name a text file with one user per line.")
    try:
        with path.open(encoding="utf-8-sig") as lines:
            return parse(lines, Format(form), str(path))
    except UnicodeDecodeError:
        raise ContractError(f"{path} is not UTF-8 text", fix="convert it to UTF-8 text.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", fix="check the file's permissions.") from None


def _draw(result: dict[str, Any]) -> Table:
    from rich.table import Table

    title = f"{result['model']}: top {result['k']} for {result['users']:,} users of {result['items']:,} items"
    table = Table("metric", "value", "95 % interval", title=title, title_justify="left")
    for name in ("recall", "ndcg", "map", "coverage", "gini", "unknown_items"):
        interval = result.get(f"{name}_interval")
        table.add_row(name, f"{result[name]:.4f}", f"{interval[0]:.4f} - {interval[1]:.4f}" if interval else "")
    table.add_row("seconds", f"{result['seconds']:.1f}")
    table.add_row("peak memory", f"{result['peak_memory_mb']:,.0f} MB")
    return table


def register(app: typer.Typer) -> None:
    app.command()(evaluate)
